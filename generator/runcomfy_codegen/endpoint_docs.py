"""What a reader is told of an endpoint beside its title: the facts of the catalogue."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any

from .json_types import is_array

PRICE = re.compile(r"(price|pricing|cost)")
"""Keys of endpoint.json that say something of the price."""

_MAX_PRICE = 300  # characters; a longer note is read on the website


def about(info: Mapping[str, Any]) -> str:
    """One paragraph; empty where nothing is published."""
    categories: Any = info.get("categories")
    named = [each for each in categories if isinstance(each, str)] if is_array(categories) else []
    price = textwrap.shorten(price_of(info), _MAX_PRICE, placeholder=" ...").rstrip(".")
    sentences = (
        "It was gone from the catalogue when this was generated." if info.get("gone") else "",
        f"Category: {', '.join(named)}." if named else "",
        f"Price when this was generated: {price}." if price else "",
    )
    return " ".join(filter(None, sentences))


def price_of(info: Mapping[str, Any]) -> str:
    """All that is published of the price, in one line; empty where it is unknown (API.md §1.6)."""
    base, unit = info.get("base_price_usd"), info.get("price_unit")
    known = {"base_price_usd", "price_unit"}
    parts = [f"{_shown(base)} USD" + (f" per {unit}" if unit else "")] if base is not None else []
    others = (info[key] for key in sorted(info.keys() - known) if PRICE.search(key))
    parts += [
        each if isinstance(each, str) else _shown(each) for each in others if each is not None
    ]
    return "; ".join(parts)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
