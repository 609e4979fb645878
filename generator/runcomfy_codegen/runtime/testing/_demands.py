"""Which names an object must have together, and with which choices."""

from __future__ import annotations

from typing import Any

from .._base.json_values import as_array, as_object, is_array, is_object
from .._schemas.conditions import is_left
from .._schemas.joins import choices_of, is_annotation

Schema = dict[str, Any]


def asked_together(schema: Schema) -> Schema:
    """Give what an object asks of its properties together, as keywords that describe no values."""
    properties = as_object(schema.get("properties"))
    asked: Schema = {}
    if not properties:
        return asked
    for union in ("anyOf", "oneOf"):
        branches = as_array(schema.get(union))
        if branches and all(_is_form(branch, properties) for branch in branches):
            asked[union] = [_form(branch, properties) for branch in branches]
    excluded = [_exclusion(each, properties) for each in _exclusions(schema)]
    if any(excluded):
        asked["not"] = {"anyOf": [each for each in excluded if each]}
    if is_object(dependent := schema.get("dependentRequired")):
        asked["dependentRequired"] = {
            name: [each for each in as_array(names) if isinstance(each, str) and each in properties]
            for name, names in dependent.items()
        }
    return asked


def _exclusions(schema: Schema) -> list[Any]:
    parts: Any = schema.get("allOf")
    return [part["not"] for part in (schema, *(parts if is_left(parts) else ())) if "not" in part]


def _exclusion(excluded: Any, properties: Schema) -> Schema:
    """Give the names that must not come together; nothing where it says anything else."""
    is_readable = _is_form(excluded, properties) and "properties" not in excluded
    if not is_readable or any(name not in properties for name in excluded["required"]):
        return {}
    return {"required": excluded["required"]}


def _is_form(branch: Any, properties: Schema) -> bool:
    """Tell whether a branch only asks for names, and for choices of some."""
    if not is_object(branch) or not is_array(branch.get("required")):
        return False
    words = {word for word in branch if not is_annotation(word)}
    if branch.get("type") == "object":
        words.discard("type")
    chosen = branch.get("properties", {})
    if not is_object(chosen) or not all(name in properties for name in chosen):
        return False
    return (
        words <= {"required", "propertyNames", "properties"}
        and all(isinstance(name, str) for name in branch["required"])
        and all(choices_of(each) is not None for each in chosen.values())
    )


def _form(branch: Schema, properties: Schema) -> Schema:
    made: Schema = {"required": [name for name in branch["required"] if name in properties]}
    allowed = as_object(branch.get("propertyNames")).get("enum")
    if is_array(allowed):
        made["propertyNames"] = {"enum": allowed}
    chosen = as_object(branch.get("properties"))
    if chosen:
        made["properties"] = {name: {"enum": choices_of(each)} for name, each in chosen.items()}
    return made
