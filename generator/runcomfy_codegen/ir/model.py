"""The intermediate representation: what an endpoint means, free of the vendor's dialect.

A type is a JSON Schema reduced to standard words (`type`, `items`, `enum`, bounds, `anyOf`), plus some of
ours: `{"media": "image"}` for an image given by URL or content, `{"class": "Name"}` for a nested class, and
`"name"` beside an `enum` that has a definition, and with it an alias, of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ..runtime._validation.demands import Demand

Type = Mapping[str, Any]


def inner_types(type_: Type) -> Iterator[Type]:
    """Yield a type and every type inside it."""
    yield type_
    for branch in type_.get("anyOf", ()):
        yield from inner_types(branch)
    for keyword in ("items", "values"):
        if keyword in type_:
            yield from inner_types(type_[keyword])


class MediaRule(NamedTuple):
    """A published validation, such as `file_size_mb<` 25 with the vendor's message."""

    rule: str
    value: float
    message: str


class Field(NamedTuple):
    """A property of a request, an output or a nested object."""

    wire: str
    name: str
    type: Type
    required: bool
    nullable: bool = False
    title: str = ""
    description: str = ""
    default: Any = None
    rules: tuple[MediaRule, ...] = ()
    examples: tuple[Any, ...] = ()
    deprecated: bool = False
    secret: bool = False


class ObjectType(NamedTuple):
    """A class to be emitted. demands: what is asked of its fields together, by wire name."""

    class_name: str
    fields: tuple[Field, ...]
    demands: tuple[Demand, ...] = ()


class Endpoint(NamedTuple):
    """An endpoint, as far as it is emitted; output and its nested classes may be shared ones.

    Attributes:
        summary: What the catalogue says of it, and what it takes, in one paragraph.
        price: The sentence of the summary about its price; empty if that is not published.
        choices: Alias -> name and class of the field that it is called after.
    """

    model_id: str
    attribute_path: str
    class_prefix: str
    display_name: str
    summary: str
    price: str
    request: ObjectType
    nested: tuple[ObjectType, ...]
    output: ObjectType
    output_nested: tuple[ObjectType, ...]
    output_is_shared: bool
    choices: Mapping[str, tuple[str, str]] = MappingProxyType({})
