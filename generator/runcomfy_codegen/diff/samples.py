"""Bodies made from the reading of a schema: the smallest that is valid, and values to put into it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..ir import Field, ObjectType, Type
from ..json_types import is_array, is_number, is_object
from .changes import Delta, Path
from .limits import ends

_MEDIA = {
    "image": "https://example.com/image.png",
    "video": "https://example.com/video.mp4",
    "audio": "https://example.com/audio.mp3",
}
_PLAIN: Mapping[str, Any] = {"boolean": True, "object": {}, "null": None}
_NO_TYPE: Type = {}
_ANYTHING: tuple[Any, ...] = ("x", 1, True, {"a": 1}, ["x"])
_MAX_TEXT = 100_000  # characters of a text, and
_MAX_ITEMS = 1_000  # elements of a list that are still worth trying
_MAX_PARTS = 20_000  # values in a body, all told
_Classes = Mapping[str, ObjectType]


def sample(type_: Type, classes: _Classes) -> Any:
    """A plain value of a type."""
    if "anyOf" in type_:
        return sample(type_["anyOf"][0], classes)
    if "media" in type_:
        return _MEDIA[type_["media"]]
    for word in ("enum", "one_of"):
        if word in type_:
            return type_[word][0]
    if "class" in type_:
        return body_of(classes[type_["class"]], classes)
    if type_.get("type") in ("integer", "number"):
        return _number(type_)
    if type_.get("type") == "string":
        return _text("a dog", type_.get("minLength", 0), type_.get("maxLength", math.inf))
    if type_.get("type") == "array":
        return [sample(type_["items"], classes)] * min(type_.get("minItems", 1), _MAX_ITEMS)
    return _PLAIN.get(str(type_.get("type")), "x")


def body_of(cls: ObjectType, classes: _Classes) -> dict[str, Any]:
    """The smallest object of a class: what is required."""
    return {field.wire: sample(field.type, classes) for field in cls.fields if field.required}


def candidates(field: Field, example: Any, classes: _Classes) -> Iterator[Any]:
    """Values for a property, the plainest first."""
    yield sample(field.type, classes)
    for branch in field.type.get("anyOf", ()):
        yield sample(branch, classes)
    yield from field.type.get("enum", ())
    yield from (value for value in (field.default, example) if value is not None)


def is_small(value: Any) -> bool:
    """Whether it is small enough to be checked: lists in lists can grow beyond all bounds."""
    waiting, seen = [value], 0
    while waiting and seen <= _MAX_PARTS:
        part = waiting.pop()
        seen += 1
        waiting += part.values() if is_object(part) else part if is_array(part) else ()
    return not waiting


def placed(type_: Type, path: Path, make: Callable[[Type], Any], classes: _Classes) -> Any:
    """A value of the type that has at the end of the path what is made there of the type."""
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


def tried(delta: Delta, classes: _Classes) -> Iterator[Any]:
    """Values that the old side takes and the new one may refuse, the most telling first."""
    type_ = delta.type
    if delta.aspect == "choice" and delta.old is not None:
        yield from delta.old
    elif delta.aspect == "bound":
        yield from _near(delta)
    elif delta.aspect == "length":
        yield from ("x" * size for size in _sizes(delta, _MAX_TEXT))
    elif delta.aspect == "count":
        item = sample(type_["items"], classes)
        yield from ([item] * size for size in _sizes(delta, _MAX_ITEMS))
    elif type_:
        yield from _plain(type_, classes)
    else:
        yield from _ANYTHING


def _plain(type_: Type, classes: _Classes) -> Iterator[Any]:
    yield sample(type_, classes)
    yield from type_.get("enum", ())
    if type_.get("type") == "number":  # whole numbers only, from now on
        (_, low), (_, high) = ends("number", type_)
        start = low.strictness[0] if low.value is not None else min(0, -high.strictness[0] - 1)
        yield from (math.floor(start) + 0.5, start + 0.5)
    if type_.get("type") in ("integer", "number"):
        ranged = (type_[word] for word in ("minimum", "maximum") if word in type_)
        yield from (*ranged, 7, 1234567)
    if type_.get("type") in ("object", "array"):
        yield {"anything": 1} if type_["type"] == "object" else []
    if type_.get("type") == "string":
        yield _text("something else", type_.get("minLength", 0), type_.get("maxLength", math.inf))


def _near(delta: Delta) -> Iterator[Any]:
    old, new = delta.old, delta.new
    if delta.keyword == "multipleOf":
        (_, low), _ = ends("number", delta.type)
        start = low.strictness[0] if low.value is not None else 0
        step = old if is_number(old) else 1 if delta.type.get("type") == "integer" else new / 2
        first = math.ceil(start / step)
        yield from (_whole((first + count) * step) for count in range(6))
        return
    sign = -1 if delta.keyword.lower().endswith("minimum") else 1
    beyond = _whole(new + sign)
    if delta.type.get("type") == "integer":
        beyond = math.floor(beyond) if sign > 0 else math.ceil(beyond)
    yield beyond
    if is_number(old):
        yield from (old, _whole((old + new) / 2))
    yield _whole(new)


def _sizes(delta: Delta, most: int) -> Iterator[int]:
    sign = -1 if delta.keyword.startswith("min") else 1
    for size in (delta.new + sign, delta.old):
        if size is not None and 0 <= size <= most:
            yield size


def _number(type_: Type) -> Any:
    (_, low), (_, high) = ends("number", type_)
    lowest, highest = low.strictness[0], -high.strictness[0]
    if step := type_.get("multipleOf"):
        start = lowest if low.value is not None else 0
        first = step * math.ceil(start / step)
        return _whole(first + step if low.strictness == (first, True) else first)
    if lowest < 1 <= highest and low.strictness != (1, True) and high.strictness != (-1, True):
        return 1
    if low.value is None:
        return _whole(highest - 1)
    middle = (lowest + highest) / 2 if high.value is not None else lowest + 1
    return _whole(middle if low.strictness[1] else low.value)


def _whole(value: float) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(plain: str, least: int, most: float) -> str:
    if least <= len(plain) <= most:
        return plain
    return "x" * min(least, _MAX_TEXT) if len(plain) < least else plain[: int(most)]
