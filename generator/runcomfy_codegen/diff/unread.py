"""Find the keywords of a schema that the generator does not interpret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dialect.demands import is_demand
from ..dialect.words import KNOWN_KEYWORDS
from ..text.json_types import is_array, is_object
from .changes import Path


def unread(schema: Any, path: Path = ()) -> dict[tuple[Path, str], Any]:
    """Return the values of those keywords, by place and word."""
    if not is_object(schema):
        return {}
    values = {(path, word): value for word, value in schema.items() if is_unread(schema, word)}
    for name, prop in properties_of(schema).items():
        values |= unread(prop, (*path, name))
    values |= unread(schema.get("items"), (*path, 0))
    values |= unread(schema.get("additionalProperties"), (*path, "*"))
    for word in ("anyOf", "oneOf"):
        branches = schema.get(word)
        for branch in branches if is_array(branches) else ():
            values |= unread(branch, path)
    return values


def is_unread(schema: Mapping[str, Any], word: str) -> bool:
    """Return whether the generator does not interpret a keyword of a schema."""
    if word in ("then", "else"):
        word = "if" if "if" in schema else word
    return word not in KNOWN_KEYWORDS and not is_demand(schema, word)


def properties_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the `properties` of a schema; empty if they are not an object."""
    properties = schema.get("properties")
    return properties if is_object(properties) else {}
