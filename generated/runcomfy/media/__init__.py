# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What may be passed as an image, a video or a piece of audio."""

from ._inputs import (
    AudioInput,
    ImageInput,
    Media,
    MediaInput,
    MediaItem,
    MediaKind,
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
