"""Blocking reads that end together: httpx bounds each alone, so a reply that drips in has no end."""

# pyright: reportPrivateUsage=false
# httpx has no public way to a client's connections.

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

_left: ContextVar[Callable[[], float] | None] = ContextVar("_left", default=None)


@contextmanager
def bounded(left: Callable[[], float]) -> Generator[None, None, None]:
    """Within the block, reads of this thread end when no seconds are left."""
    token = _left.set(left)
    try:
        yield
    finally:
        _left.reset(token)


def bound_reads(client: httpx.Client) -> None:
    """Makes the connections of a client obey `bounded`.

    Where a later httpx hides them differently, each read is bounded alone.
    """
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        if isinstance(backend := getattr(pool, "_network_backend", None), httpcore.NetworkBackend):
            pool._network_backend = _Backend(backend)  # type: ignore[union-attr]


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._backend.connect_tcp(*args, **options))

    def connect_unix_socket(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._backend.connect_unix_socket(*args, **options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if left := _left.get():
            seconds = left()
            if seconds <= 0:
                raise httpcore.ReadTimeout("the reply did not end in time")
            timeout = seconds if timeout is None else min(timeout, seconds)
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(*args, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
