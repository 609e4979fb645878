"""List what changes for Python code that uses an endpoint: parameters, attributes, classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..build.reading import Reading
from ..dialect.outputs import tolerant
from ..dialect.schema_classes import SchemaClasses
from ..emit.annotations import MEDIA_TYPES
from ..ir.model import Field, ObjectType, Type
from ..text.json_types import is_array
from ..text.untrusted import literal

_SCALARS = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}


def effects(old: Reading, new: Reading) -> Iterator[str]:
    """Yield a line for each change, in the terms of the generated module."""
    for was, now in (
        (f"client.{old.name.attribute_path}", f"client.{new.name.attribute_path}"),
        (f"{old.name.class_prefix}Request", f"{new.name.class_prefix}Request"),
        (f"{old.name.class_prefix}Output", f"{new.name.class_prefix}Output"),
    ):
        if was != now:
            yield f"{was} is now {now}"
    yield from _classes(old.input, new.input, "parameter", "submit() and run()")
    outputs = [
        SchemaClasses(tolerant(part.cls), {n: tolerant(c) for n, c in part.nested.items()}, {}, "")
        for part in (old.output, new.output)
    ]
    yield from _classes(outputs[0], outputs[1], "attribute", f"{new.name.class_prefix}Output")


def _classes(old: SchemaClasses, new: SchemaClasses, noun: str, owner: str) -> Iterator[str]:
    yield from _fields(old.cls, new.cls, noun, owner)
    for name in sorted(old.nested.keys() | new.nested.keys()):
        was, now = old.nested.get(name), new.nested.get(name)
        if was and now:
            yield from _fields(was, now, noun, name)
        else:
            yield f"class {name} {'removed' if was else 'added'}"


def _fields(old: ObjectType, new: ObjectType, noun: str, owner: str) -> Iterator[str]:
    olds, news = ({field.wire: field for field in cls.fields} for cls in (old, new))
    for wire in sorted(olds.keys() | news.keys()):
        was, now = olds.get(wire), news.get(wire)
        if was and now:
            yield from (f"{owner}: {noun} {effect}" for effect in _field(was, now))
        elif was:
            yield f"{owner}: {noun} {was.name} removed"
        elif now:
            demanded = ", required" if now.required else ""
            yield f"{owner}: {noun} {now.name}: {_annotation(now)} added{demanded}"


def _field(old: Field, new: Field) -> Iterator[str]:
    if old.name != new.name:
        yield f"{old.name} renamed to {new.name}"
    if old.required != new.required:
        yield f"{new.name} is {'required' if new.required else 'optional'} now"
    was, now = _annotation(old), _annotation(new)
    if was == now:
        return
    members = _members(old.type), _members(new.type)
    if all(members) and old.type.get("type") == new.type.get("type"):
        for verb, some, others in (("loses", *members), ("gains", *members[::-1])):
            changed = [member for member in some if member not in others]
            if changed:
                yield f"{new.name}: Literal {verb} {', '.join(changed)}"
    else:
        yield f"{new.name}: {was} -> {now}"


def _annotation(field: Field) -> str:
    return annotation(field.type) + (" | None" if field.nullable else "")


def annotation(type_: Type) -> str:
    """Return the type as a signature shows it, without limits, and with its choices written out."""
    if "anyOf" in type_:
        return " | ".join(dict.fromkeys(map(annotation, type_["anyOf"])))
    if "media" in type_:
        return MEDIA_TYPES[type_["media"]]
    if "class" in type_:
        return str(type_["class"])
    if "enum" in type_:
        return f"Literal[{', '.join(map(literal, type_['enum']))}]"
    if type_.get("type") == "array":
        return f"list[{annotation(type_['items'])}]"
    if type_.get("type") == "object":
        return f"dict[str, {annotation(type_['values'])}]"
    return "float" if "one_of" in type_ else _SCALARS.get(str(type_.get("type")), "Any")


def _members(type_: Mapping[str, Any]) -> list[str]:
    """Return the members of a Literal, if the type is one or a list of it."""
    if type_.get("type") == "array":
        return _members(type_["items"])
    values = type_.get("enum")
    return [literal(value) for value in values] if is_array(values) else []
