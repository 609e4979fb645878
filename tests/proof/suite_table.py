"""The outcome of every group of the JSON-Schema-Test-Suite, by its number in its file, and the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from .reading import DIFFERENCES

_NOT_VENDORS = "it leads elsewhere or contradicts itself, and guessing would misread it"
REASONS: Mapping[str, str] = {
    "supported": "all that is invalid is refused, all that is valid accepted, but for stricter lines",
    "accepted": "nothing in the group is invalid, and nothing is refused, but for stricter lines",
    **{f"refused: {word}": _NOT_VENDORS for word in ("$ref", "$dynamicRef", "allOf")},
    "refused: boolean schema": "true and false say nothing that a property could be called",
    "refused: structured choice": "a choice among objects or arrays has no Python type",
    "refused: contradiction": "a schema and its branch both describe the same part",
    **{f"ignored: {each.name}": each.reason for each in DIFFERENCES if each.lint},
    "ignored: left to the server, oneOf": "both of the lines above at once",
    "ignored: optional": "not demanded by 2020-12 (format is an annotation there, 7.2.1), or left to the "
    "server as without it",
}

TABLE: Mapping[str, Mapping[str, str]] = {
    "additionalProperties": {
        "accepted": "4 6",
        "ignored: left to the server": "0-1",
        "refused: allOf": "5",
        "supported": "2-3 7-8",
    },
    "allOf": {
        "accepted": "3 6-7",
        "refused: allOf": "4-5",
        "refused: contradiction": "11",
        "supported": "0-2 8-10",
    },
    "anchor": {
        "refused: $ref": "0-3",
    },
    "anyOf": {
        "accepted": "2 6",
        "refused: boolean schema": "3-4",
        "supported": "0-1 5 7",
    },
    "boolean_schema": {
        "accepted": "0",
        "refused: boolean schema": "1",
    },
    "const": {
        "refused: structured choice": "1-2 6-9",
        "supported": "0 3-5 10-16",
    },
    "contains": {
        "accepted": "6",
        "ignored: left to the server": "0-5",
    },
    "content": {
        "accepted": "0-3",
    },
    "default": {
        "accepted": "0-1",
        "supported": "2",
    },
    "defs": {
        "refused: $ref": "0",
    },
    "dependentRequired": {
        "accepted": "1",
        "ignored: left to the server": "0 2-3",
    },
    "dependentSchemas": {
        "ignored: left to the server": "0-3",
    },
    "dynamicRef": {
        "refused: $dynamicRef": "0-1 18",
        "refused: $ref": "2-17 19-20",
    },
    "enum": {
        "refused: structured choice": "1 6 8 10 12 14",
        "supported": "0 2-5 7 9 11 13",
    },
    "exclusiveMaximum": {
        "supported": "0",
    },
    "exclusiveMinimum": {
        "supported": "0",
    },
    "format": {
        "accepted": "0-18",
    },
    "if-then-else": {
        "accepted": "0-2 6",
        "ignored: left to the server": "3-5 7-11",
    },
    "infinite-loop-detection": {
        "refused: allOf": "0",
    },
    "items": {
        "accepted": "1 9",
        "ignored: left to the server": "3 7",
        "ignored: optional": "2",
        "supported": "0 4-6 8",
    },
    "maxContains": {
        "accepted": "0",
        "ignored: left to the server": "1-4",
    },
    "maxItems": {
        "supported": "0-1",
    },
    "maxLength": {
        "supported": "0-1",
    },
    "maxProperties": {
        "ignored: left to the server": "0-2",
    },
    "maximum": {
        "supported": "0-1",
    },
    "minContains": {
        "accepted": "0 6",
        "ignored: left to the server": "1-5 7",
    },
    "minItems": {
        "supported": "0-1",
    },
    "minLength": {
        "supported": "0-1",
    },
    "minProperties": {
        "ignored: left to the server": "0-1",
    },
    "minimum": {
        "supported": "0-1",
    },
    "multipleOf": {
        "accepted": "4",
        "supported": "0-3",
    },
    "not": {
        "accepted": "7",
        "ignored: left to the server": "0-2 6 8",
        "refused: boolean schema": "4-5",
        "supported": "3",
    },
    "oneOf": {
        "ignored: oneOf": "0-2 7-8",
        "refused: boolean schema": "3-5",
        "supported": "6 9-10",
    },
    "optional/anchor": {
        "refused: $ref": "0",
    },
    "optional/bignum": {
        "accepted": "0-1 3 5",
        "supported": "2 4 6",
    },
    "optional/cross-draft": {
        "refused: $ref": "0",
    },
    "optional/dependencies-compatibility": {
        "accepted": "1",
        "ignored: optional": "0 2-6",
    },
    "optional/dynamicRef": {
        "refused: $ref": "0",
    },
    "optional/ecmascript-regex": {
        "ignored: optional": "0-19",
    },
    "optional/float-overflow": {
        "accepted": "0",
    },
    "optional/format/date-time": {
        "ignored: optional": "0",
    },
    "optional/format/date": {
        "ignored: optional": "0",
    },
    "optional/format/duration": {
        "ignored: optional": "0",
    },
    "optional/format/ecmascript-regex": {
        "accepted": "3-5",
        "ignored: optional": "0-2",
    },
    "optional/format/email": {
        "ignored: optional": "0",
    },
    "optional/format/hostname": {
        "ignored: optional": "0-1",
    },
    "optional/format/idn-email": {
        "ignored: optional": "0",
    },
    "optional/format/idn-hostname": {
        "ignored: optional": "0-1",
    },
    "optional/format/ipv4": {
        "ignored: optional": "0",
    },
    "optional/format/ipv6": {
        "ignored: optional": "0",
    },
    "optional/format/iri-reference": {
        "ignored: optional": "0",
    },
    "optional/format/iri": {
        "ignored: optional": "0",
    },
    "optional/format/json-pointer": {
        "ignored: optional": "0",
    },
    "optional/format/regex": {
        "ignored: optional": "0",
    },
    "optional/format/relative-json-pointer": {
        "ignored: optional": "0",
    },
    "optional/format/time": {
        "ignored: optional": "0",
    },
    "optional/format/unknown": {
        "accepted": "0",
    },
    "optional/format/uri-reference": {
        "ignored: optional": "0",
    },
    "optional/format/uri-template": {
        "ignored: optional": "0",
    },
    "optional/format/uri": {
        "ignored: optional": "0",
    },
    "optional/format/uuid": {
        "ignored: optional": "0",
    },
    "optional/format-assertion": {
        "ignored: optional": "0-1",
    },
    "optional/id": {
        "refused: $ref": "0",
    },
    "optional/no-schema": {
        "supported": "0",
    },
    "optional/non-bmp-regex": {
        "ignored: optional": "0-1",
    },
    "optional/refOfUnknownKeyword": {
        "refused: $ref": "3",
        "supported": "0-2 4",
    },
    "optional/unknownKeyword": {
        "refused: $ref": "0",
    },
    "pattern": {
        "accepted": "1",
        "ignored: left to the server": "0 2",
    },
    "patternProperties": {
        "accepted": "4-5",
        "ignored: left to the server": "0-3",
    },
    "prefixItems": {
        "accepted": "2-3",
        "ignored: left to the server": "0-1",
    },
    "properties": {
        "accepted": "4",
        "ignored: left to the server": "1",
        "supported": "0 2-3 5",
    },
    "propertyNames": {
        "accepted": "2",
        "ignored: left to the server": "0-1 3-5",
    },
    "ref": {
        "accepted": "9",
        "ignored: left to the server": "2",
        "refused: $ref": "0 6 10-11 13 15-21 26-32",
        "refused: structured choice": "14",
        "supported": "1 3-5 7-8 12 22-25 33-35",
    },
    "refRemote": {
        "refused: $ref": "0-14",
    },
    "required": {
        "accepted": "1-2",
        "ignored: required names": "3-4",
        "supported": "0",
    },
    "type": {
        "supported": "0-10",
    },
    "unevaluatedItems": {
        "accepted": "0 3 5 25-26",
        "ignored: left to the server": "1-2 4 8 11-14 21 23-24 27-28",
        "refused: $ref": "16-18",
        "refused: allOf": "7 9-10 15 19 22",
        "refused: contradiction": "20",
        "supported": "6",
    },
    "unevaluatedProperties": {
        "accepted": "0 5-6 9-10 24-25 36-37",
        "ignored: left to the server": "1 4 14-17 38-40",
        "ignored: left to the server, oneOf": "35",
        "refused: $ref": "21 33",
        "refused: allOf": "22-23 26 28",
        "refused: contradiction": "30-32",
        "supported": "2-3 7-8 11-13 18-20 27 29 34 41-43",
    },
    "uniqueItems": {
        "accepted": "3-4",
        "ignored: left to the server": "0-2",
        "supported": "5",
    },
    "vocabulary": {
        "ignored: optional": "0",
        "supported": "1",
    },
}

# Where the schema as the whole input comes to something else: a union over it is one class.
AS_INPUT: Mapping[tuple[str, int], str] = {
    ("not", 3): "refused: boolean schema",
}


def classified(file: str, number: int, as_input: bool) -> str:
    """Return the outcome that is known of a group; empty for a group that nobody has looked at."""
    outcome = _outcomes(file).get(number, "")
    return AS_INPUT.get((file, number), outcome) if as_input else outcome


@cache
def _outcomes(file: str) -> dict[int, str]:
    rows = TABLE.get(file, {}).items()
    return {number: outcome for outcome, numbers in rows for number in _numbers(numbers)}


def _numbers(text: str) -> Iterator[int]:
    """`0-2 5` is 0, 1, 2 and 5."""
    for part in text.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
