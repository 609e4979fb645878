"""Output classes: what a reply may hold, with nothing in it that could refuse a reply.

The site prints one generic output block for every model (API.md §1.3), so a flat block of URLs is
emitted once, under a name that follows from its fields alone, and shared by all endpoints that have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .ir import Field, ObjectType, Type
from .json_types import is_object
from .naming import camel_case

_GENERIC_BLOCK = {"image", "images", "video", "videos"}


def output_schema(published: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The schema of the reply's `output` and its pointer: pages wrap it in an `output` key (seed pages)."""
    wrapped = published.get("output")
    if is_object(wrapped) and "properties" not in published:
        return wrapped, "/output"
    return published, ""


def tolerant(cls: ObjectType) -> ObjectType:
    """Every field optional, every bound and choice dropped, media as the URL that it is."""
    return ObjectType(
        cls.class_name,
        tuple(
            replace(field, type=_loose(field.type), required=False, nullable=False, rules=())
            for field in cls.fields
        ),
    )


def shared_name(cls: ObjectType) -> str | None:
    """The name under which a flat block of strings is shared, else None."""
    flat = ({"type": "string"}, {"type": "array", "items": {"type": "string"}})
    if not cls.fields or any(field.type not in flat for field in cls.fields):
        return None
    names = {field.name for field in cls.fields}
    if names == _GENERIC_BLOCK and all(
        (field.name[-1] == "s") == ("items" in field.type) for field in cls.fields
    ):
        return "MediaOutput"
    marked = sorted(field.name + ("_list" if "items" in field.type else "") for field in cls.fields)
    return camel_case("_".join(marked)) + "Output"


def merged(blocks: Iterable[ObjectType], class_name: str) -> ObjectType:
    """One class for all that share it, each description from the first that has one."""
    fields: dict[str, Field] = {}
    for block in blocks:
        for field in block.fields:
            known = fields.setdefault(field.name, field)
            if not known.description and field.description:
                fields[field.name] = replace(known, description=field.description)
    return ObjectType(class_name, tuple(fields[name] for name in sorted(fields)))


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
