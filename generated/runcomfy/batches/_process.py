# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Process each request of a batch as a flow: submit, wait, save."""

# pyright: reportPrivateUsage=false
# A batch is a part of its client.

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from .._api import reads
from .._api.costs.estimate import current_price
from .._api.costs.guard import CostGuard
from .._api.costs.price import Price
from .._api.protocol import JobRef, Submission
from .._api.result import Result
from .._api.settings import Api
from .._api.submit import ADVICE, submit
from .._api.waiting import wait
from .._transport.effects import Flow, Invoke
from ..errors import (
    AuthenticationError,
    ConnectionFailed,
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
from ._costs import charge_of
from ._ended import has_saved_files, recorded_result, saved_name, saved_paths
from ._entry import OPEN, Entry
from ._items import Item
from ._outcomes import Outcome, Report
from ._scheduler import BatchStopped, Scheduler
from ._staging import save_outputs
from .journal import Journal, RequestIdTaken

Save = Callable[[Result[Any], Path, Callable[[], None]], Any]
"""Save the outputs of a result in a folder, unless the check raises. Returns paths or an awaitable."""

# Refusals that are tried again: 429, 503, no connection.
_TRY_AGAIN = (RateLimitError, ConnectionFailed, ServerError)
# Refusals that every other request would meet as well.
_STOPS_ALL = (AuthenticationError, InsufficientBalanceError)
_ENDED = (JobFailed, JobCancelled, OutputMissing)
_CAPACITY_POLL = 0.25  # least seconds between two checks of what is left of max_cost_usd
_CHECKS_PER_SECOND = 1000  # by all requests together
# The order of the queue; other states, such as completed, come first.
_ORDER = {"submitted": 1, "pending": 2, "refused": 2}

logger = logging.getLogger("runcomfy")


@dataclass(frozen=True)
class BatchPlan:
    """The requests and settings of a batch.

    Attributes:
        items: The requests.
        journal: The file of the journal.
        create: Whether to make a journal that does not exist.
        folder: The folder of the outputs, None to save none.
        concurrency: The most requests in progress.
        max_cost_usd: The cost limit in US dollars.
        timeout: The seconds to wait for each job.
    """

    items: Sequence[Item]
    journal: Path
    create: bool
    folder: Path | None
    concurrency: int
    max_cost_usd: float | None
    timeout: float | None


class BatchProcess:
    """The processing of a batch in one run."""

    def __init__(
        self,
        plan: BatchPlan,
        api: Api,
        scheduler: Scheduler,
        save: Save,
        deliver: Callable[[Outcome[Any]], object],
    ) -> None:
        """Open the journal and add the requests.

        Args:
            plan: The requests and settings.
            api: The settings of the client.
            scheduler: The schedule of the run.
            save: The function that saves outputs.
            deliver: Called with each outcome.
        """
        self._plan = plan
        # After a refusal the whole batch waits, so that a single submit need not try again.
        self._api = replace(api, retry_policy=replace(api.retry_policy, submit_attempts=1))
        self._scheduler = scheduler
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
        self._queue = iter(sorted(plan.items, key=lambda item: _ORDER.get(states[item.key], 0)))
        underway = [item.key for item in plan.items if states[item.key] == "submitted"]
        charges = [charge_of(entry) for entry in entries]
        self._count = partial(CostGuard, plan.max_cost_usd, charges=charges, underway=underway)
        self._guard = self._count({})

    def prepare(self) -> Flow[None]:
        """Look up the prices of the models."""
        if self._plan.max_cost_usd is not None:
            prices: dict[str, Price] = {}
            for model_id in dict.fromkeys(item.entry.model_id for item in self._plan.items):
                prices[model_id] = yield from current_price(self._api, model_id)
            self._guard = self._count(prices)

    def worker(self) -> Flow[None]:
        """Process requests from the queue, which several workers share."""
        while (item := self._next()) is not None:
            try:
                outcome = yield from self._process(item)
            except BatchStopped:
                return
            self._deliver(outcome)

    def report(self, outcomes: Sequence[Outcome[Any]]) -> Report[Any]:
        """Put the outcomes in the order of the requests."""
        by_key = {outcome.key: outcome for outcome in outcomes}
        ordered = tuple(by_key[item.key] for item in self._plan.items)
        return Report(ordered, self._guard.total)

    def close(self) -> None:
        self._journal.close()

    def _next(self) -> Item | None:
        with self._lock:
            return next(self._queue, None)

    # -- one request -----------------------------------------------------------------------

    def _process(self, item: Item) -> Flow[Outcome[Any]]:
        """Do everything that is left to do for a request. Its errors are a part of the outcome."""
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
                result = recorded_result(self._api, self._job(item), entry)
                yield from self._finish(item, result)
        except (BatchStopped, JournalError):
            raise
        except RunComfyError as failure:
            error = failure
        except Exception as failure:  # a malformed reply must not stop the other requests
            error = _failure(failure, journal.entry(key))
        entry = journal.entry(key)
        self._guard.settle(charge_of(entry))
        return Outcome(
            key=key,
            model_id=entry.model_id,
            state=entry.state,
            request_id=entry.request_id,
            result=result and replace(result, cost=entry.cost),
            error=error,
            files=saved_paths(entry, self._plan.journal.parent),
            cost=entry.cost,
        )

    def _submit(self, item: Item) -> Flow[None]:
        """Submit a request until it is accepted.

        Raises:
            CostLimitReached: It would exceed the cost limit.
            RunComfyError: As raised by a submit.
        """
        journal, key = self._journal, item.key
        while True:
            estimate = yield from self._admitted(item)

            def intend(content: bytes, estimate: float | None = estimate) -> None:
                journal.posting(key, hashlib.sha256(content).hexdigest(), estimate)

            submission = Submission(item.entry.model_id, item.output_type, item.payload)
            flow = submit(self._api, submission, extra_body=item.extra_body)
            try:
                job = yield from self._scheduler.scheduled(flow, intend)
            except (BatchStopped, JournalError):
                raise
            except Exception as error:
                self._record_failure(key, error)
            else:
                self._note(key, job)
                return

    def _record_failure(self, key: str, error: Exception) -> None:
        """Record why a submit failed. Raises the failure unless the submit should be tried again."""
        entry = self._journal.entry(key)
        was_posted, failure = entry.state not in OPEN, _failure(error, entry)
        if was_posted and isinstance(failure, SubmitOutcomeUnknown):
            self._journal.in_doubt(key, failure)
        else:
            self._journal.not_accepted(key, failure)
        if was_posted and isinstance(failure, _STOPS_ALL):
            self._halt = failure
        if not (was_posted and isinstance(failure, _TRY_AGAIN)):
            raise failure from failure.__cause__
        self._guard.settle(charge_of(self._journal.entry(key)))
        if self._scheduler.backoff.is_hopeless(offline=isinstance(failure, ConnectionFailed)):
            raise failure

    def _note(self, key: str, job: JobRef[Any]) -> None:
        try:
            self._journal.accepted(key, job.request_id)
        except RequestIdTaken as error:
            doubt = SubmitOutcomeUnknown(
                f"{job.model_id}: the service answered with {job.request_id}, the id of another request"
                f"\nThe outcome is unknown: {ADVICE}.",
                model_id=job.model_id,
            )
            self._journal.in_doubt(key, doubt)
            raise doubt from error
        except JournalError as error:
            text = f"{error}\nThe request {key} was accepted as {job.request_id}: attach() it."
            logger.error("%s", text)  # a batch raises only one of several errors
            raise JournalError(text, **job.context) from error

    def _admitted(self, item: Item) -> Flow[float | None]:
        """Wait until the cost limit admits a request, and return its estimate.

        Raises:
            CostLimitReached: It would exceed the limit.
            RunComfyError: Another request met an error that stops all of them.
        """
        while True:
            if self._halt is not None:
                raise self._halt
            estimate = self._guard.admit(charge_of(item.entry))
            if estimate != "later":
                return estimate
            pause = max(_CAPACITY_POLL, self._plan.concurrency / _CHECKS_PER_SECOND)
            yield from self._scheduler.pause(pause)

    def _wait(self, item: Item) -> Flow[None]:
        """Wait for a job and record its end."""
        try:
            flow = wait(self._api, self._job(item), self._plan.timeout)
            result = yield from self._scheduler.scheduled(flow)
        except _ENDED as error:
            self._journal.failed(item.key, error)
        else:
            self._journal.completed(item.key, result.raw, result.cost)

    def _finish(self, item: Item, result: Result[Any]) -> Flow[None]:
        """Save the files, and ask once more for a cost that was unknown when the job ended."""
        folder, entry = self._plan.folder, self._journal.entry(item.key)
        if folder and not has_saved_files(entry, self._plan.journal.parent):
            yield from self._download(item, result, folder)
        if result.cost is None:
            try:
                again = yield from self._scheduler.scheduled(
                    reads.result(self._api, self._job(item))
                )
            except BatchStopped:
                raise
            except RunComfyError as error:  # perhaps the result has expired: only the cost is lost
                logger.debug("%s: its cost is not known: %s", item.key, error)
            else:
                self._journal.completed(item.key, again.raw, again.cost)

    def _download(self, item: Item, result: Result[Any], folder: Path) -> Flow[None]:
        def download(stage: Path) -> Flow[list[Path]]:
            return self._scheduler.within("save", self._fetch(result, stage))

        advice = "The job is done and paid for: run the batch again to save them."
        paths = yield from save_outputs(item.key, result, folder, download, advice)
        journal_folder = self._plan.journal.parent
        self._journal.saved(item.key, [saved_name(path, journal_folder) for path in paths])

    def _fetch(self, result: Result[Any], stage: Path) -> Flow[list[Path]]:
        files: list[Path] = yield Invoke(partial(self._save, result, stage), self._scheduler.check)
        return files

    def _job(self, item: Item) -> JobRef[Any]:
        entry = self._journal.entry(item.key)
        assert entry.request_id
        return JobRef(entry.model_id, entry.request_id, item.output_type)


def _failure(error: Exception, entry: Entry) -> RunComfyError:
    """Return an error as one of the SDK. entry: tells how far the request came."""
    if isinstance(error, RunComfyError):
        return error
    failure: RunComfyError
    problem = f"{entry.model_id}: {type(error).__name__}: {error}"
    if entry.state in OPEN:  # raised by the caller's function, such as the uploader
        failure = RunComfyError(f"{problem}\nNothing was submitted.", retry_safe=True)
    elif entry.request_id:
        text = (
            f"{problem}\nThe job was accepted: run the batch again, which does not submit it again."
        )
        failure = RunComfyError(text, request_id=entry.request_id, retry_safe=True)
    else:  # raised by a log handler, or out of memory
        digest, at = entry.body_hash or "", entry.posted_at or 0.0
        failure = SubmitOutcomeUnknown(
            f"{problem}\nThe outcome is unknown: {ADVICE}.", body_hash=digest, at=at
        )
    failure.model_id, failure.__cause__ = entry.model_id, error
    return failure
