# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The vendor's words for types and for media."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from .._base.json_values import is_array

MediaKind = Literal["image", "video", "audio"]
MAX_NAME = 500
"""Characters of a property's name; real ones have at most forty."""

# `float` is the vendor's word for number.
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

MEDIA_FORMATS: dict[str, MediaKind] = {
    "image_uri": "image",
    "image_uris": "image",
    "video_uri": "video",
    "video_uris": "video",
    "audio_uri": "audio",
    "audio_uris": "audio",
}


def type_word(schema: Mapping[str, Any]) -> str:
    """The standard word for the only type but null; empty where there is none or several."""
    published = schema.get("type")
    words = [each for each in published if each != "null"] if is_array(published) else [published]
    word = words[0] if len(words) == 1 else None
    return TYPE_WORDS.get(word.lower(), "") if isinstance(word, str) else ""
