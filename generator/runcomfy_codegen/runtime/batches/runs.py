"""Batches: many requests, each submitted once, even if the program is killed and run again."""

# pyright: reportPrivateUsage=false
# A batch is a part of its client.

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Required, TypeAlias, TypeVar

from typing_extensions import TypedDict, Unpack

from .._api.call_options import known_options
from .._api.result import Result
from .._files.request import FolderRequest
from .._session import AsyncSession, SyncSession
from .._validation.given import check_dollars, check_journal, check_path, check_seconds, check_whole
from .._validation.misuse import explains_misuse
from ..errors import ConfigurationError
from ._items import Item, items_of
from ._outcomes import Outcome, Report
from ._process import BatchPlan, BatchProcess, Save
from ._scheduler import Scheduler
from ._tasks import Tasks
from ._threads import Threads

if TYPE_CHECKING:
    from .._validation.base import Request

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK

BatchItem: TypeAlias = "Request[Any] | Mapping[str, Any]"
"""A request, or a dict with `model_id`, `input` and optionally `extra_body`."""

_MAX_CONCURRENCY = 10_000


# Closed: without that, some type checkers let any unknown keyword pass.
class BatchOptions(TypedDict, total=False, closed=True):
    """The options of `client.batch`."""

    journal: Required[str | os.PathLike[str]]
    """The SQLite file that records what was submitted. With the same file, the batch continues."""
    create: bool
    """Whether to make a journal that does not exist. Defaults to True."""
    folder: str | os.PathLike[str] | None
    """The folder in which outputs are saved, under names that begin with the keys. Defaults to none."""
    concurrency: int
    """The most requests in progress. Defaults to 16."""
    max_cost_usd: float | None
    """The most US dollars for all requests of the journal, in all runs. Defaults to no limit.

    Before each submit, the batch adds up reported costs and, where none is reported yet, estimates.
    A request that would exceed the limit is not submitted.
    """
    timeout: float | None
    """Seconds to wait for each job. Defaults to 1800."""


_NAMES = BatchOptions.__required_keys__ | BatchOptions.__optional_keys__


@dataclass(frozen=True, kw_only=True)
class _Settings:
    """The options of a batch with their defaults; see `BatchOptions`."""

    journal: str | os.PathLike[str]
    create: bool = True
    folder: str | os.PathLike[str] | None = None
    concurrency: int = 16
    max_cost_usd: float | None = None
    timeout: float | None = None

    def plan(self, items: Sequence[Item]) -> BatchPlan:
        """Check the settings. Raises ConfigurationError."""
        return BatchPlan(
            items=items,
            journal=check_journal("journal", self.journal),
            create=self.create,
            folder=None if self.folder is None else check_path("folder", self.folder),
            concurrency=check_whole("concurrency", self.concurrency, most=_MAX_CONCURRENCY),
            max_cost_usd=(
                None
                if self.max_cost_usd is None
                else check_dollars("max_cost_usd", self.max_cost_usd)
            ),
            timeout=None if self.timeout is None else check_seconds("timeout", self.timeout),
        )


class _Batch(Generic[O]):
    _client: Any

    def __init__(self, client: Any, requests: object, **options: Unpack[BatchOptions]) -> None:
        """Check the requests and options. Nothing is opened or sent before the batch is run.

        Args:
            client: The client that sends the requests.
            requests: The requests, as `client.batch` takes them.
            options: See `BatchOptions`.
        """
        self._client = client
        known_options(options, _NAMES, "batch")
        if "journal" not in options:
            raise ConfigurationError(
                "must be given: the file that records what was submitted", parameter="journal"
            )
        self._plan = _Settings(**options).plan(items_of(requests, client._api))

    def __len__(self) -> int:
        return len(self._plan.items)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} requests, journal {self._plan.journal}>"


class Batch(_Batch[O]):
    """A batch of a blocking client, made by `RunComfy.batch`. It may be run several times."""

    _client: SyncSession

    @explains_misuse
    def run(self, on_outcome: Callable[[Outcome[O]], object] | None = None) -> Report[O]:
        """Run the batch to its end.

        Ctrl-C ends it within two seconds: reads and downloads are abandoned, and the replies to
        submits are awaited. Accepted jobs keep running, and the next run waits for them.

        Args:
            on_outcome: Called with each outcome, in the order in which they come.

        Returns:
            The outcomes, in the order of the requests. They hold the errors of single requests.

        Raises:
            JournalError: The journal cannot be used.
        """
        outcomes: list[Outcome[O]] = []
        with _Threads(self) as run:
            for _ in self._plan.items:
                outcomes.append(run.take())
                if on_outcome:
                    on_outcome(outcomes[-1])
            return run.process.report(outcomes)

    def as_completed(self) -> Generator[Outcome[O], None, None]:
        """Run the batch and yield the outcomes as they come. Closing the generator stops the batch.

        Raises:
            JournalError: The journal cannot be used.
        """
        with _Threads(self) as run:
            for _ in self._plan.items:
                yield run.take()


