# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What the library logs: retries are told, since a person would see a program that hangs."""

from __future__ import annotations

import logging
import time

from ._console import say

_QUIET = 10.0  # seconds between two such lines


class _Log(logging.Handler):
    """Installed within a `with` block. last: the latest record, for who is interrupted."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.last: logging.LogRecord | None = None
        self._next = 0.0
        self._logger = logging.getLogger("runcomfy")

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record
        now = time.monotonic()
        if hasattr(record, "pause") and now >= self._next:  # the library will try again
            self._next = now + _QUIET
            say(record.getMessage(), "yellow")

    def __enter__(self) -> None:
        self.last, self._next = None, 0.0
        self._level = self._logger.level
        self._logger.setLevel(logging.DEBUG)
        # Any handler also keeps Python from printing the warnings, in words for programmers.
        self._logger.addHandler(self)

    def __exit__(self, *error: object) -> None:
        self._logger.removeHandler(self)
        self._logger.setLevel(self._level)


log = _Log()
