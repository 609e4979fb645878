"""What an earlier run left behind, and what of it would come out the same again.

A file is sealed with the digest of all that it was made from and of its own content. Where a seal still
fits, the file on disk is what the generator would write, and nothing has to be made.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from .disk import to_text
from .problems import SEVERITIES, Problem, Severity, count_by_severity

Texts = Mapping[str, str]
NO_TEXTS: Texts = MappingProxyType({})


class Record(NamedTuple):
    """What a run notes for the next one.

    seals: by path, of the module where files are made together; findings: model id -> what `lint` counts
    there, such as "1 warning, 2 notes"; answers: of datamodel-code-generator to the ordinary questions.
    """

    seals: Texts = NO_TEXTS
    findings: Texts = NO_TEXTS
    answers: Texts = NO_TEXTS


class Earlier(NamedTuple):
    """files: path -> text, of files on disk that nobody edited; digests: of the same."""

    files: Texts = NO_TEXTS
    digests: Texts = NO_TEXTS
    record: Record = Record()

    def again(self, paths: Iterable[str], inputs: str, findings: str = "") -> dict[str, str] | None:
        """The files if they would come out the same: the first path is the one that has the seal."""
        paths = tuple(paths)
        if not all(path in self.files for path in paths):
            return None
        sealed = seal(inputs, (self.digests[path] for path in paths), findings)
        if self.record.seals.get(paths[0]) != sealed:
            return None
        return {path: self.files[path] for path in paths}

    def digest_of(self, path: str, text: str) -> str:
        """`content_digest`, looked up where the text is the one on disk."""
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


def seal(inputs: str, digests: Iterable[str], findings: str = "") -> str:
    """Binds files to what they were made from: neither can be changed, or merged, alone."""
    return digest(inputs, findings, *digests)


def digest(*parts: str) -> str:
    """Of several texts, none of which can run into the next."""
    lengths = ",".join([str(len(part)) for part in parts])
    whole = "".join((lengths, ":", *parts)).encode(errors="surrogateescape")
    return hashlib.sha256(whole).hexdigest()[:32]


def content_digest(text: str) -> str:
    """Of a file, as the manifest lists it."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def count_of(findings: Iterable[Problem]) -> str:
    """The findings of an endpoint as a record notes them."""
    return count_by_severity(set(findings))


def counts_in(noted: Iterable[str]) -> Counter[Severity]:
    """The sum of what records note."""
    total: Counter[Severity] = Counter()
    for text, times in Counter(noted).items():  # of thousands, most are alike
        words = dict(part.split(" ")[::-1] for part in text.split(", ") if " " in part)
        for each in SEVERITIES:
            total[each] += times * int(words.get(each) or words.get(f"{each}s") or 0)
    return total
