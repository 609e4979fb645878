"""Several blocking jobs at once, in the calling thread and as many others as there can be."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from ..errors import RunComfyError
from .network import checked, current_check

T = TypeVar("T")

_LOOK_UP = 0.2  # seconds between two looks at a thread: some signals only show then


def run_together(items: Iterable[T], limit: int, run: Callable[[T], Any]) -> None:
    """Call a function with each item, at most `limit` calls at the same time.

    The calling thread works too, and alone where no thread can be started: in `atexit`, or at the
    system's limit. If it is interrupted, the others take no further item, and are not waited for.

    Args:
        items: Taken one by one, each when a thread is free.
        limit: How many threads work, the calling one included.
        run: The function. Its first error ends the work and is raised here.
    """
    crew = _Crew(items, run)
    threads: list[threading.Thread] = []
    try:
        while len(threads) < limit - 1 and (thread := _started(crew.work_beside)):
            threads.append(thread)
        crew.work()
        for thread in threads:
            while thread.is_alive():
                thread.join(_LOOK_UP)
    except BaseException:
        crew.stop()
        raise
    if crew.error is not None:
        raise crew.error


def _started(work: Callable[[], None]) -> threading.Thread | None:
    # A daemon: a program that is interrupted does not wait for a stalled server at its end.
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        # `Thread.start` makes a RuntimeError of a Ctrl-C that comes while it waits.
        if isinstance(error.__context__, KeyboardInterrupt):
            raise error.__context__ from None
        return None
    return thread


class _Crew(Generic[T]):
    """The items that are left, for several threads."""

    def __init__(self, items: Iterable[T], run: Callable[[T], Any]) -> None:
        self._items = iter(items)
        self._run = run
        self._lock = threading.Lock()
        self._is_stopped = False
        self._outer_check = current_check()
        self.error: BaseException | None = None

    def _check(self) -> None:
        if self._outer_check is not None:
            self._outer_check()
        if self._is_stopped:
            raise RunComfyError("nobody waits for it any more", retry_safe=True)

    def stop(self) -> None:
        self._is_stopped = True

    def work(self) -> None:
        while not self._is_stopped:
            with self._lock:
                item = next(self._items, None)
            if item is None:
                return
            self._run(item)

    def work_beside(self) -> None:
        """Work in a thread of its own; an error is kept for the calling thread."""
        try:
            with checked(self._check):
                self.work()
        except BaseException as error:
            self.stop()
            self.error = self.error or error
