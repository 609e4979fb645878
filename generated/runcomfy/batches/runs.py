# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Batches: many requests, each submitted once, however often the program is killed and run again."""

# pyright: reportPrivateUsage=false
# A batch is a part of its client.

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast

from typing_extensions import Required, TypedDict

from .._api.options import check_seconds
from .._api.result import Result
from .._files.request import FolderRequest
from .._session import AsyncSession, SyncSession
from ..errors import ConfigurationError
from ._items import items_of
from ._outcomes import Outcome, Report
from ._paced import Pacer
from ._tasks import Tasks
from ._threads import Threads
from ._work import Plan, Save, Work

if TYPE_CHECKING:
    from .._validation.base import Request

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK

BatchItem: TypeAlias = "Request[Any] | Mapping[str, Any]"
"""A request, or a dict with `model_id`, `input` and perhaps `extra_body`."""

_MAX_CONCURRENCY = 10_000


# Closed: without that, some type checkers let any unknown keyword pass.
class BatchOptions(TypedDict, total=False, closed=True):
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
        """See `SyncSession.batch` and `BatchOptions`. Nothing is opened or sent before it is run."""
        self._client = client
        self._plan = Plan(
            items=items_of(requests, client._api),
            journal=_checked_path("journal", journal),
            create=create,
            folder=None if folder is None else _checked_path("folder", folder),
            concurrency=_checked_count(concurrency),
            max_cost_usd=None if max_cost_usd is None else _checked_dollars(max_cost_usd),
            timeout=None if timeout is None else check_seconds("timeout", timeout),
        )

    def __len__(self) -> int:
        return len(self._plan.items)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} requests, journal {self._plan.journal}>"


class Batch(_Batch[O]):
    """A batch of `RunComfy`, which needs no event loop. It may be run again and again."""

    _client: SyncSession

    def run(self, on_outcome: Callable[[Outcome[O]], object] | None = None) -> Report[O]:
        """Run it to its end.

        Ctrl-C ends it within two seconds: reads and downloads are given up, replies to submits waited
        for. What was accepted by then goes on, and the next run waits for it.

        Args:
            on_outcome: Called with each outcome as it comes.

        Returns:
            The outcomes in the order of the requests; what is wrong with single ones is in them.

        Raises:
            JournalError: The journal cannot be used.
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

    _client: AsyncSession

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


class _Run:
    """One run of a batch. shell: `Threads` or `Tasks`."""

    def __init__(self, batch: _Batch[Any], shell: Any, save: Save) -> None:
        api, plan = batch._client._api, batch._plan
        self.shell = shell
        self.work = Work(plan, api, Pacer(api.retry_policy, shell), save, shell.tell)
        self._count = min(plan.concurrency, len(plan.items))

    def start(self) -> None:
        self.shell.start([self.work.worker() for _ in range(self._count)])


class _Threads(_Run):
    """The run of a blocking client."""

    def __init__(self, batch: Batch[Any]) -> None:
        self._driver = batch._client._driver
        shell = Threads(self._driver._perform, min(batch._plan.concurrency, len(batch)))
        super().__init__(batch, shell, _save)

    def __enter__(self) -> _Threads:
        try:
            self._driver.run(self.work.prepare())
            self.start()
        except BaseException as error:
            self.__exit__(type(error))
            raise
        return self

    def take(self) -> Outcome[Any]:
        """Wait for the next one. Raises what ended a worker."""
        return _outcome(self.shell.take())

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self.shell.stop(is_hurried=_is_hurried(kind))
        finally:
            self.work.close()


class _Tasks(_Run):
    """The run of an asyncio client."""

    def __init__(self, batch: AsyncBatch[Any]) -> None:
        self._driver = batch._client._driver
        super().__init__(batch, Tasks(self._driver._perform), _save_async)

    async def __aenter__(self) -> _Tasks:
        try:
            await self._driver.run(self.work.prepare())
        except BaseException:
            self.work.close()
            raise
        self.start()
        return self

    async def take(self) -> Outcome[Any]:
        """Like `_Threads.take`."""
        return _outcome(await self.shell.take())

    async def __aexit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            await self.shell.stop(is_hurried=_is_hurried(kind))
        finally:
            self.work.close()


def _is_hurried(kind: type[BaseException] | None) -> bool:
    """Whether somebody waits for the end: Ctrl-C or a cancelled task, and not a loop that was left."""
    return kind is not None and not issubclass(kind, (Exception, GeneratorExit))


def _outcome(news: Any) -> Outcome[Any]:
    if isinstance(news, BaseException):
        raise news
    return news  # type: ignore[no-any-return]


def _save(result: Result[Any], folder: Path, check: Callable[[], None]) -> list[Path]:
    return result._save(FolderRequest(folder, check=check))


async def _save_async(result: Result[Any], folder: Path, check: Callable[[], None]) -> list[Path]:
    return await result._save_async(FolderRequest(folder, check=check))


def _checked_path(name: str, value: object) -> Path:
    try:
        path: str | bytes | None = os.fspath(cast("os.PathLike[str]", value))
    except TypeError:
        path = None
    if isinstance(path, str) and path:
        return Path(path)
    raise ConfigurationError(f"{name}: must be the path of a file or folder; got {value!r:.80}")


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
