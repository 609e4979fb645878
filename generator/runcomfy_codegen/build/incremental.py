"""What an earlier run made and from what, so that the next one makes only what has changed.

A file on disk that has the digest which is remembered for its inputs is what the generator would write.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ..disk.files import to_text
from ..text.json_types import is_object
from ..text.problems import SEVERITIES, Problem, Severity, count_by_severity

Texts = Mapping[str, str]
NO_TEXTS: Texts = MappingProxyType({})


class BuildLock(NamedTuple):
    """What one run made.

    files: path -> digest of the text; inputs: path -> digest of all that the file was made from (of files
    that are made together, the first has it); sources: model id -> digest of the captured schemas;
    findings: model id -> what `lint` counts there, such as "1 warning, 2 notes"; owners: path -> model id,
    for files of one endpoint; written: path -> digest, of the indexes as the last run that wrote left them;
    run: digest of everything that was read, and published: of the manifest that belongs to it, both empty
    for a run that left something to report.
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
        """Return whether nothing was touched since: neither what was read nor what was written.

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


_NOTHING_MADE = BuildLock()


def from_record(record: Mapping[str, Any]) -> BuildLock:
    """Return the lock that `BuildLock._asdict` made a record of; an empty one for anything else."""
    fields = BuildLock._field_defaults
    if record.keys() != fields.keys():
        return BuildLock()
    for name, default in fields.items():
        value: Any = record[name]
        texts: list[Any] = [value] if isinstance(default, str) else []
        if not texts and is_object(value):
            texts = list(value.values())
        elif not texts:
            return BuildLock()
        if not all(isinstance(text, str) for text in texts):
            return BuildLock()
    return BuildLock(**record)


class Earlier(NamedTuple):
    """What is there when a run begins.

    files: path -> text, of the generator's files on disk; digests: of the same; lock: what the run before
    made; answers: of datamodel-code-generator, to questions that were asked before.
    """

    files: Texts = NO_TEXTS
    digests: Texts = NO_TEXTS
    lock: BuildLock = _NOTHING_MADE
    answers: Texts = NO_TEXTS

    def reusable(self, paths: Iterable[str], inputs: str) -> dict[str, str] | None:
        """Return the files on disk if they would come out the same; the inputs are those of the first."""
        paths = tuple(paths)
        if self.lock.inputs.get(paths[0]) != inputs:
            return None
        if any(self.digests.get(path) != self.lock.files.get(path, "") for path in paths):
            return None
        return {path: self.files[path] for path in paths}

    def digest_of(self, path: str, text: str) -> str:
        """Return the `content_digest`, looked up where the text is the one on disk."""
        return self.digests[path] if self.files.get(path) is text else content_digest(text)


class Decoded(Mapping[str, str]):
    """The texts of contents, each made when it is first asked for: a run with nothing to do asks for none."""

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


NOTHING = Earlier()


def digest(*parts: str) -> str:
    """Return a digest of several texts, none of which can run into the next."""
    lengths = ",".join([str(len(part)) for part in parts])
    whole = "".join((lengths, ":", *parts)).encode(errors="surrogateescape")
    return hashlib.sha256(whole).hexdigest()[:32]


def content_digest(text: str) -> str:
    """Return the digest of a file, as the manifest lists it."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def count_of(findings: Iterable[Problem]) -> str:
    """Return the findings of an endpoint as a lock notes them."""
    return count_by_severity(set(findings))


def counts_in(noted: Iterable[str]) -> Counter[Severity]:
    """Return the sum of what locks note."""
    total: Counter[Severity] = Counter()
    for text, times in Counter(noted).items():  # of thousands, most are alike
        words = dict(part.split(" ")[::-1] for part in text.split(", ") if " " in part)
        for severity in SEVERITIES:
            total[severity] += times * int(words.get(severity) or words.get(f"{severity}s") or 0)
    return total
