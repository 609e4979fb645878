"""Output classes: they describe a reply, and never refuse one.

The site prints one generic output block for every model. It is emitted once, in words of
our own, so that it does not depend on which endpoints there are; any other block gets its own classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..ir.model import Field, ObjectType, Type
from ..text.json_types import is_object


def _url(kind: str) -> Field:
    return Field(kind, kind, {"type": "string"}, required=False, description=f"URL of the {kind}.")


def _urls(kind: str) -> Field:
    urls = {"type": "array", "items": {"type": "string"}}
    return Field(f"{kind}s", f"{kind}s", urls, required=False, description=f"URLs of all {kind}s.")


MEDIA_OUTPUT = ObjectType(
    "MediaOutput", (_url("image"), _urls("image"), _url("video"), _urls("video"))
)


def output_schema(published: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """Return the schema of the reply's `output` and its pointer. Pages wrap it in an `output` key."""
    wrapped = published.get("output")
    if is_object(wrapped) and "properties" not in published:
        return wrapped, "/output"
    return published, ""


def tolerant(cls: ObjectType) -> ObjectType:
    """Return the class with every field optional, without bounds and choices, and with media as URLs."""
    return ObjectType(
        cls.class_name,
        tuple(
            field._replace(type=_loose(field.type), required=False, nullable=False, rules=())
            for field in cls.fields
        ),
    )


def is_generic(cls: ObjectType) -> bool:
    """Return whether a class is the generic block, which `MediaOutput` stands for."""
    published = {field.wire: field.type for field in cls.fields}
    return published == {field.wire: field.type for field in MEDIA_OUTPUT.fields}


def _loose(type_: Type) -> Type:
    if "media" in type_:
        return {"type": "string"}
    if "enum" in type_:
        return _of_values(type_["enum"])
    if "one_of" in type_:
        return {"type": "number"}
    if "anyOf" in type_:
        branches = [_loose(branch) for branch in type_["anyOf"]]
        return {
            "anyOf": [
                branch for index, branch in enumerate(branches) if branch not in branches[:index]
            ]
        }
    if type_.get("type") == "array":
        return {"type": "array", "items": _loose(type_["items"])}
    if type_.get("type") == "object":
        return {"type": "object", "values": _loose(type_["values"])}
    return {word: value for word, value in type_.items() if word in ("type", "class")}


def _of_values(values: list[Any]) -> Type:
    words = {str: "string", bool: "boolean", int: "integer"}
    types = {words[type(value)] for value in values}
    return {"type": types.pop()} if len(types) == 1 else {}
