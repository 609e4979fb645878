# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The content of a reply, decompressed piece by piece and never beyond a limit."""

from __future__ import annotations

import zlib

ACCEPTED = "gzip"  # what is asked for: no other encoding has to be understood
GZIP_NAMES = frozenset({"gzip", "x-gzip"})
GZIP_MAGIC = b"\x1f\x8b"
GZIP_WINDOW = 16 + zlib.MAX_WBITS  # as `zlib.decompressobj` takes it, for gzip only
# How many times as large content may be once decoded. JSON shrinks to a tenth, a list of alike URLs to
# a fiftieth; what is made to explode, to a thousandth.
MOST_TIMES = 100
_SMALL = 4 * 2**20  # bytes that a reply may always have once decoded
_MOST_MEMBERS = 1000  # of one reply; each may be empty


class DecodingError(ValueError):
    """The content of a reply cannot be decoded."""


class BodyDecoder:
    """A decoder of one reply. encoding: its `Content-Encoding`; limit: in bytes, once decoded.

    Raises DecodingError, from the start for what is compressed twice or in an unknown way.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        names = [name.strip().lower() for name in encoding.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if len(names) > 1:
            raise DecodingError("the reply is compressed several times")
        if names and names[0] not in GZIP_NAMES:
            raise DecodingError("the reply is compressed in a way that was not asked for")
        self._limit = limit
        self._received = self._size = 0
        self._gzip = zlib.decompressobj(GZIP_WINDOW) if names else None
        self._undecided: bytes = b""
        self._members = 1

    def add(self, chunk: bytes) -> bytes:
        """Decode the next bytes."""
        if self._gzip is None:
            return self._counted(chunk, self._limit)
        self._received += len(chunk)
        limit = min(self._limit, _SMALL + MOST_TIMES * self._received)
        pieces: list[bytes] = []
        while chunk:
            if self._gzip.eof:
                chunk = self._next_member(chunk)
                if not chunk:
                    break
            try:
                # One byte more than is allowed shows that there is more.
                piece = self._gzip.decompress(chunk, limit - self._size + 1)
            except zlib.error as error:
                raise DecodingError(f"the reply is not in gzip format ({error})") from None
            pieces.append(self._counted(piece, limit))
            chunk = self._gzip.unused_data
        return b"".join(pieces)

    def _next_member(self, content: bytes) -> bytes:
        """Return what the next gzip member begins with; nothing where padding follows the last one."""
        content = self._undecided + content
        self._undecided = content[:1] if content == GZIP_MAGIC[:1] else b""
        if not content.startswith(GZIP_MAGIC):
            return b""
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise DecodingError(f"the reply has more than {_MOST_MEMBERS} gzip members")
        self._gzip = zlib.decompressobj(GZIP_WINDOW)
        return content

    def end(self) -> None:
        """Check that the content is whole."""
        if self._gzip is not None and not self._gzip.eof and self._size:
            raise DecodingError("the compressed reply breaks off")

    def _counted(self, content: bytes, limit: int) -> bytes:
        self._size += len(content)
        if self._size > self._limit:
            raise DecodingError(f"the reply is larger than {self._limit} bytes")
        if self._size > limit:
            raise DecodingError(
                f"the reply is compressed more than {MOST_TIMES} to 1, and has over {limit} bytes"
            )
        return content
