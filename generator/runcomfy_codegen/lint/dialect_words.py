"""Words that are not JSON Schema, or that are and have no reading here."""

from __future__ import annotations

from collections.abc import Iterator

from .. import dialect
from ..json_types import is_object
from ..problems import Problem
from .property import Property


def type_word(prop: Property) -> Iterator[Problem]:
    """`float` and other words that are not JSON Schema (API.md §6.2); unknown ones fail the endpoint."""
    word = prop.schema.get("type")
    if isinstance(word, str) and prop.type and word not in dialect.STANDARD_TYPES:
        yield prop.finding(
            "type-word", "note", f"type {word!r} is not JSON Schema", "type", f"read as {prop.type}"
        )
    if word is None and not {"enum", "const", "anyOf", "oneOf"} & prop.schema.keys():
        yield prop.finding(
            "type-missing",
            "warning",
            "no type",
            "",
            "correct it in overlay.json; any JSON is accepted",
        )


def unknown_format(prop: Property) -> Iterator[Problem]:
    word = prop.schema.get("format")
    if word is None:
        return
    if not isinstance(word, str) or word not in dialect.MEDIA_FORMATS:
        yield prop.finding(
            "format-unknown",
            "note",
            f"format {word!r} has no meaning here",
            "format",
            "not checked",
        )
    elif (word in dialect.PLURAL_MEDIA_FORMATS) != (prop.type == "array"):
        yield prop.finding(
            "format-number",
            "warning",
            f"format {word!r} on type {prop.type}",
            "format",
            "the type decides",
        )


def unknown_keyword(prop: Property) -> Iterator[Problem]:
    for keyword in prop.schema.keys() - dialect.KNOWN_KEYWORDS:
        yield prop.finding(
            "keyword-unknown", "warning", f"keyword {keyword!r} is not enforced", keyword
        )


def media_without_format(prop: Property) -> Iterator[Problem]:
    """`sync/react-1` has a plain string `video_url` (API.md §6.5)."""
    items = prop.schema.get("items")
    formats = (prop.schema.get("format"), items.get("format") if is_object(items) else None)
    if prop.is_media and not any(
        word in dialect.MEDIA_FORMATS for word in formats if isinstance(word, str)
    ):
        yield prop.finding(
            "media-without-format",
            "note",
            "taken for media by its name or default",
            "",
            "URLs and local files are accepted",
        )
