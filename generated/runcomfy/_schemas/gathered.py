# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Lists described by position and objects described by patterns, as lists and objects of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._base.json_values import is_array, is_object

Schema = dict[str, Any]
Tokens = tuple[str | int, ...]
GATHERED = frozenset({"prefixItems", "items", "patternProperties"})
"""Keywords that may describe one thing in several parts."""
_ANY_NAME = frozenset({"", ".*", "^.*$", "^.*", ".*$", "^(.*)$", ".+", "^.+$", "^(.+)$", "^", "$"})


class Gathered(NamedTuple):
    """A schema with its parts in one place. moved: where a schema stands now -> where it is described."""

    schema: Schema
    moved: Mapping[Tokens, Tokens]


def gathered_positions(schema: Schema) -> Gathered:
    """Return a list that is described by position as one of the items that any position takes.

    That each stands in its own position is left to the service.
    """
    word = "prefixItems" if "prefixItems" in schema else "items"
    positions: Any = schema.get(word)
    rest = schema.get("items" if word == "prefixItems" else "additionalItems")
    if not is_array(positions) or not positions:
        return Gathered(schema, {})
    most = schema.get("maxItems")
    is_short = isinstance(most, int) and not isinstance(most, bool) and most <= len(positions)
    is_closed = rest is False or is_short
    parts: dict[Tokens, Any] = {
        (word, index): described for index, described in enumerate(positions)
    }
    if not is_closed:
        rest_word = "items" if word == "prefixItems" else "additionalItems"
        parts[(rest_word,)] = rest if is_object(rest) else {}
    if not all(map(is_object, parts.values())):
        return Gathered(schema, {})
    dropped = ("items", "additionalItems", "prefixItems")
    plain = {keyword: value for keyword, value in schema.items() if keyword not in dropped}
    if any(described != positions[0] for described in parts.values()):
        plain["prefixItems"] = positions
    if is_closed and not is_short:
        plain["maxItems"] = len(positions)
    return _with_union(plain, "items", parts)


def gathered_patterns(schema: Schema) -> Gathered:
    """Return an object whose names match patterns as one of the values that any name takes.

    That each name fits its own pattern is left to the service.
    """
    patterns: Any = schema.get("patternProperties")
    if not is_object(patterns) or not patterns or schema.get("properties"):
        return Gathered(schema, {})
    parts: dict[Tokens, Any] = {
        ("patternProperties", name): described
        for name, described in patterns.items()
        if described is not False
    }
    rest = schema.get("additionalProperties")
    if rest is not False and _ANY_NAME.isdisjoint(patterns):
        parts[("additionalProperties",)] = rest if is_object(rest) else {}
    if not parts or not all(map(is_object, parts.values())):
        return Gathered(schema, {})
    plain = {word: value for word, value in schema.items() if word != "additionalProperties"}
    if patterns.keys() <= _ANY_NAME:
        del plain["patternProperties"]
    return _with_union(plain, "additionalProperties", parts)


def _with_union(schema: Schema, word: str, parts: Mapping[Tokens, Any]) -> Gathered:
    distinct: dict[Tokens, Any] = {}
    for tokens, described in parts.items():
        if described not in distinct.values():
            distinct[tokens] = described
    if {} in distinct.values():
        return Gathered({**schema, word: {}}, {})
    if len(distinct) == 1:
        [(tokens, described)] = distinct.items()
        return Gathered({**schema, word: described}, {(word,): tokens})
    union = {word: {"anyOf": [*distinct.values()]}}
    moved: dict[Tokens, Tokens] = {
        (word, "anyOf", at): tokens for at, tokens in enumerate(distinct)
    }
    return Gathered({**schema, **union}, moved)
