"""Write a typed call of an endpoint as Python text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..ir.model import Endpoint, ObjectType, Type
from ..ir.values import fits
from ..runtime._schemas.media_kinds import KINDS
from ..text.json_types import is_array, is_object
from ..text.python_calls import Group, Part, Text, Value, laid_out
from ..text.untrusted import literal


@dataclass(frozen=True)
class Calls:
    """The calls of one endpoint with one body."""

    endpoint: Endpoint
    body: Mapping[str, Any]

    def call(self, start: str) -> str:
        """Return `start(prompt="a dog", ...)`, indented as `start` is."""
        return laid_out(start, self._arguments(self.endpoint.request, self.body, False))

    def call_with_files(self, start: str) -> str:
        """Return the call with local files as media; empty if it has no media."""
        text = laid_out(start, self._arguments(self.endpoint.request, self.body, True))
        return "" if text == self.call(start) else text

    def pick_up(self, start: str) -> str:
        """Return the call that picks up a job by the id in the environment."""
        return laid_out(start, (("", 'os.environ["REQUEST_ID"]'),))

    @property
    def classes(self) -> list[str]:
        """Nested classes that the calls name, as they are imported."""
        return sorted(set(self._named(self.endpoint.request, self.body)))

    def _arguments(
        self, cls: ObjectType, body: Mapping[str, Any], local_files: bool
    ) -> tuple[Part, ...]:
        return tuple(
            (f"{field.name}=", self._value(field.type, body[field.wire], local_files))
            for field in cls.fields
            if field.wire in body
        )

    def _value(self, type_: Type, value: Any, local_files: bool) -> Value:
        type_ = self._branch(type_, value)
        if "media" in type_ and local_files:
            return f"Path({literal(KINDS[type_['media']].sample_file)})"
        if "class" in type_:
            cls = self._class(type_)
            return Group(f"{cls.class_name}(", self._arguments(cls, value, local_files), ")")
        if is_array(value):
            item: Type = type_.get("items", {})
            return Group(
                "[", tuple(("", self._value(item, element, local_files)) for element in value), "]"
            )
        if is_object(value):
            inner: Type = type_.get("values", {})
            pairs = (
                (f"{literal(key)}: ", self._value(inner, member, local_files))
                for key, member in value.items()
            )
            return Group("{", tuple(pairs), "}")
        return Text(value) if isinstance(value, str) else literal(value)

    def _branch(self, type_: Type, value: Any) -> Type:
        """Return the branch of a union that the value fits; any other type as it is."""
        if "anyOf" not in type_:
            return type_
        branches: list[Type] = type_["anyOf"]
        untyped: Type = {}
        fitting = (branch for branch in branches if fits(branch, value, self._nested))
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
            for element in value:
                yield from self._named_in(type_.get("items", {}), element)
        elif is_object(value):
            for member in value.values():
                yield from self._named_in(type_.get("values", {}), member)

    def _class(self, type_: Type) -> ObjectType:
        return self._nested[type_["class"]]

    @property
    def _nested(self) -> dict[str, ObjectType]:
        return {cls.class_name: cls for cls in self.endpoint.nested}
