# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The names that an object must have together, and with which choices."""

from __future__ import annotations

from itertools import chain
from typing import Any, NamedTuple

from .._base.json_values import as_array, as_object, is_array, is_object
from .._schemas.conditions import is_left
from .._schemas.joins import choices_of, constraints_of_object
from ._conditionals import CONDITIONAL, conditions_of

Schema = dict[str, Any]


class Asked(NamedTuple):
    """The demands of an object.

    Attributes:
        schema: Keywords that describe no values.
        read: The keywords of the object of which nothing is left out.
    """

    schema: Schema
    read: frozenset[str]


def asked_together(schema: Schema) -> Asked:
    """Read what an object asks of its properties together."""
    properties = as_object(schema.get("properties"))
    if not properties:
        return Asked({}, frozenset())
    asked: Schema = {}
    for union in ("anyOf", "oneOf"):
        branches = as_array(schema.get(union))
        if branches and all(_is_form(branch, properties) for branch in branches):
            asked[union] = [_form(branch, properties) for branch in branches]
    if is_object(dependent := schema.get("dependentRequired")):
        asked["dependentRequired"] = {
            name: [name for name in as_array(names) if isinstance(name, str) and name in properties]
            for name, names in dependent.items()
        }
    own = _part(schema, properties)
    listed: Any = schema.get("allOf")
    parts = [_part(part, properties) for part in (listed if is_left(listed) else ())]
    excluded = [*chain.from_iterable(part.excluded for part in (own, *parts))]
    if excluded:
        asked["not"] = {"anyOf": excluded}
    conditional = [*chain.from_iterable(part.conditional for part in (own, *parts))]
    if conditional:
        asked["allOf"] = conditional
    is_all_read = bool(parts) and all(
        words.keys() <= part.read for words, part in zip(listed, parts, strict=True)
    )
    return Asked(
        asked, own.read | asked.keys() - {"not", "allOf"} | ({"allOf"} if is_all_read else set())
    )


class _Part(NamedTuple):
    """The demands of an object, or of a part of its `allOf`.

    Attributes:
        excluded: The forms that must not be given.
        conditional: Conditions with what follows from them.
        read: The keywords of which nothing is left out.
    """

    excluded: list[Schema]
    conditional: list[Schema]
    read: frozenset[str]


def _part(part: Schema, properties: Schema) -> _Part:
    conditions = conditions_of(part, properties)
    listed = _alternatives(part.get("not"))
    exclusions = [_exclusion(alternative, properties) for alternative in listed]
    excluded = [exclusion for exclusion in exclusions if exclusion]
    read = CONDITIONAL - conditions.unread
    if len(excluded) == len(listed):
        read |= {"not"}
    return _Part(excluded, conditions.asked, read)


def _alternatives(excluded: Any) -> list[Any]:
    if as_object(excluded).keys() == {"anyOf"}:
        return as_array(excluded["anyOf"]) or [excluded]
    return [excluded]


def _exclusion(excluded: Any, properties: Schema) -> Schema:
    """Give the names that must not come together; nothing where it says anything else."""
    if not _is_form(excluded, properties) or "propertyNames" in excluded:
        return {}
    required, chosen = excluded["required"], as_object(excluded.get("properties"))
    if not required or not all(name in properties for name in required):
        return {}
    return _form(excluded, properties) if all(name in required for name in chosen) else {}


def _is_form(branch: Any, properties: Schema) -> bool:
    """Tell whether a branch only asks for names, and for choices of some."""
    if not is_object(branch) or not is_array(branch.get("required")):
        return False
    chosen = branch.get("properties", {})
    if not is_object(chosen) or not all(name in properties for name in chosen):
        return False
    return (
        constraints_of_object(branch) <= {"required", "propertyNames", "properties"}
        and all(isinstance(name, str) for name in branch["required"])
        and all(choices_of(schema) is not None for schema in chosen.values())
    )


def _form(branch: Schema, properties: Schema) -> Schema:
    form: Schema = {"required": [name for name in branch["required"] if name in properties]}
    allowed = as_object(branch.get("propertyNames")).get("enum")
    if is_array(allowed):
        form["propertyNames"] = {"enum": allowed}
    chosen = as_object(branch.get("properties"))
    if chosen:
        form["properties"] = {name: {"enum": choices_of(schema)} for name, schema in chosen.items()}
    return form
