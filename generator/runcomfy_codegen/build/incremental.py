"""Incremental generation: reuse files whose inputs have not changed.

A file is reused if its inputs and its content have the digests that the last run remembered.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from ..disk.files import to_text
from ..text.json_types import is_object
from ..text.problems import SEVERITIES, Problem, Severity, count_by_severity

Texts = Mapping[str, str]
NO_TEXTS: Texts = MappingProxyType({})


class BuildLock(NamedTuple):
    """The record of a run: what it made, and from what. Kept in the user's cache folder.

    Attributes:
        files: Path -> digest of the text.
        inputs: Path -> digest of everything that the file was made from. Of files that are made
            together, the first has it.
        sources: Model id -> digest of the captured schemas.
        findings: Model id -> number of problems, such as "1 warning, 2 notes".
        owners: Path -> model id, for files of one endpoint.
        written: Path -> digest of each index as the last run that wrote left it.
        run: Digest of everything that was read; empty if the run left something to report.
        published: Digest of the manifest that belongs to `run`.
    """

    files: Texts = NO_TEXTS
    inputs: Texts = NO_TEXTS
    sources: Texts = NO_TEXTS
    findings: Texts = NO_TEXTS
    owners: Texts = NO_TEXTS
    written: Texts = NO_TEXTS
    run: str = ""
    published: str = ""

    def is_current(self, run: str, files: Texts, manifest: str) -> bool:
        """Return whether neither inputs nor outputs have changed since the run.

        Args:
            run: Digest of everything that would be read now.
            files: Digests of the files on disk.
            manifest: Text of the manifest on disk.
        """
        return (
            self.run == run != ""
            and self.published == content_digest(manifest)
            and dict(files) == self.files
        )

    def is_reusable(self, paths: Sequence[str], inputs: str, digests: Texts) -> bool:
        """Return whether files that are made together would come out the same.

        Args:
            paths: The paths of the files.
            inputs: Digest of everything that they would be made from now.
            digests: Digests of the files on disk.
        """
        if self.inputs.get(paths[0]) != inputs:
            return False
        return all(digests.get(path) == self.files.get(path, "") for path in paths)


_NOTHING_BUILT = BuildLock()


def from_record(record: Mapping[str, Any]) -> BuildLock:
    """Return the lock that `BuildLock._asdict` made a record of; an empty one for anything else."""
    fields = BuildLock._field_defaults
    if record.keys() != fields.keys():
        return BuildLock()
    for name, default in fields.items():
        expected = _is_text if isinstance(default, str) else _is_texts
        if not expected(record[name]):
            return BuildLock()
    return BuildLock(**record)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return is_object(value) and all(map(_is_text, value.values()))


class PreviousBuild(NamedTuple):
    """The output folder when a run begins, and what is remembered of the run before.

    Attributes:
        files: Path -> text of the generator's files on disk.
        digests: Path -> digest of the same files.
        lock: What the run before made.
        answers: Annotations by type shape, as datamodel-code-generator gave them.
    """

    files: Texts = NO_TEXTS
    digests: Texts = NO_TEXTS
    lock: BuildLock = _NOTHING_BUILT
    answers: Texts = NO_TEXTS

    def reusable(self, paths: Sequence[str], inputs: str) -> dict[str, str] | None:
        """Return the files on disk if they would come out the same, else None."""
        if not self.lock.is_reusable(paths, inputs, self.digests):
            return None
        return {path: self.files[path] for path in paths}

    def digest_of(self, path: str, text: str) -> str:
        """Return the `content_digest`, without hashing again if the text is the one on disk."""
        return self.digests[path] if self.files.get(path) is text else content_digest(text)


class Decoded(Mapping[str, str]):
    """A mapping that decodes each file on first access, as a run with nothing to do needs no texts."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents
        self._texts: dict[str, str] = {}

    def __getitem__(self, path: str) -> str:
        if path not in self._texts:
            self._texts[path] = to_text(self._contents[path])
        return self._texts[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def __contains__(self, path: object) -> bool:
        return path in self._contents


NO_BUILD = PreviousBuild()


def digest(*parts: str) -> str:
    """Return a digest of several texts. Moving a character from one to the next changes it."""
    lengths = ",".join([str(len(part)) for part in parts])
    whole = "".join((lengths, ":", *parts)).encode(errors="surrogateescape")
    return hashlib.sha256(whole).hexdigest()[:32]


def content_digest(text: str) -> str:
    """Return the digest of a file, as the manifest lists it."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def count_of(findings: Iterable[Problem]) -> str:
    """Return the number of problems of an endpoint as a lock holds it."""
    return count_by_severity(set(findings))


def counts_in(counts: Iterable[str]) -> Counter[Severity]:
    """Add up what `count_of` returned."""
    total: Counter[Severity] = Counter()
    for text, times in Counter(counts).items():  # most of thousands are equal
        words = dict(part.split(" ")[::-1] for part in text.split(", ") if " " in part)
        for severity in SEVERITIES:
            total[severity] += times * int(words.get(severity) or words.get(f"{severity}s") or 0)
    return total
