"""Reduce unions by what they take: `integer | number` takes what `number` takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ir.limits import ends
from ..ir.model import Type

_RANGE = frozenset({"type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
Families = dict[str, list[Type]]
TakesAll = Callable[[str, Type, Type], bool]


def reduced(families: Families, takes_all: TakesAll) -> Families:
    """Leave out alternatives whose values another one takes, and join choices and ranges.

    Args:
        families: The alternatives of a type, by what JSON they are.
        takes_all: Whether the second of two types of a family takes all values of the first.

    Returns:
        The alternatives that are left, in their order.
    """
    if "any" in families:
        return {family: families[family] for family in ("any", "null") if family in families}
    return {family: _reduced(family, types, takes_all) for family, types in families.items()}


def _reduced(family: str, types: list[Type], takes_all: TakesAll) -> list[Type]:
    if len(types) == 1:
        return types
    joined = _with_one_enum(types)
    if family == "number":
        joined = _with_joined_ranges(joined)
    kept: list[Type] = []
    for index, type_ in enumerate(joined):
        # Of two that take the same, the first is kept.
        others = [*kept, *joined[index + 1 :]]
        if not any(takes_all(family, type_, other) for other in others):
            kept.append(type_)
    return kept


def _with_one_enum(types: list[Type]) -> list[Type]:
    """Join all choices of a family into one enum."""
    values: list[Any] = []
    for type_ in types:
        values += [choice for choice in type_.get("enum", ()) if choice not in values]
    first = next((type_ for type_ in types if "enum" in type_), None)
    plain = [type_ for type_ in types if type_ is first or "enum" not in type_]
    return [{"enum": values} if type_ is first else type_ for type_ in plain]


def _with_joined_ranges(types: list[Type]) -> list[Type]:
    """Join ranges of numbers that overlap."""
    ranges = [type_ for type_ in types if type_.get("type") and type_.keys() <= _RANGE]
    joined = [type_ for type_ in types if type_ not in ranges]
    for word in ("integer", "number"):
        waiting = sorted((type_ for type_ in ranges if type_["type"] == word), key=_low)
        while waiting:
            first, *rest = waiting
            other = next((type_ for type_ in rest if _touch(first, type_)), None)
            if other is None:
                joined.append(first)
                waiting = rest
            else:
                waiting = [_joined(first, other), *(type_ for type_ in rest if type_ is not other)]
    return joined


def _joined(first: Type, other: Type) -> Type:
    """Join two ranges, the first of which begins first."""
    furthest = max((first, other), key=_high)
    begin = {key: first[key] for key in first if key.endswith("inimum")}
    end = {key: furthest[key] for key in furthest if key.endswith("aximum")}
    return {"type": first["type"], **begin, **end}


def _touch(first: Type, other: Type) -> bool:
    """Return whether nothing lies between the end of one range and the beginning of the other."""
    (end, ends_before), (begin, begins_after) = _high(first), _low(other)
    if first["type"] == "integer":
        return begin <= end + 1
    return begin < end or (begin == end and not (not ends_before and begins_after))


def _low(type_: Type) -> tuple[float, bool]:
    """Return where a range begins, and whether that value is excluded."""
    (_, low), _ = ends("number", type_)
    return low.strictness


def _high(type_: Type) -> tuple[float, bool]:
    """Return where a range ends, and whether that value is included: so the greater end is greater."""
    _, (_, high) = ends("number", type_)
    value, excluded = high.strictness
    return -value, not excluded
