# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The parameters of tools as JSON Schema, short enough for a model's context."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from .._base.json_values import is_array, is_object
from .._endpoint.info import get_endpoint
from .._schemas.media_kinds import KINDS
from .._validation.json_schema import json_schema_of

Schema = dict[str, Any]

_AGAIN_TEXT = (
    "The same call finds its earlier job and does not pay again. True pays for another job."
)
_DROPPED = ("title", "pattern", "$schema")
_URL = "URL or data URI of "
_URL_OR_PATH = "URL, data URI or local path of "


def parameters_of(model_id: str) -> Schema:
    """Return the parameters of a model's tool: the fields of its request, and `again`."""
    schema = _compact(json_schema_of(get_endpoint(model_id).request_type))
    again = {again_name(schema["properties"]): optional("boolean", _AGAIN_TEXT)}
    return object_of({**schema["properties"], **again}, schema.get("required", ()))


def about(model_id: str) -> str:
    """Return what is asked of a model's fields together, in words; "" if nothing is."""
    text = str(json_schema_of(get_endpoint(model_id).request_type).get("description", ""))
    return text.removeprefix(f"The input of {model_id}.").strip()


def again_name(fields: Container[str]) -> str:
    """Return the name of the parameter that asks for another job: a model may have an `again`."""
    name = "again"
    while name in fields:
        name = f"{name}_"
    return name


def object_of(properties: Mapping[str, Schema], required: Any = ()) -> Schema:
    """Return the schema of an object that takes these properties and no others."""
    schema: Schema = {"type": "object", "properties": dict(properties)}
    if required:
        schema["required"] = list(required)
    return {**schema, "additionalProperties": False}


def optional(kind: str, text: str) -> Schema:
    """Return the schema of a parameter, with its description."""
    return {"type": kind, "description": text}


def _compact(schema: Schema) -> Schema:
    """Leave out what a model does not need, and say that a medium may be a local path."""
    compact: Schema = {}
    for key, value in schema.items():
        if key in _DROPPED:
            continue
        if key == "properties":
            compact[key] = {name: _compact(inner) for name, inner in value.items()}
        elif key in ("items", "additionalProperties") and is_object(value):
            compact[key] = _compact(value)
        elif key == "anyOf" and is_array(value):
            compact[key] = [_compact(branch) for branch in value]
        else:
            compact[key] = value
    if "pattern" in schema:
        compact["description"] = f"{compact.get('description', '')} Not blank.".strip()
    if _is_medium(schema):
        del compact["format"]
        compact["description"] = str(compact["description"]).replace(_URL, _URL_OR_PATH)
    return compact


def _is_medium(schema: Schema) -> bool:
    return any(schema.get("format") == row.formats[0] for row in KINDS.values())
