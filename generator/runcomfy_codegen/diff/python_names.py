"""The names that users import from the module of an endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from ..build.reading import Reading
from ..dialect.outputs import tolerant
from ..dialect.schema_classes import SchemaClasses
from ..ir.model import Field, inner_types


def lost_names(old: Reading, new: Reading) -> Iterator[str]:
    """Yield each class, and each alias of a definition, that is gone while its property is there."""
    for was, now in (
        (old.input, new.input),
        (_tolerant(old.output), _tolerant(new.output)),
    ):
        olds, news = _names(was), _names(now)
        remaining = {field.wire for field in now.cls.fields}
        for name, wires in olds.items():
            if name not in news and not wires.isdisjoint(remaining):
                yield name


def _tolerant(part: SchemaClasses) -> SchemaClasses:
    nested = {name: tolerant(cls) for name, cls in part.nested.items()}
    return part._replace(cls=tolerant(part.cls), nested=nested)


def _names(part: SchemaClasses) -> dict[str, set[str]]:
    """Return the names that a module gets for its parameters: name -> properties that need it."""
    properties: dict[str, set[str]] = {}
    for field in part.cls.fields:
        for name in _needed(field, part, frozenset()):
            properties.setdefault(name, set()).add(field.wire)
    return properties


def _needed(field: Field, part: SchemaClasses, seen: frozenset[str]) -> Iterator[str]:
    for type_ in inner_types(field.type):
        if "name" in type_:
            yield str(type_["name"])
        name = str(type_.get("class", ""))
        if name and name not in seen:
            yield name
            for inner in part.nested[name].fields:
                yield from _needed(inner, part, seen | {name})
