# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What a batch does with each request, as a flow: from its intent to its files."""

# pyright: reportPrivateUsage=false
# A batch is a part of its client.

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from .._api import reads
from .._api.protocol import JobRef, Submission
from .._api.result import Result
from .._api.settings import Api
from .._api.submit import ADVICE, submit
from .._api.waiting import wait
from .._transport.effects import Flow, Invoke
from ..errors import (
    AuthenticationError,
    ConnectionFailed,
    DownloadError,
    InsufficientBalanceError,
    JobCancelled,
    JobFailed,
    JournalError,
    OutputMissing,
    RateLimitError,
    RunComfyError,
    ServerError,
    SubmitOutcomeUnknown,
)
from ._costs import CostGuard
from ._entry import OPEN, Entry
from ._files import Shelf
from ._items import Item
from ._outcomes import Outcome, Report
from ._paced import BatchStopped, Pacer
from ._prices import Price, current_price
from .journal import Journal, RequestIdTaken

Save = Callable[[Result[Any], Path, Callable[[], None]], Any]
"""Saves the outputs of a result into a folder, unless the check raises; the paths, or an awaitable."""

_LATER = (
    RateLimitError,
    ConnectionFailed,
    ServerError,
)  # as certain refusals: 429, 503, no connection
_OF_ALL = (AuthenticationError, InsufficientBalanceError)  # no other request would fare better
_ENDED = (JobFailed, JobCancelled, OutputMissing)
_CAPACITY_POLL = 0.25  # seconds between two looks at what is left of max_cost_usd, at least
_LOOKS_PER_SECOND = 1000  # of all together
_FIRST = {"submitted": 1, "pending": 2, "refused": 2}  # what is paid for comes before what is not

logger = logging.getLogger("runcomfy")


@dataclass(frozen=True)
class Plan:
    """What a batch is to do. timeout: seconds that each job is waited for; folder: of its outputs."""

    items: Sequence[Item]
    journal: Path
    create: bool
    folder: Path | None
    concurrency: int
    max_cost_usd: float | None
    timeout: float | None


