# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Models on the command line: find one by name, and show what the catalogue says about it.

The catalogue's texts are the vendor's: any of them may be missing or malformed.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from .._base.json_values import as_array
from .._base.money import price_text
from .._base.text import shorten
from .._schemas.registry import (
    UnknownEndpointError,
    attribute_paths,
    published,
    removed_at,
    removed_model,
)
from ._console import program

_NEAR = 5  # suggestions
CatalogueEntry = Mapping[str, Any]
GONE = "(gone)"


def find_model(name: str) -> str:
    """Return the model id for a model id or an attribute path.

    Raises:
        UnknownEndpointError: This package has no such model; the message suggests similar ones.
    """
    paths = attribute_paths()
    if name in paths:
        return name
    for model_id, path in paths.items():
        if path == name:
            return model_id
    raise UnknownEndpointError(_unknown(name, paths), model_id=name)


def _unknown(name: str, paths: dict[str, str]) -> str:
    """Say what became of a model; else suggest those whose id or path is like the name, or contains it."""
    if gone := removed_model(name) or removed_at(name):
        return f"no model {name!r:.80} in this package: {gone}"
    spellings: dict[str, str] = {}
    for model_id, path in paths.items():
        spellings |= {model_id.lower(): model_id, path.lower(): model_id}
    wanted = name.lower()
    near = difflib.get_close_matches(wanted, spellings, n=_NEAR, cutoff=0.5)
    containing = [spelling for spelling in spellings if wanted and wanted in spelling]
    similar = list(dict.fromkeys(spellings[spelling] for spelling in [*near, *containing]))
    lines = "".join(f"\n  {model_id}" for model_id in similar[:_NEAR])
    hint = f"; did you mean{lines}\n" if similar else ". "
    return f"no model {name!r:.80} in this package{hint}`{program()} models` lists all."


def gone_mark(model_id: str) -> str:
    """Return what completion says of a model: that it is gone, or nothing."""
    return "gone from the catalogue" if published(model_id).get("gone") else ""


def catalogue_text(entry: CatalogueEntry, name: str) -> str:
    """Return a text of the catalogue on one line, "" if it is missing."""
    value = entry.get(name)
    return shorten(value) if isinstance(value, str) else ""


def categories(entry: CatalogueEntry) -> str:
    """Return the categories of a model, separated by commas."""
    return ", ".join(shorten(str(category)) for category in as_array(entry.get("categories")))


def price(entry: CatalogueEntry) -> str:
    """Return the price, such as `$0.036 per output`; "" if it is unknown, which does not mean free."""
    return price_text(entry.get("base_price_usd"), catalogue_text(entry, "price_unit"))
