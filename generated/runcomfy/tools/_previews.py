# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Small pictures of outputs, for a model to look at."""

from __future__ import annotations

import importlib
import io
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..media._mime import HEAD_BYTES, detect
from .answers import Preview

_MOST = 4  # pictures of one answer
_MOST_BYTES = 256 * 1024  # of a picture that is shown as it is
_MOST_PIXELS = 50_000_000  # of a picture that is made smaller
_SIZE = (512, 512)
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")  # what models can look at

logger = logging.getLogger("runcomfy")


def previews_of(files: Iterable[Path]) -> tuple[Preview, ...]:
    """Return small pictures of the first images among some files.

    Pillow makes them smaller, where it is installed. Without it, only small files are shown.
    """
    previews: list[Preview] = []
    for path in files:
        if len(previews) < _MOST:
            preview = _preview(path)
            previews += [preview] if preview else []
    return tuple(previews)


def _preview(path: Path) -> Preview | None:
    try:
        with path.open("rb") as file:
            media_type = detect(file.read(HEAD_BYTES), path.name, "image")
        if media_type not in _SHOWN:
            return None
        return _smaller(path) or _as_it_is(path, media_type)
    except Exception as error:  # a picture that cannot be read costs nothing but its preview
        logger.debug("%s: no preview: %s", path.name, error)
        return None


def _as_it_is(path: Path, media_type: str) -> Preview | None:
    if path.stat().st_size > _MOST_BYTES:
        return None
    return Preview(media_type, path.read_bytes())


def _smaller(path: Path) -> Preview | None:
    try:
        pillow: Any = importlib.import_module("PIL.Image")
    except ImportError:
        return None
    with pillow.open(path) as image:
        if image.width * image.height > _MOST_PIXELS:
            return None
        image.thumbnail(_SIZE)
        target = io.BytesIO()
        if image.has_transparency_data:
            image.convert("RGBA").save(target, "PNG")
            return Preview("image/png", target.getvalue())
        image.convert("RGB").save(target, "JPEG", quality=80)
        return Preview("image/jpeg", target.getvalue())
