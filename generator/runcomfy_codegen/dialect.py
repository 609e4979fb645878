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

# API.md §6.5: `sync/react-1` has a plain string `video_url`; only names that say both kind and URL count.
_MEDIA_NAME = re.compile(
    r"(?:^|_)(image|img|mask|frame|video|audio)(?:_[a-z0-9]+)*_ur[li]s?(?:_\d+)?$"
)
_MEDIA_NAME_KIND: dict[str, MediaKind] = {
    "image": "image",
    "img": "image",
    "mask": "image",
    "frame": "image",
    "video": "video",
    "audio": "audio",
}
_MEDIA_SUFFIX: dict[str, MediaKind] = {
    **dict.fromkeys(("png", "jpg", "jpeg", "webp", "gif", "avif"), "image"),
    **dict.fromkeys(("mp4", "mov", "webm", "mkv"), "video"),
    **dict.fromkeys(("wav", "mp3", "flac", "ogg", "m4a"), "audio"),
}
_MEDIA_URL = re.compile(r"https?://[^\s?#]+\.([A-Za-z0-9]{2,5})(?:[?#]\S*)?")

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
    | {"additionalProperties", "nullable"}
)
ANNOTATION_KEYWORDS = frozenset({"title", "description", "default", "validations"})
# JSON Schema and the vendor's own, read by nothing here.
UNUSED_KEYWORDS = frozenset(
    {"example", "examples", "deprecated", "readOnly", "writeOnly", "order", "$schema", "$id"}
    | {"$comment", "$anchor", "$dynamicAnchor", "$vocabulary", "$defs", "definitions"}
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
        | {"dependentRequired", "dependentSchemas", "dependencies"}
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
    "object": frozenset({"properties", "required", "additionalProperties"}),
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


def media_kind(name: str, schema: dict[str, Any]) -> MediaKind | None:
    """The kind of media that a property holds: by outer format, else `items.format`, else name or default."""
    items: Any = schema.get("items")
    for format_ in (schema.get("format"), items.get("format") if is_object(items) else None):
        if isinstance(format_, str) and format_ in MEDIA_FORMATS:
            return MEDIA_FORMATS[format_]
    if "enum" in schema or not is_text(schema):
        return None
    if len(name) <= MAX_NAME and (match := _MEDIA_NAME.search(name.lower())):
        return _MEDIA_NAME_KIND[match[1]]
    default = schema.get("default")
    if is_array(default) and default:
        default = default[0]
    if isinstance(default, str) and (match := _MEDIA_URL.fullmatch(default)):
        return _MEDIA_SUFFIX.get(match[1].lower())
    return None


def is_text(schema: dict[str, Any]) -> bool:
    """True for a string, and for an array whose items are strings or not described."""
    word = type_word(schema)
    if word == "array":
        items: Any = schema.get("items", {})
        return is_object(items) and ("type" not in items or type_word(items) == "string")
    return word == "string"


def is_secret(schema: Mapping[str, Any]) -> bool:
    """Return whether a value must never be shown."""
    return schema.get("format") == "password" or schema.get("writeOnly") is True


def type_word(schema: Mapping[str, Any]) -> str:
    """The standard word for the only type but null; empty where there is none or several."""
    published = schema.get("type")
    words = [each for each in published if each != "null"] if is_array(published) else [published]
    word = words[0] if len(words) == 1 else None
    return TYPE_WORDS.get(word.lower(), "") if isinstance(word, str) else ""
