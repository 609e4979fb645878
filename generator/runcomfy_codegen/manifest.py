"""`codegen.lock.json`: what the generator wrote into an output folder, and what it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import starmap
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, NamedTuple

from .disk import read_all
from .documents import parse
from .documents import pointer as steps
from .earlier import NO_TEXTS, Decoded, Earlier, Record, Texts, digest
from .json_types import is_object
from .problems import Problem
from .toolchain import tool_versions

MANIFEST = "codegen.lock.json"
_END = "\n}\n"


class Manifest(NamedTuple):
    """files: path -> SHA-256 of what was written; endpoints: path -> model id, for files of one endpoint.

    pending: hashes of an interrupted run; tools: versions that shaped the output; record: for the next run;
    run: the "seal" of one that left nothing to report.
    """

    files: Texts = NO_TEXTS
    endpoints: Texts = NO_TEXTS
    pending: Texts = NO_TEXTS
    tools: Texts = NO_TEXTS
    record: Record = Record()
    run: Texts = NO_TEXTS

    def wrote(self, path: str, digest: str) -> bool:
        """Whether a file with this content is the generator's own work."""
        return digest in (self.files.get(path), self.pending.get(path))

    def is_sealed(self, inputs: str, text: str) -> bool:
        """text: that this was read from, whose seal no other layout of it has."""
        rest = text.removeprefix(_begin(self.run)).removesuffix(_END)
        return self.run == _run(inputs, rest) and text == _begin(self.run) + rest + _END

    def dumps(self, inputs: str = "") -> str:
        """A line for each file, sorted, so that it merges well in git.

        inputs: of a run that is to be sealed, which binds the text to all that was read.
        """
        sections = {
            "tools": self.tools,
            "files": self.files,
            "endpoints": self.endpoints,
            "seals": self.record.seals,
            "findings": self.record.findings,
            "answers": self.record.answers,
        } | ({"pending": self.pending} if self.pending else {})
        # As json.dumps(indent=1) writes it, which takes thousands of lines six times as long.
        rest = ",\n".join(starmap(_section, sections.items()))
        return _begin(_run(inputs, rest) if inputs else {}) + rest + _END


def _run(inputs: str, rest: str) -> dict[str, str]:
    return {"seal": digest(inputs, rest)}


def _begin(run: Mapping[str, str]) -> str:
    return f"{{\n{_section('run', run)},\n"


def _section(name: str, texts: Mapping[str, str]) -> str:
    lines = (
        f"  {encode_basestring(key)}: {encode_basestring(texts[key])}" for key in sorted(texts)
    )
    inside = ",\n".join(lines)
    return f" {encode_basestring(name)}: " + (f"{{\n{inside}\n }}" if inside else "{}")


def read_manifest(out: Path) -> tuple[Manifest, list[Problem]]:
    """The manifest of an output folder; an empty one where there is none."""
    path = out / MANIFEST
    if not path.exists():
        return Manifest(), []
    document, problems = parse(path.read_bytes(), str(path))
    if document is None:
        return Manifest(), [each._replace(hint=_RESTORE) for each in problems]
    value: Any = document.value
    sections: list[dict[str, str]] = []
    for name in _SECTIONS:
        section = value.get(name, {}) if is_object(value) else None
        if not is_object(section) or not all(map(_is_text, section.values())):
            message = f"{name} is no object of texts: this is no manifest of the generator"
            problems.append(document.problem("manifest", "error", message, steps(name), _RESTORE))
            continue
        for key in section if name in _PATHS and not _all_inside(section) else ():
            if not _all_inside([key]):
                message = f"{key!r} is no path inside the folder"
                at = steps(name, key)
                problems.append(document.problem("manifest", "error", message, at, _RESTORE))
        sections.append(section)
    if problems:
        return Manifest(), problems
    files, endpoints, pending, tools, run, *record = sections
    return Manifest(files, endpoints, pending, tools, Record(*record), run), []


_PATHS = ("files", "endpoints", "pending", "seals")
_SECTIONS = ("files", "endpoints", "pending", "tools", "run", "seals", "findings", "answers")
_RESTORE = (
    "restore it from version control, or delete it and generate again: what the generator would write"
    " differently then counts as edited by hand, which --force overwrites"
)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_NOT_IN_PATHS = ("//", "/./", "/../", "\\", ":", "\0")  # outside, of another drive, no path at all


def _all_inside(paths: Iterable[str]) -> bool:
    """All at once: thousands of paths one by one take longer than reading the manifest."""
    text = "\n".join([f"/{path}/" for path in paths])
    return not any(each in text for each in _NOT_IN_PATHS)


def read_earlier(out: Path, manifest: Manifest) -> Earlier:
    """What is on disk of the generator's files, and what is known of it. Raises OSError.

    Of files that other tools made, or other code of ours, nothing is known.
    """
    contents = read_all(out, {**manifest.files, **manifest.pending})
    digests = {path: sha256(content).hexdigest() for path, content in contents.items()}
    known = manifest.tools == tool_versions()
    return Earlier(Decoded(contents), digests, manifest.record if known else Record())
