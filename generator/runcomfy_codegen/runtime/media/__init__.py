"""Media as parameters: images, videos and audio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._base.lazy import lazy_names

if TYPE_CHECKING:
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
    from ._kinds import MediaKind

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

# The generator reads `_kinds` at every start, and has no use for the rest.
lazy_names(__name__, {"_kinds": ("MediaKind",), "_inputs": set(__all__) - {"MediaKind"}})
