# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The content encodings that a download is read in, each piece bounded."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

from .._base.text import shorten
from .._transport.decoding import GZIP_MAGIC, GZIP_NAMES, GZIP_WINDOW, MOST_TIMES
from ..media import _mime

_PIECE = 2**20  # bytes: a small chunk may hold any number of them
_SMALL = 64 * 2**20  # bytes that a file may always have once decoded
_COMPRESSIONS = (*GZIP_NAMES, "br", "compress", "x-compress", "deflate", "zstd", "dcb", "dcz")


class EncodingError(Exception):
    """The content cannot be decoded."""


class Decoder(Protocol):
    """A reader of bytes as they came, which gives the bytes of the file."""

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk holds. Raises EncodingError."""
        ...

    def is_complete(self) -> bool:
        """Return whether the content ends here."""
        ...


def decoder_for(content_encoding: str) -> Decoder:
    """Return the decoder for a header's value.

    Storage services send words that name no compression, such as `aws-chunked` or `utf-8`.
    """
    words = [word.strip().lower() for word in content_encoding.split(",")]
    compressions = [word for word in words if word in _COMPRESSIONS]
    if not compressions:
        return Plain()
    if len(compressions) == 1 and compressions[0] in GZIP_NAMES:
        return Gzip()
    return Unasked(shorten(content_encoding, 60))


class Plain:
    """A decoder of content without an encoding."""

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def is_complete(self) -> bool:
        return True


def _decompressed(member: zlib._Decompress, content: bytes) -> bytes:  # pyright: ignore
    try:
        return member.decompress(content, _PIECE)
    except zlib.error as error:
        raise EncodingError(f"the gzip content is damaged: {error}") from error


class Gzip:
    """One or more gzip members. Content that is not compressed in spite of its header stays as it is."""

    def __init__(self) -> None:
        self._undecided = b""
        self._member: zlib._Decompress | None = None  # pyright: ignore[reportPrivateUsage]
        self._is_plain = False
        self._has_member = False
        self._received = self._size = 0

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        self._received += len(chunk)
        left = self._undecided + chunk
        self._undecided = b""
        while left and not self._is_plain:
            if self._member is None and len(left) < len(GZIP_MAGIC):
                self._undecided = left
                return
            member = self._member or self._begin(left)
            if member is None:
                break
            piece = _decompressed(member, left)
            left = member.unconsumed_tail
            if member.eof:
                left, self._member = member.unused_data, None
            if piece:
                self._count(piece)
                yield piece
            elif not left:
                return
        if left and not self._has_member:
            self._is_plain = True
            yield left  # after the last member, it is padding

    def _count(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > _SMALL + MOST_TIMES * self._received:
            raise EncodingError(
                f"the server compressed it more than {MOST_TIMES} to 1, which only an attack does"
            )

    def _begin(self, content: bytes) -> zlib._Decompress | None:  # pyright: ignore
        """Begin a member; None if the content is not one."""
        if content.startswith(GZIP_MAGIC):
            self._member, self._has_member = zlib.decompressobj(GZIP_WINDOW), True
        return self._member

    def is_complete(self) -> bool:
        return self._is_plain or (self._has_member and self._member is None)


class Unasked:
    """A compression that was not asked for. It is refused, unless the header is wrong."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._is_plain = False

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        if not self._is_plain:
            if _mime.detect(chunk[: _mime.HEAD_BYTES], "", "") == _mime.UNKNOWN:
                raise EncodingError(f"the server compressed it ({self._name}) without being asked")
            self._is_plain = True
        yield chunk

    def is_complete(self) -> bool:
        return True
