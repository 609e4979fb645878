"""Puts a greeting on a photograph."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from postcard_models import RunComfy

Size = Literal["1k", "2k"]


def make_postcard(photo: Path, greeting: str, folder: Path, size: Size = "1k") -> list[Path]:
    """Save postcards and return their paths.

    The token is in RUNCOMFY_API_TOKEN. Raises RunComfyError.
    """
    with RunComfy() as client:
        result = client.openai.gpt_image_2.edit.run(
            prompt=f"a postcard of this place that says: {greeting}",
            images=[photo],
            resolution=size,
        )
        return result.download(folder)


def add_stamp(postcard: Path, country: str, folder: Path) -> list[Path]:
    """Save the postcards with a stamp and return their paths. Raises RunComfyError."""
    with RunComfy() as client:
        result = client.openai.gpt_4o_image.edit.run(
            prompt=f"add a stamp of {country} in the upper right corner", image=postcard
        )
        return result.download(folder)
