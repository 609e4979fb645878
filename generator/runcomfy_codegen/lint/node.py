"""One schema of an endpoint, at any depth, with what the rules need to judge it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from ..dialect import words as dialect
from ..dialect.constraints import text_of
from ..dialect.demands import is_demand
from ..dialect.normalise import MAX_DEPTH
from ..dialect.outputs import output_schema
from ..runtime._schemas.media import media_kind
from ..schemas.folder import EndpointSource
from ..text.documents import Document, pointer_to
from ..text.json_types import is_array, is_object

Place = Literal["top", "property", "part"]
EXAMPLE = "(example)"
"""Stands among keywords for a published sample."""


@dataclass(frozen=True)
class Node:
    """One schema of an endpoint.

    Attributes:
        source: The endpoint.
        document: The file that holds the schema.
        pointer: Where it is in that file.
        name: The name of the property.
        schema: The schema itself.
        place: Whether it is the whole schema, a property, or a part of one (its items, a branch of a union).
        required: Whether the property is required.
        example: The value of the property in the published example, None if there is none.
        about: The description of the property.
    """

    source: EndpointSource
    document: Document
    pointer: str
    name: str
    schema: Mapping[str, Any]
    place: Place
    required: bool = False
    example: Any = None
    about: str = ""

    @cached_property
    def type(self) -> str:
        """The standard word for the published type; empty where there is none or several."""
        return dialect.type_word(self.schema)

    @cached_property
    def media_kind(self) -> dialect.MediaKind | None:
        """The kind of media that it holds."""
        return media_kind(self.name, self.schema, self.about)

    @property
    def conditions(self) -> frozenset[str]:
        """Its keywords, and `EXAMPLE` if it has one: what decides which rules look at it."""
        keywords = frozenset(self.schema)
        return keywords if self.example is None else keywords | {EXAMPLE}

    @property
    def is_media(self) -> bool:
        return self.media_kind is not None

    def is_refused(self, keyword: str) -> bool:
        """Return whether an error already reports that a keyword cannot be read."""
        normal = self.document.normal
        return normal is not None and self.pointer + pointer_to(keyword) in normal.faults

    @cached_property
    def description(self) -> str:
        text = self.schema.get("description")
        return text if isinstance(text, str) else ""

    @property
    def in_output(self) -> bool:
        return self.document is self.source.output

    @property
    def label(self) -> str:
        """What a message begins with."""
        return f"{self.name}: " if self.name else ""


def nodes_of(source: EndpointSource) -> Iterator[Node]:
    """Yield every schema of the input, then of the output, outer ones first."""
    example = source.endpoint.value.get("example")
    samples: Mapping[str, Any] = example if is_object(example) else {}
    yield from _walk(Node(source, source.input, "", "", source.input.value, "top"), samples, 0)
    output, at = output_schema(source.output.value)
    yield from _walk(Node(source, source.output, at, "", output, "top"), {}, 0)


def _walk(node: Node, examples: Mapping[str, Any], depth: int) -> Iterator[Node]:
    yield node
    if depth > MAX_DEPTH:
        return
    listed = node.schema.get("required")
    required: list[Any] = listed if is_array(listed) else []
    properties = node.schema.get("properties")
    for name, schema in properties.items() if is_object(properties) else ():
        if is_object(schema) and len(name) <= dialect.MAX_NAME:
            at = node.pointer + pointer_to("properties", name)
            place: Place = "property"
            values = name in required, examples.get(name)
            about = text_of(schema.get("description"))
            inner = Node(node.source, node.document, at, name, schema, place, *values, about)
            yield from _walk(inner, {}, depth + 1)
    if node.place == "top" and (node.is_refused("anyOf") or node.is_refused("oneOf")):
        return
    for part, schema in _parts(node.schema):
        at = node.pointer + part
        inner = Node(node.source, node.document, at, node.name, schema, "part", about=node.about)
        yield from _walk(inner, {}, depth + 1)


def _parts(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for keyword in ("items", "additionalProperties"):
        if is_object(part := schema.get(keyword)):
            yield pointer_to(keyword), part
    for keyword in ("anyOf", "oneOf"):
        branches = schema.get(keyword)
        if is_demand(schema, keyword):
            continue  # it asks for properties, and describes no value
        for index, branch in enumerate(branches if is_array(branches) else ()):
            if is_object(branch):
                yield pointer_to(keyword, index), branch
