# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The pauses between polls and before retries, and their bounds."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from .retry_after import lengthened


@dataclass(frozen=True)
class RetryPolicy:
    """The pauses of one client, in seconds."""

    first_poll: float = 0.5
    poll_growth: float = 1.3
    longest_poll: float = 5.0
    poll_per_position: float = 0.25  # a job far back in the queue is asked about less often
    first_retry: float = 0.5
    longest_retry: float = 10.0
    longest_retry_after: float = 30.0  # `Retry-After: 86400` parks nobody
    read_budget: float = 30.0  # for one status, result or cancel with its retries
    submit_attempts: int = 3  # a submit is repeated only if it was certainly not accepted
    # A whole batch waits out what a single call does not; the pause doubles while the limit holds.
    first_slowdown: float = 1.0
    longest_slowdown: float = 60.0
    longest_batch_retry_after: float = 600.0
    limited_patience: float = 1800.0  # without one call that was let through
    offline_patience: float = 60.0  # without one connection

    def poll_pause(self, polls: int, queue_position: int | None) -> float:
        """Choose the pause after a number of polls."""
        # Both are bounded: a float overflows after some thousand polls, or at a huge position.
        pause = self.first_poll * self.poll_growth ** min(polls - 1, 50)
        queued = self.poll_per_position * min(max(queue_position or 0, 0), 10**6)
        return jittered(min(max(pause, queued), self.longest_poll))

    def retry_pause(self, attempts: int, retry_after: float | None) -> float:
        """Choose the pause after a number of failed attempts; the server may lengthen it."""
        own = jittered(min(self.first_retry * 2.0 ** min(attempts - 1, 50), self.longest_retry))
        return lengthened(own, retry_after, self.longest_retry_after)


Pace = RetryPolicy  # pickles of version 0.1 name it here


def jittered(seconds: float) -> float:
    """Vary a pause by up to a quarter, so that clients that failed together do not return together."""
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311 - not a secret


class Deadline:
    """A point in monotonic time, so that a change of the clock does not move it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._start = time.monotonic()

    def elapsed(self) -> float:
        """Return the seconds since it was set."""
        return time.monotonic() - self._start

    def left(self) -> float:
        """Return the seconds until it, at least 0."""
        return max(self.seconds - self.elapsed(), 0.0)
