"""Compare the values that types take: ranges, steps and choices."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..text.json_types import is_number
from .model import Type

_MAX_SPAN = 1000  # integers of a range that are compared with choices one by one


class Limit(NamedTuple):
    """An end of a range. strictness: greater is stricter; keyword: the word that sets it."""

    strictness: tuple[float, bool]
    keyword: str
    value: Any


_NONE = (-math.inf, False)
# family: (aspect, words for the low end, words for the high end); the second word excludes the end itself
_WORDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "number": ("bound", ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")),
    "string": ("length", ("minLength",), ("maxLength",)),
    "array": ("count", ("minItems",), ("maxItems",)),
}


def ends(family: str, type_: Type) -> Iterator[tuple[str, Limit]]:
    """Yield (aspect, limit) of the low and the high end; an open end has the plain keyword."""
    aspect, low, high = _WORDS.get(family, ("", (), ()))
    if aspect:
        yield aspect, _end(type_, low, 1, family != "number")
        yield aspect, _end(type_, high, -1, False)


def _end(type_: Type, words: tuple[str, ...], sign: int, is_size: bool) -> Limit:
    limit = Limit(_NONE, words[0], None)
    for word in words:
        value = type_.get(word)
        if value is None or (is_size and value == 0):  # nothing is shorter than empty
            continue
        number, excluded = sign * value, word != words[0]
        if type_.get("type") == "integer":
            number, excluded = math.floor(number) + 1 if excluded else math.ceil(number), False
        limit = max(limit, Limit((number, excluded), word, value))
    return limit


def step_narrows(old: Any, new: Any) -> bool:
    """Return whether a new `multipleOf` refuses values that the old one took."""
    if new is None:
        return False
    from fractions import Fraction  # few numbers have a step

    return old is None or (Fraction(str(old)) % Fraction(str(new))) != 0


def choices_of(type_: Type, compared_with: Type) -> list[Any] | None:
    """Return the values of a type one by one, if it lists them or has only a few."""
    for word in ("enum", "one_of"):
        if word in type_:
            return list(type_[word])
    if type_.get("type") == "boolean":
        return [False, True]
    whole = type_.get("type") == "integer" and "enum" in compared_with
    low, high = (limit.strictness for _, limit in ends("number", type_))
    span = -high[0] - low[0]
    if whole and 0 <= span <= _MAX_SPAN and "multipleOf" not in type_:
        return list(range(int(low[0]), int(-high[0]) + 1))
    return None


def takes(type_: Type, value: Any) -> bool:
    """Return whether a plain type takes a scalar of its family."""
    if isinstance(value, str):
        least, most = type_.get("minLength", 0), type_.get("maxLength", math.inf)
        return bool(least <= len(value) <= most)
    if not is_number(value):
        return True
    low, high = (limit.strictness for _, limit in ends("number", type_))
    within = (value, False) >= low and (-value, False) >= high
    whole = type_.get("type") != "integer" or value == math.floor(value)
    step = type_.get("multipleOf")
    return within and whole and (step is None or not step_narrows(value, step))
