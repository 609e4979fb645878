"""The OpenAPI 3.1 document of a catalogue, for generators that read one.

Flat, to cost its reader as little as possible: one operation and one schema for each endpoint, and the
three operations on requests once, as they are the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from runcomfy_codegen.schemas.shape import GENERIC_OUTPUT

from .catalogue import Endpoint, Schema

_KEPT = {
    *("type", "description", "default", "enum"),
    *("minimum", "maximum", "maxLength", "minItems", "maxItems"),
}
_PYTHON: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
}
_TEXT = {"type": "string"}


def document(endpoints: Iterable[Endpoint]) -> Schema:
    """Paths and components of the endpoints, in the words of OpenAPI 3.1."""
    schemas: Schema = {"Accepted": _object(request_id=_TEXT, status_url=_TEXT, result_url=_TEXT)}
    schemas["Status"] = _object(request_id=_TEXT, status=_TEXT, queue_position={"type": "integer"})
    schemas["Result"] = _object(request_id=_TEXT, status=_TEXT, **GENERIC_OUTPUT)
    paths: Schema = {
        "/v1/requests/{request_id}/status": {"get": _on_request("status", "Status")},
        "/v1/requests/{request_id}/result": {"get": _on_request("result", "Result")},
        "/v1/requests/{request_id}/cancel": {"post": _on_request("cancel", "Status")},
    }
    for each in endpoints:
        schemas[class_name(each)] = _translated(each.input_schema)
        content = {"application/json": {"schema": _reference(class_name(each))}}
        body = {"required": True, "content": content}
        submit = {**_operation(operation_id(each), "Accepted"), "requestBody": body}
        paths[f"/v1/models/{each.model_id}"] = {"post": submit}
    security = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "peer client", "version": "1"},
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": security},
    }


def operation_id(endpoint: Endpoint) -> str:
    return "_".join(_words(endpoint))


def class_name(endpoint: Endpoint) -> str:
    return "".join(map(str.capitalize, _words(endpoint))) + "Request"


def _words(endpoint: Endpoint) -> list[str]:
    return re.findall("[a-z0-9]+", endpoint.model_id.lower())


def _translated(schema: Schema) -> Schema:
    properties = {name: _property(each) for name, each in schema["properties"].items()}
    return {"type": "object", "properties": properties, "required": schema.get("required", [])}


def _property(published: Schema) -> Schema:
    kept = {key: value for key, value in published.items() if key in _KEPT}
    if kept["type"] == "float":
        kept["type"] = "number"
    if kept["type"] == "array":
        kept["items"] = _TEXT
    if not isinstance(kept.get("default"), _PYTHON[kept["type"]]):
        kept.pop("default", None)
    return kept


def _object(**properties: Any) -> Schema:
    return {"type": "object", "properties": properties}


def _on_request(name: str, reply: str) -> Schema:
    parameter = {"name": "request_id", "in": "path", "required": True, "schema": _TEXT}
    return {**_operation(name, reply), "parameters": [parameter]}


def _operation(name: str, reply: str) -> Schema:
    content = {"application/json": {"schema": _reference(reply)}}
    return {"operationId": name, "responses": {"200": {"description": "done", "content": content}}}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
