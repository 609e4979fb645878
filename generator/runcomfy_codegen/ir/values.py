"""Values of a type: a plain one, and whether a published one fits."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

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
    """A plain value of a type."""
    if "anyOf" in type_:
        return sample(type_["anyOf"][0], classes)
    if "media" in type_:
        return KINDS[type_["media"]].sample_url
    for word in ("enum", "one_of"):
        if word in type_:
            return type_[word][0]
    if "class" in type_:
        return body_of(classes[type_["class"]], classes)
    if type_.get("type") in ("integer", "number"):
        return _number(type_)
    if type_.get("type") == "string":
        return text("a dog", type_.get("minLength", 0), type_.get("maxLength", math.inf))
    if type_.get("type") == "array":
        return [sample(type_["items"], classes)] * min(type_.get("minItems", 1), MAX_ITEMS)
    return _PLAIN.get(str(type_.get("type")), "x")


def body_of(cls: ObjectType, classes: Classes) -> dict[str, Any]:
    """Return the smallest object of a class: what is required, and what its demands ask for."""
    body = {field.wire: sample(field.type, classes) for field in cls.fields if field.required}
    return meeting_demands(cls, body, classes)


def meeting_demands(cls: ObjectType, body: dict[str, Any], classes: Classes) -> dict[str, Any]:
    """Return the body with what the demands of its class ask for beside what is in it."""
    fields = {field.wire: field for field in cls.fields}
    for demand in cls.demands:
        for form, chosen in () if demand.is_met(body) else _ways(demand, body):
            missing = [fields[wire] for wire in form if wire not in body and wire not in chosen]
            added = {field.wire: _published(field, classes) for field in missing} | chosen
            if demand.is_met({**body, **added}):
                body = {**body, **added}
                break
    return body


def _ways(
    demand: Demand, body: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield each form with the choices to make for it: the body's own ones first, then any."""
    if demand.how == "together":
        yield demand.forms[1], {}
        return
    values = demand.values or ((),) * len(demand.forms)
    for is_kept in (True, False):
        for form, choices in zip(demand.forms, values, strict=True):
            yield form, {name: each[0] for name, each in choices if not (is_kept and name in body)}


def _published(field: Field, classes: Classes) -> Any:
    """Return a published value of a field that fits, else any that does."""
    for value in (*field.examples, field.default):
        if value not in (None, "", []) and is_small(value) and fits(field.type, value, classes):
            return value
    return sample(field.type, classes)


def fits(type_: Type, value: Any, classes: Classes) -> bool:
    """Whether a JSON value is one of the type; media only as an address, never as a bare file name."""
    if "anyOf" in type_:
        return any(fits(branch, value, classes) for branch in type_["anyOf"])
    if "media" in type_:
        return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None
    for word in ("enum", "one_of"):
        if word in type_:
            return any(type(each) is type(value) and each == value for each in type_[word])
    if "class" in type_:
        return is_object(value) and _fits_class(classes[type_["class"]], value, classes)
    match type_.get("type"):
        case "array":
            return (
                is_array(value)
                and type_.get("minItems", 0) <= len(value) <= type_.get("maxItems", math.inf)
                and all(fits(type_["items"], each, classes) for each in value)
            )
        case "object":
            return is_object(value) and all(
                fits(type_["values"], each, classes) for each in value.values()
            )
        case "string":
            return isinstance(value, str) and takes(type_, value)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case "integer" | "number" as word:
            exact = isinstance(value, int) if word == "integer" else True
            return is_number(value) and exact and takes(type_, value)
        case _:
            return value is not None


def _fits_class(cls: ObjectType, value: Mapping[str, Any], classes: Classes) -> bool:
    fields = {field.wire: field for field in cls.fields}
    return all(not field.required or wire in value for wire, field in fields.items()) and all(
        wire in fields and fits(fields[wire].type, each, classes) for wire, each in value.items()
    )


def is_small(value: Any) -> bool:
    """Whether it is small enough to be looked at: lists in lists can grow beyond all bounds."""
    waiting, seen = [value], 0
    while waiting and seen <= _MAX_PARTS:
        part = waiting.pop()
        seen += 1
        waiting += part.values() if is_object(part) else part if is_array(part) else ()
    return not waiting


def whole(value: float) -> Any:
    """10.0 as the integer that it is in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def text(plain: str, least: int, most: float) -> str:
    """The plain text, made as long or as short as it has to be."""
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
