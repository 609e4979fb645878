# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Genuine media files, small and made on the spot."""

from __future__ import annotations

import io
import math
import struct
import wave
import zlib
from array import array

RGB = tuple[int, int, int]


def png(width: int, height: int, start: RGB, end: RGB) -> bytes:
    """A PNG with a diagonal gradient between two colours. Sizes in pixels."""
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
    """A 16-bit mono WAV with one soft tone. frequency and rate in Hz."""
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
