"""One OpenAPI 3.1 document of the Model API for all endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..runtime._api.addresses import DEFAULT_BASE_URL, model_path
from ..runtime._api.states import TERMINAL
from ..runtime._validation.schema_parts import Schema, any_of
from .endpoints import Exported

_PRICE = ("base_price_usd", "price_unit", "pricing_note")
_TEXT: Schema = {"type": "string"}
_URL: Schema = {"type": "string", "format": "uri"}
_STATUS: Schema = {
    "type": "string",
    "description": f"in_queue, in_progress, {', '.join(sorted(TERMINAL))}, in any case."
    " Any state that is not listed means that the job has not ended.",
}
_REQUEST_ID: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,128}$"}
_POSITION: Schema = {"type": "integer", "description": "Only while the job is in the queue."}
_ERRORS: Mapping[str, str] = {
    "400": "The input or an id is wrong, the balance is exhausted, or the token is not accepted: see error_code.",
    "401": "The token is missing, expired or revoked.",
    "402": "The balance is exhausted.",
    "403": "The resource belongs to somebody else.",
    "404": "The model or the request is unknown, or has expired.",
    "422": "The input does not fit the schema.",
    "429": "Too many requests.",
    "default": "Any other error. Of a submit, nobody knows whether the job was accepted.",
}


def openapi_document(endpoints: Iterable[Exported], version: str) -> Schema:
    """Return the document.

    Args:
        endpoints: In the order in which they are listed.
        version: That of the SDK which the same schemas give.
    """
    listed = [*endpoints]
    outputs = {endpoint.output["title"]: endpoint.output for endpoint in listed}
    schemas: Schema = {endpoint.request["title"]: endpoint.request for endpoint in listed}
    schemas |= outputs
    schemas |= _replies([*outputs])
    providers = sorted({_provider(endpoint) for endpoint in listed})
    paths = {model_path(endpoint.model_id): {"post": _submit(endpoint)} for endpoint in listed}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "RunComfy Model API",
            "version": version,
            "description": "Written by runcomfy-codegen from the published schemas (unofficial). A submit is"
            " paid for, and there are no idempotency keys: repeat one only if it certainly did not arrive.",
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": DEFAULT_BASE_URL}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in (*providers, "requests")],
        "paths": paths | _request_paths(),
        "components": {
            "schemas": schemas,
            "responses": {"Error": _reply("Error", "An error.")},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _provider(endpoint: Exported) -> str:
    return endpoint.model_id.partition("/")[0]


def _submit(endpoint: Exported) -> Schema:
    info = endpoint.info
    name = info.get("display_name")
    description = info.get("description")
    operation: Schema = {
        "operationId": f"submit{endpoint.request['title'].removesuffix('Request')}",
        "tags": [_provider(endpoint)],
        "summary": name if isinstance(name, str) and name else endpoint.model_id,
    }
    if isinstance(description, str) and description:
        operation["description"] = description
    if info.get("gone"):
        operation["deprecated"] = True
    price = {key: info[key] for key in _PRICE if key in info}
    operation |= {"x-runcomfy-model-id": endpoint.model_id}
    operation |= {"x-runcomfy-price": price} if price else {}
    operation |= {"x-runcomfy-output": _ref(endpoint.output["title"])["$ref"]}
    body = {"required": True, "content": _json(_ref(endpoint.request["title"]))}
    return {**operation, "requestBody": body, "responses": _responses("Submitted", "Accepted.")}


def _request_paths() -> Schema:
    cost = {
        "name": "include_cost",
        "in": "query",
        "schema": {"type": "boolean"},
        "description": "Whether the reply has the cost, once it is known.",
    }
    return {
        "/requests/{request_id}/status": {
            "get": _on_request("getStatus", "Report the state of a job", "Status")
        },
        "/requests/{request_id}/result": {
            "get": _on_request(
                "getResult", "Report the state of a job and its output", "Result", cost
            )
        },
        "/requests/{request_id}/cancel": {
            "post": _on_request("cancelJob", "Cancel a job that is still in the queue", "Cancelled")
        },
    }


def _on_request(name: str, summary: str, reply: str, *more: Schema) -> Schema:
    request_id = {"name": "request_id", "in": "path", "required": True, "schema": _REQUEST_ID}
    return {
        "operationId": name,
        "tags": ["requests"],
        "summary": summary,
        "parameters": [request_id, *more],
        "responses": _responses(reply, "The reply; an error if it has an error_code."),
    }


def _responses(schema: str, description: str) -> Schema:
    errors = {
        status: {"description": text, "content": _json(_ref("Error"))}
        for status, text in _ERRORS.items()
    }
    return {"2XX": _reply(schema, description), **errors}


def _reply(schema: str, description: str) -> Schema:
    return {"description": description, "content": _json(_ref(schema))}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _replies(outputs: list[str]) -> Schema:
    """Return the schemas of the replies: nothing more is demanded than what is documented."""
    urls = {f"{name}_url": _URL for name in ("status", "result", "cancel")}
    about = {"request_id": _TEXT, "status": _STATUS}
    output: Schema = any_of([_ref(name) for name in outputs]) if outputs else {}
    times = {"created_at": _TEXT, "finished_at": _TEXT}
    cost: Schema = {"type": "number", "minimum": 0, "description": "US dollars."}
    return {
        "Submitted": _object({**about, **urls}, "request_id"),
        "Status": _object({**about, "queue_position": _POSITION, **urls}, "status"),
        "Result": _object(
            {**about, "model_id": _TEXT, "output": output, "error": {}, **times, "cost": cost},
            "status",
        ),
        "Cancelled": _object(
            {**about, "outcome": {**_TEXT, "examples": ["cancelled", "not_cancellable"]}}
        ),
        "Error": _object({"error_code": {"type": "integer"}, "error_message": _TEXT, "detail": {}}),
    }


def _object(properties: Mapping[str, Any], *required: str) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    return {**schema, "required": [*required]} if required else schema
