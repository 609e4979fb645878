"""Repetition of what failed: the one loop, the pauses between its attempts, and deadlines."""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from ..errors import RequestTimeout, RunComfyError
from .effects import Flow, Sleep
from .retry_after import lengthened

T = TypeVar("T")

_LAST_ATTEMPT = 1.0  # seconds kept for the attempt before the deadline
_TOO_SHORT = 1.0  # seconds left to an attempt whose time-out says nothing about the server

logger = logging.getLogger("runcomfy")


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
    first_backoff: float = 1.0
    longest_backoff: float = 60.0
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


@dataclass(frozen=True)
class Failed:
    """The outcome of an attempt that failed.

    Attributes:
        error: The error to raise if no attempt follows.
        may_repeat: Whether another attempt may succeed and costs nothing.
        retry_after: The seconds that the server asked to wait.
    """

    error: RunComfyError
    may_repeat: bool
    retry_after: float | None = None


def _log_pause(failure: Failed, pause: float) -> None:
    logger.debug("%s; again in %.1f s", failure.error.reason, pause, extra={"pause": pause})


def retrying(
    attempt: Callable[[], Flow[T | Failed]],
    policy: RetryPolicy,
    deadline: Deadline,
    *,
    most_attempts: float = math.inf,
    uses_all_time: bool = False,
    announce: Callable[[Failed, float], None] = _log_pause,
) -> Flow[T]:
    """Repeat an attempt until it succeeds or nothing more can be done.

    Args:
        attempt: Makes one attempt.
        policy: The pauses between the attempts.
        deadline: No pause lasts longer than it.
        most_attempts: How many attempts are made.
        uses_all_time: Whether a pause that is too long is cut, so that one more attempt is made
            shortly before the deadline. If not, the error is raised at once.
        announce: Is called with a failure and the seconds before the next attempt.

    Returns:
        What the attempt returned.

    Raises:
        RunComfyError: The error of the last attempt that had time to fail by itself.
    """
    attempts, is_last = 0, False
    earlier: Failed | None = None
    while True:
        attempts += 1
        is_short = deadline.left() < _TOO_SHORT
        outcome = yield from attempt()
        if not isinstance(outcome, Failed):
            return outcome
        was_cut_short = is_short and isinstance(outcome.error, RequestTimeout)
        if earlier and was_cut_short and outcome.may_repeat:
            outcome = replace(earlier, retry_after=None)
        earlier = outcome
        pause, left = policy.retry_pause(attempts, outcome.retry_after), deadline.left()
        if not outcome.may_repeat or is_last or attempts >= most_attempts:
            raise outcome.error
        if pause >= left:
            if not uses_all_time or left <= 0:
                raise outcome.error
            pause, is_last = before_last_attempt(left), True
        announce(outcome, pause)
        yield Sleep(pause)


def before_last_attempt(left: float) -> float:
    """Return the pause that leaves time for one attempt before a deadline."""
    return left - min(_LAST_ATTEMPT, left / 2)
