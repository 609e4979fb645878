"""Write a typed call as Python text, in black's layout. Black itself would take longer than all of a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from ..ir.model import Endpoint, ObjectType, Type
from ..ir.values import fits
from ..runtime._schemas.media_kinds import KINDS
from ..text.json_types import is_array, is_object
from ..text.untrusted import literal

LINE_LENGTH = 88  # black's own: a page is narrower than an editor


class _Text(NamedTuple):
    """A text, which may be written in several pieces."""

    raw: str


class _Group(NamedTuple):
    """Brackets with parts between them. parts: what goes before a value (`name=`), and the value."""

    opening: str
    parts: tuple[tuple[str, _Value], ...]
    closing: str


_Value: TypeAlias = "str | _Text | _Group"  # a str is Python source


@dataclass(frozen=True)
class Calls:
    """Calls of one endpoint with one body."""

    endpoint: Endpoint
    body: Mapping[str, Any]

    def call(self, start: str) -> str:
        """Return `start(prompt="a dog", ...)`, indented as `start` is."""
        return _call(start, self._arguments(self.endpoint.request, self.body, False))

    def call_with_files(self, start: str) -> str:
        """Return the call with local files as media; empty if it has no media."""
        text = _call(start, self._arguments(self.endpoint.request, self.body, True))
        return "" if text == self.call(start) else text

    def pick_up(self, start: str) -> str:
        """Return the call that picks up a job by the id in the environment."""
        return _call(start, (("", 'os.environ["REQUEST_ID"]'),))

    @property
    def classes(self) -> list[str]:
        """Nested classes that the calls name, as they are imported."""
        return sorted(set(self._named(self.endpoint.request, self.body)))

    def _arguments(
        self, cls: ObjectType, body: Mapping[str, Any], local_files: bool
    ) -> tuple[tuple[str, _Value], ...]:
        return tuple(
            (f"{field.name}=", self._value(field.type, body[field.wire], local_files))
            for field in cls.fields
            if field.wire in body
        )

    def _value(self, type_: Type, value: Any, local_files: bool) -> _Value:
        type_ = self._branch(type_, value)
        if "media" in type_ and local_files:
            return f"Path({literal(KINDS[type_['media']].sample_file)})"
        if "class" in type_:
            cls = self._class(type_)
            return _Group(f"{cls.class_name}(", self._arguments(cls, value, local_files), ")")
        if is_array(value):
            item: Type = type_.get("items", {})
            return _Group(
                "[", tuple(("", self._value(item, each, local_files)) for each in value), "]"
            )
        if is_object(value):
            inner: Type = type_.get("values", {})
            pairs = (
                (f"{literal(key)}: ", self._value(inner, each, local_files))
                for key, each in value.items()
            )
            return _Group("{", tuple(pairs), "}")
        return _Text(value) if isinstance(value, str) else literal(value)

    def _branch(self, type_: Type, value: Any) -> Type:
        """Return the branch of a union that the value fits; any other type as it is."""
        if "anyOf" not in type_:
            return type_
        branches: list[Type] = type_["anyOf"]
        untyped: Type = {}
        fitting = (each for each in branches if fits(each, value, self._nested))
        return self._branch(next(fitting, untyped), value)

    def _named(self, cls: ObjectType, body: Mapping[str, Any]) -> Iterator[str]:
        for field in cls.fields:
            if field.wire in body:
                yield from self._named_in(field.type, body[field.wire])

    def _named_in(self, type_: Type, value: Any) -> Iterator[str]:
        type_ = self._branch(type_, value)
        if "class" in type_:
            yield type_["class"]
            yield from self._named(self._class(type_), value)
        elif is_array(value):
            for each in value:
                yield from self._named_in(type_.get("items", {}), each)
        elif is_object(value):
            for each in value.values():
                yield from self._named_in(type_.get("values", {}), each)

    def _class(self, type_: Type) -> ObjectType:
        return self._nested[type_["class"]]

    @property
    def _nested(self) -> dict[str, ObjectType]:
        return {cls.class_name: cls for cls in self.endpoint.nested}


def _call(start: str, arguments: tuple[tuple[str, _Value], ...]) -> str:
    group = _Group(f"{start.lstrip()}(", arguments, ")")
    return "\n".join(_laid_out("", group, len(start) - len(start.lstrip()), ""))


def _laid_out(before: str, value: _Value, indent: int, after: str) -> Iterator[str]:
    """Yield one line if the value fits on it, else a line for each part, each with its comma."""
    space, line = " " * indent, f"{before}{_on_one_line(value)}{after}"
    parts = _parts(value, LINE_LENGTH - indent - 4)
    if indent + _width(line) <= LINE_LENGTH or not parts:
        yield space + line
        return
    opening, closing, separator = "(", ")", ""
    if isinstance(value, _Group):
        opening, closing, separator = value.opening, value.closing, ","
    yield f"{space}{before}{opening}"
    for name, part in parts:
        yield from _laid_out(name, part, indent + 4, separator)
    yield f"{space}{closing}{after}"


def _on_one_line(value: _Value) -> str:
    if isinstance(value, _Group):
        inside = ", ".join(name + _on_one_line(part) for name, part in value.parts)
        return f"{value.opening}{inside}{value.closing}"
    return literal(value.raw) if isinstance(value, _Text) else value


def _parts(value: _Value, width: int) -> Sequence[tuple[str, _Value]]:
    """Return the parts that can have a line of their own: members of brackets, or pieces of a long text."""
    if isinstance(value, _Group):
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
