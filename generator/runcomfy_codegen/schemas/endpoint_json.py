"""What endpoint.json holds, and whose word each key is: `add` and `sync` both write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Source = Literal["catalogue", "page"]

# A source that reports an endpoint again replaces all keys that it owns: what it no longer says is
# no longer so. The keys of the other source, and keys added by hand, stay.
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
# Written by both. `source`: whose input schema is in input.json now; `page_texts`: where the catalogue's
# has a text of a page.
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
    """endpoint.json after a source has reported an endpoint, its keys in one order."""
    replaced = {*_SHARED, *OWNED[source]}
    kept = {key: value for key, value in known.items() if key not in replaced}
    both = {**kept, **reported, "source": source}
    return {key: both[key] for key in (*_ORDER, *both) if key in both}


def marked_gone(known: Mapping[str, Any]) -> dict[str, Any]:
    """endpoint.json of an endpoint that the catalogue no longer lists."""
    return {**known, "gone": True}


def was_listed(known: Mapping[str, Any]) -> bool:
    """Whether the catalogue ever had it: a page alone knows nothing of the catalogue's keys."""
    return known.get("source") == "catalogue" or not known.keys().isdisjoint(OWNED["catalogue"])
