# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The width and height of an image, read from its header by Pillow or, where that is missing, imagesize.

Both are asked for the size as it is stored. A photo that EXIF turns by 90 degrees has width and height as
the camera wrote them, since nothing is published about how the service counts turned photos.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from typing import Any, BinaryIO

from .._base.install import how_to_install
from ._mime import UnusableMediaError

Pixels = tuple[int, int]

_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257  # tags of the TIFF specification


def pixels_of(file: BinaryIO) -> Pixels:
    """Read the width and height of an image.

    Args:
        file: The content, at its start.

    Returns:
        The stored width and height in pixels.

    Raises:
        UnusableMediaError: They cannot be read; it says why.
    """
    for name, (module, read) in _READERS.items():
        try:
            library = importlib.import_module(module)
        except ImportError:
            continue
        try:
            width, height = read(library, file)
        except Exception as error:  # a broken header fails in many ways, all of them the same to us
            raise UnusableMediaError(
                f"{name} cannot read the image: {type(error).__name__}"
            ) from error
        if width < 1 or height < 1:
            raise UnusableMediaError(f"{name} cannot read the image")
        return width, height
    names = " nor ".join(_READERS)
    raise UnusableMediaError(f"neither {names} is installed: {how_to_install('media')}")


def _by_pillow(library: Any, file: BinaryIO) -> Pixels:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a large image is not our concern: it is not decoded
        with library.open(file) as image:
            if image.format == "TIFF":  # the only format whose size Pillow turns
                return image.tag_v2[_TIFF_WIDTH], image.tag_v2[_TIFF_HEIGHT]
            return image.width, image.height


def _by_imagesize(library: Any, file: BinaryIO) -> Pixels:
    width, height = library.get(file, exif_rotation=False)
    return int(width), int(height)


# The name of each library, its module, and how it is asked. The first that is installed is used.
_READERS: dict[str, tuple[str, Callable[[Any, BinaryIO], Pixels]]] = {
    "Pillow": ("PIL.Image", _by_pillow),
    "imagesize": ("imagesize", _by_imagesize),
}
