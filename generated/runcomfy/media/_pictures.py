# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Images of Pillow as files: each is encoded once, as people would see it."""

from __future__ import annotations

import importlib
import io
from typing import Any

from ._mime import UnusableMediaError

# What PNG holds as it is. Of the others, these have a form of their own with the same information.
_PNG_MODES = frozenset({"1", "L", "LA", "I;16", "P", "RGB", "RGBA"})
_JPEG_MODES = frozenset({"L", "RGB"})
_PLAIN = {
    "CMYK": "RGB",
    "YCbCr": "RGB",
    "HSV": "RGB",
    "LAB": "RGB",
    "RGBX": "RGB",
    "RGBa": "RGBA",
    "La": "LA",
    "PA": "RGBA",
}


def encoded(image: Any) -> tuple[bytes, str]:
    """Return an image of Pillow as the bytes of a file, and a name for it.

    A JPEG stays one, which is far smaller; everything else becomes PNG, which loses nothing.

    Raises:
        UnusableMediaError: Its mode has no common form, or Pillow cannot encode it.
    """
    operations: Any = importlib.import_module("PIL.ImageOps")
    try:
        # Without its EXIF data a photo would lie on its side.
        upright = operations.exif_transpose(image)
        profile = image.info.get("icc_profile")
        if upright.mode in _PLAIN:
            upright, profile = upright.convert(_PLAIN[upright.mode]), None
        if upright.mode not in _PNG_MODES:
            raise UnusableMediaError(
                f"an image of mode {upright.mode} has no common form; pass image.convert('RGB')"
            )
        is_jpeg = image.format in ("JPEG", "MPO") and upright.mode in _JPEG_MODES
        target = io.BytesIO()
        if is_jpeg:
            upright.save(target, "JPEG", quality=95, icc_profile=profile)
        else:
            upright.save(target, "PNG", icc_profile=profile)
    except UnusableMediaError:
        raise
    except Exception as error:  # Pillow reads the file now, and raises whatever a format does
        raise UnusableMediaError(
            f"Pillow cannot encode the image: {str(error) or type(error).__name__}"
        ) from error
    return target.getvalue(), "image.jpg" if is_jpeg else "image.png"
