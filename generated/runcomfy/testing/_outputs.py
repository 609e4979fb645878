# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The outputs of a finished job: which keys, how many files, and what is in them."""

from __future__ import annotations

import colorsys
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .._base.json_values import as_object
from ._behaviour import Carrier
from ._clip import MP4
from ._endpoints import EmulatedEndpoint
from ._media import RGB, png, wav

Media = Literal["image", "video", "audio"]

CARRIER_MEDIA: dict[Carrier, Media] = {
    "image": "image",
    "images": "image",
    "video": "video",
    "videos": "video",
    "audio": "audio",
    "audios": "audio",
}
_FORMATS: dict[Media, tuple[str, str]] = {
    "image": ("png", "image/png"),
    "video": ("mp4", "video/mp4"),
    "audio": ("wav", "audio/wav"),
}
_COUNTS = ("n", "num_images", "num_outputs", "number_of_images", "num_videos", "max_images")
_MOST_OUTPUTS = 16
_LONG_SIDE = 384  # pixels
_RATIO = re.compile(r"(\d{1,5})\s?[:x×*_]\s?(\d{1,5})")

# In this order; the id says less clearly what comes out than a category does.
_MEDIA_OF_ID: tuple[tuple[str, Media], ...] = (
    (r"to-image", "image"),
    (r"to-video", "video"),
    (r"to-audio", "audio"),
    (r"video|lipsync|vace", "video"),
    (r"audio|music|speech|tts|voice|ace-step", "audio"),
)


@dataclass(frozen=True)
class OutputFile:
    """One file under /outputs, made when it is read. name: its last path segment."""

    name: str
    media: Media
    seed: str
    ratio: float

    @property
    def content_type(self) -> str:
        return _FORMATS[self.media][1]

    @property
    def content(self) -> bytes:
        digest = hashlib.sha256(self.seed.encode()).digest()
        if self.media == "video":
            return MP4
        if self.media == "audio":
            return wav(220 + digest[0] * 2)
        wide, high = max(1.0, self.ratio), max(1.0, 1 / self.ratio)
        long_side = max(wide, high)
        width, height = round(_LONG_SIDE * wide / long_side), round(_LONG_SIDE * high / long_side)
        return png(width, height, _colour(digest[0], 0.55, 0.95), _colour(digest[1], 0.75, 0.55))


def carriers_of(endpoint: EmulatedEndpoint, body: Mapping[str, Any]) -> tuple[Carrier, ...]:
    """The output key an endpoint's kind suggests: `image`, or `images` for several; and so on."""
    wanted = media_of(endpoint)
    carriers: list[Carrier] = [name for name, media in CARRIER_MEDIA.items() if media == wanted]
    return (carriers[(asked_outputs(endpoint, body) or 1) > 1],)


def media_of(endpoint: EmulatedEndpoint) -> Media:
    """By category, else by the id; a duration without further hints is a video's, the rest images."""
    for category in endpoint.categories:
        for media in _FORMATS:
            if category.endswith(media):
                return media
    for pattern, media in _MEDIA_OF_ID:
        if re.search(pattern, endpoint.model_id.lower()):
            return media
    return "video" if "duration" in endpoint.properties else "image"


def asked_outputs(endpoint: EmulatedEndpoint, body: Mapping[str, Any]) -> int | None:
    """What a property such as `num_images` asks for, given or by default; None without one."""
    for name in _COUNTS:
        if name in endpoint.properties:
            default = as_object(endpoint.properties[name]).get("default")
            count = body.get(name, default)
            if isinstance(count, (int, float)) and count >= 1:
                return min(int(count), _MOST_OUTPUTS)
    return None


def output_files(
    request_id: str, endpoint: EmulatedEndpoint, body: Mapping[str, Any], carrier: Carrier
) -> list[OutputFile]:
    """The files under one key: one for `image`; for `images` as many as asked, two if nobody asks.

    Equal requests bring equal files. `audios` holds each clip twice, as seen.
    """
    what = hashlib.sha256(json.dumps([endpoint.model_id, body], sort_keys=True).encode())
    media = CARRIER_MEDIA[carrier]
    count = 1 if carrier == media else asked_outputs(endpoint, body) or 2
    files = [
        OutputFile(
            f"{request_id}-{n}.{_FORMATS[media][0]}", media, f"{what.hexdigest()}#{n}", _ratio(body)
        )
        for n in range(1, count + 1)
    ]
    return files * 2 if carrier == "audios" else files


def _ratio(body: Mapping[str, Any]) -> float:
    """Width by height, from the first `W:H` that a ratio or size property holds; else 1."""
    for name, value in body.items():
        if isinstance(value, str) and ("ratio" in name or "size" in name):
            match = _RATIO.search(value)
            if match and int(match[1]) and int(match[2]):
                return min(8.0, max(1 / 8, int(match[1]) / int(match[2])))
    return 1.0


def _colour(hue: int, saturation: float, value: float) -> RGB:
    red, green, blue = colorsys.hsv_to_rgb(hue / 256, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
