# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The output class that most endpoints share: the block that the site publishes for every model."""

from __future__ import annotations

from runcomfy._validation.base import OutputModel


class MediaOutput(OutputModel):
    """What a finished job delivers; a field is None where the reply does not have it."""

    image: str | None = None
    """URL of the image."""
    images: list[str] | None = None
    """URLs of all images."""
    video: str | None = None
    """URL of the video."""
    videos: list[str] | None = None
    """URLs of all videos."""
