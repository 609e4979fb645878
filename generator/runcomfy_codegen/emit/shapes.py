"""Reduce a type to its shape: plain JSON Schema with placeholders for names, choices and bounds.

datamodel-code-generator is shown shapes only. No published text reaches its naming heuristics, and one
answer serves all properties of the same shape.
"""

from __future__ import annotations

import ast
import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..ir.model import Field, ObjectType, Type
from ..text.untrusted import literal
from .annotations import MEDIA_TYPES, rewrite

Answers = Mapping[str, str]
"""The key of a shape -> the annotation that the tool gives it, with placeholders."""

_PLACEHOLDER = "PART_"
_BOUND = 6_030_000_000_000  # larger than any number that the tool writes by itself
_BOUNDS = frozenset(
    [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
    ]
)
_encode = json.JSONEncoder(sort_keys=True).encode


class TypeShape(NamedTuple):
    """The shape of a property, and what its placeholders stand for.

    Attributes:
        key: JSON of its schema, and of whether the property is required.
        parts: Annotations for PART_0, PART_1, ..., or shapes whose annotations go there.
        bounds: Values of minLength, maximum, ..., in the order of their placeholders.
    """

    key: str
    parts: tuple[str | TypeShape, ...]
    bounds: tuple[int | float, ...]

    def keys(self) -> Iterator[str]:
        """Yield its own key, and those of the shapes inside."""
        yield self.key
        for part in self.parts:
            if isinstance(part, TypeShape):
                yield from part.keys()

    def annotation(self, answers: Answers) -> ast.expr:
        """Return the answer of the tool with everything in its place."""
        return rewrite(_parsed(answers[self.key]), functools.partial(self._replaced, answers))

    def _replaced(self, answers: Answers, node: ast.expr) -> ast.expr | None:
        """Return what a placeholder stands for; None if the node is not one."""
        if isinstance(node, ast.Name) and node.id.startswith(_PLACEHOLDER):
            part = self.parts[int(node.id.removeprefix(_PLACEHOLDER))]
            return _parsed(part) if isinstance(part, str) else part.annotation(answers)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            index = int(node.value) - _BOUND
            if 0 <= index < len(self.bounds):
                return ast.Constant(_like(node.value, self.bounds[index]))
        return None


def shape_of(fld: Field) -> TypeShape:
    """Return the shape of a property."""
    return _Shaper().shape(fld.type, fld.required, fld.nullable)


def shapes_of(classes: Iterable[ObjectType]) -> set[str]:
    """Return the keys of all shapes that the annotations of these classes need."""
    keys: set[str] = set()
    for cls in classes:
        for fld in cls.fields:
            keys.update(shape_of(fld).keys())
    return keys


def annotations_of(cls: ObjectType, answers: Answers) -> dict[str, ast.expr]:
    """Return field name -> annotation, of required and optional fields alike."""
    return {fld.name: shape_of(fld).annotation(answers) for fld in cls.fields}


@dataclass
class _Shaper:
    """A builder of one shape. It collects what its placeholders stand for."""

    parts: list[str | TypeShape] = field(default_factory=list[str | TypeShape])
    bounds: list[int | float] = field(default_factory=list[int | float])

    def shape(self, type_: Type, required: bool, nullable: bool) -> TypeShape:
        schema = self._schema(type_)
        if nullable:
            schema = _or_null(schema)
        # The tool annotates an optional null with `Annotated[None, Field(None)]`.
        key = _encode([schema, required or schema.get("type") == "null"])
        return TypeShape(key, tuple(self.parts), tuple(self.bounds))

    def _schema(self, type_: Type) -> dict[str, Any]:
        if annotation := _own_annotation(type_):
            return self._placeholder(annotation)
        if "anyOf" in type_:
            return {"anyOf": [self._inner(branch) for branch in type_["anyOf"]]}
        schema: dict[str, Any] = {
            keyword: value for keyword, value in type_.items() if keyword not in _BOUNDS
        }
        if schema.get("type") == "array":
            schema["items"] = self._inner(type_["items"])
        elif schema.get("type") == "object":
            values = self._inner(type_["values"])
            schema = {"type": "object", "additionalProperties": values or True}
        for keyword in sorted(_BOUNDS & type_.keys()):
            schema[keyword] = self._bound(type_[keyword])
        return schema

    def _inner(self, type_: Type) -> dict[str, Any]:
        """Return the schema of a type inside another one.

        The tool makes a class (`RootModel`) of an inner type with constraints, so such a type is a shape of its own.
        """
        if _BOUNDS.isdisjoint(type_) and "anyOf" not in type_:
            return self._schema(type_)
        return self._placeholder(_Shaper().shape(type_, required=True, nullable=False))

    def _placeholder(self, part: str | TypeShape) -> dict[str, Any]:
        self.parts.append(part)
        name = f"{_PLACEHOLDER}{len(self.parts) - 1}"
        return {"type": "string", "customTypePath": f"placeholder.{name}"}

    def _bound(self, value: int | float) -> int | float:
        placeholder = _BOUND + len(self.bounds)
        self.bounds.append(value)
        return placeholder + 0.5 if isinstance(value, float) else placeholder


def _own_annotation(type_: Type) -> str:
    """Return the annotation that this package gives a type; empty where the tool gives it."""
    if "media" in type_:
        return _media(type_)
    for keyword in ("class", "name"):
        if keyword in type_:
            return str(type_[keyword])
    if "enum" in type_:
        return f"Literal[{', '.join(map(literal, type_['enum']))}]"
    if "one_of" in type_:  # Literal does not take floats; `OneOf` of the runtime checks those
        return f"Annotated[float, OneOf({', '.join(map(literal, type_['one_of']))})]"
    return ""


def _media(type_: Type) -> str:
    """Return the annotation of a medium; the length of its URL may be limited."""
    plain = MEDIA_TYPES[type_["media"]]
    least, most = type_.get("minLength", 0), type_.get("maxLength")
    if (least, most) == (0, None):
        return plain
    return f"Annotated[{plain}, UrlLength({least}, {most})]"


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type that may be null as well."""
    word = schema.get("type")
    if word == "null":
        return schema
    # Of `["object", "null"]` the tool forgets the values, and of a placeholder its type.
    if word not in (None, "object") and "customTypePath" not in schema:
        return {**schema, "type": [word, "null"]}
    return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}


def _like(placeholder: int | float, bound: int | float) -> int | float:
    """Return the bound as the tool would: of a `number`, as a float, unless that is not exact."""
    converted = type(placeholder)(bound)
    return converted if converted == bound else bound


@functools.lru_cache(maxsize=4096)
def _parsed(annotation: str) -> ast.expr:
    return ast.parse(annotation, mode="eval").body
