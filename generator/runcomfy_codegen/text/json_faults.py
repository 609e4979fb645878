"""Find the faults in the text of a JSON document: all of one pass, not only the first."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from ..runtime._schemas.references import pointer_to
from .problems import Problem

MAX_DEPTH = 100
"""Nesting that is still taken for a document; real ones have about ten levels."""

_MAX_POINTER = 2000
"""Characters of a pointer that is followed: thousands of long ones would take gigabytes."""
_SHOWN_LEVELS = 8
"""Tokens of the pointer to what is nested too deep."""
_SPACE = re.compile(r"[ \t\n\r]*")
# Compiled when something is odd: most runs meet none of these.
_NOT_A_NUMBER = r"-?Infinity|NaN"
_SURROGATE = "[\ud800-\udfff]"
_BYTE = "[\udc80-\udcff]"  # a byte that is not UTF-8, as `surrogateescape` keeps it
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_CONFLICT = r"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)"
_INTEGER = r"-?[0-9]+"
_LENIENT = json.JSONDecoder()


class SyntaxFault(NamedTuple):
    """A fault at one offset of a text.

    spoiled: begin and end of a value that a parser cannot pass; nothing where it can.
    """

    offset: int
    rule: str
    message: str
    pointer: str = ""
    hint: str = ""
    spoiled: tuple[int, int] | None = None

    def problem(self, file: str, line: int, column: int) -> Problem:
        """Return the fault as a problem in a file."""
        # Half a surrogate pair can stand in a key, but not in a report.
        message, pointer = (
            text.encode(errors="backslashreplace").decode() for text in (self.message, self.pointer)
        )
        return Problem(file, line, column, self.rule, "error", message, pointer, self.hint)


def scan(text: str, start: int) -> tuple[int | None, list[SyntaxFault]]:
    """Return the offset after the value that begins at `start`, and its faults.

    The offset is None if a fault hides the end.
    """
    pass_ = _Scan(text)
    try:
        end = pass_.value(start, "", 1)
    except _StoppedError as stopped:
        return None, [*pass_.faults, stopped.fault]
    return end, pass_.faults


def without_faults(text: str, faults: Iterable[SyntaxFault]) -> str:
    """Return a text of the same length that a parser can pass."""
    parts: list[str] = []
    at = 0
    for begin, end in (fault.spoiled for fault in faults if fault.spoiled):
        replacement = '""' if text[begin] == '"' else "null"
        parts += [text[at:begin], replacement.ljust(end - begin)]
        at = end
    return "".join([*parts, text[at:]])


def skip_space(text: str, at: int) -> int:
    """Return the offset after the JSON white space at an offset."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


class _StoppedError(Exception):
    """The text cannot be followed beyond this fault."""

    def __init__(self, fault: SyntaxFault) -> None:
        self.fault = fault


