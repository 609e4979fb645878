"""Output classes that several endpoints share."""

from __future__ import annotations

from runcomfy._model import OutputModel


class MediaOutput(OutputModel):
    """What a finished job delivers; a field is None where the reply does not have it."""

    image: str | None = None
    """single image URL."""
    images: list[str] | None = None
    """multiple image URLs."""
    video: str | None = None
    """single video URL."""
    videos: list[str] | None = None
    """multiple video URLs."""
