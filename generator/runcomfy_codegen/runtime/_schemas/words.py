"""The vendor's words for types and for media."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._base.json_values import is_array
from .media_kinds import KINDS, MediaKind

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

MEDIA_FORMATS: dict[str, MediaKind] = {}
for _kind in KINDS.values():
    MEDIA_FORMATS.update(dict.fromkeys(_kind.formats, _kind.name))


def type_word(schema: Mapping[str, Any]) -> str:
    """Return the standard word for the only type except null; empty if there are none or several."""
    published = schema.get("type")
    words = [word for word in published if word != "null"] if is_array(published) else [published]
    word = words[0] if len(words) == 1 else None
    return TYPE_WORDS.get(word.lower(), "") if isinstance(word, str) else ""
