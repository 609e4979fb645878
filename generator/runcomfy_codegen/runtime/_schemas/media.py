"""Find the properties that hold media."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from .._base.json_values import is_array, is_object
from .media_kinds import KINDS, KindWords, MediaKind
from .words import MAX_NAME, MEDIA_FORMATS, type_word

URL_FORMATS = frozenset({"uri", "url", "uri-reference", "iri", "iri-reference"})
"""Formats of any URL, whatever is behind it."""

_WORDS: dict[str, MediaKind] = {}
_WEAK_WORDS: dict[str, MediaKind] = {}
_MEDIA_SUFFIX: dict[str, MediaKind] = {}
_PLAIN_WORDS: set[str] = set()
for _kind in KINDS.values():
    _WORDS.update(dict.fromkeys(_kind.words.names, _kind.name))
    _WEAK_WORDS.update(dict.fromkeys(_kind.words.weak_names, _kind.name))
    _MEDIA_SUFFIX.update(dict.fromkeys(_kind.url_endings, _kind.name))
    _PLAIN_WORDS.update(_kind.words.plain_names)

_URL_WORDS = frozenset({"url", "urls", "uri", "uris"})
# A URL of these is not one of a file that is sent, whatever else its name says.
_OTHER_THINGS = frozenset(
    {"webhook", "callback", "hook", "notify", "notification", "redirect", "page", "website", "site"}
    | {"homepage", "upload", "destination", "endpoint", "proxy", "api", "lora", "loras", "model"}
    | {"checkpoint", "weights", "config", "json", "dataset", "zip", "archive", "size", "width"}
    | {"height", "count", "caption", "captions", "subtitle", "subtitles", "transcript", "repo"}
)
_OTHER_TEXT = re.compile(
    r"(?i)\b(?:webhooks?|callbacks?|loras?|safetensors|checkpoints?|weights|zip|archives?|json|csv"
    r"|websites?|web ?pages?|homepages?|repositor(?:y|ies)|datasets?|redirect\w*|notif\w+)\b"
)


def _prose(words: KindWords) -> re.Pattern[str]:
    foreign = f"|(?:{words.foreign_prose})" if words.foreign_prose else ""
    return re.compile(rf"(?i)\b(?:{words.prose})\b{foreign}")


_IN_TEXT: Mapping[MediaKind, re.Pattern[str]] = {
    kind.name: _prose(kind.words) for kind in KINDS.values() if kind.words.prose
}
_MEDIA_URL = re.compile(r"https?://[^\s?#]+\.([A-Za-z0-9]{2,5})(?:[?#]\S*)?")
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MAX_TEXT = 2000  # characters of a description that are looked at


def media_kind(name: str, schema: Mapping[str, Any], about: str = "") -> MediaKind | None:
    """Return the kind of media that a property holds, if it holds any.

    Args:
        name: The property.
        schema: Its schema, or a branch or the items of it.
        about: What is said of the property.
    """
    formats = formats_of(schema)
    for word in formats:
        if word in MEDIA_FORMATS:
            return MEDIA_FORMATS[word]
    if is_array(schema.get("enum")) or not is_text(schema) or len(name) > MAX_NAME:
        return None
    is_url = not URL_FORMATS.isdisjoint(formats)
    return (
        _kind_in_name(name, is_url)
        or _kind_of_default(schema.get("default"))
        or (_kind_in_text(name, about) if is_url else None)
    )


def is_by_description(name: str, schema: Mapping[str, Any], about: str) -> bool:
    """Return whether only its description says that a property holds media."""
    return media_kind(name, schema, about) is not None and media_kind(name, schema) is None


def formats_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the formats of a schema and of its items."""
    items: Any = schema.get("items")
    published = (schema.get("format"), items.get("format") if is_object(items) else None)
    return tuple(word for word in published if isinstance(word, str))


def is_text(schema: Mapping[str, Any]) -> bool:
    """Return whether it is a string, or an array whose items are strings or not described."""
    word = type_word(schema)
    if word == "array":
        items: Any = schema.get("items")
        if items is None:
            return True
        return is_object(items) and ("type" not in items or type_word(items) == "string")
    return word == "string"


@functools.lru_cache(maxsize=4096)
def _kind_in_name(name: str, is_url: bool) -> MediaKind | None:
    tokens = [token.lower() for token in _TOKEN.findall(name)]
    if not _OTHER_THINGS.isdisjoint(tokens):
        return None
    words = [token for token in tokens if not token.isdigit()]
    if not is_url and not (words and words[-1] in _URL_WORDS and _PLAIN_WORDS & {*words[:-1]}):
        return None
    singular = [word.removesuffix("s") for word in words]
    # What a compound is about comes last: a mask video is a video.
    for word in reversed(singular):
        if word in _WORDS:
            return _WORDS[word]
    return next((_WEAK_WORDS[word] for word in singular if word in _WEAK_WORDS), None)


def _kind_of_default(default: Any) -> MediaKind | None:
    if is_array(default) and default:
        default = default[0]
    match = _MEDIA_URL.fullmatch(default) if isinstance(default, str) else None
    return _MEDIA_SUFFIX.get(str(match[1]).lower()) if match else None


def _kind_in_text(name: str, about: str) -> MediaKind | None:
    text = about[:_MAX_TEXT]
    tokens = {token.lower() for token in _TOKEN.findall(name)}
    if tokens & _OTHER_THINGS or _OTHER_TEXT.search(text):
        return None
    first: MediaKind | None = None
    start = len(text)
    for kind, pattern in _IN_TEXT.items():
        match = pattern.search(text)
        if match and match.start() < start:
            first, start = kind, match.start()
    return first
