"""What the catalogue says of a model, in words. It is the vendor's: any of it may be missing or odd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._base.json_values import as_array
from .._base.text import shorten

Facts = Mapping[str, Any]


def text(facts: Facts, name: str) -> str:
    """A text of the catalogue on one line; empty where there is none."""
    value = facts.get(name)
    return shorten(value) if isinstance(value, str) else ""


def categories(facts: Facts) -> str:
    return ", ".join(shorten(str(each)) for each in as_array(facts.get("categories")))


def price(facts: Facts) -> str:
    """`$0.036 per output`; empty where it is not known, which does not mean free."""
    dollars, unit = facts.get("base_price_usd"), text(facts, "price_unit")
    if isinstance(dollars, bool) or not isinstance(dollars, (int, float)):
        return ""
    return f"${dollars:g}" + (f" per {unit}" if unit else "")
