# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The keywords of the dialect: which type each is about, and what reads its value."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

_STANDARD_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
TYPE_WORDS = {
    **{name: name for name in _STANDARD_TYPES},
    # The vendor says `float`; schemas by other hands have the others.
    "float": "number",
    "double": "number",
    "int": "integer",
    "bool": "boolean",
}


def as_number(value: Any) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number and abs(value) <= sys.float_info.max else None


def _step(value: Any) -> Any:
    number = as_number(value)
    return number if number is not None and number > 0 else None


def _size(value: Any) -> int | None:
    number = as_number(value)
    return int(number) if number is not None and 0 <= number < 2**53 and number % 1 == 0 else None


# Type -> its bounds, each with what reads its value; None where that says nothing.
_LENGTHS: Mapping[str, Callable[[Any], Any]] = {"minLength": _size, "maxLength": _size}
_COUNTS: Mapping[str, Callable[[Any], Any]] = {"minItems": _size, "maxItems": _size}
_RANGE: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), as_number),
    "multipleOf": _step,
}
BOUNDS = {"string": _LENGTHS, "array": _COUNTS, "integer": _RANGE, "number": _RANGE}
_SHAPES: Mapping[str, Any] = {
    "properties": dict,
    "required": list,
    "additionalProperties": (bool, dict),
    "items": dict,
    "format": str,
}
_ALL_BOUNDS = {**_LENGTHS, **_COUNTS, **_RANGE}

# Constraints that the classes leave to the service, and what they are about.
_TO_THE_SERVICE = {
    "object": {"minProperties", "maxProperties", "propertyNames", "unevaluatedProperties"}
    | {"dependentRequired", "dependentSchemas", "dependencies", "patternProperties"},
    "array": {"uniqueItems", "contains", "minContains", "maxContains", "unevaluatedItems"}
    | {"prefixItems"},
    "string": {"pattern"},
}
_UNREADABLE = {"$ref", "$dynamicRef", "allOf", "not", "if", "then", "else"}
NOT_CHECKED = _UNREADABLE.union(*_TO_THE_SERVICE.values())
# A schema without a type is about the first type that one of its keywords is about.
IMPLIED: tuple[tuple[set[str], str], ...] = (
    ({"properties", "required", "additionalProperties"} | _TO_THE_SERVICE["object"], "object"),
    ({"items", *_COUNTS} | _TO_THE_SERVICE["array"], "array"),
    ({"format", *_LENGTHS} | _TO_THE_SERVICE["string"], "string"),
    (set(_RANGE), "number"),
)


def says_nothing(keyword: str, value: Any) -> bool:
    if keyword in _ALL_BOUNDS:
        return is_no_bound(keyword, value)
    return not isinstance(value, _SHAPES[keyword]) if keyword in _SHAPES else value is None


def is_no_bound(keyword: str, value: Any) -> bool:
    return keyword in _ALL_BOUNDS and _ALL_BOUNDS[keyword](value) is None
