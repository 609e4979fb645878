"""The differences between a model of this package and the one that the service has now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .._api.catalogue import CatalogueModel
from .._base.json_values import as_array, as_object, finite, is_array, is_object
from .._base.money import price_text
from ._models import CatalogueEntry, catalogue_text

_WORDS = frozenset({"title", "description", "examples"})


class ModelDifference(NamedTuple):
    """One difference.

    Attributes:
        model_id: The model.
        kind: "gone", "required", "removed", "changed", "added" or "price".
        detail: What is different.
    """

    model_id: str
    kind: str
    detail: str


def differences(
    model_id: str, known: CatalogueEntry, live: CatalogueModel | None
) -> Iterator[ModelDifference]:
    """Yield the differences, other than those of titles, descriptions and examples.

    Args:
        model_id: The model.
        known: What was published with this package.
        live: What the catalogue has now; None if it has no such model.
    """
    if live is None:
        yield ModelDifference(model_id, "gone", "the catalogue no longer lists it")
        return
    yield from _of_input(model_id, as_object(known.get("input_schema")), live)
    before = _price(known.get("base_price_usd"), catalogue_text(known, "price_unit"))
    after = _price(live.base_price_usd, live.price_unit)
    if before and after and before != after:
        yield ModelDifference(model_id, "price", f"{before} -> {after}")


def _price(usd: object, unit: str) -> str:
    """Return a price in words, the same for 1 and 1.0."""
    amount = finite(usd)
    if amount is not None and amount.is_integer():
        return price_text(int(amount), unit)
    return price_text(amount, unit)


def _of_input(
    model_id: str, known: Mapping[str, Any], live: CatalogueModel
) -> Iterator[ModelDifference]:
    """Yield what differs in the parameters."""
    old = as_object(known.get("properties"))
    schema = as_object(live.input_schema)
    new = as_object(schema.get("properties"))
    if not new:
        return  # the service did not say
    needed = {*map(str, as_array(schema.get("required"))), *live.required_inputs}
    needed_before = set(map(str, as_array(known.get("required"))))
    changed = [name for name in old.keys() & new.keys() if _shape(old[name]) != _shape(new[name])]
    rest = _shape({key: value for key, value in known.items() if key not in _JUDGED})
    if rest != _shape({key: value for key, value in schema.items() if key not in _JUDGED}):
        changed.append("the rules about several parameters")
    for kind, names in (
        ("required", (needed - needed_before) & new.keys()),
        ("removed", old.keys() - new.keys()),
        ("changed", set(changed)),
        ("added", new.keys() - old.keys() - needed),
    ):
        if names:
            yield ModelDifference(model_id, kind, ", ".join(sorted(names)))


_JUDGED = ("properties", "required")


def _shape(schema: Any) -> str:
    """Return a schema without its words, as text that is equal for equal schemas."""
    return json.dumps(_without_words(schema), sort_keys=True)


def _without_words(value: Any, *, is_schema: bool = True) -> Any:
    if is_object(value):
        return {
            # Below `properties`, the keys are names of parameters.
            key: _without_words(inner, is_schema=not (is_schema and key == "properties"))
            for key, inner in value.items()
            if not (is_schema and key in _WORDS)
        }
    if is_array(value):
        return [_without_words(inner) for inner in value]
    return value
