# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Conditional demands on the properties of an object, as far as they are about names and choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .._base.json_values import as_array, as_object, is_array, is_object
from .._schemas.conditions import takes_nothing
from .._schemas.joins import choices_of, constraints_of_object, is_annotation

Schema = dict[str, Any]
CONDITIONAL = frozenset({"if", "then", "else", "dependentSchemas", "dependencies"})


class Conditions(NamedTuple):
    """The conditions of an object.

    Attributes:
        asked: What is checked, as schemas.
        unread: The keywords of which a part is not checked.
    """

    asked: list[Schema]
    unread: set[str]


def conditions_of(schema: Schema, properties: Schema) -> Conditions:
    """Read the conditions of an object that has these properties."""
    asked: list[Schema] = []
    unread: set[str] = set()
    for keywords, conditional in _conditionals(schema):
        branch = "then" if "then" in conditional else "else"
        condition = _condition(conditional["if"], properties)
        consequence = _consequence(conditional[branch], properties)
        if condition is None or consequence is None:
            unread |= keywords
        elif consequence:
            asked.append({"if": condition, branch: consequence})
    return Conditions(asked, unread)


def _conditionals(schema: Schema) -> Iterator[tuple[set[str], Schema]]:
    for branch in ("then", "else"):
        if "if" in schema and branch in schema:
            yield {"if", branch}, {"if": schema["if"], branch: schema[branch]}
    for keyword in ("dependentSchemas", "dependencies"):
        for name, part in as_object(schema.get(keyword)).items():
            then = {"required": part} if is_array(part) else part
            yield {keyword}, {"if": {"required": [name]}, "then": then}


def _condition(condition: Any, properties: Schema) -> Schema | None:
    if not _names_only(condition, properties):
        return None
    parts = {name: _narrowed(part) for name, part in as_object(condition.get("properties")).items()}
    form = _form(as_array(condition.get("required")), parts)
    return form if form and None not in parts.values() else None


def _consequence(consequence: Any, properties: Schema) -> Schema | None:
    if consequence is True:
        return {}
    if not _names_only(consequence, properties):
        return None
    described = as_object(consequence.get("properties"))
    parts = {
        name: _narrowed(part)
        for name, part in described.items()
        if not _adds_nothing(part, properties[name])
    }
    if None in parts.values():
        return None
    return _form(as_array(consequence.get("required")), parts)


def _form(required: list[Any], parts: dict[str, Any]) -> Schema:
    form: Schema = {"required": required} if required else {}
    return {**form, "properties": parts} if parts else form


def _narrowed(part: Any) -> Any:
    """Give the choices of a property, or what takes nothing; None for anything else."""
    if takes_nothing(part):
        return False
    listed = choices_of(part)
    return None if listed is None else {"enum": listed}


def _adds_nothing(part: Any, whole: Any) -> bool:
    if part is True:
        return True
    if takes_nothing(part) or not is_object(part) or choices_of(part) is not None:
        return False
    outer = as_object(whole)
    return all(
        is_annotation(word) or (word in outer and outer[word] == part[word]) for word in part
    )


def _names_only(schema: Any, properties: Schema) -> bool:
    """Tell whether a schema says something about names that are known, and nothing else."""
    if not is_object(schema):
        return False
    required, described = schema.get("required", []), schema.get("properties", {})
    if (
        not constraints_of_object(schema) <= {"required", "properties"}
        or not is_array(required)
        or not is_object(described)
    ):
        return False
    return all(isinstance(name, str) and name in properties for name in (*required, *described))
