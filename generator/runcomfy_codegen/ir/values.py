"""Make a plain value of a type, and check whether a published one fits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..runtime._base.json_values import whole
from ..runtime._schemas.media_kinds import KINDS
from ..runtime._validation.demands import Demand
from ..text.json_types import is_array, is_number, is_object
from .limits import ends, takes
from .model import Field, ObjectType, Type

MAX_TEXT = 100_000  # characters of a text, and
MAX_ITEMS = 1_000  # elements of a list that are still worth trying
_MAX_PARTS = 20_000  # values in a body, all told
_PLAIN: Mapping[str, Any] = {"boolean": True, "object": {}, "null": None}
_ADDRESS = re.compile(r"(?:https?://|data:)\S+", re.IGNORECASE)
Classes = Mapping[str, ObjectType]


def sample(type_: Type, classes: Classes) -> Any:
    """Return a plain value of a type."""
    if "anyOf" in type_:
        return sample(type_["anyOf"][0], classes)
    if "media" in type_:
        return KINDS[type_["media"]].sample_url
    for word in ("enum", "one_of"):
        if word in type_:
            return type_[word][0]
    if "class" in type_:
        return body_of(classes[type_["class"]], classes)
    return _sample_of_word(str(type_.get("type")), type_, classes)


def _sample_of_word(word: str, type_: Type, classes: Classes) -> Any:
    if word in ("integer", "number"):
        return _number(type_)
    if word == "string":
        return text("a dog", type_.get("minLength", 0), type_.get("maxLength", math.inf))
    if word == "array":
        return [sample(type_["items"], classes)] * min(type_.get("minItems", 1), MAX_ITEMS)
    return _PLAIN.get(word, "x")


def body_of(cls: ObjectType, classes: Classes) -> dict[str, Any]:
    """Return the smallest object of a class: what is required, and what its demands ask for."""
    body = {field.wire: sample(field.type, classes) for field in cls.fields if field.required}
    return meeting_demands(cls, body, classes)


def meeting_demands(cls: ObjectType, body: dict[str, Any], classes: Classes) -> dict[str, Any]:
    """Return the body with what the demands of its class ask for beside what is in it."""
    fields = {field.wire: field for field in cls.fields}
    for demand in (*cls.demands, *cls.demands):  # what one asks for may be a condition of another
        for form, chosen in () if demand.is_met(body) else _ways(demand, body):
            missing = [wire for wire in form if wire not in body and wire not in chosen]
            known = [fields[wire] for wire in missing if wire in fields]
            added = {field.wire: _published(field, classes) for field in known} | chosen
            if demand.is_met({**body, **added}):
                body = {**body, **added}
                break
    return body


def _ways(
    demand: Demand, body: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield each form with the choices to make for it: the body's own ones first, then any."""
    values = demand.values or ((),) * len(demand.forms)
    forms = [*zip(demand.forms, values, strict=True)]
    if demand.how == "together":
        forms = forms[1:]
    for is_kept in (True, False):
        for form, choices in forms:
            yield form, {
                name: listed[0] for name, listed in choices if not (is_kept and name in body)
            }


def _published(field: Field, classes: Classes) -> Any:
    """Return a published value of a field that fits, else any that does."""
    for value in (*field.examples, field.default):
        if value not in (None, "", []) and is_small(value) and fits(field.type, value, classes):
            return value
    return sample(field.type, classes)


def fits(type_: Type, value: Any, classes: Classes) -> bool:
    """Return whether a JSON value is of a type. Media must be a URL or data URI, not a file name."""
    if "anyOf" in type_:
        return any(fits(branch, value, classes) for branch in type_["anyOf"])
    if "media" in type_:
        return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None
    for word in ("enum", "one_of"):
        if word in type_:
            return any(type(choice) is type(value) and choice == value for choice in type_[word])
    if "class" in type_:
        return is_object(value) and _fits_class(classes[type_["class"]], value, classes)
    check = _FITS.get(str(type_.get("type")))
    return check(type_, value, classes) if check else value is not None


def _fits_array(type_: Type, value: Any, classes: Classes) -> bool:
    return (
        is_array(value)
        and type_.get("minItems", 0) <= len(value) <= type_.get("maxItems", math.inf)
        and all(fits(type_["items"], item, classes) for item in value)
    )


def _fits_object(type_: Type, value: Any, classes: Classes) -> bool:
    return is_object(value) and all(fits(type_["values"], item, classes) for item in value.values())


_FITS: Mapping[str, Callable[[Type, Any, Classes], bool]] = {
    "array": _fits_array,
    "object": _fits_object,
    "string": lambda type_, value, _: isinstance(value, str) and takes(type_, value),
    "boolean": lambda _type, value, _: isinstance(value, bool),
    "null": lambda _type, value, _: value is None,
    "number": lambda type_, value, _: is_number(value) and takes(type_, value),
    "integer": lambda type_, value, _: (
        is_number(value) and isinstance(value, int) and takes(type_, value)
    ),
}


def _fits_class(cls: ObjectType, value: Mapping[str, Any], classes: Classes) -> bool:
    fields = {field.wire: field for field in cls.fields}
    return all(not field.required or wire in value for wire, field in fields.items()) and all(
        wire in fields and fits(fields[wire].type, member, classes)
        for wire, member in value.items()
    )


def is_small(value: Any) -> bool:
    """Return whether a value has few enough parts to be checked."""
    waiting, seen = [value], 0
    while waiting and seen <= _MAX_PARTS:
        part = waiting.pop()
        seen += 1
        if is_object(part):
            waiting += part.values()
        elif is_array(part):
            waiting += part
    return not waiting


def text(plain: str, least: int, most: float) -> str:
    """Return a text that is as long as it must be: the plain one, a part of it, or a row of x."""
    if least <= len(plain) <= most:
        return plain
    return "x" * min(least, MAX_TEXT) if len(plain) < least else plain[: int(most)]


def _number(type_: Type) -> Any:
    (_, low), (_, high) = ends("number", type_)
    lowest, highest = low.strictness[0], -high.strictness[0]
    if step := type_.get("multipleOf"):
        start = lowest if low.value is not None else 0
        first = step * math.ceil(start / step)
        return whole(first + step if low.strictness == (first, True) else first)
    if lowest < 1 <= highest and low.strictness != (1, True) and high.strictness != (-1, True):
        return 1
    if low.value is None:
        return whole(highest - 1)
    middle = (lowest + highest) / 2 if high.value is not None else lowest + 1
    return whole(middle if low.strictness[1] else low.value)
