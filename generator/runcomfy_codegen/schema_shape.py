"""The shape every captured file must have before anything else looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from .documents import Document, pointer
from .problems import Problem

_KINDS: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}

Wrong = tuple[str, str, Any]
"""Where (a JSON pointer), what was expected there, what was found."""


def shape_problems(name: str, document: Document) -> list[Problem]:
    """What is wrong with the shape of `endpoint.json`, `input.json`, `output.json`, at once."""
    check = _CHECKS.get(name)
    if check is None:
        return []
    value: Any = document.value
    if isinstance(value, dict):
        wrong = check(cast("dict[str, Any]", value))
    else:
        wrong = iter([("", "an object", value)])
    return [
        document.problem("schema-shape", "error", f"expected {expected}, found {_kind(found)}", at)
        for at, expected, found in wrong
    ]


def is_input_schema(value: dict[str, Any]) -> bool:
    """An object schema with properties: the look of every published input (API.md §6.1)."""
    return value.get("type") == "object" and isinstance(value.get("properties"), dict)


def is_output_schema(value: dict[str, Any]) -> bool:
    """An object schema inside `output`: the look of every published output (API.md §1.3)."""
    output: Any = value.get("output")
    return isinstance(output, dict) and cast("dict[str, Any]", output).get("type") == "object"


def _endpoint(value: dict[str, Any]) -> Iterator[Wrong]:
    if not isinstance(value.get("model_id"), str):
        yield pointer("model_id"), '"model_id": the model id', value.get("model_id")


def _input(value: dict[str, Any]) -> Iterator[Wrong]:
    if value.get("type") != "object":
        yield pointer("type"), '"type": "object"', value.get("type")
    yield from _properties(value, "")


def _output(value: dict[str, Any]) -> Iterator[Wrong]:
    if "output" not in value:
        if "type" not in value:
            yield "", 'an object schema, or one inside "output"', value
        yield from _properties(value, "") if "properties" in value else ()
    elif not isinstance(value["output"], dict):
        yield pointer("output"), "a schema", value["output"]
    elif "properties" in value["output"]:
        yield from _properties(cast("dict[str, Any]", value["output"]), pointer("output"))


def _properties(schema: dict[str, Any], at: str) -> Iterator[Wrong]:
    properties: Any = schema.get("properties")
    if isinstance(properties, dict):
        for name, found in cast("dict[str, Any]", properties).items():
            if not isinstance(found, dict):
                yield at + pointer("properties", name), "a schema", found
    else:
        yield at + pointer("properties"), '"properties": an object', properties
    required: Any = schema.get("required", [])
    if not isinstance(required, list):
        yield at + pointer("required"), "a list of property names", required
        return
    names = cast("list[object]", required)
    for index, found in enumerate(names):
        if not isinstance(found, str):
            yield at + pointer("required", index), "a property name", found


def _kind(value: Any) -> str:
    return repr(value) if isinstance(value, str) else _KINDS[type(value)]


_CHECKS: dict[str, Callable[[dict[str, Any]], Iterator[Wrong]]] = {
    "endpoint.json": _endpoint,
    "input.json": _input,
    "output.json": _output,
}
