"""Limits of what an emulator keeps, as a server that runs for weeks must not grow."""

from __future__ import annotations

from collections import deque

MAX_REQUESTS = 100_000
MAX_JOBS = 50_000
MAX_BYTES = 512 * 2**20
"""Of the bodies of the requests that are kept; of the jobs' as well."""
MAX_CONNECTIONS = 1_000
"""Open at once; to more, the server answers 503."""


class Capacity:
    """A number and a size that what is kept must not exceed, oldest first."""

    def __init__(self, most: int, most_bytes: int = MAX_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._sizes: deque[int] = deque()
        self._bytes = 0

    def add(self, size: int) -> int:
        """Count one more of so many bytes, and return how many of the oldest have to go."""
        self._sizes.append(size)
        self._bytes += size
        gone = 0
        while len(self._sizes) > self._most or self._bytes > self._most_bytes:
            self._bytes -= self._sizes.popleft()
            gone += 1
        return gone
