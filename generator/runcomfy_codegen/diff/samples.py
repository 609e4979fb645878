"""Make bodies from the reading of a schema: the smallest valid one, and values to put into it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from ..ir.limits import ends
from ..ir.model import Field, Type
from ..ir.values import MAX_ITEMS, MAX_TEXT, Classes, body_of, sample, text
from ..runtime._base.json_values import whole
from ..text.json_types import is_number
from .changes import Delta, Path
from .rules import Aspect

_MOST_TRIED = 100
_NO_TYPE: Type = {}
_ANYTHING: tuple[Any, ...] = ("x", 1, True, {"a": 1}, ["x"], ["x", "x"])


def candidates(field: Field, example: Any, classes: Classes) -> Iterator[Any]:
    """Yield values for a property, the plainest first."""
    yield sample(field.type, classes)
    for branch in field.type.get("anyOf", ()):
        yield sample(branch, classes)
    yield from field.type.get("enum", ())
    yield from (value for value in (field.default, example) if value is not None)


def placed(type_: Type, path: Path, make: Callable[[Type], Any], classes: Classes) -> Any:
    """Return a value of the type that holds, at the end of the path, what `make` returns for the type there."""
    if not path:
        return make(type_)
    if "anyOf" in type_:
        fits = (branch for branch in type_["anyOf"] if _holds(branch, path[0]))
        return placed(next(fits, _NO_TYPE), path, make, classes)
    if "class" in type_:
        cls = classes[type_["class"]]
        types = {field.wire: field.type for field in cls.fields}
        inner = placed(types.get(str(path[0]), {}), path[1:], make, classes)
        return {**body_of(cls, classes), str(path[0]): inner}
    if type_.get("type") == "array":
        first = placed(type_["items"], path[1:], make, classes)
        return [first, *sample(type_, classes)[1:]]
    return {str(path[0]): placed(type_.get("values", {}), path[1:], make, classes)}


def _holds(type_: Type, step: str | int) -> bool:
    return type_.get("type") == "array" if step == 0 else "class" in type_ or "values" in type_


def tried(delta: Delta, classes: Classes) -> Iterator[Any]:
    """Yield values that the old side takes and the new one may refuse, the likeliest first."""
    type_ = delta.type
    if delta.aspect == Aspect.CHOICE and delta.old is not None:
        yield from delta.old
    elif delta.aspect == Aspect.BOUND:
        yield from _near(delta)
    elif delta.aspect == Aspect.LENGTH:
        yield from ("x" * size for size in _sizes(delta, MAX_TEXT))
    elif delta.aspect == Aspect.COUNT:
        item = sample(type_["items"], classes)
        yield from ([item] * size for size in _sizes(delta, MAX_ITEMS))
    elif type_:
        yield from _plain(type_, classes)
    else:
        yield from _ANYTHING


def _plain(type_: Type, classes: Classes) -> Iterator[Any]:
    yield sample(type_, classes)
    yield from type_.get("enum", ())
    if type_.get("type") == "number":  # whole numbers only, from now on
        (_, low), (_, high) = ends("number", type_)
        start = low.strictness[0] if low.value is not None else min(0, -high.strictness[0] - 1)
        yield from (math.floor(start) + 0.5, start + 0.5)
    if type_.get("type") in ("integer", "number"):
        ranged = (type_[word] for word in ("minimum", "maximum") if word in type_)
        yield from (*ranged, 7, 1234567, *_all_between(type_))
    if type_.get("type") in ("object", "array"):
        yield {"anything": 1} if type_["type"] == "object" else []
    if type_.get("type") == "string":
        yield text("something else", type_.get("minLength", 0), type_.get("maxLength", math.inf))


def _all_between(type_: Type) -> range:
    """Return the numbers of a small range: a union may leave out one in the middle."""
    low, high = type_.get("minimum"), type_.get("maximum")
    if low is None or high is None or high - low > _MOST_TRIED:
        return range(0)
    return range(math.ceil(low), math.floor(high) + 1)


def _near(delta: Delta) -> Iterator[Any]:
    old, new = delta.old, delta.new
    if delta.keyword == "multipleOf":
        (_, low), _ = ends("number", delta.type)
        start = low.strictness[0] if low.value is not None else 0
        step = 1 if delta.type.get("type") == "integer" else new / 2
        if is_number(old):
            step = old
        first = math.ceil(start / step)
        yield from (whole((first + count) * step) for count in range(6))
        return
    sign = -1 if delta.keyword.lower().endswith("minimum") else 1
    beyond = whole(new + sign)
    if delta.type.get("type") == "integer":
        beyond = math.floor(beyond) if sign > 0 else math.ceil(beyond)
    yield beyond
    if is_number(old):
        yield from (old, whole((old + new) / 2))
    yield whole(new)


def _sizes(delta: Delta, most: int) -> Iterator[int]:
    sign = -1 if delta.keyword.startswith("min") else 1
    for size in (delta.new + sign, delta.old):
        if size is not None and 0 <= size <= most:
            yield size
