"""What a page and the index say of an endpoint beside its schema: task, kinds of input, price."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import dialect
from ..json_types import is_array, is_number, is_object
from ..schemas_folder import EndpointSource

INPUT_KINDS = ("text", "image", "video", "audio")
# API.md §1.7: the catalogue's categories are named like this, and so are the last segments of most ids.
_TASK = re.compile(r"[a-z]+-to-(?:image|video|audio)")


@dataclass(frozen=True)
class Facts:
    """The catalogue's and the page's word on one endpoint, and what follows from its schema.

    task: the first category, else what the id says; price: such as "$0.036 per output", empty where unknown.
    """

    model_id: str
    display_name: str
    description: str
    task: str
    categories: tuple[str, ...]
    kinds: tuple[str, ...]
    price: str
    pricing_note: str
    gone: bool

    @property
    def provider(self) -> str:
        return self.model_id.partition("/")[0]


def facts_of(source: EndpointSource) -> Facts:
    """source: with its corrections made."""
    info: Mapping[str, Any] = source.endpoint.value
    published: Any = info.get("categories")
    listed: list[Any] = published if is_array(published) else []
    categories = tuple(each for each in map(_text, listed) if each)
    kinds = set(_kinds(source.input.value))
    return Facts(
        source.model_id,
        _text(info.get("display_name")),
        _text(info.get("description")),
        categories[0] if categories else _task_of(source.model_id),
        categories,
        tuple(kind for kind in INPUT_KINDS if kind in kinds),
        _price(info),
        _text(info.get("pricing_note")),
        bool(info.get("gone")),
    )


def _task_of(model_id: str) -> str:
    segments = model_id.split("/")[1:]
    return next(filter(_TASK.fullmatch, reversed(segments)), segments[-1])


def _kinds(schema: Mapping[str, Any]) -> Iterable[str]:
    """Of all properties, those of nested objects too. Text is what is written freely."""
    waiting: list[tuple[str, Any]] = [("", schema)]
    while waiting:
        name, each = waiting.pop()
        if not is_object(each):
            continue
        if kind := dialect.media_kind(name, each):
            yield kind
        elif each.get("type") == "string" and "enum" not in each:
            yield "text"
        properties: Any = each.get("properties")
        waiting += properties.items() if is_object(properties) else ()
        if not kind:
            waiting.append((name, each.get("items")))


def _price(info: Mapping[str, Any]) -> str:
    """Empty where nothing is published: unknown is not free (API.md §1.6)."""
    price = info.get("base_price_usd")
    if not is_number(price) or price < 0:
        return ""
    unit = _text(info.get("price_unit"))
    return f"${json.dumps(price)}" + (f" per {unit}" if unit else "")


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
