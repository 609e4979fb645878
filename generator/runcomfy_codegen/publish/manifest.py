"""`codegen.lock.json`: the files that the generator published in an output folder.

It tells which files are the generator's own, so that they can be replaced and removed, and which schemas
they came from. It does not decide what is regenerated. Each line holds one fact, and changes only if the
output does, so that branches merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import starmap
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, NamedTuple

from ..build.incremental import (
    NO_TEXTS,
    BuildLock,
    Decoded,
    PreviousBuild,
    Texts,
    content_digest,
)
from ..disk.files import read_each, read_text
from ..text.documents import parse, pointer_to
from ..text.json_types import is_object
from ..text.merging import facts, has_conflict, lasting_text
from ..text.problems import Problem

MANIFEST = "codegen.lock.json"
# How a file of the generator may have been changed by somebody else.
BY_HAND = "edited"
BY_FORMATTER = "reformatted"


class Manifest(NamedTuple):
    """The content of a manifest.

    Attributes:
        files: Path -> digest of the file.
        owners: Path -> model id, for files of one endpoint.
        sources: Model id -> digest of the schemas that were published.
        pending: Path -> digest that an interrupted run, or another branch, has written instead.
    """

    files: Texts = NO_TEXTS
    owners: Texts = NO_TEXTS
    sources: Texts = NO_TEXTS
    pending: Texts = NO_TEXTS

    def wrote(self, path: str, text: str) -> bool:
        """Return whether the generator wrote this file with this text."""
        known = (self.files.get(path), self.pending.get(path))
        if None is known[0] is known[1]:
            return False
        return has_conflict(text) or file_digest(path, text) in known

    def dumps(self) -> str:
        """Return the text: a line for each fact, sorted, so that git can merge it."""
        owned = {
            path: f"{digest} {self.owners[path]}" if path in self.owners else digest
            for path, digest in self.files.items()
        }
        sections = {"endpoints": self.sources, "files": owned}
        if self.pending:
            sections["pending"] = self.pending
        # The same as json.dumps(indent=1), which takes six times as long for thousands of lines.
        return "{\n" + ",\n".join(starmap(_section, sections.items())) + "\n}\n"


def file_digest(path: str, text: str) -> str:
    """Return the digest of a file that the manifest lists."""
    return content_digest(lasting_text(path, text))


def _section(name: str, texts: Mapping[str, str]) -> str:
    lines = (
        f"  {encode_basestring(key)}: {encode_basestring(texts[key])}" for key in sorted(texts)
    )
    inside = ",\n".join(lines)
    return f" {encode_basestring(name)}: " + (f"{{\n{inside}\n }}" if inside else "{}")


def read_manifest(out: Path) -> tuple[Manifest, list[Problem]]:
    """Return the manifest of an output folder, and what is wrong with it. Raises OSError."""
    path = out / MANIFEST
    text = read_text(path)
    if text is None:
        return Manifest(), []
    document, problems = parse(text, str(path))
    if document is None:
        if merged := facts(text):
            return _from_facts(merged), []
        return Manifest(), [problem._replace(hint=_RESTORE) for problem in problems]
    value: Any = document.value
    entries: list[tuple[str, str, str]] = []
    for name in _SECTIONS:
        section = value.get(name, {}) if is_object(value) else None
        if not is_object(section) or not all(isinstance(text, str) for text in section.values()):
            message = (
                f"{name} must be an object of strings; this is not a manifest of the generator"
            )
            problems.append(
                document.problem("manifest", "error", message, pointer_to(name), _RESTORE)
            )
            continue
        for key in section if name != "endpoints" and not _all_inside(section) else ():
            if not _all_inside([key]):
                message = f"{key!r} must be a path inside the folder"
                at = pointer_to(name, key)
                problems.append(document.problem("manifest", "error", message, at, _RESTORE))
        entries += ((name, key, text) for key, text in section.items())
    return (Manifest(), problems) if problems else (_from_facts(entries), [])


_SECTIONS = ("endpoints", "files", "pending")
_RESTORE = (
    "restore it from version control, or delete it and generate again. Without it, files that would change"
    " count as edited by hand, and --force overwrites them"
)


def _from_facts(entries: Iterable[tuple[str, str, str]]) -> Manifest:
    """Return the manifest that holds these facts. If two branches differ in a path, both digests are kept."""
    files: dict[str, str] = {}
    owners: dict[str, str] = {}
    sources: dict[str, str] = {}
    pending: dict[str, str] = {}
    for section, key, value in entries:
        if section == "endpoints":
            sources[key] = value
        elif not _all_inside([key]):
            continue
        elif section == "pending" or key in files:
            pending[key] = value.partition(" ")[0]
        else:
            files[key], _, owner = value.partition(" ")
            if owner:
                owners[key] = owner
    return Manifest(files, owners, sources, pending)


_NOT_IN_PATHS = ("//", "/./", "/../", "\\", ":", "\0")  # outside, of another drive, no path at all


def _all_inside(paths: Iterable[str]) -> bool:
    """Check all paths at once, as checking thousands one by one takes longer than reading them."""
    text = "\n".join([f"/{path}/" for path in paths])
    return not any(part in text for part in _NOT_IN_PATHS)


def read_previous(
    out: Path, paths: Iterable[str], lock: BuildLock, answers: Texts
) -> PreviousBuild:
    """Read the files at these paths, and add what is remembered. Raises OSError."""
    contents = dict(read_each(out, paths))
    digests = {path: sha256(content).hexdigest() for path, content in contents.items()}
    return PreviousBuild(Decoded(contents), digests, lock, answers)


def digests_of(out: Path, paths: Iterable[str]) -> Texts:
    """Return the digests of the files at these paths, without keeping the files. Raises OSError."""
    return {path: sha256(content).hexdigest() for path, content in read_each(out, paths)}
