"""Read the bounds, choices, rules and texts of a schema of one type."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..ir.model import MediaRule
from ..runtime._base.json_values import whole
from ..text.json_types import is_array
from . import words as dialect


def read_rules(schema: Mapping[str, Any]) -> Iterator[MediaRule]:
    """Yield the well-formed entries of `validations`; `lint` reports the others."""
    entries: Any = schema.get("validations")
    for entry in filter(dialect.is_rule, entries if is_array(entries) else ()):
        text = text_of(entry.get("validation_error"))
        yield MediaRule(entry["validation_rule"], entry["validation_value"], text)


def enum_values(schema: Mapping[str, Any]) -> list[Any] | None:
    """Return the published choices, or None where any value may come."""
    if "const" in schema:
        return [schema["const"]]
    values: Any = schema.get("enum")
    return list(values) if is_array(values) else None


def bounds(word: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the constraints of a type that have a usable value; `lint` reports the others."""
    convert = _CONVERTERS.get(word, _whole_bound)
    return {
        keyword: convert(keyword, schema[keyword])
        for keyword in sorted(dialect.CONSTRAINT_KEYWORDS.get(word, ()))
        if dialect.is_usable(keyword, schema.get(keyword))
    }


def text_of(value: Any) -> str:
    """Return a published text without the site's untranslated keys."""
    if not isinstance(value, str) or dialect.UNTRANSLATED.fullmatch(value.strip()):
        return ""
    return " ".join(value.split()) if "\n" not in value else value.strip()


def examples_of(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the published sample values."""
    listed: Any = schema.get("examples")
    examples: list[Any] = list(listed) if is_array(listed) else []
    if "example" in schema:
        examples.append(schema["example"])
    return tuple(value for value in examples if value is not None)


def _whole_bound(_keyword: str, value: Any) -> Any:
    return whole(value)


def _bound_of_number(_keyword: str, value: Any) -> Any:
    return value


def _bound_of_integer(keyword: str, value: Any) -> Any:
    return _BOUND_OF_INTEGERS[keyword](value)


_CONVERTERS: Mapping[str, Callable[[str, Any], Any]] = {
    "integer": _bound_of_integer,
    "number": _bound_of_number,
}


def _whole_step(step: Any) -> int:
    from fractions import Fraction  # few numbers have a step

    return Fraction(str(step)).numerator


# The bound of whole numbers that a fraction is: at least 1.5 is at least 2, and whole multiples of
# 0.75 (three quarters) are multiples of 3.
_BOUND_OF_INTEGERS: Mapping[str, Callable[[Any], int]] = {
    "minimum": math.ceil,
    "maximum": math.floor,
    "exclusiveMinimum": math.floor,
    "exclusiveMaximum": math.ceil,
    "multipleOf": _whole_step,
}
