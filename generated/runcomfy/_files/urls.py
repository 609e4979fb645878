# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The URLs in an output, whatever its shape, and the kind of file behind each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import unquote

from .._base.json_values import is_array, is_object
from .._base.text import shorten
from .._schemas.media_kinds import BY_WORDS, MediaKind, kind_of_type
from ..media._data_uri import is_data_uri
from ..media._mime import kind_of_name
from .names import safe_text

FileKind = Literal[MediaKind, "file"]

_SCHEMES = ("https://", "http://", "data:")
_KEY_WORDS: Mapping[FileKind, re.Pattern[str]] = {
    kind.name: re.compile(kind.words.output_keys, re.IGNORECASE)
    for kind in BY_WORDS
    if kind.words.output_keys
}


def output_urls(output: Any) -> dict[str, FileKind]:
    """Find all http(s) and data URLs of an output, each once, in document order.

    Args:
        output: Any JSON value.

    Returns:
        Each URL with the kind that its own form suggests, or else the keys above it.
    """
    kinds: dict[str, FileKind] = {}
    for url, hint in _strings(output):
        if url not in kinds and url[:8].lower().startswith(_SCHEMES):
            kinds[url] = kind_of_url(url) or hint
    return kinds


def kind_of_url(url: str) -> FileKind | None:
    """Tell a file's kind by the type of its data URI or by the ending of its name."""
    if media_type := media_type_of(url):
        return kind_of_type(media_type)
    return kind_of_name(_last_segment(url))


def media_type_of(url: str) -> str:
    """Return the type that a data URI states; empty for any other URL."""
    if not is_data_uri(url):
        return ""
    return re.split(r"[;,]", url[5:200], maxsplit=1)[0].strip().lower()


def url_name(url: str) -> str:
    """Return a file name from a URL, safe on every system; `output` where it has none."""
    return safe_text(_last_segment(url)).strip(" .") or "output"


def short_url(url: str) -> str:
    """Return a URL for people: without its query, which may be a signature, and not too long."""
    return shorten(url[:2000].partition("?")[0], 120)


def _last_segment(url: str) -> str:
    if is_data_uri(url):
        return ""
    path = re.split(r"[?#]", url, maxsplit=1)[0].partition("://")[2]
    return unquote(path.rpartition("/")[2]) if "/" in path else ""


def _strings(output: Any) -> Iterator[tuple[str, FileKind]]:
    # A stack instead of recursion: an output of any depth can be walked.
    left: list[tuple[Any, FileKind]] = [(output, "file")]
    while left:
        value, hint = left.pop()
        if isinstance(value, str):
            yield value, hint
        elif is_object(value):
            for key, item in reversed(value.items()):
                left.append((item, _kind_of_key(key) or hint))
        elif is_array(value):
            left.extend((item, hint) for item in reversed(value))


def _kind_of_key(key: object) -> FileKind | None:
    text = str(key)[:100]
    return next((kind for kind, words in _KEY_WORDS.items() if words.search(text)), None)
