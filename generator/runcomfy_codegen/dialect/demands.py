"""Rules about which properties are given, read from the keywords of an object schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..runtime._schemas import is_annotation
from ..runtime._validation.demands import Demand, How
from ..text.json_types import is_array, is_object

_UNIONS: Mapping[str, How] = {"anyOf": "any_of", "oneOf": "one_of"}
_FORM = frozenset({"required", "propertyNames"})


def is_demand(keyword: str, value: object) -> bool:
    """Return whether a keyword only asks for names: it says nothing about their values."""
    if keyword in _UNIONS:
        return is_array(value) and bool(value) and all(map(_is_form, value))
    if keyword == "not":
        return _is_form(value)
    return keyword == "dependentRequired" and is_object(value)


def demands_of(schema: Mapping[str, Any], names: Collection[str]) -> Iterator[Demand]:
    """Yield the demands of an object schema.

    Args:
        schema: The schema, in its normal form.
        names: Its properties. What asks for another name asks for nothing that can be given.
    """
    for keyword, how in _UNIONS.items():
        branches: Any = schema.get(keyword)
        if is_demand(keyword, branches):
            forms = tuple(_names(branch["required"], names) for branch in branches)
            only = [_allowed(branch) for branch in branches]
            closed = tuple(tuple(each if each is not None else names) for each in only)
            yield Demand(how, forms, closed if any(each is not None for each in only) else ())
    excluded: Any = schema.get("not")
    if is_demand("not", excluded):
        required = excluded["required"]
        if all(name in names for name in required):
            yield Demand("not_all", (tuple(required),))
    dependent: Any = schema.get("dependentRequired")
    for name, required in dependent.items() if is_object(dependent) else ():
        needed = _names(required, names) if is_array(required) else ()
        if name in names and needed:
            yield Demand("together", ((name,), needed))


def _is_form(branch: object) -> bool:
    if not is_object(branch) or not is_array(branch.get("required")):
        return False
    keywords = {word for word in branch if not is_annotation(word)}
    if branch.get("type") == "object":
        keywords.discard("type")
    named: list[Any] = branch["required"]
    return keywords <= _FORM and all(isinstance(name, str) for name in named)


def _names(required: list[Any], names: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in required if name in names))


def _allowed(branch: Mapping[str, Any]) -> tuple[str, ...] | None:
    closed = branch.get("propertyNames")
    return tuple(closed["enum"]) if is_object(closed) and is_array(closed.get("enum")) else None