class AsyncBatch(_Batch[O]):
    """A batch of an asyncio client, made by `AsyncRunComfy.batch`; otherwise like `Batch`.

    Thousands of requests may be in progress.
    """

    _client: AsyncSession

    @explains_misuse
    async def run(self, on_outcome: Callable[[Outcome[O]], object] | None = None) -> Report[O]:
        """Run the batch to its end, as `Batch.run` does. Cancelling the task acts like Ctrl-C.

        Args:
            on_outcome: Called with each outcome, in the order in which they come.

        Returns:
            The outcomes, in the order of the requests.

        Raises:
            JournalError: The journal cannot be used.
        """
        outcomes: list[Outcome[O]] = []
        async with _Tasks(self) as run:
            for _ in self._plan.items:
                outcomes.append(await run.take())
                if on_outcome:
                    on_outcome(outcomes[-1])
            return run.process.report(outcomes)

    async def as_completed(self) -> AsyncGenerator[Outcome[O], None]:
        """Run the batch and yield the outcomes, as `Batch.as_completed` does.

        To leave the loop early, close the generator, for example with `contextlib.aclosing`.

        Raises:
            JournalError: The journal cannot be used.
        """
        async with _Tasks(self) as run:
            for _ in self._plan.items:
                yield await run.take()


class _Run:
    """One run of a batch. runner: `Threads` or `Tasks`."""

    def __init__(self, batch: _Batch[Any], runner: Any, save: Save) -> None:
        api, plan = batch._client._api, batch._plan
        scheduler = Scheduler(api.retry_policy, runner)
        self.runner = runner
        self.process = BatchProcess(plan, api, scheduler, save, runner.tell)
        self._count = min(plan.concurrency, len(plan.items))

    def start(self) -> None:
        """Start the workers."""
        self.runner.start([self.process.worker() for _ in range(self._count)])


class _Threads(_Run):
    """The run of a blocking client."""

    def __init__(self, batch: Batch[Any]) -> None:
        self._driver = batch._client._driver
        runner = Threads(self._driver._perform, min(batch._plan.concurrency, len(batch)))
        super().__init__(batch, runner, _save)

    def __enter__(self) -> _Threads:
        try:
            self._driver.run(self.process.prepare())
            self.start()
        except BaseException as error:
            self.__exit__(type(error))
            raise
        return self

    def take(self) -> Outcome[Any]:
        """Wait for the next outcome. Raises the error that ended a worker."""
        return _outcome(self.runner.take())

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self.runner.stop(is_hurried=_is_hurried(kind))
        finally:
            self.process.close()


class _Tasks(_Run):
    """The run of an asyncio client."""

    def __init__(self, batch: AsyncBatch[Any]) -> None:
        self._driver = batch._client._driver
        super().__init__(batch, Tasks(self._driver._perform), _save_async)

    async def __aenter__(self) -> _Tasks:
        try:
            await self._driver.run(self.process.prepare())
        except BaseException:
            self.process.close()
            raise
        self.start()
        return self

    async def take(self) -> Outcome[Any]:
        """Wait for the next outcome. Raises the error that ended a worker."""
        return _outcome(await self.runner.take())

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            await self.runner.stop(is_hurried=_is_hurried(kind))
        finally:
            self.process.close()


def _is_hurried(kind: type[BaseException] | None) -> bool:
    """Tell whether somebody waits for the end: after Ctrl-C or a cancel, but not after `break`."""
    return kind is not None and not issubclass(kind, (Exception, GeneratorExit))


def _outcome(news: Any) -> Outcome[Any]:
    if isinstance(news, BaseException):
        raise news
    return news  # type: ignore[no-any-return]


def _save(result: Result[Any], folder: Path, check: Callable[[], None]) -> list[Path]:
    return result._save(FolderRequest(folder, check=check))


async def _save_async(result: Result[Any], folder: Path, check: Callable[[], None]) -> list[Path]:
    return await result._save_async(FolderRequest(folder, check=check))
