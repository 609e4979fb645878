"""Run requests against the service once, and keep them and their outputs in a journal."""

# pyright: reportPrivateUsage=false
# It writes the same journal as a batch does.

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._api.protocol import JobRef, PlainBody, PlainOutput, Submission
from .._api.submit import submit
from ..batches._entry import OPEN, Entry, input_digest
from ..batches._intent import with_intent
from ..batches.journal import Journal
from ..errors import JobError, JournalError, RunComfyError, SubmitOutcomeUnknown
from ._behaviour import Behaviour, CancelReply
from ._endpoints import EmulatedEndpoint
from ._jobs import Reply
from ._recorded import RecordedJob, course_of, recorded_refusal
from ._recording import Recording, shown_body
from ._refusals import RefusalError

if TYPE_CHECKING:
    from .._client import SyncClient
    from ..jobs import Job as ServiceJob

_WAITS = 16  # jobs that are waited for at the same time

_logger = logging.getLogger("runcomfy")


@dataclass(kw_only=True)
class LiveJob(RecordedJob):
    """A job that the service works on.

    Attributes:
        ended: Returns its entry once its end and its outputs are recorded; until then None.
        service_job: The job at the service.
    """

    ended: Callable[[], Entry | None]
    service_job: ServiceJob[Any]

    def advance(self) -> None:
        """Take over the end of the job once it is recorded. Raises RefusalError if it was lost."""
        entry = self.ended()
        if entry is not None and not self.is_terminal:
            self.entry, self.course = entry, course_of(entry, self.course)
            self.move_to(self.course.statuses[-1])
        self.reads += 1

    def cancel(self, manner: CancelReply) -> Reply:
        """Ask the service to cancel the job, unless it has ended."""
        if self.is_terminal:
            return super().cancel(manner)
        outcome = self.service_job.cancel()
        status = "cancelled" if outcome == "cancelled" else self.state
        return {"request_id": self.request_id, "status": status, "outcome": outcome}


