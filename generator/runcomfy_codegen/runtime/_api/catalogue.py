"""The catalogue: what the service says about its models now."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from .._base.json_values import as_array, as_object, finite, is_object
from .._base.money import price_text
from .._transport.effects import Flow
from .addresses import model_path
from .free_reads import read_object
from .settings import Api

_PAGE = 500  # entries; the most that a page can have
_MOST_PAGES = 1000

logger = logging.getLogger("runcomfy")


@dataclass(frozen=True)
class CatalogueModel:
    """One model in the catalogue. What the service left out, or got wrong, is empty.

    Attributes:
        model_id: The id of the model.
        display_name: Its name.
        description: What it does.
        categories: Its categories, such as "text-to-image".
        kind: "model", "workflow", "inference", or what the service has added since.
        base_price_usd: The price of one unit in US dollars; None if it is unknown.
        price_unit: The unit of the price, such as "output" or "second".
        pricing_note: More about the price, in prose.
        model_url: Its web page.
        inputs: The names of its parameters.
        required_inputs: The names of those that it needs.
        input_schema: The schema of its input; None if it was not asked for.
        raw: The whole entry, as it came.
    """

    model_id: str
    display_name: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    kind: str = ""
    base_price_usd: float | None = None
    price_unit: str = ""
    pricing_note: str = ""
    model_url: str = ""
    inputs: tuple[str, ...] = ()
    required_inputs: tuple[str, ...] = ()
    input_schema: Mapping[str, Any] | None = field(default=None, repr=False)
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, compare=False)

    @property
    def price(self) -> str:
        """The price in words, such as `$0.036 per output`; "" if it is unknown."""
        return price_text(self.base_price_usd, self.price_unit)


def list_models(api: Api, query: Mapping[str, str]) -> Flow[tuple[CatalogueModel, ...]]:
    """Read all pages of the models that match a query.

    Raises:
        APIError: If the service answers with an error.
        TransportError: If there is no answer.
    """
    key = f"list?{urlencode(sorted(query.items()))}"
    return (yield from api.memory.kept(key, lambda: _all_pages(api, query)))


def get_model(api: Api, model_id: str, *, patiently: bool = True) -> Flow[CatalogueModel]:
    """Read one model, with its input schema. patiently: whether to repeat a failed read.

    Raises:
        NotFoundError: If the catalogue does not have it.
        APIError: If the service answers with another error.
        TransportError: If there is no answer.
    """
    path = model_path(model_id)

    def read() -> Flow[CatalogueModel]:
        entry = yield from read_object(api, path, model_id, model_id, patiently=patiently)
        return model_of({"model_id": model_id, **entry})

    return (yield from api.memory.kept(f"get {model_id}", read))


def list_categories(api: Api) -> Flow[tuple[str, ...]]:
    """Read the names of all categories. Raises what `list_models` raises."""

    def read() -> Flow[tuple[str, ...]]:
        reply = yield from read_object(api, "/models/categories", "the catalogue")
        return _texts(reply.get("categories"))

    return (yield from api.memory.kept("categories", read))


def _all_pages(api: Api, query: Mapping[str, str]) -> Flow[tuple[CatalogueModel, ...]]:
    models: dict[str, CatalogueModel] = {}
    offset = 0
    for _ in range(_MOST_PAGES):
        page = urlencode({**query, "limit": _PAGE, "offset": offset})
        reply = yield from read_object(api, f"/models?{page}", "the catalogue")
        entries, known = as_array(reply.get("models")), len(models)
        for entry in entries:
            model = model_of(as_object(entry))
            if model.model_id:
                models.setdefault(model.model_id, model)  # a list that moved between two pages
            else:
                logger.debug("the catalogue: an entry without a model id is left out")
        offset += len(entries)
        total = finite(reply.get("total"))
        is_last = not entries if total is None else offset >= total
        if is_last or len(models) == known:
            break
    return tuple(models.values())


def model_of(entry: Mapping[str, Any]) -> CatalogueModel:
    """Read an entry of the catalogue. Never raises: what is malformed counts as left out."""
    schema: object = entry.get("input_schema")
    price = finite(entry.get("base_price_usd"))
    required = entry.get("required_inputs") or as_object(schema).get("required")
    return CatalogueModel(
        model_id=_text(entry, "model_id"),
        display_name=_text(entry, "display_name"),
        description=_text(entry, "description"),
        categories=_texts(entry.get("categories")),
        kind=_text(entry, "kind"),
        base_price_usd=price if price is not None and price >= 0 else None,
        price_unit=_text(entry, "price_unit"),
        pricing_note=_text(entry, "pricing_note"),
        model_url=_text(entry, "model_url"),
        inputs=_names(entry.get("inputs")) or tuple(as_object(as_object(schema).get("properties"))),
        required_inputs=_texts(required),
        input_schema=schema if is_object(schema) else None,
        raw=entry,
    )


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in as_array(value) if isinstance(item, str))


def _names(value: object) -> tuple[str, ...]:
    """Return the names in a list of texts, or of objects with a `name`, whose form is not published."""
    items = [as_object(item).get("name", item) for item in as_array(value)]
    return _texts(items)
