# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The calls of agents in their journal, which several processes may share.

A call is a row of the journal, in one of these states:

    (none) -> posting -> submitted -> completed, failed
                      -> refused   -> posting, when it is repeated
                      -> unknown   -> stays, until somebody decides

The journal is open for an instant at a time. Whoever submits a call holds the lock of that call, so
two sessions never submit it twice, and a submit that was cut off is known from one that goes on.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from .._api.result import Result
from .._base.money import dollars
from ..batches._ended import saved_name
from ..batches._entry import OPEN, Entry
from ..batches._exclusion import CallExclusion, Exclusion, is_busy, real_path
from ..batches.journal import Journal, RequestIdTaken
from ..errors import JournalError, RunComfyError, SubmitOutcomeUnknown
from ._budget import Quote, admitted

_PATIENCE = 20.0  # seconds for which a journal that others use is tried
_PAUSE = (0.002, 0.02)  # seconds between two tries
_LONGEST_NAME = 60  # characters
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.]+")


class Lock:
    """A lock that one session at a time can hold."""

    def __init__(self, take: Callable[[str], Exclusion], journal: Path) -> None:
        self._take, self._journal = take, journal
        self._held: Exclusion | None = None

    def take(self) -> bool:
        """Take the lock; False while somebody else holds it. Raises JournalError."""
        try:
            self._held = self._take(real_path(self._journal, create=True))
        except JournalError as error:
            if not is_busy(error):
                raise
            return False
        return True

    def release(self) -> None:
        """Give the lock back. May be called without holding it."""
        if self._held is not None:
            self._held.release()
            self._held = None


class CallJournal:
    """The journal of a toolbox."""

    def __init__(self, path: Path, service: str) -> None:
        """Name the journal. It is made by the first call.

        Args:
            path: The file.
            service: The base URL of the service, which alone knows the request ids.
        """
        self.path = path
        self.folder = path.absolute().parent
        self._service = service

    @contextmanager
    def opened(self) -> Generator[Journal, None, None]:
        """Open the journal, once no other process uses it. Raises JournalError."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                journal = Journal(self.path, create=True)
                break
            except JournalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(*_PAUSE))  # noqa: S311
        with journal:
            yield journal

    def check(self) -> None:
        """Open the journal once, which makes it. Raises JournalError."""
        with self.opened() as journal:
            journal.enrol([], self._service)

    def lock_of(self, digest: str) -> Lock:
        """Return the lock of a call, without taking it."""
        return Lock(lambda real: CallExclusion(real, digest, self.path), self.path)

    def lock_of_files(self, request_id: str) -> Lock:
        """Return the lock of a job's files."""
        return Lock(lambda real: Exclusion(f"{real}.{request_id}", self.path), self.path)

    # -- reading ------------------------------------------------------------------------------

    def latest(self, digest: str) -> Entry | None:
        """Return the last attempt of a call; None if there is none."""
        with self.opened() as journal:
            attempts = journal.attempts(digest)
        return attempts[-1] if attempts else None

    def entry(self, key: str) -> Entry:
        with self.opened() as journal:
            return journal.entry(key)

    def entries(self) -> list[Entry]:
        with self.opened() as journal:
            return journal.entries()

    # -- one submit ---------------------------------------------------------------------------

    def begin(self, call: Entry, body_hash: str, quote: Quote) -> str:
        """Record the intent to submit a call, if the budget admits it.

        Args:
            call: The call.
            body_hash: The SHA-256 of what is posted.
            quote: The price and the budget.

        Returns:
            The key of this attempt. It is on disk when this returns, before the POST.

        Raises:
            CostLimitReached: The call would exceed the budget.
            JournalError: The journal cannot be used.
        """
        with self.opened() as journal:
            entry = replace(call, key=_key(call, journal.attempts(call.digest)))
            estimate = admitted(quote, entry, journal.entries())
            journal.enrol([entry], self._service)
            journal.posting(entry.key, body_hash, estimate)
        return entry.key

    def accepted(self, key: str, request_id: str) -> None:
        """Record that a submit was accepted.

        Raises:
            JournalError: It cannot be recorded. The error names the job.
        """
        try:
            with self.opened() as journal:
                if journal.entry(key).error is None:
                    journal.accepted(key, request_id)
                else:  # another program has opened the journal, and taken the submit for cut off
                    journal.attach(key, request_id)
        except RequestIdTaken as error:
            doubt = SubmitOutcomeUnknown(
                f"the service answered with {request_id}, the id of another request of the journal"
            )
            self.in_doubt(key, doubt)
            raise doubt from error
        except JournalError as error:
            raise JournalError(
                f"{error}\nThe job was accepted as {request_id}: attach it to {key} in the journal.",
                request_id=request_id,
            ) from error

    def not_accepted(self, key: str, error: RunComfyError) -> None:
        """Record that a submit was certainly refused."""
        with self.opened() as journal:
            if journal.entry(key).error is None:  # else another program has taken it for cut off
                journal.not_accepted(key, error)

    def in_doubt(self, key: str, error: RunComfyError) -> None:
        """Record that nobody knows whether a submit was accepted."""
        with self.opened() as journal:
            if journal.entry(key).error is None:
                journal.in_doubt(key, error)

    # -- the job ------------------------------------------------------------------------------

    def failed(self, key: str, error: RunComfyError) -> None:
        """Record that a job ended without a result. A second session may record the same."""
        with self.opened() as journal:
            if journal.entry(key).state == "submitted":
                journal.failed(key, error)

    def completed(self, key: str, result: Result[object]) -> None:
        """Record the result of a job, or its cost, which the service may report later."""
        with self.opened() as journal:
            if journal.entry(key).cost is None:
                journal.completed(key, result.raw, result.cost)

    def saved(self, key: str, files: Sequence[Path]) -> None:
        """Record the files of a job."""
        with self.opened() as journal:
            journal.saved(key, [saved_name(path, self.folder) for path in files])


def spent_in_words(entries: Sequence[Entry], limit: float | None) -> str:
    """Say what all calls of a journal have cost, as far as that is known."""
    total = dollars(sum(entry.may_cost for entry in entries))
    return total if limit is None else f"{total} of {dollars(limit)}"


def _key(call: Entry, attempts: Sequence[Entry]) -> str:
    """Return the key of the next attempt: that of the last one, if it was certainly refused."""
    if attempts and attempts[-1].state in OPEN:
        return attempts[-1].key
    name = _NOT_IN_NAMES.sub("-", call.model_id.partition("/")[2]).strip("-")[-_LONGEST_NAME:]
    number = f"-{len(attempts) + 1}" if attempts else ""
    return f"{name}-{call.digest[:16]}{number}"
