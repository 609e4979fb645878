# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The content of a request as the checks and the submit see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from .._schemas.media_kinds import MediaKind
from ._inputs import MediaInput, MediaItem

Encoder = Callable[[MediaInput, MediaKind], str]
"""Turns one medium into the string that is sent for it."""


class Payload(Protocol):
    """The content of a request: a generated request class, or a `PlainBody`."""

    def to_body(self, encode: Encoder | None = None) -> dict[str, Any]:
        """Return exactly the JSON object that is sent."""
        ...

    def media_items(self) -> tuple[MediaItem, ...]:
        """Return its media."""
        ...
