"""Find the JSON objects in a text of prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...text.documents import decode
from ...text.json_faults import SyntaxFault

MAX_SIZE = 2_000_000
"""Characters of a block that is still read; a published schema has some thousands."""

_QUOTES = "“”„‟«»‘’‚‛"
_OPENING = re.compile(rf"\{{(?=\s*[\"}}{_QUOTES}])")
# A string ends in its line, so an inch mark in prose cannot swallow what follows it. The loop is
# unrolled: as a plain alternation it takes 100 bytes of memory for each character.
_STRING = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
_BRACE = re.compile(rf"{_STRING}|\\.|[{{}}]")
_NO_BREAK_SPACE = re.compile("[\xa0\u2007\u202f]")
_STRING_OR_NO_BREAK_SPACE = re.compile(rf"({_STRING})|{_NO_BREAK_SPACE.pattern}")
_SHELL_APOSTROPHE = r"'\''"  # an apostrophe between single quotes; never valid inside JSON


@dataclass(frozen=True)
class Block:
    """A text that looks like a JSON object, from an offset on. value: None if it is broken."""

    start: int
    source: str
    value: dict[str, Any] | None

    def faults(self) -> list[SyntaxFault]:
        """Return the faults of a broken block, with their offsets in the text around it."""
        if len(self.source) > MAX_SIZE:
            message = f"it goes on for {len(self.source):,} characters"
            return [SyntaxFault(self.start, "page-block-size", message)]
        _, _, faults = decode(_with_plain_spaces(self.source), 0)
        return [self._explained(fault) for fault in faults]

    def _explained(self, fault: SyntaxFault) -> SyntaxFault:
        curly = self.source[fault.offset : fault.offset + 1] in (*_QUOTES,)
        hint = "curly quotes, as a word processor makes them: save the page again from a browser"
        offset = self.start + fault.offset
        return fault._replace(offset=offset, hint=hint if curly else fault.hint)


def find_blocks(text: str) -> Iterator[Block]:
    """Yield all outermost blocks in their order, in near-linear time.

    The inside of a broken block is skipped: a part of a schema must not pass for a schema.
    """
    at = 0
    while opening := _OPENING.search(text, at):
        at = _closing(text, opening.start())
        source = text[opening.start() : at]
        yield Block(opening.start(), source, _read(source))


def _closing(text: str, start: int) -> int:
    """Return the offset after the brace that closes a block, or the end of the text."""
    depth = 0
    for token in _BRACE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return len(text)


def _read(source: str) -> dict[str, Any] | None:
    if len(source) > MAX_SIZE:
        return None
    value: dict[str, Any] | None
    value, _, faults = decode(source, 0)
    plain = _with_plain_spaces(source).replace(_SHELL_APOSTROPHE, "'") if faults else source
    if plain != source:
        value, _, _ = decode(plain, 0)
    return value


def _with_plain_spaces(source: str) -> str:
    """Return the block, of the same length, with ordinary spaces for no-break ones.

    Inside strings they stay as published, unless the page writes every space like that.
    """
    if " " in source:
        return _STRING_OR_NO_BREAK_SPACE.sub(lambda match: match[1] or " ", source)
    return _NO_BREAK_SPACE.sub(" ", source)