class Recorder:
    """A source that answers from a recording, and from the service what the recording does not have.

    Each new request is paid for once: it is in the journal before it is posted, as in a batch.
    """

    blocks = True

    def __init__(self, path: Path, service: SyncClient) -> None:
        """Open the journal, and wait for jobs of an earlier run that was interrupted.

        Args:
            path: The journal. It is made if it does not exist.
            service: The client of the service. Its token and its cost limit apply.

        Raises:
            JournalError: The journal cannot be used.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.recording = Recording(path, create=True)
        self._service = service
        self._journal = Journal(path, create=True)
        self._folder = path.with_name(f"{path.stem}.files")
        self._lock = threading.Lock()
        self._underway: set[str] = set()  # the keys of jobs that are not recorded to their end
        self._troubles: dict[str, str] = {}
        self._pool = ThreadPoolExecutor(_WAITS, thread_name_prefix="runcomfy-recorder")
        for entry in self._journal.entries("submitted", "completed"):
            if not entry.files:
                self._start(entry)

    def close(self) -> None:
        """Wait for the jobs that are under way, and close the journal."""
        self._pool.shutdown()
        self._journal.close()

    def entry_or_job(
        self, endpoint: EmulatedEndpoint, body: Mapping[str, Any], number: int
    ) -> Entry | RecordedJob:
        """Return the recorded request, or post it; see JobSource."""
        with self._lock:  # equal submits at once are requests of their own, whichever comes first
            entries = self.recording.matching(endpoint.model_id, body)
            self._refuse_doubts(entries)
            while len(entries) <= number:
                entries.append(self._new(endpoint, body))
            entry = entries[number]
        if entry.state in OPEN:
            entry = self._post(entry, body)
        if entry.state == "submitted" or entry.key in self._underway:
            return self._live(entry, endpoint, body)
        return entry

    def _refuse_doubts(self, entries: Iterable[Entry]) -> None:
        """Refuse a request that may have been accepted before; another submit might be paid twice."""
        for entry in entries:
            if entry.state == "unknown":
                raise RefusalError(
                    422,
                    422001,
                    f"{self.recording.path.name}: nobody knows whether request {entry.key} was accepted: "
                    "look under Generations on runcomfy.com, then attach() or retry() it in the journal",
                )

    def _new(self, endpoint: EmulatedEndpoint, body: Mapping[str, Any]) -> Entry:
        """Add a request to the journal."""
        keys = {entry.key for entry in self.recording.entries}
        number = len(keys) + 1
        while str(number) in keys:
            number += 1
        entry = Entry(
            key=str(number),
            model_id=endpoint.model_id,
            input=shown_body(endpoint.model_id, body),
            digest=input_digest(endpoint.model_id, body),
        )
        self._journal.enrol([entry], self._service._api.base_url)
        self.recording.keep(entry)
        return entry

    def _post(self, entry: Entry, body: Mapping[str, Any]) -> Entry:
        """Submit a request to the service, and return its entry once it was accepted.

        Raises:
            RefusalError: It was not accepted, or nobody knows.
        """
        key = entry.key
        try:
            job = self._submit(entry, body)
        except JournalError:
            raise
        except SubmitOutcomeUnknown as error:
            self._journal.in_doubt(key, error)
            self._current(key)
            raise RefusalError(500, 500001, str(error)) from error
        except RunComfyError as error:
            self._journal.not_accepted(key, error)
            raise recorded_refusal(self._current(key)) from error
        self._journal.accepted(key, job.request_id)
        entry = self._current(key)
        self._start(entry)
        return entry

    def _submit(self, entry: Entry, body: Mapping[str, Any]) -> JobRef[Any]:
        """Submit a body to the service, once the journal has the intent."""

        def begin(body_hash: str) -> None:
            self._journal.posting(entry.key, body_hash, None)

        submission = Submission(entry.model_id, PlainOutput, PlainBody(body))
        flow = submit(self._service._api, submission)
        return self._service._run(with_intent(flow, begin))

    def _live(self, entry: Entry, endpoint: EmulatedEndpoint, body: Mapping[str, Any]) -> LiveJob:
        return LiveJob(
            request_id=entry.request_id or "",
            endpoint=endpoint,
            body=body,
            course=Behaviour(statuses=("in_progress",)),
            folder=self.recording.folder,
            ended=partial(self._ended, entry.key),
            service_job=self._job(entry),
        )

    def _ended(self, key: str) -> Entry | None:
        if key in self._troubles:
            raise RefusalError(500, 500001, self._troubles[key])
        return None if key in self._underway else self._current(key)

    def _current(self, key: str) -> Entry:
        """Return a request as the journal has it now."""
        entry = self._journal.entry(key)
        self.recording.keep(entry)
        return entry

    def _job(self, entry: Entry) -> ServiceJob[Any]:
        assert entry.request_id
        return self._service.untyped(entry.model_id).job(entry.request_id)

    def _start(self, entry: Entry) -> None:
        """Wait for the end of a job, in a thread."""
        self._underway.add(entry.key)
        self._pool.submit(self._finish, entry)

    def _finish(self, entry: Entry) -> None:
        """Wait for the end of a job, and save its outputs. Its errors are those of its reads."""
        key = entry.key
        try:
            result = self._job(entry).wait()
            self._journal.completed(key, result.raw, result.cost)
            paths = result.download(self._folder, name="{request_id}-{n}{ext}", overwrite=True)
            # Posix: a recording is committed, and read on other systems.
            names = [f"{self._folder.name}/{path.name}" for path in paths]
            self._journal.saved(key, names)
        except JobError as error:
            self._journal.failed(key, error)
        except Exception as error:
            _logger.exception("request %s could not be recorded", key)
            self._troubles[key] = f"request {key} could not be recorded: {error}"
        finally:
            self._underway.discard(key)
