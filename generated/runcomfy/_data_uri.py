# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`data:` URIs (RFC 2397): their type, and their size without decoding them."""

from __future__ import annotations

import base64
import string
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from ._mime import UnusableMediaError

_BASE64 = (string.ascii_letters + string.digits + "+/").encode()
_SPACE = b" \t\r\n"


@dataclass(frozen=True)
class DataURI:
    """One parsed URI. size: bytes once decoded."""

    media_type: str
    size: int
    _payload: bytes = field(repr=False)
    _is_base64: bool

    def decode(self, size: int = -1) -> bytes:
        """Return the content, or about its first bytes: a few more or less."""
        if not self._is_base64:
            return self._payload if size < 0 else self._payload[:size]
        payload = self._payload if size < 0 else self._payload[: -(-size // 3) * 4]
        return base64.b64decode(payload + b"=" * (-len(payload) % 4))


def is_data_uri(text: str) -> bool:
    """Whether the text claims to be a data URI."""
    return text[:5].lower() == "data:"


def parse_data_uri(text: str) -> DataURI:
    """The parts of a data URI. Raises UnusableMediaError with what is malformed."""
    head, comma, content = text[5:].partition(",")
    if not comma:
        raise UnusableMediaError("the data URI is malformed: expected data:<type>;base64,<content>")
    media_type = head.partition(";")[0].strip().lower() or "text/plain"
    payload = content.encode("utf-8", "replace")
    payload = unquote_to_bytes(payload) if "%" in content else payload
    is_base64 = head.lower().endswith(";base64")
    if is_base64:
        # Line breaks, percent-encoding and absent padding are read as browsers read them.
        payload = payload.translate(None, _SPACE).rstrip(b"=")
        if wrong := payload.translate(None, _BASE64).decode("utf-8", "replace"):
            raise UnusableMediaError(
                f"the data URI is malformed: {wrong[0]!r} is no base64 character"
            )
        if len(payload) % 4 == 1:
            raise UnusableMediaError("the data URI is malformed: its base64 content is cut off")
    size = len(payload) * 3 // 4 if is_base64 else len(payload)
    if size == 0:
        raise UnusableMediaError("the data URI is empty")
    return DataURI(media_type, size, payload, is_base64)
