"""Rate limits: what one request of a batch meets slows all of them down together."""

from __future__ import annotations

import logging
import threading
import time

from .._pace import jittered

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds; they double while the limit holds
LONGEST_RETRY_AFTER = 600.0  # seconds that a batch waits because the service asks for it
PATIENCE = 1800.0  # seconds without one call that was let through
PATIENCE_OFFLINE = 60.0  # seconds without a connection
_FIRST_SPREAD, _LONGEST_SPREAD = 0.02, 1.0  # seconds between two calls while limits are met

logger = logging.getLogger("runcomfy")


class Throttle:
    """When the next call may go out. For several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0  # the first free turn, monotonic
        self._pause = 0.0
        self._spread = 0.0  # after a pause, all at once would be refused again
        self._slowed = 0.0  # when both were last lengthened
        self._well = time.monotonic()
        self.refusals = 0

    def turn(self) -> tuple[float, int]:
        """Seconds until a turn that is now reserved, and `refusals`: one more, and it is void."""
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + self._spread
            return turn - now, self.refusals

    def refused(self, began: float, retry_after: float | None) -> None:
        """A call that began then (monotonic) was refused for now. retry_after: seconds."""
        with self._lock:
            now = time.monotonic()
            if began >= self._slowed:  # those that were under way with it say nothing new
                self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
                self._spread = min(max(self._spread * 2, _FIRST_SPREAD), _LONGEST_SPREAD)
                self._slowed = now
            wish = jittered(self._pause) if retry_after is None else retry_after
            self._next = max(now + min(wish, LONGEST_RETRY_AFTER), self._slowed)
            self.refusals += 1
            logger.warning("all requests of the batch wait %.1f s", self._next - now)

    def let_through(self, began: float) -> None:
        """A call that began then was answered."""
        with self._lock:
            self._well = time.monotonic()
            if began > self._slowed:
                self._pause = 0.0
                self._spread = self._spread * 0.9 if self._spread > _FIRST_SPREAD / 20 else 0.0

    def is_hopeless(self, patience: float) -> bool:
        """Whether there was nothing but refusals for so many seconds."""
        with self._lock:
            return time.monotonic() - self._well > patience
