"""The hosts of media that could not be reached, so that not every request waits for them again."""

from __future__ import annotations

import time

REMEMBERED = 300.0  # seconds
_MOST_HOSTS = 1000


class Reach:
    """The hosts that one client could not reach. For several threads."""

    def __init__(self) -> None:
        self._failed: dict[str, tuple[float, str]] = {}

    def failure(self, host: str) -> str | None:
        """Give the reason why a host was out of reach a short while ago."""
        known = self._failed.get(host)
        if known is None or time.monotonic() - known[0] > REMEMBERED:
            return None
        return known[1]

    def note(self, host: str, reason: str) -> None:
        """Remember that a host is out of reach."""
        if len(self._failed) >= _MOST_HOSTS:
            self._failed.clear()
        self._failed[host] = (time.monotonic(), reason)
