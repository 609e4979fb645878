"""`codegen.lock.json`: what the generator wrote into an output folder, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import starmap
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from .disk import read_content
from .documents import parse
from .documents import pointer as steps
from .earlier import Decoded, Earlier, Record, digest
from .json_types import is_object
from .problems import Problem
from .toolchain import tool_versions

MANIFEST = "codegen.lock.json"


@dataclass(frozen=True)
class Manifest:
    """files: path -> SHA-256 of what was written; endpoints: path -> model id, for files of one endpoint.

    pending: hashes of an interrupted run; tools: versions that shaped the output; record: for the next run.
    """

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    endpoints: Mapping[str, str] = field(default_factory=dict[str, str])
    pending: Mapping[str, str] = field(default_factory=dict[str, str])
    tools: Mapping[str, str] = field(default_factory=dict[str, str])
    record: Record = field(default_factory=Record)

    def wrote(self, path: str, digest: str) -> bool:
        """Whether a file with this content is the generator's own work."""
        return digest in (self.files.get(path), self.pending.get(path))

    def seal(self, inputs: str) -> str:
        """Of the whole run: it binds the manifest to all that was read."""
        seals = {path: each for path, each in self.record.seals.items() if path != MANIFEST}
        return digest(inputs, replace(self, record=replace(self.record, seals=seals)).dumps())

    def dumps(self) -> str:
        """A line for each file, sorted, so that it merges well in git."""
        sections = {
            "tools": self.tools,
            "files": self.files,
            "endpoints": self.endpoints,
            "seals": self.record.seals,
            "findings": self.record.findings,
            "answers": self.record.answers,
        } | ({"pending": self.pending} if self.pending else {})
        # As json.dumps(indent=1) writes it, which takes thousands of lines six times as long.
        return "{\n" + ",\n".join(starmap(_section, sections.items())) + "\n}\n"


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
        return Manifest(), problems
    value: Any = document.value
    sections: list[dict[str, str]] = []
    for name in _SECTIONS:
        section = value.get(name, {}) if is_object(value) else None
        if not is_object(section) or not all(map(_is_text, section.values())):
            message = f"{name} is no object of texts: this is no manifest of the generator"
            problems.append(document.problem("manifest", "error", message, steps(name), _RESTORE))
            continue
        if name in _PATHS:
            for key in section:
                if not _is_inside(key):
                    message = f"{key!r} is no path inside the folder"
                    at = steps(name, key)
                    problems.append(document.problem("manifest", "error", message, at, _RESTORE))
        sections.append(section)
    if problems:
        return Manifest(), problems
    files, endpoints, pending, tools, *record = sections
    return Manifest(files, endpoints, pending, tools, Record(*record)), []


_PATHS = ("files", "endpoints", "pending", "seals")
_SECTIONS = ("files", "endpoints", "pending", "tools", "seals", "findings", "answers")
_RESTORE = "restore it from version control, or delete the whole output folder"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_STEPS_OUTSIDE = frozenset(("", ".", ".."))
_NOT_IN_PATHS = frozenset("\\:\0")  # of another drive, or no path at all


def _is_inside(path: str) -> bool:
    return _STEPS_OUTSIDE.isdisjoint(path.split("/")) and _NOT_IN_PATHS.isdisjoint(path)


def read_earlier(out: Path, manifest: Manifest) -> Earlier:
    """What is on disk of the generator's files, and what is known of it. Raises OSError.

    Of files that other tools made, or other code of ours, nothing is known.
    """
    found = {path: read_content(f"{out}/{path}") for path in {*manifest.files, *manifest.pending}}
    contents = {path: content for path, content in found.items() if content is not None}
    digests = {path: sha256(content).hexdigest() for path, content in contents.items()}
    known = manifest.tools == tool_versions()
    return Earlier(Decoded(contents), digests, manifest.record if known else Record())
