"""Merge facts into endpoint.json, which both `add` and `sync` write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Source = Literal["catalogue", "page"]

# A source that reports an endpoint again replaces all keys that it owns, so that facts it no longer
# reports disappear. The keys of the other source, and keys added by hand, stay.
OWNED: Mapping[Source, tuple[str, ...]] = {
    "catalogue": (
        "display_name",
        "description",
        "categories",
        "kind",
        "base_price_usd",
        "price_unit",
        "pricing_note",
        "model_url",
        "gone",
    ),
    "page": ("example",),
}
# Written by both. `source`: where input.json is from; `page_texts`: the places in the catalogue's schema
# that were filled with a page's text.
_SHARED = ("model_id", "page_texts", "source")
_ORDER = (
    "model_id",
    *(key for key in OWNED["catalogue"] if key != "gone"),
    *OWNED["page"],
    "page_texts",
    "source",
    "gone",
)


def merged(known: Mapping[str, Any], reported: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """Return endpoint.json after a source has reported an endpoint, with its keys in a fixed order."""
    replaced = {*_SHARED, *OWNED[source]}
    kept = {key: value for key, value in known.items() if key not in replaced}
    both = {**kept, **reported, "source": source}
    return {key: both[key] for key in (*_ORDER, *both) if key in both}


def marked_gone(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return endpoint.json of an endpoint that the catalogue no longer lists."""
    return {**known, "gone": True}


def was_listed(known: Mapping[str, Any]) -> bool:
    """Return whether the catalogue ever listed an endpoint: a page alone has none of these keys."""
    return known.get("source") == "catalogue" or not known.keys().isdisjoint(OWNED["catalogue"])
