"""Share the work of many endpoints between processes."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.synchronize import Event

WORTH_PROCESSES = 50
"""Number of items from which on processes pay off: each loads black and the templates again."""

_CHUNKS = 8  # for each process, so that all of them end at about the same time
_In = TypeVar("_In")
_Out = TypeVar("_Out")


class Workers:
    """A pool of processes, started when there is enough work, and ended with the block."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def map(self, work: Callable[[_In], _Out], items: Sequence[_In]) -> Iterator[_Out]:
        """Return the results in the order of the items. Processes begin at once.

        Raises:
            ChildProcessError: If the system ends one of the processes.
        """
        if self._jobs == 1 or len(items) < WORTH_PROCESSES:
            return map(work, items)
        if self._pool is None:
            self._pool, self._began = _pool(self._jobs)
        size = len(items) // (self._jobs * _CHUNKS) + 1
        # Not the executor's own map(): that cancels its futures at Ctrl-C, and in Python 3.11 a
        # process that ends at the same moment then makes a thread print a traceback.
        chunks = [
            self._pool.submit(_work_through, work, items[start : start + size])
            for start in range(0, len(items), size)
        ]
        return _results(chunks, self._began)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)


def _pool(jobs: int) -> tuple[ProcessPoolExecutor, Event]:
    """Return the processes, and an event that is set when the first of them has begun."""
    # Imported here, as most runs have little to do.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    if getattr(multiprocessing.current_process(), "_inheriting", False):
        sys.exit(1)  # a process that is only loading the program; the parent reports the error

    # Forking is ten times as fast, and safe on Linux as long as there are no other threads.
    forks = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forks else "spawn")
    began = context.Event()
    return ProcessPoolExecutor(jobs, context, _begin, (began,)), began


def _work_through(work: Callable[[_In], _Out], items: Sequence[_In]) -> list[_Out]:
    return list(map(work, items))


def _results(chunks: Sequence[Future[list[_Out]]], began: Event) -> Iterator[_Out]:
    from concurrent.futures.process import BrokenProcessPool

    try:
        for chunk in chunks:
            yield from chunk.result()
    except BrokenProcessPool as error:
        raise ChildProcessError(_ENDED if began.is_set() else _UNGUARDED) from error


_ENDED = "the system ended a worker process; --jobs 1 needs less memory"
_UNGUARDED = (
    "the worker processes could not load this program; call generate() below"
    ' `if __name__ == "__main__":`, or with jobs=1'
)


def _begin(began: Event) -> None:
    """Prepare a worker process."""
    began.set()
    gc.disable()  # the work makes no cycles
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once; the parent reports it
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End the process when its parent is killed, as it would wait for work for ever."""
    import multiprocessing

    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)
