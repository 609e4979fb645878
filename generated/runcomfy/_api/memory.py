# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Replies that are kept for a short while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from .._transport.effects import Flow

T = TypeVar("T")

_FRESH = 60.0  # seconds
_MOST = 1000  # replies


class Memory:
    """The replies of the catalogue in the last minute. Copies of a client share them."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Any]] = {}

    def kept(self, key: str, read: Callable[[], Flow[T]]) -> Flow[T]:
        """Return what was read under a key in the last minute, else read it. A failure is not kept."""
        at, value = self._kept.get(key, (-_FRESH, None))
        if time.monotonic() - at < _FRESH:
            known: T = value
            return known
        value = yield from read()
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = time.monotonic(), value
        return value
