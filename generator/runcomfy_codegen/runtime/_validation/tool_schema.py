"""The schema of a request as strict function calling takes it, and the arguments that come back.

Strict modes ask for every property and know few keywords: what may be left out becomes nullable, and what
the keywords say becomes words. Both OpenAI's and Anthropic's are served by what is left.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._base.brief import brief
from .._base.json_values import is_array, is_object
from ..errors import FieldProblem, InvalidRequestError
from .schema_parts import Schema, any_of

_KEPT = ("type", "enum", "description")
_NULL = {"type": "null"}
_JSON_WORDS: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
# Keywords of the two ends of a range, and what is counted.
_RANGES = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
)
_OTHERS: Mapping[str, str] = {
    "exclusiveMinimum": "More than {}.",
    "exclusiveMaximum": "Less than {}.",
    "multipleOf": "A multiple of {}.",
    "pattern": "Not blank.",
    "deprecated": "Deprecated.",
}


def tool_schema_of(schema: Mapping[str, Any]) -> Schema:
    """Return the strict variant of the schema of a request class.

    Args:
        schema: As `EndpointInfo.json_schema` has it.
    """
    strict = _object(schema)
    return {"description": strict.pop("description", ""), **strict}


def read_arguments(arguments: object, schema: Mapping[str, Any], label: str) -> dict[str, Any]:
    """Return the fields that arguments of a tool call give; a null means "left out".

    Args:
        arguments: As a language model gives them.
        schema: Of the request class.
        label: Names the request in an error.

    Raises:
        InvalidRequestError: They are not an object.
    """
    if is_object(arguments):
        return _without_nulls(arguments, schema)
    problem = FieldProblem("", f"the arguments must be a JSON object; got {brief(arguments)}")
    raise InvalidRequestError.from_problems([problem], label)


def _strict(schema: Mapping[str, Any]) -> Schema:
    if "anyOf" in schema and "properties" not in schema:
        branches = [_strict(branch) for branch in _expressible(schema["anyOf"])]
        return _described(any_of(branches), _words(schema))
    if "properties" in schema:
        return _object(schema)
    if schema.get("type") == "array":
        strict: Schema = {"type": "array", "items": _strict(schema["items"])}
        return _described(strict, _words(schema))
    if schema.get("type") == "object":
        return {"type": "string", "description": f"{_words(schema)} A JSON object as text.".strip()}
    if not {"type", "enum"} & schema.keys():
        scalars: list[Schema] = [{"type": word} for word in ("string", "number", "boolean", "null")]
        return _described(any_of(scalars), _words(schema))
    strict = {key: schema[key] for key in _KEPT if key in schema}
    if "enum" in strict and "type" not in strict:
        strict = _typed_choices(strict)
    return _described(strict, _words(schema))


def _object(schema: Mapping[str, Any]) -> Schema:
    required = schema.get("required", ())
    properties: Schema = {}
    for name, described in schema["properties"].items():
        strict = _strict(described)
        properties[name] = strict if name in required else _or_null(strict)
    closed = {"required": [*properties], "additionalProperties": False}
    strict = {"type": "object", "properties": properties, **closed}
    return _described(strict, str(schema.get("description", "")))


def _or_null(schema: Schema) -> Schema:
    about = schema.get("description", "")
    bare = {key: value for key, value in schema.items() if key != "description"}
    return _described(any_of([bare, _NULL]), f"{about} Null if left out.".strip())


def _described(schema: Schema, text: str) -> Schema:
    bare = {key: value for key, value in schema.items() if key != "description"}
    return {"description": text, **bare} if text else bare


def _words(schema: Mapping[str, Any]) -> str:
    """Return the description of a schema, and in words what its other keywords say."""
    words = [str(schema.get("description", ""))]
    for least, most, counted in _RANGES:
        words.append(_range(schema.get(least), schema.get(most), counted))
    words += [text.format(schema[word]) for word, text in _OTHERS.items() if word in schema]
    if "examples" in schema:
        shown = [json.dumps(example, ensure_ascii=False) for example in schema["examples"]]
        words.append(f"For example {' or '.join(shown)}.")
    return " ".join(filter(None, words))


def _range(least: float | None, most: float | None, counted: str) -> str:
    if least is None:
        return "" if most is None else f"At most {most}{counted}."
    if most is None:
        return f"At least {least}{counted}."
    return f"Exactly {least}{counted}." if least == most else f"{least} to {most}{counted}."


def _expressible(branches: list[Schema]) -> list[Schema]:
    """Leave out maps beside a text: an object as text could not be told from the text."""
    has_text = any(branch.get("type") == "string" or "enum" in branch for branch in branches)
    kept = [branch for branch in branches if not (has_text and _is_map(branch))]
    return kept or branches


def _is_map(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "object" and "properties" not in schema


def _typed_choices(schema: Schema) -> Schema:
    """Return choices with their type beside them, one branch for each type."""
    kinds: dict[str, list[Any]] = {}
    for value in schema["enum"]:
        kinds.setdefault(_JSON_WORDS[type(value)], []).append(value)
    return any_of([{"type": word, "enum": values} for word, values in kinds.items()])


def _without_nulls(values: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    required = schema.get("required", ())
    kept: dict[str, Any] = {}
    for name, value in values.items():
        described = schema["properties"].get(name)
        if described is None:
            kept[name] = value  # the class refuses the name
        elif value is not None or name in required:
            kept[name] = _read(value, described)
    return kept


def _read(value: Any, schema: Mapping[str, Any]) -> Any:
    branches: list[Any] = [schema] if "properties" in schema else schema.get("anyOf", [schema])
    if is_array(value):
        items: Any = next((branch["items"] for branch in branches if "items" in branch), None)
        if not items:
            return value
        return [_read(item, items) for item in value]
    if is_object(value):
        objects = [branch for branch in branches if "properties" in branch]
        fitting = [branch for branch in objects if value.keys() <= branch["properties"].keys()]
        chosen = fitting or objects
        return _without_nulls(value, chosen[0]) if chosen else value
    if isinstance(value, str) and _takes_map_as_text(branches):
        return _parsed(value)
    return value


def _takes_map_as_text(branches: list[Schema]) -> bool:
    has_map = any(_is_map(branch) for branch in branches)
    return has_map and any(_is_map(branch) for branch in _expressible(branches))


def _parsed(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if is_object(value) else text
