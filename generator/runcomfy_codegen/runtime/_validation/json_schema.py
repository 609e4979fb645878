"""The JSON Schema of a request class, read from what the class checks.

Classes are typed as `Any`: their base uses this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from .._schemas.normal import normal_form
from .._schemas.registry import corrected_input
from ..media import Media
from ..media._implausible import SEEN
from .fields import wire_names
from .schema_parts import (
    Property,
    Schema,
    any_of,
    choices,
    holds_media,
    media,
    object_schema,
    with_inner_texts,
    without_null,
)
from .secret import Secret
from .url_length import UrlLength

_WORDS: Mapping[Any, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
# Marks of pydantic's by the names of their classes.
_WORDS_OF_BOUNDS: Mapping[str, tuple[str, str]] = {
    "Ge": ("ge", "minimum"),
    "Gt": ("gt", "exclusiveMinimum"),
    "Le": ("le", "maximum"),
    "Lt": ("lt", "exclusiveMaximum"),
    "MultipleOf": ("multiple_of", "multipleOf"),
}
_WORDS_OF_SIZES: Mapping[str, tuple[str, str]] = {
    "MinLen": ("min_length", "min"),
    "MaxLen": ("max_length", "max"),
}


def json_schema_of(cls: Any) -> Schema:
    """Return the schema of what a class takes as JSON, with the vendor's texts.

    Names are those of the JSON that is sent.
    """
    schema = _object(cls)
    model_id = getattr(cls, "model_id", None)
    published = corrected_input(model_id) if isinstance(model_id, str) else {}
    return with_inner_texts(schema, normal_form(published).document)


def _object(cls: Any) -> Schema:
    properties = [_property(cls, name, wire) for name, wire in wire_names(cls).items()]
    model_id = getattr(cls, "model_id", "")
    about = f"The input of {model_id}." if model_id else ""
    return object_schema(cls.__name__, properties, cls.demands, about)


def _property(cls: Any, name: str, wire: str) -> Property:
    field = cls.model_fields[name]
    schema = _of(field.annotation, field.metadata)
    if name not in cls.nullable:
        schema = without_null(schema)
    if not holds_media(schema) and cls._must_have_text(name):
        schema = {**schema, "pattern": SEEN}
    return Property(
        wire,
        schema,
        field.is_required(),
        cls.rules.get(wire, ()),
        bool(field.deprecated),
        any(isinstance(mark, Secret) for mark in field.metadata),
    )


def _of(annotation: Any, marks: Iterable[Any] = ()) -> Schema:
    """Return the schema of an annotation with what is marked beside it."""
    marks = [*marks]
    for mark in marks:
        if isinstance(mark, Media):
            return _limited(media(mark.kind), marks)
        if hasattr(mark, "numbers"):  # `OneOf`
            return choices(mark.numbers)
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *inner_marks = get_args(annotation)
        return _limited(_of(inner, inner_marks), marks)
    if origin in (Union, UnionType):
        return _limited(any_of([_of(branch) for branch in get_args(annotation)]), marks)
    return _limited(_plain(annotation, origin or annotation, get_args(annotation)), marks)


def _plain(annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> Schema:
    if origin is Literal:
        return choices(arguments)
    if origin is list:
        return {"type": "array", "items": _of(arguments[0]) if arguments else {}}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of(arguments[1]) if arguments else {}}
    if annotation in (None, NoneType):
        return {"type": "null"}
    if hasattr(annotation, "demands"):
        return _object(annotation)
    return {"type": _WORDS[annotation]} if annotation in _WORDS else {}


def _limited(schema: Schema, marks: list[Any]) -> Schema:
    """Return a schema with the bounds that stand beside it."""
    if "anyOf" in schema and marks:
        return any_of([_limited(branch, marks) for branch in schema["anyOf"]])
    limits: Schema = {}
    kind = schema.get("type")
    for mark in _unpacked(marks):
        name = type(mark).__name__
        if isinstance(mark, UrlLength):
            limits |= {"minLength": mark.least} if mark.least else {}
            limits |= {"maxLength": mark.most} if mark.most is not None else {}
        elif name in _WORDS_OF_BOUNDS and kind in ("integer", "number"):
            attribute, keyword = _WORDS_OF_BOUNDS[name]
            limits[keyword] = getattr(mark, attribute)
        elif name in _WORDS_OF_SIZES and kind in ("string", "array"):
            attribute, start = _WORDS_OF_SIZES[name]
            limits[f"{start}{'Items' if kind == 'array' else 'Length'}"] = getattr(mark, attribute)
    return {**schema, **limits}


def _unpacked(marks: Iterable[Any]) -> list[Any]:
    """List the marks, with those inside of a `Field`."""
    unpacked: list[Any] = []
    for mark in marks:
        unpacked += mark.metadata if isinstance(mark, FieldInfo) else [mark]
    return unpacked
