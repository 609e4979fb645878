"""Read JSON documents strictly and with positions, and write them in one layout."""

from __future__ import annotations

import itertools
import json
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NoReturn, cast

from ..runtime._schemas.references import origin_of
from ..runtime._schemas.references import pointer_to as pointer_to
from ..runtime._schemas.references import tokens_of as tokens_of
from .json_faults import MAX_DEPTH as MAX_DEPTH
from .json_faults import SyntaxFault, scan, skip_space, without_faults
from .problems import Problem, Severity

if TYPE_CHECKING:
    from ..runtime._schemas.normal import NormalForm

_MAYBE_SURROGATE = "\\\\u[dD][89a-fA-F]|[\ud800-\udfff]"


@dataclass(frozen=True)
class Document:
    """A JSON value, the file it is from and, when it was parsed, its text.

    file: path as the user knows it; normal: where the value is a normal form, how it came about.
    """

    file: str
    value: Any
    text: str = field(default="", repr=False, compare=False)
    normal: NormalForm | None = field(default=None, repr=False, compare=False)

    def locate(self, pointer: str) -> tuple[int, int]:
        """Return line and column (1-based) of a member's key or an element, or of what would hold it.

        A document without a text gives (0, 0).
        """
        if not self.text:
            return 0, 0
        at = value_at = skip_space(self.text, 0)
        known = ""
        for token in pointer.split("/")[1:]:
            if known not in self._levels:  # most never are: only what is reported is looked for
                self._levels[known] = dict(_members(self.text, value_at))
            if token not in self._levels[known]:
                break
            at, value_at = self._levels[known][token]
            known = f"{known}/{token}"
        return self._lines.position(at)

    def problem(
        self, rule: str, severity: Severity, message: str, pointer: str, hint: str = ""
    ) -> Problem:
        """Return a problem with the value at a pointer (RFC 6901), with its position."""
        pointer = self.published(pointer)
        line, column = self.locate(pointer)
        return Problem(self.file, line, column, rule, severity, message, pointer, hint)

    def published(self, pointer: str) -> str:
        """Return where a place of the value is written in the text."""
        return origin_of(pointer, self.normal.origins) if self.normal else pointer

    @cached_property
    def normal_forms(self) -> dict[tuple[str, bool], Document]:
        """Normal forms that `schemas.normal_form` made: several stages ask for the same ones."""
        return {}

    @cached_property
    def _levels(self) -> dict[str, dict[str, tuple[int, int]]]:
        """Pointer of an object or array -> its tokens -> offset of the key or element, and of the value."""
        return {}

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)


def parse(text: str | bytes, file: str) -> tuple[Document | None, list[Problem]]:
    """Return the document, or everything wrong with it. A byte order mark is ignored (RFC 8259 §8.1)."""
    if isinstance(text, bytes):
        decoded, problems = to_text(text, file)
        if decoded is None:
            return None, problems
        text = decoded
    document, problems = parse_around(text, file)
    return (None if problems else document), problems


def parse_around(text: str, file: str) -> tuple[Document | None, list[Problem]]:
    """Return a document and everything wrong with it, with nulls and empty texts for what has no value.

    The document is None if a fault hides where its value ends.
    """
    text = text.removeprefix("\ufeff")
    value, end, faults = decode(text, skip_space(text, 0))
    rest = len(text) if end is None else skip_space(text, end)
    if not faults and rest == len(text):
        return Document(file, value, text), []
    if rest < len(text):
        faults.append(SyntaxFault(rest, "json-syntax", "text after the end of the document"))
        end = None
    lines = Lines(text)
    problems = [fault.problem(file, *lines.position(fault.offset)) for fault in faults]
    if end is None:
        return None, problems
    readable = without_faults(text, faults)
    return Document(file, _LENIENT.decode(readable), readable), problems


def to_text(
    raw: bytes, file: str, encoding: Literal["utf-8", "utf-16"] = "utf-8"
) -> tuple[str | None, list[Problem]]:
    """Return the text of a file, or the problem that says where it is not in this encoding."""
    try:
        return raw.decode(encoding), []
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode(encoding)
        line, column = position(good, len(good))
        message = f"it is not {encoding.upper()} text: byte 0x{raw[error.start]:02x}"
        hint = "save the file as UTF-8"
        return None, [Problem(file, line, column, "encoding", "error", message, "", hint)]


def decode(text: str, start: int) -> tuple[Any, int | None, list[SyntaxFault]]:
    """Return the JSON value that begins at `start`, the offset after it, and its faults.

    With faults the value is None, and so is the offset if the end could not be found.
    """
    try:
        value, end = _DECODER.raw_decode(text, start)
        if _nests_at_most(MAX_DEPTH, value, text) and not _may_hold_surrogates(text, start, end):
            return value, end, []
    except (ValueError, RecursionError):
        value = None
    # Something is odd: look again, slower, with positions and without stopping at the first fault.
    found_end, faults = scan(text, start)
    return None if faults else value, found_end, faults


one_line = json.JSONEncoder(ensure_ascii=False).encode
"""Writes a value on one line, as `json.dumps` does, which makes an encoder each time."""

sorted_line = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
"""Writes a value on one line with its keys sorted, to compare values."""


def dumps(value: Any) -> str:
    """Return a value in the project's JSON layout: two spaces, keys in their order, a final newline."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


class Lines:
    """The lines of a text, for many positions in it."""

    def __init__(self, text: str) -> None:
        self._ends = [-1, *(newline.start() for newline in re.finditer("\n", text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column, both 1-based, of an offset."""
        line = bisect_left(self._ends, offset)
        return line, offset - self._ends[line - 1]


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both 1-based, of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _members(text: str, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the tokens below the value at an offset of a good text, each with its offsets."""
    opening = text[at]
    at = skip_space(text, at + 1)
    for index in itertools.count() if opening in "{[" else ():
        if text[at] in "}]":
            return
        token, begin = str(index), at
        if opening == "{":
            key, at = _LENIENT.raw_decode(text, at)
            token = pointer_to(key)[1:]
            at = skip_space(text, skip_space(text, at) + 1)
        yield token, (begin, at)
        _, at = _LENIENT.raw_decode(text, at)
        at = skip_space(text, at)
        at = skip_space(text, at + 1) if text[at] == "," else at


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _finite(digits: str) -> float:
    if not math.isfinite(value := float(digits)):
        raise ValueError(digits)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse)
_LENIENT = json.JSONDecoder()


def _nests_at_most(depth: int, value: Any, text: str) -> bool:
    # Most documents have fewer brackets than that, whatever they are nested in.
    return text.count("{") + text.count("[") <= depth or depth_of(value) <= depth


def _may_hold_surrogates(text: str, start: int, end: int) -> bool:
    if text.isascii() and "\\u" not in text:
        return False  # most do not, and the pattern takes its time
    return re.compile(_MAYBE_SURROGATE).search(text, start, end) is not None


def depth_of(value: Any) -> int:
    depth, level = 0, _containers([value])
    while level:
        depth += 1
        level = _containers(itertools.chain.from_iterable(level))
    return depth


def _containers(values: Iterable[Any]) -> list[Iterable[Any]]:
    """Return the arrays among some values, and the values of the objects."""
    return [
        cast("dict[str, Any]", value).values() if isinstance(value, dict) else value
        for value in values
        if isinstance(value, (dict, list))
    ]
