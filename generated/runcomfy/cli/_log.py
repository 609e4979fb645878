# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Messages about retries, without which the program would seem to hang."""

from __future__ import annotations

import logging
import time

from ._console import say

_QUIET = 10.0  # seconds between two messages


class _Log(logging.Handler):
    """A handler that shows retries, installed within a `with` block."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._next = 0.0
        self._logger = logging.getLogger("runcomfy")

    def emit(self, record: logging.LogRecord) -> None:
        now = time.monotonic()
        if hasattr(record, "pause") and now >= self._next:  # the library will try again
            self._next = now + _QUIET
            say(record.getMessage(), "yellow")

    def __enter__(self) -> None:
        self._next = 0.0
        self._level = self._logger.level
        self._logger.setLevel(logging.DEBUG)  # the library logs retries of reads at this level
        # Any handler also keeps Python from printing warnings worded for programmers.
        self._logger.addHandler(self)

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.setLevel(self._level)


log = _Log()
