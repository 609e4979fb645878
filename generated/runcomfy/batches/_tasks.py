# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Run the flows of an asyncio client's batch, each in a task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from .._transport.effects import Flow
from .._transport.stepper import Stepper
from ._scheduler import PLACES, Enter, Pause, Place

_READS_END = 1.0  # seconds; as in `_threads`
_SUBMITS_END = 2.0


class Tasks:
    """A runner of flows, each in a task; otherwise like `Threads`."""

    def __init__(self, perform: Callable[[Any], Awaitable[Any]]) -> None:
        self._perform = perform
        self._stop = asyncio.Event()
        self._news: asyncio.Queue[Any] = asyncio.Queue()
        self._places = {place: asyncio.Semaphore(count) for place, count in PLACES.items()}
        self._submitting: set[asyncio.Task[Any] | None] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.tell = self._news.put_nowait

    def start(self, flows: list[Flow[None]]) -> None:
        """Start the flows."""
        self._tasks = {asyncio.create_task(self._run(flow)) for flow in flows}

    async def take(self) -> Any:
        """Wait for the next outcome or error of a flow."""
        return await self._news.get()

    async def stop(self, *, is_hurried: bool) -> None:
        """End all flows, as `Threads.stop` does."""
        self._stop.set()
        try:
            await self._ended(self._tasks, _READS_END)
            for task in self._tasks - self._submitting:
                task.cancel()
            await self._ended(self._tasks, _SUBMITS_END - _READS_END if is_hurried else None)
        finally:
            for task in self._tasks:
                task.cancel()
            # Without this, the tasks would clean up at the end of the event loop.
            await self._ended(self._tasks, _READS_END)

    async def _ended(self, tasks: set[asyncio.Task[None]], seconds: float | None) -> None:
        left = {task for task in tasks if not task.done()}
        if left:
            await asyncio.wait(left, timeout=seconds)

    def is_stopped(self) -> bool:
        """Tell whether the batch was stopped."""
        return self._stop.is_set()

    def leave(self, place: Place) -> None:
        """Give back a place that was got by `Enter`."""
        self._places[place].release()
        if place == "submit":
            self._submitting.discard(asyncio.current_task())

    async def _run(self, flow: Flow[None]) -> None:
        stepper = Stepper(flow)
        while True:
            try:
                effect = stepper.next()
            except StopIteration:
                return
            except asyncio.CancelledError:
                raise
            except BaseException as error:
                self.tell(error)
                return
            try:
                stepper.give(await self._do(effect))
            except BaseException as error:  # CancelledError too: the flow cleans up
                stepper.throw(error)

    async def _do(self, effect: Any) -> Any:
        if isinstance(effect, Pause):
            with anyio.move_on_after(effect.seconds):
                await self._stop.wait()
            return None
        if isinstance(effect, Enter):
            await self._places[effect.place].acquire()
            if effect.place == "submit":
                self._submitting.add(asyncio.current_task())
            return None
        return await self._perform(effect)
