"""A flow within a batch: it waits its turn, and it can be stopped between two exchanges."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from .._transport.effects import Call, Flow, Reply, Sleep
from .._transport.retry import RetryPolicy
from .._transport.retry_after import retry_after
from .._transport.stepper import Stepper
from ..errors import ConnectionFailed, RunComfyError
from ._throttle import Throttle

T = TypeVar("T")


Place = Literal["submit", "save"]
PLACES: Mapping[Place, int] = {
    "submit": 32,  # below the connections of a pool: what waits there has its intent written
    "save": 8,  # results whose files are fetched, a few each: all of them at once are too many to open
}


class BatchStopped(RunComfyError):
    """Nobody takes the outcomes of the batch any more."""

    @classmethod
    def now(cls) -> BatchStopped:
        """Make one with its message."""
        return cls("the batch was stopped: run it again to go on", retry_safe=True)


@dataclass(frozen=True)
class Pause:
    """A pause that ends early when the batch is stopped."""

    seconds: float


@dataclass(frozen=True)
class Enter:
    """A wait until one of the places is free, which is given back with `leave`."""

    place: Place


class Shell(Protocol):
    """What runs the flows of a batch, in threads or in tasks. It does what `Pause` and `Enter` ask for."""

    def leave(self, place: Place) -> None: ...

    def is_stopped(self) -> bool: ...


class Pacer:
    """What the flows of one batch have in common."""

    def __init__(self, policy: RetryPolicy, shell: Shell) -> None:
        self.throttle = Throttle(policy)
        self._shell = shell

    def pause(self, seconds: float) -> Flow[None]:
        """Wait. Raises BatchStopped."""
        yield Pause(seconds)
        self.check()

    def check(self) -> None:
        """Raise BatchStopped where nobody takes the outcomes any more."""
        if self._shell.is_stopped():
            raise BatchStopped.now()

    def within(self, place: Place, flow: Flow[T]) -> Flow[T]:
        """Run a flow with one of the places."""
        yield Enter(place)
        try:
            self.check()
            return (yield from flow)
        finally:
            self._shell.leave(place)

    def paced(self, flow: Flow[T], before_submit: Callable[[bytes], None] | None = None) -> Flow[T]:
        """The same flow. before_submit: called with the body at the last moment before its POST."""
        stepper = Stepper(flow)
        while True:
            try:
                effect = stepper.next()
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            try:
                stepper.give((yield from self._perform(effect, before_submit)))
            except BaseException as error:
                stepper.throw(error)

    def _perform(self, effect: Any, before_submit: Callable[[bytes], None] | None) -> Flow[Any]:
        if isinstance(effect, Sleep):
            return (yield from self.pause(effect.seconds))
        if not isinstance(effect, Call) or effect.foreign:
            self.check()
            return (yield effect)
        if before_submit is None or effect.content is None:
            return (yield from self._read(effect))
        return (yield from self.within("submit", self._submit(effect, before_submit)))

    def _submit(self, call: Call, before: Callable[[bytes], None]) -> Flow[Reply]:
        yield from self._turn()
        before(call.content or b"")
        return (yield from self._exchange(call))

    def _read(self, call: Call) -> Flow[Reply]:
        yield from self._turn()
        return (yield from self._exchange(call))

    def _exchange(self, call: Call) -> Flow[Reply]:
        began = time.monotonic()
        try:
            reply: Reply = yield call
        except ConnectionFailed as error:
            self.throttle.refused(began, None, f"no connection ({error.message})", offline=True)
            raise
        wish = retry_after(reply)
        if reply.status == 429 or (reply.status == 503 and wish is not None):
            self.throttle.refused(began, wish)
        else:
            self.throttle.let_through(began)
        return reply

    def _turn(self) -> Flow[None]:
        self.check()
        while True:
            delay, refusals = self.throttle.turn()
            if delay <= 0:
                return
            yield from self.pause(delay)
            if refusals == self.throttle.refusals:
                return
