"""Run the flows of a blocking client's batch: many flows in few threads, without an event loop."""

from __future__ import annotations

import heapq
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from .._transport.effects import Flow
from .._transport.network import checked
from .._transport.stepper import Stepper
from ..errors import JournalError
from ._scheduler import PLACES, BatchStopped, Enter, Pause, Place

MOST_THREADS = 64  # more would only wait for connections of the pool
_LOOK_UP = 0.2  # seconds after which a blocked main thread handles a signal that it just missed
_MOMENT = 0.005  # seconds between two checks whether all flows have ended
_READS_END = 1.0  # seconds to wait for reads and downloads when the batch is stopped
_SUBMITS_END = 2.0  # seconds to wait for submits after Ctrl-C, because their jobs are billed


class Threads:
    """A runner of flows. Only exchanges and calls use a thread; pauses and waits do not.

    Threads are started as they are needed. If none can be started, as at the end of the interpreter,
    the caller of `take` does the work. The main thread holds no lock for long, so that Ctrl-C works.
    """

    def __init__(self, perform: Callable[[Any], Any], most: int) -> None:
        """Prepare, without starting a thread.

        Args:
            perform: A blocking function that performs an effect.
            most: The most threads at a time, bounded by `MOST_THREADS`.
        """
        self._perform = perform
        self._most = min(most, MOST_THREADS)
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._ready: deque[Stepper] = deque()
        self._asleep: list[tuple[float, int, Stepper]] = []
        self._numbers = 0  # so that no two sleepers are compared by their flows
        self._waiting: dict[Place, deque[Stepper]] = {place: deque() for place in PLACES}
        self._free = dict(PLACES)
        self._left = 0  # flows that have not ended
        self._count, self._idle = 0, 0  # threads
        self._is_watched = False  # whether an idle thread wakes for the first sleeper
        self._is_stopped, self._is_closed = False, False
        self._news: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.tell = self._news.put

    # -- for the caller ------------------------------------------------------

    def start(self, flows: list[Flow[None]]) -> None:
        """Start the flows."""
        self._ready.extend(map(Stepper, flows))
        self._left = len(flows)
        if flows:
            self._start_thread()

    def take(self) -> Any:
        """Wait for the next outcome or error of a flow."""
        while True:
            try:
                return self._news.get(timeout=_LOOK_UP if self._count else 0)
            except queue.Empty:
                pass
            if os.getpid() != self._process:
                raise JournalError("this batch belongs to the parent of this process")
            if not self._count:
                self._help()

    def stop(self, *, is_hurried: bool) -> None:
        """End all flows: waiting flows at once, the others when their exchanges end.

        Args:
            is_hurried: Whether to wait for submits for a short time only.
        """
        if os.getpid() != self._process:
            return  # the threads are in the parent
        self._is_stopped = True
        try:
            with self._lock:
                self._stop_waiting()
            began = time.monotonic()
            while self._left and self._is_worth_waiting(time.monotonic() - began, is_hurried):
                if self._count:
                    time.sleep(_MOMENT)
                else:
                    self._help()
        finally:
            self._is_closed = True
            with self._lock:
                self._wake.notify_all()

    def _stop_waiting(self) -> None:
        self._ready.extend(stepper for _, _, stepper in self._asleep)
        self._asleep.clear()
        for waiting in self._waiting.values():
            for stepper in waiting:
                stepper.throw(BatchStopped.now())
            self._ready.extend(waiting)
            waiting.clear()
        self._call_help()

    def _is_worth_waiting(self, elapsed: float, is_hurried: bool) -> bool:
        submits = PLACES["submit"] - self._free["submit"]
        if submits and not is_hurried:
            return True
        return elapsed < (_SUBMITS_END if submits else _READS_END)

    def _help(self) -> None:
        """Do a step of the work in the caller's thread, because there is no other."""
        with self._lock:
            self._wake_sleepers()
            stepper = self._ready.popleft() if self._ready else None
            pause = self._asleep[0][0] - time.monotonic() if self._asleep else _LOOK_UP
        if stepper is not None:
            self._advance(stepper)
        else:
            time.sleep(min(max(pause, 0.0), _LOOK_UP))

    # -- for the flows -----------------------------------------------------------------------

    def is_stopped(self) -> bool:
        """Tell whether the batch was stopped."""
        return self._is_stopped

    def leave(self, place: Place) -> None:
        """Give back a place that was got by `Enter`."""
        with self._lock:
            if self._waiting[place]:
                self._ready.append(self._waiting[place].popleft())
                self._call_help()
            else:
                self._free[place] += 1

    # -- the threads -------------------------------------------------------------------------

    def _start_thread(self) -> None:
        # Daemons, so that Ctrl-C does not wait for the last reply.
        number = self._count
        thread = threading.Thread(target=self._work, name=f"runcomfy-batch-{number}", daemon=True)
        self._count += 1
        try:
            thread.start()
        except RuntimeError as error:  # no more threads, or the interpreter is shutting down
            self._count, self._most = number, number
            # CPython's `Thread.start` may turn a Ctrl-C into a RuntimeError about its lock.
            if isinstance(error.__context__, KeyboardInterrupt):
                raise error.__context__ from None

    def _work(self) -> None:
        with checked(self._check):
            while (stepper := self._next()) is not None:
                self._advance(stepper)

    def _check(self) -> None:
        if self._is_closed:
            raise BatchStopped.now()

    def _next(self) -> Stepper | None:
        """Wait for a flow that can continue; None if the thread is no longer needed."""
        with self._wake:
            while True:
                self._wake_sleepers()
                if self._is_closed or not self._left:
                    self._count -= 1
                    self._wake.notify_all()
                    return None
                if self._ready:
                    stepper = self._ready.popleft()
                    self._call_help()
                    return stepper
                self._wait()

    def _wait(self) -> None:
        """Wait for work. One idle thread wakes for the first sleeper."""
        is_watch = bool(self._asleep) and not self._is_watched
        pause = max(self._asleep[0][0] - time.monotonic(), 0.0) if is_watch else None
        self._idle += 1
        self._is_watched |= is_watch
        self._wake.wait(pause)
        self._is_watched &= not is_watch
        self._idle -= 1

    def _wake_sleepers(self) -> None:
        now = time.monotonic()
        while self._asleep and self._asleep[0][0] <= now:
            self._ready.append(heapq.heappop(self._asleep)[2])

    def _call_help(self) -> None:
        """Wake or start a thread if a flow is ready, or if no thread watches the time."""
        if not (self._ready or (self._asleep and not self._is_watched)):
            return
        if self._idle:
            self._wake.notify()
        elif 0 < self._count < self._most:
            self._start_thread()

    def _advance(self, stepper: Stepper) -> None:
        """Run a flow until it waits or ends."""
        while True:
            try:
                effect = stepper.next()
            except StopIteration:
                self._end()
                return
            except BaseException as error:
                self._end()
                self.tell(error)
                return
            if self._is_parked(stepper, effect):
                return
            if isinstance(effect, (Pause, Enter)):
                continue
            try:
                stepper.give(self._perform(effect))
            except BaseException as error:  # KeyboardInterrupt too: the flow cleans up
                stepper.throw(error)

    def _is_parked(self, stepper: Stepper, effect: Any) -> bool:
        """Tell whether a flow has to wait. Another thread may have taken it up already."""
        if isinstance(effect, Pause):
            return self._lay_down(stepper, effect.seconds)
        return isinstance(effect, Enter) and self._queue_up(stepper, effect.place)

    def _lay_down(self, stepper: Stepper, seconds: float) -> bool:
        with self._lock:
            if self._is_stopped:
                return False
            self._numbers += 1
            due = time.monotonic() + seconds
            is_first = not self._asleep or due < self._asleep[0][0]
            heapq.heappush(self._asleep, (due, self._numbers, stepper))
            if is_first and self._is_watched:
                self._wake.notify_all()  # the watch has to end sooner
            return True

    def _queue_up(self, stepper: Stepper, place: Place) -> bool:
        with self._lock:
            if self._is_stopped:
                stepper.throw(BatchStopped.now())
                return False
            if self._free[place]:
                self._free[place] -= 1
                return False
            self._waiting[place].append(stepper)
            return True

    def _end(self) -> None:
        with self._lock:
            self._left -= 1
            if not self._left:
                self._wake.notify_all()
