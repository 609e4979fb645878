"""Translate the vendor's words in a published schema to JSON Schema; the rest stays as it is.

A counterexample is found on what was published, so this is separate from how the classes read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ..dialect.demands import is_demand
from ..dialect.words import BOUND_KEYWORDS, TYPE_WORDS, is_usable

Schema = dict[str, Any]

_SUBSCHEMAS = ("items", "additionalProperties", "not", "if", "then", "else", "contains")
_SUBSCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SUBSCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions")


def standard_schema(published: Mapping[str, Any]) -> Schema:
    """Translate to JSON Schema Draft 2020-12; the input is not changed."""
    schema: Schema = dict(published)
    _read_subschemas(schema)
    _read_bounds(schema)
    types = _types(schema.pop("type", None))
    if "array" in types:
        types = _read_array(schema, types)
    if schema.pop("nullable", None) is True:  # OpenAPI 3.0
        types = _read_nullable(schema, types)
    if types:
        schema["type"] = types
    if isinstance(schema.get("required"), list) and "properties" in schema:
        # Some pages demand a name that no property has; no request could satisfy both.
        schema["required"] = [name for name in schema["required"] if name in schema["properties"]]
    return schema


def _read_subschemas(schema: Schema) -> None:
    for key in _SUBSCHEMAS:
        if isinstance(schema.get(key), Mapping):
            schema[key] = standard_schema(schema[key])
    for key in _SUBSCHEMA_LISTS:
        if isinstance(schema.get(key), list) and not is_demand(schema, key):
            schema[key] = [_standard_or_same(child) for child in schema[key]]
    for key in _SUBSCHEMA_MAPS:
        if isinstance(schema.get(key), Mapping):
            schema[key] = {name: _standard_or_same(child) for name, child in schema[key].items()}


def _read_array(schema: Schema, types: list[str]) -> list[str]:
    """Write what the vendor says of a list as JSON Schema, and return its types."""
    if str(schema.get("format", "")).endswith("_uris"):
        schema.setdefault("items", {"type": "string"})
    if not any(isinstance(choice, list) for choice in _listed(schema.get("enum", [[]]))):
        schema["items"] = {
            "enum": schema.pop("enum")
        }  # published for the list, meant for its items
    if isinstance(schema.get("default"), str):
        return [*types, "string"]  # a single value is accepted for many
    return types


def _read_nullable(schema: Schema, types: list[str]) -> list[str]:
    """Allow null, and return the types."""
    for key, null in (("enum", None), ("anyOf", {"type": "null"}), ("oneOf", {"type": "null"})):
        if isinstance(schema.get(key), list) and null not in schema[key]:
            schema[key] = [*schema[key], null]
    return [*types, "null"] if types else []


def _read_bounds(schema: Schema) -> None:
    """Write the bounds of Draft 4 as today's, and leave out what bounds nothing."""
    for word in ("Minimum", "Maximum"):
        plain, exclusive = word.lower(), f"exclusive{word}"
        if schema.get(exclusive) is True and plain in schema:
            schema[exclusive] = schema.pop(plain)
    for keyword in schema.keys() & BOUND_KEYWORDS:
        if not is_usable(keyword, schema[keyword]):
            del schema[keyword]


def _standard_or_same(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return standard_schema(cast(Mapping[str, Any], schema))
    return schema


def _types(published: Any) -> list[str]:
    """Give the standard type names; none at all where one is unknown, which constrains nothing."""
    types = [TYPE_WORDS.get(str(name).lower(), "") for name in _listed(published)]
    return types if all(types) else []


def _listed(value: Any) -> list[Any]:
    several = isinstance(value, list)
    return cast(list[Any], value) if several else [value]
