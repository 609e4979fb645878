# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Which names an object must have together, whatever their values."""

from __future__ import annotations

from typing import Any

from .._base.json_values import as_array, as_object, is_array, is_object
from .._schemas import is_annotation

Schema = dict[str, Any]


def asked_together(schema: Schema) -> Schema:
    """Give what an object asks of its properties together, as keywords that say nothing of their values."""
    properties = as_object(schema.get("properties"))
    asked: Schema = {}
    if not properties:
        return asked
    for union in ("anyOf", "oneOf"):
        branches = as_array(schema.get(union))
        if branches and all(map(_is_form, branches)):
            asked[union] = [_form(branch, properties) for branch in branches]
    excluded: Any = schema.get("not")
    if _is_form(excluded) and all(name in properties for name in excluded["required"]):
        asked["not"] = {"required": excluded["required"]}
    if is_object(dependent := schema.get("dependentRequired")):
        asked["dependentRequired"] = {
            name: [each for each in as_array(names) if isinstance(each, str) and each in properties]
            for name, names in dependent.items()
        }
    return asked


def _is_form(branch: Any) -> bool:
    """Tell whether a branch only asks for names."""
    if not is_object(branch) or not is_array(branch.get("required")):
        return False
    words = {word for word in branch if not is_annotation(word)}
    if branch.get("type") == "object":
        words.discard("type")
    return words <= {"required", "propertyNames"} and all(
        isinstance(name, str) for name in branch["required"]
    )


def _form(branch: Schema, properties: Schema) -> Schema:
    made: Schema = {"required": [name for name in branch["required"] if name in properties]}
    allowed = as_object(branch.get("propertyNames")).get("enum")
    return {**made, "propertyNames": {"enum": allowed}} if is_array(allowed) else made
