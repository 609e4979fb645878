"""Read the facts of an endpoint that pages and the index show: task, kinds of input, price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..runtime._base.money import price_text
from ..runtime._schemas.media import formats_of, media_kind
from ..runtime._schemas.media_kinds import KINDS
from ..runtime._schemas.tasks import tasks_of
from ..schemas.folder import EndpointSource
from ..text.json_types import is_array, is_object

INPUT_KINDS = ("text", *KINDS)


class ModelFacts(NamedTuple):
    """The facts that catalogue and page publish of one endpoint, and those that its schema implies.

    Attributes:
        tasks: The categories, or the task that the id names.
        kinds: The kinds of input.
        price: Such as "$0.036 per output"; empty if unknown.
        gone: Whether the catalogue no longer lists it.
    """

    model_id: str
    display_name: str
    description: str
    tasks: tuple[str, ...]
    categories: tuple[str, ...]
    kinds: tuple[str, ...]
    price: str
    pricing_note: str
    gone: bool

    @property
    def provider(self) -> str:
        return self.model_id.partition("/")[0]


def facts_of(source: EndpointSource) -> ModelFacts:
    """Return the facts of an endpoint whose corrections are made."""
    info: Mapping[str, Any] = source.endpoint.value
    published: Any = info.get("categories")
    listed: list[Any] = published if is_array(published) else []
    categories = tuple(category for category in map(_text, listed) if category)
    kinds = set(_kinds(source.input.value))
    return ModelFacts(
        source.model_id,
        _text(info.get("display_name")),
        _text(info.get("description")),
        tasks_of(source.model_id, categories),
        categories,
        tuple(kind for kind in INPUT_KINDS if kind in kinds),
        _price(info),
        _text(info.get("pricing_note")),
        bool(info.get("gone")),
    )


_PLAIN = ("integer", "number", "boolean")  # most properties; they hold neither media nor text


def _kinds(schema: Mapping[str, Any]) -> Iterable[str]:
    """Yield the kinds of all properties, nested ones included. Free text counts, choices do not."""
    waiting: list[tuple[str, Any, object]] = [("", schema, "")]
    while waiting:
        name, part, about = waiting.pop()
        if not is_object(part) or (part.get("type") in _PLAIN and "format" not in part):
            continue
        if kind := media_kind(name, part, _text(about) if formats_of(part) else ""):
            yield kind
        elif part.get("type") == "string" and "enum" not in part:
            yield "text"
        properties: Any = part.get("properties")
        for inner, described in properties.items() if is_object(properties) else ():
            text: Any = described.get("description") if is_object(described) else None
            waiting.append((inner, described, text))
        if not kind:
            parts: list[Any] = [part.get("items")]
            for union in (part.get("anyOf"), part.get("oneOf")):
                parts += union if is_array(union) else []
            waiting += [(name, part, about) for part in parts]


def _price(info: Mapping[str, Any]) -> str:
    return price_text(info.get("base_price_usd"), _text(info.get("price_unit")))


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
