"""Check the shape of captured files before any other stage reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..text.documents import Document, pointer_to
from ..text.json_types import is_array, is_object
from ..text.problems import Problem
from .normal_form import faults_of, normal_input, normal_output

_KINDS: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}

_URL = {"type": "string", "format": "uri"}
GENERIC_OUTPUT: dict[str, Any] = {
    "output": {
        "type": "object",
        "properties": {
            "image": _URL,
            "video": _URL,
            "images": {"type": "array", "items": _URL},
            "videos": {"type": "array", "items": _URL},
        },
    }
}
"""The block that every page publishes, whatever the model, without its texts."""

_WHOLE = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
"""Keywords that say what a whole schema is."""

Wrong = tuple[str, str, Any]
"""Where (a JSON pointer), what was expected there, what was found."""


def shape_problems(name: str, document: Document) -> list[Problem]:
    """Return what is wrong with the shape of `endpoint.json`, `input.json` or `output.json`."""
    check = _CHECKS.get(name)
    if check is None or _is_plainly_good(check, document.value):
        return []
    if name == "input.json":
        document = normal_input(document)
    elif name == "output.json":
        document = normal_output(document)
    if any(fault.pointer.count("/") <= 1 for fault in faults_of(document)):
        # The whole schema is unreadable, which is reported where an overlay can correct it.
        return []
    value: Any = document.value
    wrong = check(value) if is_object(value) else iter([("", "an object", value)])
    return [
        document.problem("schema-shape", "error", f"expected {expected}, found {_kind(actual)}", at)
        for at, expected, actual in wrong
    ]


def _is_plainly_good(check: Callable[[dict[str, Any]], Iterator[Wrong]], value: Any) -> bool:
    """Return whether a file is right as it is written, so that no reference in it has to be followed."""
    return is_object(value) and _WHOLE.isdisjoint(value) and not any(True for _ in check(value))


def is_input_schema(value: dict[str, Any]) -> bool:
    """Return whether it is an object schema with properties, as every published input is."""
    schema = normal_input(Document("", value)).value
    return schema.get("type") == "object" and isinstance(schema.get("properties"), dict)


def is_output_schema(value: dict[str, Any]) -> bool:
    """Return whether it is an object schema inside `output`, as every published output is."""
    output: Any = normal_output(Document("", value)).value.get("output")
    return is_object(output) and output.get("type") == "object"


def _endpoint(value: dict[str, Any]) -> Iterator[Wrong]:
    if not isinstance(value.get("model_id"), str):
        yield pointer_to("model_id"), '"model_id": the model id', value.get("model_id")


def _input(value: dict[str, Any]) -> Iterator[Wrong]:
    words: Any = value.get("type", "object" if value.get("properties") else None)
    if "object" not in (words if is_array(words) else [words]):
        yield pointer_to("type"), '"type": "object"', words
    yield from _properties(value, "")


def _output(value: dict[str, Any]) -> Iterator[Wrong]:
    if "output" not in value:
        if "type" not in value:
            yield "", 'an object schema, or one inside "output"', value
        yield from _properties(value, "") if "properties" in value else ()
    elif not is_object(output := value["output"]):
        yield pointer_to("output"), "a schema", output
    elif "properties" in output:
        yield from _properties(output, pointer_to("output"))


def _properties(schema: dict[str, Any], at: str) -> Iterator[Wrong]:
    properties: Any = schema.get("properties")
    if is_object(properties):
        for name, member in properties.items():
            if not is_object(member) and member is not False:
                yield at + pointer_to("properties", name), "a schema", member
    else:
        yield at + pointer_to("properties"), '"properties": an object', properties
    required: Any = schema.get("required", [])
    if not is_array(required):
        yield at + pointer_to("required"), "a list of property names", required
        return
    for index, member in enumerate(required):
        if not isinstance(member, str):
            yield at + pointer_to("required", index), "a property name", member


def _kind(value: Any) -> str:
    return repr(value) if isinstance(value, str) else _KINDS[type(value)]


_CHECKS: dict[str, Callable[[dict[str, Any]], Iterator[Wrong]]] = {
    "endpoint.json": _endpoint,
    "input.json": _input,
    "output.json": _output,
}
