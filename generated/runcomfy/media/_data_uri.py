# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`data:` URIs (RFC 2397): their type, and their size without decoding them."""

from __future__ import annotations

import base64
import string
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from ._mime import UnusableMediaError

TEXT_FORMATS = "svg|xml|json|bitmap|pixmap|anymap|mpegurl|vnd"
"""Matches types whose content is text: vectors, bitmaps of characters, lists to play."""

_ALPHABET = (string.ascii_letters + string.digits + "+/").encode()
_SPACE = b" \t\r\n"
_SLICE = 2**18  # characters: one step for all of 60 MB would keep an event loop waiting


@dataclass(frozen=True)
class DataURI:
    """One parsed URI.

    size: bytes once decoded; _content: from _start on, a character for each byte.
    """

    media_type: str
    size: int
    _content: str = field(repr=False)
    _start: int
    is_base64: bool

    def decode(self, size: int = -1) -> bytes:
        """Return the content, or about its first bytes: a few more or less."""
        end = len(self._content) if size < 0 else self._start + size * 2
        if not self.is_base64:
            payload = self._content[self._start : end].encode("latin-1")
            return payload if size < 0 else payload[:size]
        decoded, left = bytearray(), b""
        for at in range(self._start, end, _SLICE):
            part = self._content[at : min(at + _SLICE, end)].encode("latin-1")
            payload = left + part.translate(None, _SPACE + b"=")
            whole = len(payload) // 4 * 4
            decoded += base64.b64decode(payload[:whole])
            left = payload[whole:]
        if end >= len(self._content):
            decoded += base64.b64decode(left + b"=" * (-len(left) % 4))
        return bytes(decoded)


def is_data_uri(text: str) -> bool:
    """Tell whether a text claims to be a data URI."""
    return text[:5].lower() == "data:"


def parse_data_uri(text: str) -> DataURI:
    """Take a data URI apart. Raises UnusableMediaError if it is malformed."""
    comma = text.find(",")
    if comma < 0:
        raise UnusableMediaError("the data URI is malformed: expected data:<type>;base64,<content>")
    head, content, start = text[5:comma], text, comma + 1
    media_type = head.partition(";")[0].strip().lower() or "text/plain"
    if not text.isascii() or _has_percent(text, start):
        encoded = text[start:].encode("utf-8", "replace")
        content, start = unquote_to_bytes(encoded).decode("latin-1"), 0
    is_base64 = head.lower().endswith(";base64")
    length = _base64_length(content, start) if is_base64 else len(content) - start
    size = length * 3 // 4 if is_base64 else length
    if size == 0:
        raise UnusableMediaError("the data URI is empty")
    return DataURI(media_type, size, content, start, is_base64)


def _has_percent(text: str, start: int) -> bool:
    # In small steps, without a copy of the whole: other threads have their turns between two steps.
    return any("%" in text[at : at + _SLICE] for at in range(start, len(text), _SLICE))


def _base64_length(content: str, start: int) -> int:
    """Count the characters that matter. Raises UnusableMediaError for others, and if it is cut off.

    Line breaks, percent-encoding and absent padding are read as browsers read them.
    """
    end = len(content)
    while end > start and content[end - 1] in "= \t\r\n":
        end -= 1
    length = 0
    for at in range(start, end, _SLICE):
        part = content[at : min(at + _SLICE, end)].encode("latin-1")
        if wrong := part.translate(None, _ALPHABET + _SPACE).decode("utf-8", "replace"):
            raise UnusableMediaError(
                f"the data URI is malformed: {wrong[0]!r} is not a base64 character"
            )
        length += len(part.translate(None, _SPACE))
    if length % 4 == 1:
        raise UnusableMediaError("the data URI is malformed: its base64 content is cut off")
    return length
