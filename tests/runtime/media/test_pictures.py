"""Images of Pillow and arrays where an image is expected."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ValidationError
from runcomfy_codegen.runtime.errors import InvalidRequestError
from runcomfy_codegen.runtime.media import Media, to_data_uri

Image: Any = pytest.importorskip("PIL.Image")


class Edit(BaseModel):
    image: Annotated[Any, Media("image")] = None
    video: Annotated[Any, Media("video")] = None


def sent(image: Any) -> tuple[str, Any]:
    """Return the type, and what Pillow reads of what is sent."""
    head, _, content = to_data_uri(Edit(image=image).image, "image").partition(",")
    return head, Image.open(io.BytesIO(base64.b64decode(content)))


@pytest.mark.parametrize(
    ("mode", "as_sent"),
    [
        *(("1", "1"), ("L", "L"), ("LA", "LA"), ("P", "P"), ("RGB", "RGB"), ("RGBA", "RGBA")),
        *(("I;16", "I;16"), ("CMYK", "RGB"), ("YCbCr", "RGB"), ("HSV", "RGB"), ("RGBa", "RGBA")),
    ],
)
def test_an_image_becomes_png(mode: str, as_sent: str) -> None:
    head, image = sent(Image.new(mode, (3, 2)))
    assert head == "data:image/png;base64"
    assert (image.mode, image.size) == (as_sent, (3, 2))


def test_transparency_is_kept() -> None:
    drawn = Image.new("RGBA", (1, 1), (1, 2, 3, 4))
    assert sent(drawn)[1].getpixel((0, 0)) == (1, 2, 3, 4)


def test_a_photo_stays_a_jpeg_and_stands_upright() -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    Image.new("RGB", (4, 2)).save(file, "JPEG", exif=exif)
    file.seek(0)
    head, image = sent(Image.open(file))
    assert (head, image.size) == ("data:image/jpeg;base64", (2, 4))


@pytest.mark.parametrize("mode", ["F", "I", "I;16B"])
def test_picture_without_a_common_format_is_refused(mode: str) -> None:
    with pytest.raises(
        InvalidRequestError, match=rf"mode {mode} has no common form; pass .*convert"
    ):
        to_data_uri(Image.new(mode, (1, 1)), "image")


def test_a_broken_image_says_so(png: bytes) -> None:
    broken = Image.open(io.BytesIO(png[:-30]))
    with pytest.raises(InvalidRequestError, match="Pillow cannot encode the image"):
        to_data_uri(broken, "image")


def test_an_image_is_no_video() -> None:
    with pytest.raises(ValidationError, match="an image of Pillow is not a video"):
        Edit(video=Image.new("L", (1, 1)))


def test_arrays_are_refused_with_the_way_out() -> None:
    numpy: Any = pytest.importorskip("numpy")
    array = numpy.zeros((2, 2, 3), "uint8")
    with pytest.raises(ValidationError, match=r"ndarray is an array; .*Image\.fromarray\(array\)"):
        Edit(image=array)
    with pytest.raises(ValidationError, match="write it to a file first"):
        Edit(video=array)


def test_pillow_is_not_imported_to_look_for_its_images() -> None:
    code = (
        "import sys; from runcomfy_codegen.runtime.media import to_data_uri, is_media;"
        "is_media(object()); to_data_uri(b'GIF89a', 'image');"
        "print([name for name in sys.modules if name.startswith(('PIL', 'numpy'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
