"""Choices and numbers as JSON has them.

Those of pydantic have the equality of Python, where True == 1 == 1.0, and 64 bits, where a number of
JSON has any size.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ulp
from typing import Any, cast

from pydantic_core import (
    CoreSchema,
    PydanticCustomError,
    PydanticKnownError,
    ValidationError,
    core_schema,
)

from .._base.json_values import is_array, is_object, whole


def exact(schema: Any, cls: type, kinds: Collection[str] = ("literal", "int", "float")) -> Any:
    """Return a schema in which a bool is not a number, 5.0 is the integer 5, and no number is changed.

    Args:
        schema: The schema that pydantic made.
        cls: The class that it is for.
        kinds: The types of schemas to replace.
    """
    if is_array(schema):
        return [exact(part, cls, kinds) for part in schema]
    if not is_object(schema):
        return schema
    kind = schema.get("type")
    if kind == "model" and schema["cls"] is not cls:
        return schema  # a nested class, which has been here
    if kind not in kinds:
        return {key: exact(part, cls, kinds) for key, part in schema.items()}
    if kind == "int":
        return _wrap(_integer, schema)
    if kind == "float":
        bounds = {name: schema[name] for name in _HOLDS if name in schema}
        unbounded = {name: part for name, part in schema.items() if name not in _HOLDS}
        return _wrap(partial(_number, bounds), unbounded)
    expected: list[Any] = schema["expected"]
    choices = dict.fromkeys(zip(map(type, expected), expected, strict=True))
    return _wrap(partial(_choice, choices), schema)


_Handler = Callable[[Any], Any]


def _wrap(check: Callable[[Any, Any], Any], schema: Any) -> Any:
    return core_schema.no_info_wrap_validator_function(check, cast("CoreSchema", schema))


def _choice(choices: Collection[tuple[type, Any]], value: Any, handler: _Handler) -> Any:
    chosen = whole(value)
    if type(chosen) in (str, int, bool):
        if (type(chosen), chosen) in choices:
            return chosen
    else:
        with suppress(ValidationError):  # a member of an enum may be one of the choices
            return handler(value)
    raise _wrong_choice([choice for _, choice in choices])


def _wrong_choice(choices: Sequence[Any]) -> PydanticCustomError:
    expected = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)
    context = {"expected": expected, "choices": choices}
    return PydanticCustomError("literal_error", "Input should be one of {expected}", context)


def _integer(value: Any, handler: _Handler) -> Any:
    return handler(whole(value))


def _is_multiple(value: float, step: float) -> bool:
    """Tell whether a number is a multiple, allowing for rounding: 0.1 * 3 is 0.30000000000000004."""
    size = Fraction(str(step))
    is_whole = value % 1 == 0
    left = Fraction(value if is_whole else str(value)) % size
    may_be_rounded = not is_whole and size.denominator > 1
    return left == 0 or (may_be_rounded and min(left, size - left) <= 4 * ulp(value))


# pydantic's name of a bound -> its error, and whether a number keeps to it.
_HOLDS: dict[str, tuple[Any, Callable[[float, float], bool]]] = {
    "ge": ("greater_than_equal", operator.ge),
    "gt": ("greater_than", operator.gt),
    "le": ("less_than_equal", operator.le),
    "lt": ("less_than", operator.lt),
    "multiple_of": ("multiple_of", _is_multiple),
}


def _number(bounds: dict[str, Any], value: Any, as_float: _Handler) -> Any:
    """Check the bounds of a number. An integer stays one: as a float, 2**53 + 1 would change."""
    number = value if type(value) is int else as_float(value)
    for name, bound in bounds.items():
        error, holds = _HOLDS[name]
        if not holds(number, bound):
            raise PydanticKnownError(error, {name: bound})
    return number


@dataclass(frozen=True)
class OneOf:
    """A choice of numbers that are not all whole, for which Python has no Literal."""

    numbers: tuple[float, ...]

    def __init__(self, *numbers: float) -> None:
        object.__setattr__(self, "numbers", numbers)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_after_validator_function(self._validate, handler(source))

    def _validate(self, value: float) -> float:
        if value not in self.numbers:
            raise _wrong_choice(self.numbers)
        return value
