"""The vendor's words and what they mean in JSON Schema, as tables."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any, TypeGuard

from ..runtime._schemas.media_kinds import MediaKind as MediaKind
from ..runtime._schemas.media_rules import is_known_rule as is_known_rule
from ..runtime._schemas.media_rules import parse_rule as parse_rule
from ..runtime._schemas.words import MAX_NAME as MAX_NAME
from ..runtime._schemas.words import MEDIA_FORMATS as MEDIA_FORMATS
from ..runtime._schemas.words import TYPE_WORDS as TYPE_WORDS
from ..runtime._schemas.words import type_word as type_word
from ..text.json_types import is_number, is_object

STANDARD_TYPES = frozenset(TYPE_WORDS.values())

OUTPUT_FORMATS = frozenset({*MEDIA_FORMATS, "uri"})  # what every published output says
PLURAL_MEDIA_FORMATS = frozenset(word for word in MEDIA_FORMATS if word.endswith("s"))

# What a property may say. Constraints become part of the generated type, the rest is documentation.
CONSTRAINT_KEYWORDS: dict[str, frozenset[str]] = {
    "string": frozenset({"minLength", "maxLength"}),
    "integer": frozenset(
        {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    ),
    "number": frozenset(
        {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    ),
    "array": frozenset({"minItems", "maxItems"}),
}
SIZE_KEYWORDS = CONSTRAINT_KEYWORDS["string"] | CONSTRAINT_KEYWORDS["array"]
STRUCTURE_KEYWORDS = frozenset(
    {"type", "format", "items", "enum", "const", "properties", "required", "anyOf", "oneOf"}
    | {"additionalProperties", "nullable", "dependentRequired"}
)
ANNOTATION_KEYWORDS = frozenset(
    {"title", "description", "default", "validations", "example", "examples", "deprecated"}
    | {"writeOnly"}
)
# JSON Schema and the vendor's own, read by nothing here.
UNUSED_KEYWORDS = frozenset(
    {"readOnly", "order", "$schema", "$id", "$comment", "$anchor", "$dynamicAnchor"}
    | {"$vocabulary", "discriminator"}
    | {"contentEncoding", "contentMediaType", "contentSchema", "xml", "externalDocs"}
    | {"propertyOrdering"}
)
# Constraints that the SDK leaves to the server, and what they constrain.
SERVER_CONSTRAINTS: dict[str, frozenset[str]] = {
    "string": frozenset({"pattern"}),
    "array": frozenset(
        {"uniqueItems", "contains", "minContains", "maxContains", "unevaluatedItems"}
        | {"prefixItems"}
    ),
    "object": frozenset(
        {"minProperties", "maxProperties", "propertyNames", "unevaluatedProperties"}
        | {"dependentSchemas", "dependencies", "patternProperties"}
    ),
}
SERVER_KEYWORDS = frozenset({"not", "if", "then", "else"}).union(*SERVER_CONSTRAINTS.values())
# What has no reading at all: the normaliser refuses the endpoint.
REFUSED_KEYWORDS = ("$ref", "$dynamicRef", "allOf")
BOUND_KEYWORDS = frozenset[str]().union(*CONSTRAINT_KEYWORDS.values())
KNOWN_KEYWORDS = STRUCTURE_KEYWORDS | ANNOTATION_KEYWORDS | BOUND_KEYWORDS | UNUSED_KEYWORDS
# All that are met with more than a shrug.
NAMED_KEYWORDS = (KNOWN_KEYWORDS | SERVER_KEYWORDS | {"$defs", "definitions"}).union(
    REFUSED_KEYWORDS
)
EXTENSIONS = ("x-", "_")
"""Prefixes of the vendor's own keywords, which only help tools that show a form."""
# Keywords that say something about one type only.
OWN_KEYWORDS: dict[str, frozenset[str]] = {
    "array": frozenset({"items"}),
    "object": frozenset({"properties", "required", "additionalProperties", "dependentRequired"}),
}

_SHAPES: dict[str, type | tuple[type, ...]] = {
    "properties": dict,
    "required": list,
    "additionalProperties": (bool, dict),
    "items": dict,
    "format": str,
}
# A schema without a type is about the type that its keywords say something about, in this order.
IMPLIED_TYPES: tuple[tuple[frozenset[str], str], ...] = (
    (OWN_KEYWORDS["object"] | SERVER_CONSTRAINTS["object"], "object"),
    (OWN_KEYWORDS["array"] | CONSTRAINT_KEYWORDS["array"] | SERVER_CONSTRAINTS["array"], "array"),
    (CONSTRAINT_KEYWORDS["string"] | SERVER_CONSTRAINTS["string"] | {"format"}, "string"),
    (CONSTRAINT_KEYWORDS["number"], "number"),
)

# The kinds that the catalogue was seen to have.
KINDS = frozenset({"model", "workflow", "inference"})

# Keys of the site's translation table, left untranslated in published text.
UNTRANSLATED = re.compile(r"modelApiDoc_\w*")


def implied_type(schema: Mapping[str, Any]) -> str:
    """Return the type that the keywords of a schema imply; empty if they imply none."""
    used = [keyword for keyword, value in schema.items() if _says_something(keyword, value)]
    implied = (word for keywords, word in IMPLIED_TYPES if not keywords.isdisjoint(used))
    return next(implied, "")


def _says_something(keyword: str, value: object) -> bool:
    """Tell null, `"required": true` and the like from what says what the schema is about."""
    if keyword in BOUND_KEYWORDS:
        return is_usable(keyword, value)
    shape = _SHAPES.get(keyword)
    return value is not None if shape is None else isinstance(value, shape)


def is_usable(keyword: str, value: object) -> bool:
    """Return whether a constraint can be enforced: no negative length or count, a positive step."""
    if not is_number(value) or not is_float(value):
        return False
    if keyword in SIZE_KEYWORDS:
        return 0 <= value < 2**53 and float(value).is_integer()
    return keyword != "multipleOf" or value > 0


def is_float(number: float) -> bool:
    """Return whether a number fits a 64-bit float, which JSON integers may not."""
    return abs(number) <= sys.float_info.max


def is_rule(entry: object) -> TypeGuard[dict[str, Any]]:
    """Return whether an entry of `validations` has a name and a number."""
    if not is_object(entry) or not isinstance(entry.get("validation_rule"), str):
        return False
    value = entry.get("validation_value")
    return is_number(value) and is_float(value)


def is_secret(schema: Mapping[str, Any]) -> bool:
    """Return whether a value must never be shown."""
    return schema.get("format") == "password" or schema.get("writeOnly") is True
