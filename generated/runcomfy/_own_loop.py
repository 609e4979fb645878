# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""A coroutine, run to its end by code that is not async, whatever event loop it may be called within."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_LOOK_UP = 0.2  # seconds


def run_in_own_loop(function: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What it returns or raises. Ctrl-C cancels it at any moment, and is raised when it has ended.

    anyio's blocking portal hangs if Ctrl-C comes while it starts.
    """
    work = _Work(function)
    thread = Thread(target=work.run, daemon=True)
    try:
        thread.start()
        work.join()
    except BaseException as error:
        work.cancel()
        if thread.ident is not None:  # it has begun
            work.join()
        # CPython's `Thread.start` makes a RuntimeError of a Ctrl-C that its lock is lost by.
        cause = error.__context__
        raise cause if isinstance(cause, KeyboardInterrupt) else error from None
    thread.join()
    return work.outcome.result()


class _Work(Generic[T]):
    """All is made in the other thread, which Ctrl-C does not interrupt."""

    def __init__(self, function: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._function = function
        self._task: asyncio.Task[Any] | None = None
        self._is_cancelled = False
        self._running = Lock()
        self._running.acquire()
        self.outcome: Future[T] = Future()

    def run(self) -> None:
        try:
            self.outcome.set_result(asyncio.run(self._main()))
        except BaseException as error:
            self.outcome.set_exception(error)
        finally:
            self._running.release()

    async def _main(self) -> T:
        self._task = asyncio.current_task()
        if self._is_cancelled:  # what is asked for later finds the task
            raise asyncio.CancelledError
        return await self._function()

    def cancel(self) -> None:
        self._is_cancelled = True
        if task := self._task:
            with suppress(RuntimeError):  # it has just ended, and closed its loop
                task.get_loop().call_soon_threadsafe(task.cancel)

    def join(self) -> None:
        # A signal that comes just before Python blocks is handled only when it looks up again.
        while not self.outcome.done():
            self._running.acquire(timeout=_LOOK_UP)
