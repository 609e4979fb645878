"""Input schemas with the oddities that published schemas have, drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from tests._support.sdk import Case
from tests.proof import schemas

# Keyword -> odd values, each of which lint names.
QUIRKS: dict[str, tuple[Any, ...]] = {
    "title": (None, 5, ["a"]),
    "description": (None, 5, {"en": "a"}),
    "format": (None, 5, "float", "double", "uri", "date-time", "image_uri", ["image_uri"]),
    "enum": (None, "a", {"a": 1}, 5),
    "items": (None, {}),
    "default": (None, "a", 5, ["a"], {}, "https://example.com/a.png"),
    "minLength": (None, "1", 1.0, -1, 1.5, True, 0),
    "maxLength": (None, "9", 9.0, -1, False, 10**30),
    "minItems": (None, "1", 1.0, -1),
    "maxItems": (None, "3", 3.0, [3]),
    "minimum": (None, "1", True, -0.0, 1e300, 10**400, [0]),
    "maximum": (None, "9", False, 1e-320, -(10**400)),
    "exclusiveMinimum": (None, True, False, "1", 0, -0.0),
    "exclusiveMaximum": (None, True, False, "9", 2**53 + 1),
    "multipleOf": (None, "0.01", 0, -1, 0.01, 0.1, 0.07, 1e-7, True, 3),
    "required": (None, True, False, "a", {"a": True}, [1], ["no such name"]),
    "properties": (None, [], "a", True),
    "additionalProperties": (None, "a", True),
    "nullable": (None, "true", 1, True, False),
    "pattern": (
        None,
        5,
        r"^\p{L}+$",
        "/^[a-z]+$/i",
        "(",
        r"^\d+$",
        "(?<year>\\d{4})",
        "^a$",
        "(a+)+$",
    ),
    "uniqueItems": (True, "true", None),
    "contains": ({"type": "string"}, None),
    "minProperties": (1, "1"),
    "propertyNames": ({"maxLength": 1}, {"pattern": "("}),
    "prefixItems": ([{"type": "string"}, {"type": "integer"}], [{"type": "string"}], [], None),
    "patternProperties": ({"^a": {"type": "integer"}}, {"^.*$": {"type": "string"}}, {}, None),
    "not": ({"const": "a"}, {"type": "null"}, {"required": ["a"]}, {}, True, None),
    "if": ({"properties": {"seen": {"const": 1}}}, True, None),
    "then": ({"required": ["a"]}, {"properties": {"more": {"type": "integer"}}}, None),
    "else": ({"properties": {"less": {"type": "string"}}}, False),
    "dependentSchemas": ({"a": {"properties": {"more": {"type": "string"}}}}, {"a": False}, None),
    "dependencies": ({"a": ["b"]}, {"a": {"properties": {"more": {"enum": [1]}}}}, None),
    "dependentRequired": ({"a": ["b"]}, None),
    "examples": (None, "a", [1]),
    "deprecated": (True, "yes"),
    "readOnly": (True,),
    "x-order": (None, 5),
    "$schema": ("http://json-schema.org/draft-04/schema#",),
    "$comment": (None, 5),
    "type": (["string", "null"], "Float", ["integer", "number"]),
}
# The choices of a branch rule over type and bounds beside the union.
_NOT_BESIDE_UNIONS = {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "type"),
}
_MOST_QUIRKS = 4


def case(random: Random) -> Case:
    """Draw an input and put up to four quirks into it."""
    drawn = deepcopy(schemas.case(random))
    for _ in range(random.randint(1, _MOST_QUIRKS)):
        parts = [*_schemas(drawn.input)]
        keyword = random.choice([*QUIRKS])
        part = random.choice(parts)
        if keyword in _NOT_BESIDE_UNIONS and not {"anyOf", "oneOf"}.isdisjoint(part):
            continue
        part[keyword] = deepcopy(random.choice(QUIRKS[keyword]))
    return drawn


def _schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Give all schemas inside a schema."""
    for keyword, value in schema.items():
        if keyword == "properties" and isinstance(value, dict):
            inside = [*value.values()]
        elif keyword in ("anyOf", "oneOf") and isinstance(value, list):
            inside = value
        else:
            inside = [value] if keyword in ("items", "additionalProperties") else []
        for each in inside:
            if isinstance(each, dict):
                yield each
                yield from _schemas(each)
