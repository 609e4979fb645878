"""Words of older drafts of JSON Schema, as those of today."""

from __future__ import annotations

from typing import Any

from .._base.json_values import is_array, is_number, is_object
from .joins import Schema, is_annotation

_EXCLUSIVE = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}


def with_dependent_names(schema: Schema) -> Schema:
    """Return the schema with `dependentRequired` for what older and longer words say of names only."""
    needed: dict[str, Any] = {}
    rest = {**schema}
    for keyword in ("dependencies", "dependentSchemas"):
        group = schema.get(keyword)
        names = (
            {name: _only_required(part) for name, part in group.items()} if is_object(group) else {}
        )
        if names and None not in names.values():
            needed |= names
            del rest[keyword]
    if not needed or "dependentRequired" in schema:
        return schema
    return {**rest, "dependentRequired": needed}


def _only_required(part: Any) -> list[Any] | None:
    """Return the names that a dependency asks for; None if it asks for anything else."""
    if is_object(part) and {word for word in part if not is_annotation(word)} == {"required"}:
        part = part["required"]
    return part if is_array(part) else None


def with_exclusive_bounds(schema: Schema) -> Schema:
    """Return the schema with Draft 4's way to exclude a bound, `true` beside it, replaced by today's."""
    for plain, exclusive in _EXCLUSIVE.items():
        is_excluded = schema.get(exclusive)
        if not isinstance(is_excluded, bool) or not is_number(schema.get(plain)):
            continue
        dropped = (plain, exclusive) if is_excluded else (exclusive,)
        rest = {keyword: value for keyword, value in schema.items() if keyword not in dropped}
        schema = {**rest, exclusive: schema[plain]} if is_excluded else rest
    return schema
