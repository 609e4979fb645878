# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""A flow within a batch: it waits its turn, and it can be stopped between two exchanges."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from .._effects import Call, Flow, Invoke, Reply, Sleep
from .._pace import Pace
from .._retry_after import retry_after
from ..errors import ConnectionFailed, RunComfyError
from ._throttle import Throttle

T = TypeVar("T")


class BatchStopped(RunComfyError):
    """Nobody takes the outcomes of the batch any more."""


SUBMITS_AT_ONCE = 32  # below the connections of a pool: what waits there has its intent written


class Shell(Protocol):
    """What differs between threads and tasks; the first two may return an awaitable."""

    def pause(self, seconds: float, /) -> object:
        """Waits, or until the batch is stopped."""
        ...

    def begin_submit(self, nothing: None, /) -> object:
        """Waits until there is one of `SUBMITS_AT_ONCE` places."""
        ...

    def end_submit(self) -> None: ...

    def is_stopped(self) -> bool: ...


class Pacer:
    """What the flows of one batch have in common."""

    def __init__(self, pace: Pace, shell: Shell) -> None:
        self.throttle = Throttle(pace)
        self._shell = shell

    def pause(self, seconds: float) -> Flow[None]:
        """Raises BatchStopped."""
        yield Invoke(self._shell.pause, seconds)
        self._check()

    def _check(self) -> None:
        if self._shell.is_stopped():
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
                    if before_submit is None or effect.content is None:
                        value = yield from self._read(effect)
                    else:
                        value = yield from self._submit(effect, before_submit)
                elif isinstance(effect, Sleep):
                    yield from self.pause(effect.seconds)
                else:
                    value = yield effect
                step = flow.send
            except BaseException as error:
                step, value = flow.throw, error

    def _submit(self, call: Call, before: Callable[[bytes], None]) -> Flow[Reply]:
        yield Invoke(self._shell.begin_submit, None)
        try:
            yield from self._turn()
            before(call.content or b"")
            return (yield from self._exchange(call))
        finally:
            self._shell.end_submit()

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
        self._check()
        while True:
            delay, refusals = self.throttle.turn()
            if delay <= 0:
                return
            yield from self.pause(delay)
            if refusals == self.throttle.refusals:
                return
