"""Choices and numbers as JSON has them: pydantic's have the equality of Python, where True == 1 == 1.0,
and 64 bits, where a number of JSON has any size."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection
from fractions import Fraction
from functools import partial
from math import ulp
from typing import Any, cast

from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from .._base.json_values import is_array, is_object, whole


def exact(schema: Any, cls: type, kinds: Collection[str] = ("literal", "int", "float")) -> Any:
    """A schema of pydantic's for cls in which a bool is no number, 5.0 is the integer 5, and no number
    is changed. kinds: the types of schemas that are replaced."""
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
    choices = frozenset(zip(map(type, expected), expected, strict=True))
    return _wrap(partial(_choice, choices), schema)


_Handler = Callable[[Any], Any]


def _wrap(check: Callable[[Any, Any], Any], schema: Any) -> Any:
    return core_schema.no_info_wrap_validator_function(check, cast("CoreSchema", schema))


def _choice(choices: frozenset[tuple[type, Any]], value: Any, refuse: _Handler) -> Any:
    exact = whole(value)
    if type(exact) not in (str, int, bool):
        return refuse(value)
    # Boxed, so that pydantic finds it equal to nothing and still reports it.
    return exact if (type(exact), exact) in choices else refuse(Unequal(value))


def _integer(value: Any, handler: _Handler) -> Any:
    return handler(whole(value))


def _is_multiple(value: float, step: float) -> bool:
    """Whether it is one, but for the rounding of a float: 0.1 * 3 is 0.30000000000000004."""
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
    """An integer stays one: as a float, 2**53 + 1 would be another number."""
    number = value if type(value) is int else as_float(value)
    for name, bound in bounds.items():
        error, holds = _HOLDS[name]
        if not holds(number, bound):
            raise PydanticKnownError(error, {name: bound})
    return number


class Unequal:
    """Stands in for a value that is equal to a choice but of another JSON type."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)
