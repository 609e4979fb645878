"""Choices with the equality of JSON: pydantic's has that of Python, where True == 1 == 1.0."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from pydantic_core import CoreSchema, core_schema

from ._json import is_array, is_object


def exact_choices(schema: Any) -> Any:
    """A schema of pydantic's in which a choice of numbers takes no bool, and one of bools no number."""
    if is_array(schema):
        return [exact_choices(part) for part in schema]
    if not is_object(schema):
        return schema
    if schema.get("type") == "literal":
        expected: list[Any] = schema["expected"]
        types = frozenset(map(type, expected))
        check: Any = partial(_own_type, types)
        return core_schema.no_info_before_validator_function(check, cast("CoreSchema", schema))
    return {key: exact_choices(part) for key, part in schema.items()}


def _own_type(types: frozenset[type], value: Any) -> Any:
    if not isinstance(value, int):
        return value
    # Boxed, so that pydantic finds it equal to nothing and still reports it.
    return value if (bool if isinstance(value, bool) else int) in types else Unequal(value)


class Unequal:
    """Stands in for a value that is equal to a choice but of another JSON type."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)
