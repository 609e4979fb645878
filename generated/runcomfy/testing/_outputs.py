# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The outputs of a finished job: which keys, how many files, and what is in them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._base.json_values import as_object
from .._schemas.media_kinds import KINDS, MediaKind
from .._schemas.output_kinds import output_kind
from ..media._mime import type_of_name
from ._behaviour import Carrier
from ._endpoints import EmulatedEndpoint
from ._media import draw

CARRIER_MEDIA: dict[Carrier, MediaKind] = {}
for _kind in KINDS.values():
    CARRIER_MEDIA.update(dict.fromkeys(_kind.output_keys, _kind.name))

_COUNTS = ("n", "num_images", "num_outputs", "number_of_images", "num_videos", "max_images")
_MOST_OUTPUTS = 16
_RATIO = re.compile(r"(\d{1,5})\s?[:x×*_]\s?(\d{1,5})")


@dataclass(frozen=True)
class OutputFile:
    """One file under /outputs, made when it is read. name: its last path segment."""

    name: str
    media: MediaKind
    seed: str
    ratio: float

    @property
    def content_type(self) -> str:
        return type_of_name(self.name)

    @property
    def content(self) -> bytes:
        return draw(self.media, self.seed, self.ratio)


def carriers_of(endpoint: EmulatedEndpoint, body: Mapping[str, Any]) -> tuple[Carrier, ...]:
    """Return the output key that the kind of an endpoint suggests: `image`, or `images` for several."""
    wanted = media_of(endpoint)
    carriers: list[Carrier] = [name for name, media in CARRIER_MEDIA.items() if media == wanted]
    return (carriers[(asked_outputs(endpoint, body) or 1) > 1],)


def media_of(endpoint: EmulatedEndpoint) -> MediaKind:
    """Return the kind of media that an endpoint makes."""
    return output_kind(endpoint.model_id, endpoint.categories, endpoint.properties)


def asked_outputs(endpoint: EmulatedEndpoint, body: Mapping[str, Any]) -> int | None:
    """Return the number that a property such as `num_images` asks for; None without such a property."""
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
    """Return the files under one key: one for `image`, for `images` as many as asked for, else two.

    Equal requests make equal files. `audios` holds each clip twice, as the real service does.
    """
    digest = hashlib.sha256(json.dumps([endpoint.model_id, body], sort_keys=True).encode())
    media = CARRIER_MEDIA[carrier]
    count = 1 if carrier == media else asked_outputs(endpoint, body) or 2
    files = [
        OutputFile(
            f"{request_id}-{n}{KINDS[media].sample_ending}",
            media,
            f"{digest.hexdigest()}#{n}",
            _ratio(body),
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
