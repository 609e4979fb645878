"""Schedule the exchanges of a batch: places, pauses, and backing off after refusals."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol, TypeVar

from .._transport.effects import Call, Flow, Reply, Sleep
from .._transport.retry import RetryPolicy, jittered
from .._transport.retry_after import lengthened, retry_after
from .._transport.stepper import performed_by
from ..errors import ConnectionFailed, RunComfyError

T = TypeVar("T")


Place = Literal["submit", "save"]
PLACES: Mapping[Place, int] = {
    "submit": 32,  # below the connections of a pool: a waiting request has its intent written
    "save": 8,  # results being downloaded, each with a few files: more would open too many
}

# Seconds between two calls: each refusal adds, each success takes a tenth. Without it, all waiting
# calls would go out at once after a pause, and be refused again.
_MORE_SPREAD, _LEAST_SPREAD, _LONGEST_SPREAD = 0.001, 0.0001, 1.0

logger = logging.getLogger("runcomfy")


class BatchStopped(RunComfyError):
    """The batch was stopped: nobody takes its outcomes any more."""

    @classmethod
    def now(cls) -> BatchStopped:
        """Make one with its message."""
        return cls("the batch was stopped\nRun it again to continue.", retry_safe=True)


@dataclass(frozen=True)
class Pause:
    """A pause that ends early when the batch is stopped."""

    seconds: float


@dataclass(frozen=True)
class Enter:
    """A wait for a free place, which is given back with `leave`."""

    place: Place


class Runner(Protocol):
    """A runner of the flows of a batch, in threads or in tasks, that performs `Pause` and `Enter`."""

    def leave(self, place: Place) -> None: ...

    def is_stopped(self) -> bool: ...


class Scheduler:
    """The schedule that all flows of one batch share."""

    def __init__(self, policy: RetryPolicy, runner: Runner) -> None:
        self.backoff = Backoff(policy)
        self._runner = runner

    def pause(self, seconds: float) -> Flow[None]:
        """Wait. Raises BatchStopped."""
        yield Pause(seconds)
        self.check()

    def check(self) -> None:
        """Raise BatchStopped if the batch was stopped."""
        if self._runner.is_stopped():
            raise BatchStopped.now()

    def within(self, place: Place, flow: Flow[T]) -> Flow[T]:
        """Run a flow while holding one of the places."""
        yield Enter(place)
        try:
            self.check()
            return (yield from flow)
        finally:
            self._runner.leave(place)

    def scheduled(
        self, flow: Flow[T], before_submit: Callable[[bytes], None] | None = None
    ) -> Flow[T]:
        """Run a flow with its exchanges at the times that the schedule allows.

        Args:
            flow: The flow of a single submit, wait or read.
            before_submit: Called with the body at the last moment before its POST.
        """
        return performed_by(partial(self._perform, before_submit), flow)

    def _perform(self, before_submit: Callable[[bytes], None] | None, effect: Any) -> Flow[Any]:
        if isinstance(effect, Sleep):
            return (yield from self.pause(effect.seconds))
        if not isinstance(effect, Call) or effect.foreign:
            self.check()
            return (yield effect)
        if before_submit is None or effect.content is None:
            return (yield from self._read(effect))
        return (yield from self.within("submit", self._submit(effect, before_submit)))

    def _submit(self, call: Call, before_submit: Callable[[bytes], None]) -> Flow[Reply]:
        yield from self._wait_for_slot()
        before_submit(call.content or b"")
        return (yield from self._exchange(call))

    def _read(self, call: Call) -> Flow[Reply]:
        yield from self._wait_for_slot()
        return (yield from self._exchange(call))

    def _exchange(self, call: Call) -> Flow[Reply]:
        began = time.monotonic()
        try:
            reply: Reply = yield call
        except ConnectionFailed as error:
            self.backoff.refused(began, None, f"no connection ({error.message})", offline=True)
            raise
        seconds = retry_after(reply)
        if reply.status == 429 or (reply.status == 503 and seconds is not None):
            self.backoff.refused(began, seconds)
        else:
            self.backoff.let_through(began)
        return reply

    def _wait_for_slot(self) -> Flow[None]:
        self.check()
        while True:
            delay, refusals = self.backoff.reserve()
            if delay <= 0:
                return
            yield from self.pause(delay)
            if refusals == self.backoff.refusals:
                return


class Backoff:
    """The times at which calls may go out: after a refusal, all calls of the batch wait.

    May be used by several threads. All times are seconds, those of the clock monotonic.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._lock = threading.Lock()
        self._next = 0.0  # the first free slot
        self._closed = 0.0  # the end of the pause, before which there is no slot
        self._pause = 0.0
        self._lengthened = 0.0  # when the pause was last lengthened
        self._spread = 0.0
        self._refused_since: float | None = None  # since when every call was refused
        self.refusals = 0

    def reserve(self) -> tuple[float, int]:
        """Reserve the next slot.

        Returns:
            The seconds to wait, and the count of refusals. If `refusals` has changed after the
            wait, the slot is void: reserve again.
        """
        with self._lock:
            now = time.monotonic()
            slot = max(self._next, now)
            self._next = slot + self._spread
            return slot - now, self.refusals

    def refused(
        self,
        began: float,
        retry_after: float | None,
        reason: str = "too many requests",
        *,
        offline: bool = False,
    ) -> None:
        """Note that a call was refused.

        Args:
            began: When the call began.
            retry_after: How long the service asks to wait, if it does.
            reason: The reason, for the log.
            offline: Whether no connection could be made.
        """
        with self._lock:
            now = time.monotonic()
            if self._refused_since is None:
                self._refused_since = now
            left = self._left(now, offline=offline)
            self.refusals += 1
            if left <= 0:
                # The deadline has passed: let all waiting calls through, so that each of them fails.
                self._next = max(self._closed, now)
                return
            is_news = began >= self._lengthened  # calls that were under way tell nothing new
            if is_news:
                longer = max(self._pause * 2, self._policy.first_backoff)
                self._pause = min(longer, self._policy.longest_backoff)
                self._lengthened = now
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
        """Note that a call that began at this time was answered."""
        with self._lock:
            self._refused_since = None
            if began > self._lengthened:
                self._pause = 0.0
            self._spread = self._spread * 0.9 if self._spread > _LEAST_SPREAD else 0.0

    def is_hopeless(self, *, offline: bool) -> bool:
        """Tell whether every call was refused, or had no connection, for too long."""
        with self._lock:
            return self._left(time.monotonic(), offline=offline) < 0

    def _left(self, now: float, *, offline: bool) -> float:
        """Return the seconds until the deadline."""
        patience = self._policy.offline_patience if offline else self._policy.limited_patience
        return patience if self._refused_since is None else patience - (now - self._refused_since)
