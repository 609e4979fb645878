"""Submit a call once: find it in the journal, else write the intent there and post it."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from .._api.costs.estimate import current_price
from .._api.costs.price import Price
from .._api.protocol import Submission
from .._api.settings import Api
from .._api.submit import ADVICE, submit
from .._api.submit_progress import SubmitProgress
from .._transport.effects import Flow, Offload, Sleep
from ..batches._entry import OPEN, Entry
from ..batches._intent import with_intent
from ..batches._items import Item
from ..errors import JournalError, RunComfyError, SubmitOutcomeUnknown
from ._budget import Quote
from ._calls import CallJournal, Lock
from ._settings import Settings

_PAUSE = 0.1  # seconds between two looks at a call that another session submits
_ENDED = ("completed", "failed")


class BeingSubmitted(RunComfyError):
    """An error of a call that another session is submitting."""


class SpendingForbidden(RunComfyError):
    """An error of a call without a budget, and without permission to spend without one."""


@dataclass(frozen=True)
class JournaledCall:
    """A call in the journal.

    Attributes:
        entry: Its last attempt.
        is_new: Whether it was submitted just now.
        is_withheld: Whether another job was asked for, and not submitted, as the answer about this one
            may have been lost.
        is_asked_for: Whether the agent asked for this job by its id.
    """

    entry: Entry
    is_new: bool = False
    is_withheld: bool = False
    is_asked_for: bool = False


class Submitter:
    """The submits of one toolbox."""

    def __init__(self, api: Api, calls: CallJournal, settings: Settings) -> None:
        self._api = api
        self._calls = calls
        self._settings = settings
        self._told: set[str] = set()  # keys of the attempts that an answer was about

    def tell(self, key: str) -> None:
        """Note that the agent gets an answer about an attempt."""
        self._told.add(key)

    def submit_once(self, item: Item, *, again: bool) -> Flow[JournaledCall]:
        """Return the job of a call, which is submitted unless the journal has it.

        Args:
            item: The call.
            again: Whether to submit another one of the same call.

        Raises:
            RunComfyError: It was not submitted, or was refused.
        """
        lock = self._calls.lock_of(item.entry.digest)
        try:
            yield from self._take(lock)
            earlier: Entry | None = yield Offload(partial(self._calls.latest, item.entry.digest))
            if earlier is not None and earlier.state not in OPEN:
                if not again:
                    return JournaledCall(earlier)
                if earlier.state not in _ENDED and earlier.key not in self._told:
                    # The answer about it was lost, and `again` may be a repetition of that call.
                    return JournaledCall(earlier, is_withheld=True)
            if not self._settings.may_spend:
                raise SpendingForbidden(
                    f"{item.entry.model_id}: not submitted: no budget was set\nThe person who started "
                    "these tools must set max_cost_usd (--max-cost-usd), or allow_spending "
                    "(--allow-spending)."
                )
            key = yield from self._submit(item)
            entry: Entry = yield Offload(partial(self._calls.entry, key))
            return JournaledCall(entry, is_new=True)
        finally:
            lock.release()

    def _take(self, lock: Lock) -> Flow[None]:
        deadline = time.monotonic() + self._settings.wait_seconds
        while not (yield Offload(lock.take)):
            if time.monotonic() > deadline:
                raise BeingSubmitted(
                    "another session is submitting the same call\nCall it again to see its job."
                )
            yield Sleep(_PAUSE)

    def _submit(self, item: Item) -> Flow[str]:
        price = Price()
        if self._settings.max_cost_usd is not None:
            price = yield from current_price(self._api, item.entry.model_id)
        quote = Quote(price, self._settings.max_cost_usd)
        attempt = _Attempt(self._calls, item.entry, quote)
        submission = Submission(
            item.entry.model_id, item.output_type, item.payload, attempt.progress
        )
        flow = submit(self._api, submission, extra_body=item.extra_body)
        try:
            job = yield from with_intent(flow, attempt.begin)
        except JournalError:
            raise
        except Exception as error:
            failure = attempt.failed(error)
            if attempt.key and isinstance(failure, SubmitOutcomeUnknown):
                return attempt.key  # its row in the journal says so
            raise failure from error.__cause__
        except BaseException:  # Ctrl-C, a cancelled task: its reply may be lost
            attempt.interrupted()
            raise
        yield Offload(partial(self._calls.accepted, attempt.key, job.request_id))
        return attempt.key


class _Attempt:
    """One submit and its row in the journal."""

    def __init__(self, calls: CallJournal, call: Entry, quote: Quote) -> None:
        self._calls, self._call, self._quote = calls, call, quote
        self.progress = SubmitProgress()
        self.key = ""  # empty until the intent is written

    def begin(self, body_hash: str) -> None:
        """Write the intent to post."""
        self.key = self._calls.begin(self._call, body_hash, self._quote)

    def failed(self, error: Exception) -> RunComfyError:
        """Record why the submit failed, and return the error."""
        failure = _as_failure(error, self._call.model_id, was_posted=bool(self.key))
        if self.key and isinstance(failure, SubmitOutcomeUnknown):
            self._calls.in_doubt(self.key, failure)
        elif self.key:
            self._calls.not_accepted(self.key, failure)
        return failure

    def interrupted(self) -> None:
        """Record how far an interrupted submit has come."""
        if not self.key:
            return
        phase, request_id = self.progress.phase, self.progress.request_id
        if phase == "accepted" and request_id:
            self._calls.accepted(self.key, request_id)
        elif phase in ("unknown", "accepted"):
            self._calls.in_doubt(self.key, _interrupted(self._call.model_id))
        else:
            stopped = RunComfyError("the submit was interrupted before it was sent")
            self._calls.not_accepted(self.key, stopped)


def _as_failure(error: Exception, model_id: str, *, was_posted: bool) -> RunComfyError:
    if isinstance(error, RunComfyError):
        return error
    problem = f"{model_id}: {type(error).__name__}: {error}"
    failure = (
        SubmitOutcomeUnknown(f"{problem}\nThe outcome is unknown: {ADVICE}.")
        if was_posted
        else RunComfyError(f"{problem}\nNothing was submitted.", retry_safe=True)
    )
    failure.model_id, failure.__cause__ = model_id, error
    return failure


def _interrupted(model_id: str) -> SubmitOutcomeUnknown:
    return SubmitOutcomeUnknown(
        f"{model_id}: the submit was interrupted: {ADVICE}.", model_id=model_id
    )
