"""Read from an object schema which properties must be given together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..runtime._schemas.conditions import is_left
from ..runtime._schemas.joins import choices_of, constraints_of_object
from ..runtime._validation.demands import Demand, How, Values
from ..text.json_types import is_array, is_object
from .conditionals import CONDITIONALS, conditional_demands, is_conditional_demand

_UNIONS: Mapping[str, How] = {"anyOf": "any_of", "oneOf": "one_of"}
_FORM = frozenset({"required", "propertyNames", "properties"})


def is_demand(schema: Mapping[str, Any], keyword: str) -> bool:
    """Return whether a keyword of an object schema only asks for names, and for choices of some."""
    value: Any = schema.get(keyword)
    names: Any = schema.get("properties")
    if not is_object(names):
        return False
    if keyword in _UNIONS:
        return is_array(value) and bool(value) and all(_is_form(form, names) for form in value)
    if keyword == "not":
        return all(_is_exclusion(excluded, names) for excluded in _alternatives(value))
    if keyword in CONDITIONALS:
        return is_conditional_demand(schema, keyword)
    return keyword == "dependentRequired" and is_object(value)


def demands_of(schema: Mapping[str, Any], names: Collection[str]) -> Iterator[Demand]:
    """Yield the demands of an object schema.

    Args:
        schema: The schema, in its normal form.
        names: Its properties. What asks for another name asks for nothing that can be given.
    """
    for keyword, how in _UNIONS.items():
        if is_demand(schema, keyword):
            branches: list[Any] = schema[keyword]
            forms = tuple(_names(branch["required"], names) for branch in branches)
            only = [_allowed(branch) for branch in branches]
            closed = tuple(tuple(allowed if allowed is not None else names) for allowed in only)
            chosen = tuple(map(_choices, branches))
            yield Demand(
                how,
                forms,
                closed if any(allowed is not None for allowed in only) else (),
                chosen if any(chosen) else (),
            )
    for excluded in _exclusions(schema):
        if _is_exclusion(excluded, names) and all(name in names for name in excluded["required"]):
            values = _choices(excluded)
            yield Demand("not_all", (tuple(excluded["required"]),), (), (values,) if values else ())
    dependent: Any = schema.get("dependentRequired")
    for name, required in dependent.items() if is_object(dependent) else ():
        needed = _names(required, names) if is_array(required) else ()
        if name in names and needed:
            yield Demand("together", ((name,), needed))
    yield from conditional_demands(schema, names)


def _is_exclusion(value: object, names: Collection[str]) -> bool:
    """Return whether a schema asks for names, and for choices of some of those."""
    if not is_object(value) or not _is_form(value, names) or "propertyNames" in value:
        return False
    required: list[Any] = value["required"]
    return bool(required) and all(name in required for name in value.get("properties", ()))


def _exclusions(schema: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what the schema and its parts say that must not be."""
    parts: Any = schema.get("allOf")
    for part in (schema, *(parts if is_left(parts) else ())):
        if "not" in part:
            yield from _alternatives(part["not"])


def _alternatives(excluded: Any) -> list[Any]:
    """List what is excluded: none of several may be."""
    if is_object(excluded) and [*excluded] == ["anyOf"] and is_array(excluded["anyOf"]):
        return excluded["anyOf"] or [excluded]
    return [excluded]


def _is_form(branch: object, names: Collection[str]) -> bool:
    if not is_object(branch) or not is_array(branch.get("required")):
        return False
    chosen: Any = branch.get("properties", {})
    if not is_object(chosen) or not all(name in names for name in chosen):
        return False
    named: list[Any] = branch["required"]
    return (
        constraints_of_object(branch) <= _FORM
        and all(isinstance(name, str) for name in named)
        and all(choices_of(schema) is not None for schema in chosen.values())
    )


def _choices(branch: Mapping[str, Any]) -> Values:
    chosen = branch.get("properties", {}).items()
    return tuple((name, tuple(choices_of(schema) or ())) for name, schema in chosen)


def _names(required: list[Any], names: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in required if name in names))


def _allowed(branch: Mapping[str, Any]) -> tuple[str, ...] | None:
    closed = branch.get("propertyNames")
    return tuple(closed["enum"]) if is_object(closed) and is_array(closed.get("enum")) else None
