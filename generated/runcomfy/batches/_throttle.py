# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Rate limits: what one request of a batch meets slows all of them down together."""

from __future__ import annotations

import logging
import threading
import time

from .._transport.retry import RetryPolicy, jittered
from .._transport.retry_after import lengthened

# Seconds between two calls: each refusal adds, each success takes a tenth. Without it, all that waited
# would go out at once after a pause, to be refused again.
_MORE_SPREAD, _LEAST_SPREAD, _LONGEST_SPREAD = 0.001, 0.0001, 1.0

logger = logging.getLogger("runcomfy")


class Throttle:
    """When the next call may go out. For several threads."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._lock = threading.Lock()
        self._next = 0.0  # the first free turn, monotonic
        self._closed = 0.0  # until when there is none
        self._pause = 0.0
        self._slowed = 0.0  # when the pause was last lengthened
        self._spread = 0.0
        self._in_vain: float | None = None  # since when there was nothing but refusals, monotonic
        self.refusals = 0

    def turn(self) -> tuple[float, int]:
        """Seconds until a turn that is now reserved, and `refusals`: one more, and it is void."""
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + self._spread
            return turn - now, self.refusals

    def refused(
        self,
        began: float,
        retry_after: float | None,
        reason: str = "too many requests",
        *,
        offline: bool = False,
    ) -> None:
        """A call that began then (monotonic) was refused for now. retry_after: seconds."""
        with self._lock:
            now = time.monotonic()
            if self._in_vain is None:
                self._in_vain = now
            left = self._left(now, offline=offline)
            self.refusals += 1
            if left <= 0:  # it is hopeless, which all that wait learn as soon as they may call
                self._next = max(self._closed, now)
                return
            is_news = began >= self._slowed  # not from those that were under way with it
            if is_news:
                longer = max(self._pause * 2, self._policy.first_slowdown)
                self._pause = min(longer, self._policy.longest_slowdown)
                self._slowed = now
            self._spread = min(self._spread + _MORE_SPREAD, _LONGEST_SPREAD)
            longest = self._policy.longest_batch_retry_after
            pause = lengthened(jittered(self._pause), retry_after, longest)
            pause = min(pause, left) if offline else pause
            self._closed = self._next = max(now + pause, self._closed)
            if is_news:
                pause = self._next - now
                text = "%s: all requests of the batch wait %.1f s"
                logger.warning(text, reason, pause, extra={"pause": pause})

    def let_through(self, began: float) -> None:
        """A call that began then was answered."""
        with self._lock:
            self._in_vain = None
            if began > self._slowed:
                self._pause = 0.0
            self._spread = self._spread * 0.9 if self._spread > _LEAST_SPREAD else 0.0

    def is_hopeless(self, *, offline: bool) -> bool:
        """Whether there was nothing but refusals, or no connection, for too long."""
        with self._lock:
            return self._left(time.monotonic(), offline=offline) < 0

    def _left(self, now: float, *, offline: bool) -> float:
        """Seconds of patience."""
        patience = self._policy.offline_patience if offline else self._policy.limited_patience
        return patience if self._in_vain is None else patience - (now - self._in_vain)
