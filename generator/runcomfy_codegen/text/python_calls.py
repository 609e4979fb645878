"""Write a Python call as text: in black's layout, or on one line.

Black itself would take longer than the rest of a page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from .untrusted import literal

LINE_LENGTH = 88  # black's own: a page is narrower than an editor


class Text(NamedTuple):
    """A text, which may be written in several pieces."""

    raw: str


class Group(NamedTuple):
    """A pair of brackets.

    Attributes:
        opening: The opening bracket, and what stands before it.
        parts: What stands between them: each a prefix such as `name=`, and a value.
        closing: The closing bracket.
    """

    opening: str
    parts: tuple[Part, ...]
    closing: str


Value: TypeAlias = "str | Text | Group"  # a str is Python source
Part: TypeAlias = "tuple[str, Value]"


def laid_out(start: str, arguments: tuple[Part, ...]) -> str:
    """Return `start(name=value, ...)` in black's layout, indented as `start` is."""
    group = Group(f"{start.lstrip()}(", arguments, ")")
    return "\n".join(_lines("", group, len(start) - len(start.lstrip()), ""))


def on_one_line(value: Value) -> str:
    """Return a value on one line, however long it is."""
    if isinstance(value, Group):
        return f"{value.opening}{joined(value.parts)}{value.closing}"
    return literal(value.raw) if isinstance(value, Text) else value


def joined(parts: Sequence[Part]) -> str:
    """Return what is between the brackets of a call on one line."""
    return ", ".join(name + on_one_line(part) for name, part in parts)


def _lines(before: str, value: Value, indent: int, after: str) -> Iterator[str]:
    """Yield one line if the value fits on it, else a line for each part, each with its comma."""
    space, line = " " * indent, f"{before}{on_one_line(value)}{after}"
    parts = _parts(value, LINE_LENGTH - indent - 4)
    if indent + _width(line) <= LINE_LENGTH or not parts:
        yield space + line
        return
    opening, closing, separator = "(", ")", ""
    if isinstance(value, Group):
        opening, closing, separator = value.opening, value.closing, ","
    yield f"{space}{before}{opening}"
    for name, part in parts:
        yield from _lines(name, part, indent + 4, separator)
    yield f"{space}{closing}{after}"


def _parts(value: Value, width: int) -> Sequence[Part]:
    """Return the parts that can have a line of their own: members of brackets, or pieces of a long text."""
    if isinstance(value, Group):
        return value.parts
    if isinstance(value, str):
        return ()
    lines: list[str] = []
    for word in value.raw.split(" "):
        if lines and _width(literal(f"{lines[-1]} {word} ")) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) == 1:
        return ()
    return [("", literal(f"{line} ")) for line in lines[:-1]] + [("", literal(lines[-1]))]


def _width(text: str) -> int:
    """Return the columns of a text, as black counts them."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)
