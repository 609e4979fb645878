"""A flow within a batch: it waits its turn, and it can be stopped between two exchanges."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from .._effects import Call, Flow, Invoke, Reply, Sleep
from .._pace import Pace
from .._replies import retry_after
from ..errors import ConnectionFailed, RunComfyError
from ._throttle import Throttle

T = TypeVar("T")


class BatchStopped(RunComfyError):
    """Nobody takes the outcomes of the batch any more."""


class Pacer:
    """What the flows of one batch have in common.

    pause: waits for some seconds, or until the batch is stopped; may return an awaitable.
    """

    def __init__(
        self, pace: Pace, pause: Callable[[float], object], is_stopped: Callable[[], bool]
    ) -> None:
        self.throttle = Throttle(pace)
        self._pause = pause
        self._is_stopped = is_stopped

    def pause(self, seconds: float) -> Flow[None]:
        """Raises BatchStopped."""
        yield Invoke(self._pause, seconds)
        self.check()

    def check(self) -> None:
        """Raises BatchStopped."""
        if self._is_stopped():
            raise BatchStopped("the batch was stopped: run it again to go on", retry_safe=True)

    def paced(self, flow: Flow[T], before_submit: Callable[[bytes], None] | None = None) -> Flow[T]:
        """The same flow. before_submit: called with the body at the last moment before its POST."""
        step: Callable[[Any], Any] = flow.send
        value: Any = None
        while True:
            try:
                effect = step(value)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            finally:
                value = None
            try:
                if isinstance(effect, Call) and not effect.foreign:
                    value = yield from self._call(effect, before_submit)
                elif isinstance(effect, Sleep):
                    yield from self.pause(effect.seconds)
                else:
                    value = yield effect
                step = flow.send
            except BaseException as error:
                step, value = flow.throw, error

    def _call(self, call: Call, before_submit: Callable[[bytes], None] | None) -> Flow[Reply]:
        yield from self._turn()
        if before_submit and call.content is not None:
            before_submit(call.content)
        began = time.monotonic()
        try:
            reply: Reply = yield call
        except ConnectionFailed:
            self.throttle.refused(began, None)
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
