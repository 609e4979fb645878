"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property


class Pattern:
    """A regular expression that costs nothing until a text is searched for it.

    Compiling one takes longer than most of its searches, and a command uses few of those that are loaded.
    """

    def __init__(self, text: str, flags: int = 0) -> None:
        self.pattern = text
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The same for `re`."""
        return re.compile(self.pattern, self._flags)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return the first place that matches."""
        return self.compiled.search(text, start)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return what matches at the start."""
        return self.compiled.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of the whole text."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return all matches."""
        return self.compiled.finditer(text)

    def findall(self, text: str) -> list[str]:
        """Return the texts of all matches."""
        return self.compiled.findall(text)

    def split(self, text: str) -> list[str]:
        """Return what is between the matches."""
        return self.compiled.split(text)

    def sub(self, replacement: str, text: str, count: int = 0) -> str:
        """Return the text with each match replaced, or with so many of them."""
        return self.compiled.sub(replacement, text, count)