class _Scan:
    """One pass over a text that collects its faults."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[SyntaxFault] = []

    def skip(self, at: int) -> int:
        return skip_space(self.text, at)

    def value(self, at: int, where: str, depth: int) -> int:
        """Scan the value at an offset and return the offset after it. Raises _StoppedError."""
        opening = self.text[at : at + 1]
        if opening not in ("{", "["):
            return self._scalar(at, where)[1]
        if depth > MAX_DEPTH:
            return self._too_deep(at, where)
        closing = "}" if opening == "{" else "]"
        step = self._member if opening == "{" else self._element
        seen: set[str] = set()
        at = self.skip(at + 1)
        if self.text[at : at + 1] == closing:
            return at + 1
        index = 0
        while True:
            at = self.skip(step(at, where, depth, index, seen))
            if self.text[at : at + 1] == closing:
                return at + 1
            self._expect(at, ",", where, f"',' or '{closing}'")
            at = self.skip(at + 1)
            index += 1

    def _element(self, at: int, where: str, depth: int, index: int, _: set[str]) -> int:
        here = where + pointer_to(index) if len(where) <= _MAX_POINTER else where
        return self.value(at, here, depth + 1)

    def _member(self, at: int, where: str, depth: int, _: int, seen: set[str]) -> int:
        self._expect(at, '"', where, "a key in double quotes")
        key, end = self._scalar(at, where)
        if key is not None:
            long = len(where) + len(key) > _MAX_POINTER
            here = where if long else where + pointer_to(key)
            if key in seen:
                message = f'the key "{key}" is there twice'
                self._add(at, "json-duplicate-key", message, here, "keep one of them")
            seen.add(key)
        else:
            here = where
        end = self.skip(end)
        self._expect(end, ":", here, "':'")
        return self.value(self.skip(end + 1), here, depth + 1)

    def _scalar(self, at: int, where: str) -> tuple[Any, int]:
        """Return a value, None for one that is spoiled, and the offset after it."""
        if constant := re.compile(_NOT_A_NUMBER).match(self.text, at):
            self._add(at, "json-number", f"{constant[0]} is not JSON", where)
            return None, constant.end()
        try:
            value, end = _LENIENT.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            return None, self._spoiled_text(at, where, error)
        except ValueError:
            return None, self._too_long(at, where)
        if isinstance(value, str) and re.search(_SURROGATE, value):
            message = "half of a surrogate pair, which is not a character"
            rule = "json-surrogate"
            if byte := re.search(_BYTE, self.text[at:end]):
                message, rule = f"byte 0x{ord(byte[0]) - 0xDC00:02x} is not UTF-8", "encoding"
            self._add(at, rule, message, where)
        if isinstance(value, float) and not math.isfinite(value):
            message = f"{self.text[at:end]} does not fit a number (a 64-bit float)"
            self._add(at, "json-number", message, where)
        return value, end

    def _spoiled_text(self, at: int, where: str, error: json.JSONDecodeError) -> int:
        """Go past a text with a fault in it, such as a tab or a wrong escape."""
        if error.msg == "Expecting value":
            self._expect(at, "", where, "a value")
        message = error.msg.removesuffix(" at").removesuffix(" starting").lower()
        whole = re.compile(_STRING, re.DOTALL).match(self.text, at)
        fault = SyntaxFault(error.pos, "json-syntax", message, where)
        if whole is None:
            raise _StoppedError(fault) from None
        self.faults.append(fault._replace(spoiled=whole.span()))
        return whole.end()

    def _too_long(self, at: int, where: str) -> int:
        """Go past an integer of thousands of digits, which Python refuses."""
        digits = re.compile(_INTEGER).match(self.text, at)
        end = digits.end() if digits else at
        self._add(at, "json-number", "this number is too long", where, spoiled=(at, end))
        return end

    def _too_deep(self, at: int, where: str) -> int:
        """Go past a value, however deep it is."""
        shown = "/".join(where.split("/")[: _SHOWN_LEVELS + 1])
        message = f"nested deeper than {MAX_DEPTH} levels"
        level = 0
        for token in re.compile(rf"{_STRING}|[\[\]{{}}]", re.DOTALL).finditer(self.text, at):
            if token[0] in "[{":
                level += 1
            elif token[0] in "]}":
                level -= 1
            if not level:
                self._add(at, "json-depth", message, shown, spoiled=(at, token.end()))
                return token.end()
        raise _StoppedError(SyntaxFault(at, "json-depth", message, shown))

    def _add(
        self,
        at: int,
        rule: str,
        message: str,
        where: str,
        hint: str = "",
        *,
        spoiled: tuple[int, int] | None = None,
    ) -> None:
        self.faults.append(SyntaxFault(at, rule, message, where, hint, spoiled))

    def _expect(self, at: int, wanted: str, where: str, meaning: str) -> None:
        if not wanted or self.text[at : at + 1] != wanted:
            raise _StoppedError(self._unexpected(at, where, meaning))

    def _unexpected(self, at: int, where: str, meaning: str) -> SyntaxFault:
        if re.compile(_CONFLICT, re.MULTILINE).match(self.text, at):
            message, hint = "a merge conflict that nobody has resolved", "resolve it"
            return SyntaxFault(at, "json-syntax", message, where, hint)
        actual = self.text[at : at + 1]
        shown = repr(actual) if actual else "the end of the text"
        return SyntaxFault(at, "json-syntax", f"expected {meaning}, found {shown}", where)
