"""The width and height of images, by Pillow and by imagesize, which must agree."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from runcomfy_codegen.runtime.media._mime import UnusableMediaError
from runcomfy_codegen.runtime.media._pixels import pixels_of

PILLOW, IMAGESIZE = ("PIL", "PIL.Image"), ("imagesize",)
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "PPM")


def encoded(format_: str, size: tuple[int, int] = (23, 11), **settings: object) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, format_, **settings)
    file.seek(0)
    return file


def hide(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)


@pytest.fixture(params=["Pillow", "imagesize"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Leave one of the libraries installed."""
    name: str = request.param
    if name == "imagesize":
        hide(monkeypatch, *PILLOW)
    return name


@pytest.mark.parametrize("format_", FORMATS)
def test_size_is_read_from_every_format(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = encoded(format_)  # Pillow writes it before Pillow is hidden
    assert pixels_of(file) == (23, 11)
    file.seek(0)
    hide(monkeypatch, *PILLOW)
    assert pixels_of(file) == (23, 11)


@pytest.mark.parametrize("format_", ["JPEG", "TIFF", "WEBP", "PNG"])
def test_turned_photo_is_measured_as_stored(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to show it
    file = encoded(format_, (40, 30), exif=exif)
    assert pixels_of(file) == (40, 30)
    file.seek(0)
    hide(monkeypatch, *PILLOW)
    assert pixels_of(file) == (40, 30)


def test_without_a_library_the_message_says_how_to_install_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hide(monkeypatch, *PILLOW, *IMAGESIZE)
    with pytest.raises(UnusableMediaError, match=r"neither Pillow nor imagesize.*\[media\]"):
        pixels_of(io.BytesIO(b"anything"))


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\nbroken", b"<svg/>"])
def test_broken_image_is_named_as_unreadable(content: bytes, library: str) -> None:
    with pytest.raises(UnusableMediaError, match=f"{library} cannot read the image"):
        pixels_of(io.BytesIO(content))


HEADS = [encoded(format_).getvalue() for format_ in FORMATS]


@pytest.fixture(scope="module")
def only_imagesize() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        hide(monkeypatch, *PILLOW)
        yield


@given(st.sampled_from(HEADS), st.data())
def test_damaged_header_never_hangs_or_crashes(
    only_imagesize: None, head: bytes, data: st.DataObject
) -> None:
    spoiled = bytearray(head[: data.draw(st.integers(0, len(head)))])
    for _ in range(data.draw(st.integers(0, 8)) if spoiled else 0):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    started = time.monotonic()
    try:
        width, height = pixels_of(io.BytesIO(bytes(spoiled)))
        assert width > 0
        assert height > 0
    except UnusableMediaError:
        pass
    assert time.monotonic() - started < 5
