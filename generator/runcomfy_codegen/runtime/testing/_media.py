"""Genuine media files, small and made on the spot."""

from __future__ import annotations

import colorsys
import hashlib
import io
import math
import struct
import wave
import zlib
from array import array
from collections.abc import Callable, Mapping

from .._schemas.media_kinds import KINDS, MediaKind
from ._clip import MP4

RGB = tuple[int, int, int]

_LONG_SIDE = 384  # pixels


def draw(kind: MediaKind, seed: str, ratio: float = 1.0) -> bytes:
    """Make a file of a kind. Equal arguments make equal files.

    Args:
        kind: The kind; one without a function in `_DRAWN` gets a line that names it.
        seed: Chooses colours and tones.
        ratio: Width by height of a picture.
    """
    digest = hashlib.sha256(seed.encode()).digest()
    if kind not in _DRAWN:
        return f"{KINDS[kind].noun} {digest.hex()}".encode()
    return _DRAWN[kind](digest, ratio)


def _picture(digest: bytes, ratio: float) -> bytes:
    wide, high = max(1.0, ratio), max(1.0, 1 / ratio)
    long_side = max(wide, high)
    width, height = round(_LONG_SIDE * wide / long_side), round(_LONG_SIDE * high / long_side)
    return png(width, height, _colour(digest[0], 0.55, 0.95), _colour(digest[1], 0.75, 0.55))


def _clip(_digest: bytes, _ratio: float) -> bytes:
    return MP4


def _tone(digest: bytes, _ratio: float) -> bytes:
    return wav(220 + digest[0] * 2)


_DRAWN: Mapping[MediaKind, Callable[[bytes, float], bytes]] = {
    "image": _picture,
    "video": _clip,
    "audio": _tone,
}


def _colour(hue: int, saturation: float, value: float) -> RGB:
    red, green, blue = colorsys.hsv_to_rgb(hue / 256, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def png(width: int, height: int, start: RGB, end: RGB) -> bytes:
    """Make a PNG with a diagonal gradient between two colours. Sizes are in pixels."""
    # Every row is the same ramp, one pixel further: no loop over single pixels.
    ramp = bytearray()
    for step in range(width + height):
        part = (1 - math.cos(math.pi * step / (width + height - 1))) / 2
        ramp += bytes(round(a + (b - a) * part) for a, b in zip(start, end, strict=True))
    rows = b"".join(b"\0" + ramp[3 * y : 3 * (y + width)] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8-bit RGB
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def wav(frequency: float, seconds: float = 0.25, rate: int = 8000) -> bytes:
    """Make a 16-bit mono WAV with one soft tone. Frequency and rate are in Hz."""
    count = round(seconds * rate)
    samples = array(
        "h",
        (
            round(12000 * math.sin(2 * math.pi * frequency * i / rate) * (1 - i / count))
            for i in range(count)
        ),
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(samples.tobytes())
    return file.getvalue()
