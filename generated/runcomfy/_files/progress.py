# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The reports of a download while it runs."""

from __future__ import annotations

import inspect
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._transport.callbacks import check_function
from ..errors import ConfigurationError

OnBytes = Callable[[int, "int | None"], "Awaitable[None] | None"]
"""Called with the bytes that are there, and with how many there will be, if that is known."""

_PAUSE = 0.1  # seconds between two reports about one file

logger = logging.getLogger("runcomfy")


@dataclass(frozen=True)
class DownloadProgress:
    """The progress of one file's download.

    Attributes:
        url: Of the file.
        number: Its place in the download, from 1.
        count: How many files the download has.
        received: Bytes that are there.
        total: Bytes that there will be; None where the server does not say.
        path: Where the file is saved, once it is complete.
    """

    url: str
    number: int
    count: int
    received: int
    total: int | None = None
    path: Path | None = None


OnProgress = Callable[[DownloadProgress], Any]
"""Called now and then; for asyncio it may be a coroutine function."""


def checked_progress(function: Any, *, may_await: bool) -> OnProgress | None:
    """Check what a caller gave as `progress=`, before anything is fetched.

    Raises:
        ConfigurationError: If it cannot be called, or not here.
    """
    check_function("progress", function)
    call = getattr(function, "__call__", None)  # noqa: B004 - an object may have an async one
    is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)
    if is_async and not may_await:
        raise ConfigurationError(
            "progress: must be an ordinary function for a blocking download; got a coroutine "
            "function\nUse the method that ends in _async, or a function without `async`",
            retry_safe=True,
        )
    return function  # type: ignore[no-any-return]


class Reports:
    """The calls of one `progress=` function: one at a time, and not too many."""

    def __init__(self, function: OnProgress | None, count: int, *, may_await: bool) -> None:
        self._function = function
        self._count = count
        self._may_await = may_await
        self._lock = threading.Lock()

    def watch(self, url: str, number: int) -> OnBytes | None:
        """Return what `fetch` calls for one file."""
        if self._function is None:
            return None
        last = -_PAUSE

        def on_bytes(received: int, total: int | None) -> Awaitable[None] | None:
            nonlocal last
            now = time.monotonic()
            if now - last < _PAUSE:
                return None
            last = now
            return self.send(DownloadProgress(url, number, self._count, received, total))

        return on_bytes

    def send(self, progress: DownloadProgress) -> Awaitable[None] | None:
        """Call the function. Returns what is to be awaited, if it is asynchronous."""
        if self._function is None:
            return None
        with self._lock:
            try:
                result = self._function(progress)
                if inspect.iscoroutine(result) and not self._may_await:
                    result.close()
                    raise TypeError("it is asynchronous: use download_async()")
            except Exception as error:
                self._drop(error)
                return None
        return self._awaited(result) if inspect.isawaitable(result) else None

    def send_saved(self, url: str, number: int, path: Path) -> Awaitable[None] | None:
        """Report a file that is complete."""
        if self._function is None:
            return None
        size = path.stat().st_size
        return self.send(DownloadProgress(url, number, self._count, size, size, path))

    async def _awaited(self, result: Awaitable[Any]) -> None:
        try:
            await result
        except Exception as error:
            self._drop(error)

    def _drop(self, error: Exception) -> None:
        """Call the function no more: a file that was paid for is worth more than a report of it."""
        self._function = None
        logger.warning("progress= failed, and is not called again: %r", error, exc_info=error)
