# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Batches: many requests, each submitted once, however often the program is killed and run again."""

# pyright: reportPrivateUsage=false
# A batch is a part of its client.

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypedDict, TypeVar

import anyio

from .._options import check_seconds
from .._result import Result
from ..errors import ConfigurationError
from ._items import items_of
from ._outcomes import Outcome, Report
from ._paced import SUBMITS_AT_ONCE, Pacer
from ._work import Plan, Work

if TYPE_CHECKING:
    from typing_extensions import Required

    from .._client import AsyncClient, SyncClient
    from .._model import Request

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK

BatchItem: TypeAlias = "Request[Any] | Mapping[str, Any]"
"""A request, or a dict with `model_id`, `input` and perhaps `extra_body`."""

_MAX_CONCURRENCY = 10_000


class BatchOptions(TypedDict, total=False):
    """What `client.batch` accepts beside the requests."""

    journal: Required[str | os.PathLike[str]]
    """The SQLite file that knows what was submitted; the same one again goes on where it stopped."""
    create: bool
    """Whether to make a journal that does not exist; True if left out."""
    folder: str | os.PathLike[str]
    """Where outputs are saved, under names that begin with the keys; not at all if left out."""
    concurrency: int
    """Requests under way at the same time; 16 if left out."""
    max_cost_usd: float
    """What all requests of the journal may cost together, in all runs; see `CostGuard`."""
    timeout: float
    """Seconds that each job is waited for, 30 minutes if left out."""


class _Batch(Generic[O]):
    _client: Any

    def __init__(
        self,
        client: Any,
        requests: object,
        *,
        journal: str | os.PathLike[str],
        create: bool = True,
        folder: str | os.PathLike[str] | None = None,
        concurrency: int = 16,
        max_cost_usd: float | None = None,
        timeout: float | None = None,
    ) -> None:
        """See `SyncClient.batch` and `BatchOptions`. Nothing is opened or sent before it is run."""
        self._client = client
        self._plan = Plan(
            items=items_of(requests, client._api),
            journal=Path(journal),
            create=create,
            folder=None if folder is None else Path(folder),
            concurrency=_checked_count(concurrency),
            max_cost_usd=None if max_cost_usd is None else _checked_dollars(max_cost_usd),
            timeout=None if timeout is None else check_seconds("timeout", timeout),
        )

    def __len__(self) -> int:
        return len(self._plan.items)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} requests, journal {self._plan.journal}>"


class Batch(_Batch[O]):
    """A batch of `RunComfy`: a thread for each request under way. It may be run again and again."""

    _client: SyncClient

    def run(self, on_outcome: Callable[[Outcome[O]], object] | None = None) -> Report[O]:
        """Runs it to its end; the outcomes in the order of the requests.

        on_outcome: called with each as it comes. Raises JournalError; what is wrong with single
        requests is in their outcomes. Ctrl-C waits for replies to submits, then leaves the accepted
        jobs to the next run.
        """
        outcomes: list[Outcome[O]] = []
        with _Threads(self) as run:
            for _ in self._plan.items:
                outcomes.append(run.take())
                if on_outcome:
                    on_outcome(outcomes[-1])
            return run.work.report(outcomes)

    def as_completed(self) -> Generator[Outcome[O], None, None]:
        """The outcomes as they come; those of earlier runs first. Closing it stops the batch."""
        with _Threads(self) as run:
            for _ in self._plan.items:
                yield run.take()


class AsyncBatch(_Batch[O]):
    """A batch of `AsyncRunComfy`; see `Batch`. Thousands of requests may be under way."""

    _client: AsyncClient

    async def run(self, on_outcome: Callable[[Outcome[O]], object] | None = None) -> Report[O]:
        """Like `Batch.run`; cancelling the task is like Ctrl-C."""
        outcomes: list[Outcome[O]] = []
        async with _Tasks(self) as run:
            for _ in self._plan.items:
                outcomes.append(await run.take())
                if on_outcome:
                    on_outcome(outcomes[-1])
            return run.work.report(outcomes)

    async def as_completed(self) -> AsyncGenerator[Outcome[O], None]:
        """Like `Batch.as_completed`; who breaks out of the loop closes it with `aclosing`."""
        async with _Tasks(self) as run:
            for _ in self._plan.items:
                yield await run.take()


