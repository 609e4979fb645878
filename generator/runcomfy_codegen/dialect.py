"""The vendor's words and what they mean in JSON Schema (API.md §6), as tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeGuard

from .json_types import is_array, is_number, is_object

MediaKind = Literal["image", "video", "audio"]
MAX_NAME = 500
"""Characters of a property's name; real ones have at most forty."""

# API.md §6.2: `float` is the vendor's word for number.
TYPE_WORDS: dict[str, str] = {
    "string": "string",
    "integer": "integer",
    "int": "integer",
    "number": "number",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
    "bool": "boolean",
    "array": "array",
    "object": "object",
    "null": "null",
}
STANDARD_TYPES = frozenset(TYPE_WORDS.values())

MEDIA_FORMATS: dict[str, MediaKind] = {
    "image_uri": "image",
    "image_uris": "image",
    "video_uri": "video",
    "video_uris": "video",
    "audio_uri": "audio",
    "audio_uris": "audio",
}
OUTPUT_FORMATS = frozenset({*MEDIA_FORMATS, "uri"})  # API.md §1.3
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
    | {"contentEncoding", "contentMediaType", "contentSchema"}
)
# Constraints that the SDK leaves to the server, and what they constrain.
SERVER_CONSTRAINTS: dict[str, frozenset[str]] = {
    "string": frozenset({"pattern"}),
    "array": frozenset(
        {"uniqueItems", "contains", "minContains", "maxContains", "unevaluatedItems"}
    ),
    "object": frozenset(
        {"minProperties", "maxProperties", "propertyNames", "unevaluatedProperties"}
        | {"dependentSchemas", "dependencies"}
    ),
}
SERVER_KEYWORDS = frozenset[str]().union(*SERVER_CONSTRAINTS.values())
# What has no reading at all: the normaliser refuses the endpoint.
REFUSED_KEYWORDS = ("$ref", "$dynamicRef", "allOf", "not", "if", "prefixItems", "patternProperties")
BOUND_KEYWORDS = frozenset[str]().union(*CONSTRAINT_KEYWORDS.values())
KNOWN_KEYWORDS = STRUCTURE_KEYWORDS | ANNOTATION_KEYWORDS | BOUND_KEYWORDS | UNUSED_KEYWORDS
# All that are met with more than a shrug.
NAMED_KEYWORDS = (KNOWN_KEYWORDS | SERVER_KEYWORDS).union(REFUSED_KEYWORDS)
# Keywords that say something about one type only.
OWN_KEYWORDS: dict[str, frozenset[str]] = {
    "array": frozenset({"items"}),
    "object": frozenset({"properties", "required", "additionalProperties", "dependentRequired"}),
}

# A schema without a type is about the type that its keywords say something about, in this order.
IMPLIED_TYPES: tuple[tuple[frozenset[str], str], ...] = (
    (OWN_KEYWORDS["object"] | SERVER_CONSTRAINTS["object"], "object"),
    (OWN_KEYWORDS["array"] | CONSTRAINT_KEYWORDS["array"] | SERVER_CONSTRAINTS["array"], "array"),
    (CONSTRAINT_KEYWORDS["string"] | SERVER_CONSTRAINTS["string"] | {"format"}, "string"),
    (CONSTRAINT_KEYWORDS["number"], "number"),
)

# API.md §6.3; other names stay visible as advisory.
KNOWN_RULES = frozenset({"file_size_mb", "width_pixels", "height_pixels", "width/height"})
RULE = re.compile(r"(?P<name>[^<>=!\s]+)\s*(?P<operator><=|>=|==|!=|<|>)")

# API.md §1.6
KINDS = frozenset({"model", "workflow", "inference"})

# Keys of the site's translation table, left untranslated in published text (API.md §6.5).
UNTRANSLATED = re.compile(r"modelApiDoc_\w*")


def implied_type(schema: Mapping[str, Any]) -> str:
    """What a schema is about that does not say its type; empty where nothing tells."""
    implied = (word for keywords, word in IMPLIED_TYPES if not keywords.isdisjoint(schema))
    return next(implied, "")


def is_usable(keyword: str, value: object) -> bool:
    """Whether a constraint can be enforced: lengths and counts are not negative, and a step is positive."""
    if not is_number(value) or not is_float(value):
        return False
    if keyword in SIZE_KEYWORDS:
        return 0 <= value < 2**53 and float(value).is_integer()
    return keyword != "multipleOf" or value > 0


def is_float(number: float) -> bool:
    """Whether it fits a 64-bit float; JSON has integers that do not."""
    return abs(number) < 2**1023


def is_rule(entry: object) -> TypeGuard[dict[str, Any]]:
    """Whether an entry of `validations` has a name and a number (API.md §6.3)."""
    if not is_object(entry) or not isinstance(entry.get("validation_rule"), str):
        return False
    value = entry.get("validation_value")
    return is_number(value) and is_float(value)


def is_known_rule(rule: str) -> bool:
    """Whether the SDK enforces it, such as `file_size_mb<`."""
    match = RULE.fullmatch(rule.strip())
    return match is not None and match["name"] in KNOWN_RULES


def is_secret(schema: Mapping[str, Any]) -> bool:
    """Return whether a value must never be shown."""
    return schema.get("format") == "password" or schema.get("writeOnly") is True


def type_word(schema: Mapping[str, Any]) -> str:
    """The standard word for the only type but null; empty where there is none or several."""
    published = schema.get("type")
    words = [each for each in published if each != "null"] if is_array(published) else [published]
    word = words[0] if len(words) == 1 else None
    return TYPE_WORDS.get(word.lower(), "") if isinstance(word, str) else ""
