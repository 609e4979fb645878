# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Media as parameters: images, videos and audio."""

from .._schemas.media_kinds import MediaKind
from ._inputs import (
    AudioInput,
    ImageInput,
    Media,
    MediaInput,
    MediaItem,
    Rule,
    SequenceNotStr,
    VideoInput,
    data_uri_parts,
    is_media,
    to_data_uri,
)

__all__ = [
    "AudioInput",
    "ImageInput",
    "Media",
    "MediaInput",
    "MediaItem",
    "MediaKind",
    "Rule",
    "SequenceNotStr",
    "VideoInput",
    "data_uri_parts",
    "is_media",
    "to_data_uri",
]