class _Threads:
    """The workers of a blocking client."""

    def __init__(self, batch: Batch[Any]) -> None:
        self._driver = batch._client._driver
        self._stop = threading.Event()
        self._news: queue.SimpleQueue[Any] = queue.SimpleQueue()
        api = batch._client._api
        self._submits = threading.Semaphore(SUBMITS_AT_ONCE)
        self.work = Work(batch._plan, api, Pacer(api.pace, self), _save, self._news.put)
        # Daemons: who presses Ctrl-C twice need not wait for the last reply.
        self._threads = [
            threading.Thread(target=self._run, name=f"runcomfy-batch-{n}", daemon=True)
            for n in range(min(batch._plan.concurrency, len(batch._plan.items)))
        ]

    def __enter__(self) -> _Threads:
        try:
            self._driver.run(self.work.prepare())
            for thread in self._threads:
                thread.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def take(self) -> Outcome[Any]:
        """The next one that comes. Raises what ended a worker."""
        return _outcome(self._news.get())

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            if thread.ident:
                thread.join()
        self.work.close()

    def pause(self, seconds: float, /) -> None:
        self._stop.wait(seconds)

    def begin_submit(self, nothing: None, /) -> None:
        self._submits.acquire()

    def end_submit(self) -> None:
        self._submits.release()

    def is_stopped(self) -> bool:
        return self._stop.is_set()

    def _run(self) -> None:
        try:
            self._driver.run(self.work.worker())
        except BaseException as error:
            self._news.put(error)


class _Tasks:
    """The workers of an asyncio client."""

    def __init__(self, batch: AsyncBatch[Any]) -> None:
        self._driver = batch._client._driver
        self._count = min(batch._plan.concurrency, len(batch._plan.items))
        self._stop = asyncio.Event()
        self._news: asyncio.Queue[Any] = asyncio.Queue()
        api = batch._client._api
        self._submits = asyncio.Semaphore(SUBMITS_AT_ONCE)
        pacer = Pacer(api.pace, self)
        self.work = Work(batch._plan, api, pacer, _save_async, self._news.put_nowait)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> _Tasks:
        try:
            await self._driver.run(self.work.prepare())
        except BaseException:
            self.work.close()
            raise
        self._tasks = [asyncio.create_task(self._run()) for _ in range(self._count)]
        return self

    async def take(self) -> Outcome[Any]:
        """Like `_Threads.take`."""
        return _outcome(await self._news.get())

    async def __aexit__(self, *exception: object) -> None:
        # Not cancelled: a submit that is under way would be in doubt.
        self._stop.set()
        try:
            if self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            for task in self._tasks:
                task.cancel()
            self.work.close()

    async def pause(self, seconds: float, /) -> None:
        with anyio.move_on_after(seconds):
            await self._stop.wait()

    async def begin_submit(self, nothing: None, /) -> None:
        await self._submits.acquire()

    def end_submit(self) -> None:
        self._submits.release()

    def is_stopped(self) -> bool:
        return self._stop.is_set()

    async def _run(self) -> None:
        try:
            await self._driver.run(self.work.worker())
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._news.put_nowait(error)


def _outcome(news: Any) -> Outcome[Any]:
    if isinstance(news, BaseException):
        raise news
    return news  # type: ignore[no-any-return]


def _save(work: tuple[Result[Any], Path]) -> list[Path]:
    result, folder = work
    return result.download(folder)


async def _save_async(work: tuple[Result[Any], Path]) -> list[Path]:
    result, folder = work
    return await result.download_async(folder)


def _checked_count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MAX_CONCURRENCY:
        return value
    raise ConfigurationError(
        f"concurrency: expected a whole number from 1 to {_MAX_CONCURRENCY}, not {value!r}"
    )


def _checked_dollars(value: Any) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and 0 <= value <= sys.float_info.max:
        return float(value)
    raise ConfigurationError(f"max_cost_usd: expected US dollars, at least 0, not {value!r}")
