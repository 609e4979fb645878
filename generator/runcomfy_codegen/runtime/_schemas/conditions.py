"""Constraints that only the service checks: kept whole where several are joined, and searched for names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._base.json_values import is_array, is_object

Schema = dict[str, Any]
Tokens = tuple[str | int, ...]

CONDITIONAL = ("if", "then", "else")
LEFT = frozenset(
    {*CONDITIONAL, "not", "pattern", "contains", "minContains", "maxContains", "propertyNames"}
    | {"uniqueItems", "minProperties", "maxProperties", "patternProperties", "prefixItems"}
    | {"dependentSchemas", "dependencies", "allOf"}
)
"""Keywords that a reader may leave to the service."""
WITH_NAMES = frozenset({"if", "then", "else", "dependentSchemas", "dependencies", "allOf"})
"""Keywords whose schemas may describe further properties."""
_MAX_LEVELS = 20


def is_left(parts: object) -> bool:
    """Return whether an `allOf` holds nothing but constraints that are left to the service."""
    if not is_array(parts) or not parts:
        return False
    return all(is_object(part) and bool(part) and part.keys() <= LEFT for part in parts)


def takes_nothing(schema: object) -> bool:
    """Return whether no value fits a schema, as `never` is written."""
    if schema is False:
        return True
    excluded: Any = schema.get("not") if is_object(schema) else None
    return excluded is True or excluded == {}


def left_beside(schema: Schema, other: Schema) -> list[Schema]:
    """Return the constraints of the other schema that cannot stand beside those of the first one."""
    condition = {keyword: other[keyword] for keyword in CONDITIONAL if keyword in other}
    is_apart = not condition or all(keyword not in schema for keyword in CONDITIONAL)
    is_same = all(schema.get(keyword) == value for keyword, value in condition.items())
    parts = [] if is_apart or is_same else [condition]
    for keyword in sorted(LEFT.difference(CONDITIONAL, ("allOf",)) & schema.keys() & other.keys()):
        if schema[keyword] != other[keyword]:
            parts.append({keyword: other[keyword]})
    return parts


def names_of_conditions(schema: Schema) -> Iterator[tuple[str, Any, Tokens]]:
    """Yield the properties that a schema has under conditions, each with where it is described."""
    for part, tokens in _conditional_parts(schema):
        yield from _names(part, tokens, 0)


def _conditional_parts(schema: Schema) -> Iterator[tuple[Any, Tokens]]:
    for keyword in ("then", "else"):
        yield schema.get(keyword), (keyword,)
    for keyword in ("dependentSchemas", "dependencies"):
        group: Any = schema.get(keyword)
        for name, part in group.items() if is_object(group) else ():
            yield part, (keyword, name)
    listed: Any = schema.get("allOf")
    for index, part in enumerate(listed if is_left(listed) else ()):
        for inner, tokens in _conditional_parts(part):
            yield inner, ("allOf", index, *tokens)


def _names(part: Any, tokens: Tokens, level: int) -> Iterator[tuple[str, Any, Tokens]]:
    if not is_object(part) or level > _MAX_LEVELS:
        return
    properties: Mapping[str, Any] = part["properties"] if is_object(part.get("properties")) else {}
    for name, described in properties.items():
        yield name, described, (*tokens, "properties", name)
    for union in ("anyOf", "oneOf", "allOf"):
        branches: Any = part.get(union)
        for index, branch in enumerate(branches if is_array(branches) else ()):
            yield from _names(branch, (*tokens, union, index), level + 1)
    for inner, added in _conditional_parts(part):
        yield from _names(inner, (*tokens, *added), level + 1)


def names_in_conditions(schema: Schema) -> Iterator[str]:
    """Yield the names that the conditions themselves look at."""
    listed: Any = schema.get("allOf")
    for part in (schema, *(listed if is_left(listed) else ())):
        for name, _, _ in _names(part.get("if"), (), 0):
            yield name
