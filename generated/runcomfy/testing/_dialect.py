# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Input validation against the published schema, by an independent JSON Schema library.

It does not use the generated classes, so that the two check each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator, SchemaError  # type: ignore[import-untyped]
from referencing import Registry
from referencing.exceptions import Unresolvable

Schema = dict[str, Any]
Detail = dict[str, Any]

_STANDARD_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_TYPE_WORDS = {
    **{name: name for name in _STANDARD_TYPES},
    # API.md §6.2 knows `float`; schemas by other hands have the others.
    "float": "number",
    "double": "number",
    "int": "integer",
    "bool": "boolean",
}
_SUBSCHEMAS = ("items", "additionalProperties", "not", "if", "then", "else", "contains")
_SUBSCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SUBSCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions")

_MESSAGES = {
    "additionalProperties": "has a property that is not allowed",
    "enum": "must be one of {value}",
    "exclusiveMaximum": "must be less than {value}",
    "exclusiveMinimum": "must be greater than {value}",
    "maxItems": "must have at most {value} items",
    "maxLength": "must have at most {value} characters",
    "maximum": "must be at most {value}",
    "minItems": "must have at least {value} items",
    "minLength": "must have at least {value} characters",
    "minimum": "must be at least {value}",
    "type": "must be of type {value}",
}


class InvalidSchemaError(ValueError):
    """The published schema is no JSON Schema, whatever the dialect."""


def standard_schema(published: Mapping[str, Any]) -> Schema:
    """The vendor's dialect (API.md §6) as JSON Schema Draft 2020-12; the input is not changed."""
    schema: Schema = dict(published)
    for key in _SUBSCHEMAS:
        if isinstance(schema.get(key), Mapping):
            schema[key] = standard_schema(schema[key])
    for key in _SUBSCHEMA_LISTS:
        if isinstance(schema.get(key), list):
            schema[key] = [_standard_or_same(child) for child in schema[key]]
    for key in _SUBSCHEMA_MAPS:
        if isinstance(schema.get(key), Mapping):
            schema[key] = {name: _standard_or_same(child) for name, child in schema[key].items()}

    types = _types(schema.pop("type", None))
    if "array" in types:
        if str(schema.get("format", "")).endswith("_uris"):
            schema.setdefault("items", {"type": "string"})
        if isinstance(schema.get("default"), str):
            types = [*types, "string"]  # gpt-4o-image/edit: one is accepted for many (§7 row 1)
        if not any(isinstance(choice, list) for choice in _listed(schema.get("enum", [[]]))):
            schema["items"] = {"enum": schema.pop("enum")}  # said on the array, meant of its items
    if schema.pop("nullable", None) is True:  # OpenAPI 3.0
        types = [*types, "null"] if types else []
        for key, null in (("enum", None), ("anyOf", {"type": "null"}), ("oneOf", {"type": "null"})):
            if isinstance(schema.get(key), list) and null not in schema[key]:
                schema[key] = [*schema[key], null]
    if types:
        schema["type"] = types
    if isinstance(schema.get("required"), list) and "properties" in schema:
        # Some pages demand a name that no property has (§7 row 3); no request could satisfy both.
        schema["required"] = [name for name in schema["required"] if name in schema["properties"]]
    return schema


def _standard_or_same(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return standard_schema(cast(Mapping[str, Any], schema))
    return schema


def _types(published: Any) -> list[str]:
    """The standard type names; with a name that no standard knows, none: it constrains nothing."""
    types = [_TYPE_WORDS.get(str(name).lower(), "") for name in _listed(published)]
    return types if all(types) else []


class InputValidator:
    """Checks request bodies of one endpoint. Raises InvalidSchemaError if its schema is unusable."""

    def __init__(self, published: Mapping[str, Any]) -> None:
        schema = standard_schema(published)
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            raise InvalidSchemaError(f"at {error.json_path}: {error.message}") from error
        # An empty registry: jsonschema's own would fetch a remote $ref.
        self._validator: Any = Draft202012Validator(schema, registry=Registry())

    def problems(self, body: Any) -> list[Detail]:
        """Everything wrong with the body, as `{"loc": ["body", ...], "msg": ...}` (API.md §3.3)."""
        try:
            errors = list(self._validator.iter_errors(body))
        except Unresolvable as error:
            raise InvalidSchemaError(
                f"it refers to {error.ref!r}, which it does not contain"
            ) from error
        found = {str(detail["loc"]) + detail["msg"]: detail for detail in _details(errors)}
        return sorted(found.values(), key=lambda detail: str(detail["loc"]))


def _details(errors: Iterable[Any]) -> Iterable[Detail]:
    for error in errors:
        loc = ["body", *error.absolute_path]
        if error.validator == "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            yield from ({"loc": [*loc, name], "msg": "field required"} for name in missing)
        else:
            # Never jsonschema's own text: it repeats the value, which may be megabytes of media.
            message = _MESSAGES.get(error.validator, "does not satisfy {keyword}: {value}")
            text = message.format(keyword=error.validator, value=_readable(error.validator_value))
            yield {"loc": loc, "msg": text}


def _readable(value: Any) -> str:
    text = ", ".join(map(str, _listed(value)))
    return text if len(text) <= 300 else text[:300] + "…"


def _listed(value: Any) -> list[Any]:
    several = isinstance(value, list)
    return cast(list[Any], value) if several else [value]
