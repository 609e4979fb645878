"""The words of the vendor's dialect, for a validator that knows nothing of the generator."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_WORDS = {"float": "number", "double": "number", "int": "integer", "bool": "boolean"}
MEDIA_NAME = re.compile(r"(^|_)(image|img|mask|frame|video|audio)(_\w+)?_ur[il]s?(_\d+)?$")
MEDIA_URL = re.compile(
    r"https?://\S+\.(png|jpe?g|webp|gif|avif|mp4|mov|webm|mkv|wav|mp3|flac|ogg|m4a)"
)
_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
COUNTS = {"minItems", "maxItems"}
_LENGTHS = {"minLength", "maxLength"}
READ = {
    *("type", "enum", "const", "nullable", "format", "items", "properties", "required", "default"),
    *("additionalProperties", "anyOf", "oneOf"),
    *_BOUNDS,
    *COUNTS,
    *_LENGTHS,
}
_SHAPES: Mapping[str, Any] = {
    "format": str,
    "enum": list,
    "items": Mapping,
    "properties": Mapping,
    "required": list,
    "additionalProperties": (bool, Mapping),
}
# A keyword says which type its schema is about.
_IMPLIED = (
    (
        {"properties", "required", "additionalProperties", "minProperties", "maxProperties"}
        | {"propertyNames", "unevaluatedProperties"}
        | {"dependentRequired", "dependentSchemas", "dependencies", "patternProperties"},
        "object",
    ),
    (
        {"items", *COUNTS, "uniqueItems", "contains", "minContains", "maxContains"}
        | {"unevaluatedItems", "prefixItems"},
        "array",
    ),
    ({"format", *_LENGTHS, "pattern"}, "string"),
    (_BOUNDS, "number"),
)


def in_standard_words(schema: Schema) -> dict[str, Any]:
    """Read `float`; `nullable`; and a media list need not say that it holds texts.

    A keyword whose value has another shape, such as null or `"required": true`, says nothing.
    """
    made = {key: value for key, value in _of_draft_4(schema).items() if _is_usable(key, value)}
    if "type" in made:
        listed = made["type"] if isinstance(made["type"], list) else [made["type"]]
        words = [_WORDS.get(str(word).lower(), str(word).lower()) for word in listed]
        made["type"] = words if isinstance(made["type"], list) else words[0]
    if made.get("type") == "array" and is_media(made.get("format")) and not made.get("items"):
        made["items"] = {"type": "string"}
    return made


def _of_draft_4(schema: Schema) -> Schema:
    """Read the bounds of Draft 4, where `true` beside a bound excludes it."""
    made = dict(schema)
    for plain, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        bound = made.get(plain)
        is_bound = isinstance(bound, (int, float)) and not isinstance(bound, bool)
        if made.get(exclusive) is True and is_bound:
            made[exclusive] = made.pop(plain)
    return made


def _is_usable(key: str, value: Any) -> bool:
    if key in _SHAPES:
        return isinstance(value, _SHAPES[key])
    if key not in _BOUNDS | COUNTS | _LENGTHS:
        return value is not None or key in ("const", "default")
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or abs(value) > sys.float_info.max
    ):
        return False
    if key in COUNTS | _LENGTHS:
        return bool(0 <= value < 2**53 and value == int(value))
    return key != "multipleOf" or value > 0


def implied_type(schema: Schema) -> str:
    """Return the type that the keywords are about; empty where none is needed or none is meant."""
    if not {"type", "enum", "const", "anyOf", "oneOf"}.isdisjoint(schema):
        return ""
    return next((word for keywords, word in _IMPLIED if not keywords.isdisjoint(schema)), "")


def is_all(schema: Schema, word: str) -> bool:
    """Return whether this is its only type, but for null."""
    return types_of(schema) - {"null"} == {word}


def types_of(schema: Schema) -> set[Any]:
    published = schema.get("type")
    return {*published} if isinstance(published, list) else {published}


def is_media(format_: Any) -> bool:
    return isinstance(format_, str) and format_.rstrip("s").endswith("_uri")


def first_text(value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, str) else ""


def says_what_to_make(name: str, published: Any) -> bool:
    """Return whether the input's properties say what to make.

    By a default, an example or a length.
    """
    if not isinstance(published, dict) or published.get("type") != "string":
        return False
    if not re.search(r"(?i)prompt(_?text)?$|(^|_)text$", name) or "negative" in name.lower():
        return False
    if is_media(published.get("format")) or MEDIA_URL.fullmatch(
        first_text(published.get("default"))
    ):
        return False
    values = [published.get(word) for word in ("default", "example", "const")]
    for word in ("enum", "examples"):
        values += published[word] if isinstance(published.get(word), list) else []
    return "" not in values and published.get("minLength") != 0
