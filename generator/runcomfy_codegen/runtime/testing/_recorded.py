"""Jobs that were recorded: their replies and files are those of the service."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from .._api.replies import server_text
from .._base.json_values import map_texts
from .._files.urls import output_urls
from ..batches._entry import OPEN, Entry, input_digest
from ..errors import JobCancelled
from ..media._mime import type_of_name
from ._behaviour import Behaviour
from ._endpoints import EmulatedEndpoint
from ._jobs import Job, JobStore
from ._recording import Recording, is_replayable
from ._refusals import RefusalError


@dataclass(frozen=True)
class RecordedFile:
    """One saved output. name: the last segment of its URL under /outputs."""

    name: str
    path: Path

    @property
    def content_type(self) -> str:
        return type_of_name(self.path.name) or "application/octet-stream"

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()


@dataclass
class RecordedJob(Job):
    """A job that ended as its entry says. entry: None while the service still works on it."""

    entry: Entry | None = None
    folder: Path = field(default_factory=Path)

    @cached_property
    def saved(self) -> Mapping[str, RecordedFile]:
        """The saved outputs by the URLs that the service gave them."""
        if self.entry is None or self.entry.reply is None:
            return {}
        urls = list(output_urls(self.entry.reply.get("output")))
        if len(urls) != len(self.entry.files):  # nothing was saved, or not all of it
            return {}
        return {
            url: RecordedFile(f"{self.request_id}-{number}{Path(name).suffix}", self.folder / name)
            for number, (url, name) in enumerate(zip(urls, self.entry.files, strict=True), 1)
            if (self.folder / name).is_file()
        }

    def output(self, outputs_url: str) -> Any:
        """Return the recorded output, with the URLs of this emulator."""
        reply = (self.entry.reply if self.entry else None) or {}
        urls = {url: outputs_url + file.name for url, file in self.saved.items()}
        # A file that was not saved must not be asked of the service.
        for number, url in enumerate(output_urls(reply.get("output")), 1):
            urls.setdefault(url, f"{outputs_url}{self.request_id}-{number}-was-not-recorded")
        return map_texts(reply.get("output"), lambda text: urls.get(text, text))

    def file(self, name: str) -> RecordedFile | None:
        """Return the saved output of a name."""
        return next((file for file in self.saved.values() if file.name == name), None)

    @property
    def charge(self) -> float | None:
        """The cost that the service reported."""
        return self.entry.cost if self.entry else None

    @property
    def failure(self) -> Any:
        """The service's account of a failure."""
        error = self.entry.error if self.entry else None
        return getattr(error, "details", None) or super().failure


class JobSource(Protocol):
    """A source of jobs, which answers submits in place of the emulator itself."""

    recording: Recording
    blocks: bool

    def entry_or_job(
        self, endpoint: EmulatedEndpoint, body: Mapping[str, Any], number: int
    ) -> Entry | RecordedJob:
        """Return the recorded request, or the job that was started for it.

        Args:
            endpoint: The endpoint of the submit.
            body: The valid body of the submit.
            number: How many equal submits there were before, since the last reset.

        Raises:
            RefusalError: The service refused the request, or it cannot be answered.
        """
        ...


class Replay:
    """A source that answers from a recording alone."""

    blocks = False

    def __init__(self, recording: Recording) -> None:
        self.recording = recording

    def entry_or_job(
        self, endpoint: EmulatedEndpoint, body: Mapping[str, Any], number: int
    ) -> Entry | RecordedJob:
        """Return the recorded request; see JobSource."""
        entries = self.recording.matching(endpoint.model_id, body)
        if not entries:
            raise self.recording.refusal(endpoint.model_id, body)
        entry = entries[min(number, len(entries) - 1)]
        if not is_replayable(entry):
            raise RefusalError(
                422,
                422001,
                f"{self.recording.path.name}: request {entry.key} is {entry.state}, so nobody "
                "knows how it ended: record it again",
            )
        return entry


class RecordedJobs(JobStore):
    """The jobs of an emulator that replays, or records, a journal."""

    def __init__(self, source: JobSource) -> None:
        super().__init__()
        self.blocks = source.blocks
        self._source = source
        self._submits: Counter[str] = Counter()
        self._counting = threading.Lock()

    def new_job(
        self, endpoint: EmulatedEndpoint, body: Mapping[str, Any], behaviour: Behaviour
    ) -> Job:
        """Return the recorded job of a body.

        Raises:
            RefusalError: The service refused the request, or it is not in the recording.
        """
        name = input_digest(endpoint.model_id, body)
        with self._counting:
            number = self._submits[name]
            self._submits[name] += 1
        answer = self._source.entry_or_job(endpoint, body, number)
        if isinstance(answer, RecordedJob):
            return answer
        if answer.state in OPEN:
            raise recorded_refusal(answer)
        return RecordedJob(
            request_id=self._free_id(answer.request_id or answer.key),
            endpoint=endpoint,
            body=body,
            course=course_of(answer, behaviour),
            entry=answer,
            folder=self._source.recording.folder,
        )

    def _free_id(self, request_id: str) -> str:
        """Return the recorded id, with a number where a submit is repeated."""
        free, number = request_id, 1
        while free in self.jobs:
            number += 1
            free = f"{request_id}-{number}"
        return free


def course_of(entry: Entry, behaviour: Behaviour) -> Behaviour:
    """Return a course that ends as the recorded job did."""
    if entry.state == "completed":
        return replace(behaviour, statuses=("completed",))
    if isinstance(entry.error, JobCancelled):  # a queued job, so that it can be cancelled again
        return replace(behaviour, statuses=("in_queue", "cancelled"))
    reason = server_text(getattr(entry.error, "details", None))
    failure = reason or (entry.error.message if entry.error else behaviour.failure)
    return replace(behaviour, statuses=("failed",), failure=failure)


def recorded_refusal(entry: Entry) -> RefusalError:
    error = entry.error
    status, code = getattr(error, "http_status", None), getattr(error, "error_code", None)
    problems = getattr(error, "problems", ())
    detail = [{"loc": ["body", problem.field], "msg": problem.message} for problem in problems]
    message = error.message if error else "refused"
    return RefusalError(status or 400, code or 400001, message, detail or None)