class Work:
    """One run of a batch. deliver: takes each outcome as soon as there is one."""

    def __init__(
        self,
        plan: Plan,
        api: Api,
        pacer: Pacer,
        save: Save,
        deliver: Callable[[Outcome[Any]], object],
    ) -> None:
        self._plan = plan
        # A refusal is waited out by the whole batch, not by the one request that met it.
        self._api = replace(api, retry_policy=replace(api.retry_policy, submit_attempts=1))
        self._pacer = pacer
        self._save, self._deliver = save, deliver
        self._lock = threading.Lock()
        self._halt: RunComfyError | None = None
        self._journal = Journal(plan.journal, create=plan.create)
        try:
            self._journal.enrol([item.entry for item in plan.items], api.base_url)
            entries = self._journal.entries()
        except BaseException:
            self._journal.close()
            raise
        states = {entry.key: entry.state for entry in entries}
        self._todo = iter(sorted(plan.items, key=lambda item: _FIRST.get(states[item.key], 0)))
        underway = [item.key for item in plan.items if states[item.key] == "submitted"]
        self._count = partial(CostGuard, plan.max_cost_usd, entries=entries, underway=underway)
        self._guard = self._count({})

    def prepare(self) -> Flow[None]:
        """Look up what the models cost; before anything else."""
        if self._plan.max_cost_usd is not None:
            prices: dict[str, Price] = {}
            for model_id in dict.fromkeys(item.entry.model_id for item in self._plan.items):
                prices[model_id] = yield from current_price(self._api, model_id)
            self._guard = self._count(prices)

    def worker(self) -> Flow[None]:
        """One of `concurrency` flows that share the requests."""
        while (item := self._next()) is not None:
            try:
                outcome = yield from self._live(item)
            except BatchStopped:
                return
            self._deliver(outcome)

    def report(self, outcomes: Sequence[Outcome[Any]]) -> Report[Any]:
        """The outcomes in the order of the requests."""
        by_key = {outcome.key: outcome for outcome in outcomes}
        ordered = tuple(by_key[item.key] for item in self._plan.items)
        return Report(ordered, self._guard.total)

    def close(self) -> None:
        self._journal.close()

    def _next(self) -> Item | None:
        with self._lock:
            return next(self._todo, None)

    # -- one request -----------------------------------------------------------------------

    def _live(self, item: Item) -> Flow[Outcome[Any]]:
        """Everything that is left to do for a request. Its errors are a part of the outcome."""
        journal, key = self._journal, item.key
        error: RunComfyError | None = None
        result: Result[Any] | None = None
        try:
            if journal.entry(key).state in OPEN:
                yield from self._submit(item)
            if journal.entry(key).state == "submitted":
                yield from self._wait(item)
            entry = journal.entry(key)
            error = entry.error
            if entry.state == "completed":
                result = self._result(item, entry)
                yield from self._finish(item, result)
        except (BatchStopped, JournalError):
            raise
        except RunComfyError as failure:
            error = failure
        except Exception as failure:  # one odd reply is not the end of the others
            error = _failure(failure, journal.entry(key))
        entry = journal.entry(key)
        self._guard.settle(entry)
        return Outcome(
            key=key,
            model_id=entry.model_id,
            state=entry.state,
            request_id=entry.request_id,
            result=result and replace(result, cost=entry.cost),
            error=error,
            files=tuple(map(self._path, entry.files)),
            cost=entry.cost,
        )

    def _submit(self, item: Item) -> Flow[None]:
        """Until it was accepted. Raises what a submit raises, and CostLimitReached."""
        journal, key, throttle = self._journal, item.key, self._pacer.throttle
        while True:
            estimate = yield from self._admitted(item)

            def intend(content: bytes, estimate: float | None = estimate) -> None:
                journal.posting(key, hashlib.sha256(content).hexdigest(), estimate)

            submission = Submission(item.entry.model_id, item.output_type, item.payload)
            flow = submit(self._api, submission, extra_body=item.extra_body)
            try:
                job = yield from self._pacer.paced(flow, intend)
            except (BatchStopped, JournalError):
                raise
            except Exception as error:
                entry = journal.entry(key)
                was_posted, failure = entry.state not in OPEN, _failure(error, entry)
                if was_posted and isinstance(failure, SubmitOutcomeUnknown):
                    journal.in_doubt(key, failure)
                else:
                    journal.not_accepted(key, failure)
                if was_posted and isinstance(failure, _OF_ALL):
                    self._halt = failure
                if not (was_posted and isinstance(failure, _LATER)):
                    raise failure from failure.__cause__
                self._guard.settle(journal.entry(key))
                if throttle.is_hopeless(offline=isinstance(failure, ConnectionFailed)):
                    raise
            else:
                self._note(key, job)
                return

    def _note(self, key: str, job: JobRef[Any]) -> None:
        try:
            self._journal.accepted(key, job.request_id)
        except RequestIdTaken as error:
            doubt = SubmitOutcomeUnknown(
                f"{job.model_id}: the service answered with {job.request_id}, the id of another request"
                f"\nIn doubt: {ADVICE}.",
                model_id=job.model_id,
            )
            self._journal.in_doubt(key, doubt)
            raise doubt from error
        except JournalError as error:
            text = f"{error}\nThe request {key} was accepted as {job.request_id}: attach() it"
            logger.error("%s", text)  # of several errors, a batch raises one
            raise JournalError(text, **job.context) from error

    def _admitted(self, item: Item) -> Flow[float | None]:
        """The estimate of its cost, once that fits. Raises CostLimitReached, and what stops them all."""
        while True:
            if self._halt is not None:
                raise self._halt
            estimate = self._guard.admit(item.entry)
            if estimate != "later":
                return estimate
            pause = max(_CAPACITY_POLL, self._plan.concurrency / _LOOKS_PER_SECOND)
            yield from self._pacer.pause(pause)

    def _wait(self, item: Item) -> Flow[None]:
        """Until the job has ended, or cannot be waited for."""
        try:
            flow = wait(self._api, self._job(item), self._plan.timeout)
            result = yield from self._pacer.paced(flow)
        except _ENDED as error:
            self._journal.failed(item.key, error)
        else:
            self._journal.completed(item.key, result.raw, result.cost)

    def _finish(self, item: Item, result: Result[Any]) -> Flow[None]:
        """Saves the files; looks once more for a cost that was not known at the end of the job."""
        folder, entry = self._plan.folder, self._journal.entry(item.key)
        if folder and not (entry.files and all(self._path(each).is_file() for each in entry.files)):
            yield from self._download(item, result, folder)
        if result.cost is None:
            try:
                again = yield from self._pacer.paced(reads.result(self._api, self._job(item)))
            except BatchStopped:
                raise
            except RunComfyError as error:  # expired, perhaps: nothing is lost but the number
                logger.debug("%s: its cost is not known: %s", item.key, error)
            else:
                self._journal.completed(item.key, again.raw, again.cost)

    def _download(self, item: Item, result: Result[Any], folder: Path) -> Flow[None]:
        shelf = Shelf(folder, item.key, result.request_id)
        shelf.clear()
        try:
            files = yield from self._pacer.within("save", self._fetch(result, shelf.stage))
            placed = shelf.place(files)
        except OSError as error:
            raise DownloadError(
                f"{item.key}: its outputs could not be saved in {folder}: {error}\n"
                "The job is done and paid for: run the batch again to save them",
                model_id=result.model_id,
                request_id=result.request_id,
                retry_safe=True,
            ) from error
        self._journal.saved(item.key, [self._name(path) for path in placed])

    def _fetch(self, result: Result[Any], stage: Path) -> Flow[list[Path]]:
        files: list[Path] = yield Invoke(partial(self._save, result, stage), self._pacer.check)
        return files

    # -- small things -----------------------------------------------------------------------

    def _job(self, item: Item) -> JobRef[Any]:
        entry = self._journal.entry(item.key)
        assert entry.request_id
        return JobRef(entry.model_id, entry.request_id, item.output_type)

    def _result(self, item: Item, entry: Entry) -> Result[Any]:
        reply = entry.reply or {}
        state = str(reply.get("status") or "").strip().lower()
        return reads.result_of(self._api, self._job(item), state, reply, entry.cost)

    def _name(self, path: Path) -> str:
        """As the journal keeps it, so that both can be moved together."""
        try:
            return os.path.relpath(path, self._plan.journal.parent)
        except ValueError:  # another drive
            return str(path.absolute())

    def _path(self, name: str) -> Path:
        return Path(os.path.normpath(self._plan.journal.parent / name))


def _failure(error: Exception, entry: Entry) -> RunComfyError:
    """Explain what a request ended with. entry: of the same moment, which says how far it came."""
    if isinstance(error, RunComfyError):
        return error
    failure: RunComfyError
    what = f"{entry.model_id}: {type(error).__name__}: {error}"
    if entry.state in OPEN:  # of a function of the caller's, such as the uploader
        failure = RunComfyError(f"{what}\nNothing was submitted.", retry_safe=True)
    elif entry.request_id:
        text = (
            f"{what}\nThe job goes on, or is done: run the batch again, which does not pay again."
        )
        failure = RunComfyError(text, request_id=entry.request_id, retry_safe=True)
    else:  # of a handler of the log; or the memory is full
        digest, at = entry.body_hash or "", entry.posted_at or 0.0
        failure = SubmitOutcomeUnknown(f"{what}\nIn doubt: {ADVICE}.", body_hash=digest, at=at)
    failure.model_id, failure.__cause__ = entry.model_id, error
    return failure
