"""One property of an input schema, with what the rules need to judge it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .. import dialect
from ..documents import Document
from ..documents import pointer as steps
from ..json_types import is_array, is_object
from ..normalise import MAX_DEPTH
from ..problems import Problem, Severity
from ..schemas_folder import EndpointSource


@dataclass(frozen=True)
class Property:
    """name, published schema, and where it is; example: its value in the published example, if any."""

    document: Document
    pointer: str
    name: str
    schema: Mapping[str, Any]
    required: bool
    example: Any = None

    @property
    def type(self) -> str:
        """The standard word for the published type; empty where there is none or several."""
        word = self.schema.get("type")
        return dialect.TYPE_WORDS.get(word.lower(), "") if isinstance(word, str) else ""

    @property
    def is_media(self) -> bool:
        return dialect.media_kind(self.name, dict(self.schema)) is not None

    def finding(
        self, rule: str, severity: Severity, message: str, keyword: str = "", hint: str = ""
    ) -> Problem:
        """A problem at this property, or at one of its keywords."""
        at = self.pointer + (steps(*keyword.split("/")) if keyword else "")
        return self.document.problem(rule, severity, f"{self.name}: {message}", at, hint)


def properties_of(source: EndpointSource) -> Iterator[Property]:
    """Every property of the input, nested ones included."""
    example = source.endpoint.value.get("example")
    yield from _walk(source.input, source.input.value, "", example if is_object(example) else {}, 0)


def _walk(
    document: Document,
    schema: Mapping[str, Any],
    pointer: str,
    example: Mapping[str, Any],
    depth: int,
) -> Iterator[Property]:
    properties = schema.get("properties")
    if not is_object(properties) or depth > MAX_DEPTH:
        return
    required = schema.get("required")
    names: list[Any] = required if is_array(required) else []
    for name, published in properties.items():
        if not is_object(published):
            continue
        prop = published
        at = pointer + steps("properties", name)
        yield Property(document, at, name, prop, name in names, example.get(name))
        yield from _walk(document, prop, at, {}, depth + 1)
        if is_object(items := prop.get("items")):
            yield from _walk(document, items, at + steps("items"), {}, depth + 1)
