# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Follow the job of a call to its end: wait, record, save."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .._api import reads
from .._api.protocol import JobRef, OutputType
from .._api.result import Result
from .._api.settings import Api
from .._api.states import JobStatus, OnUpdate
from .._api.waiting import wait
from .._endpoint.info import get_endpoint
from .._transport.effects import Flow, Invoke, Offload, Sleep
from ..batches._ended import has_saved_files, recorded_result
from ..batches._entry import Entry
from ..batches._staging import save_outputs
from ..errors import (
    DownloadError,
    JobCancelled,
    JobFailed,
    OutputMissing,
    RunComfyError,
    WaitTimeout,
)
from ._calls import CallJournal

Save = Callable[[tuple[Result[Any], Path]], Any]
"""Save the outputs of a result in a folder. Returns paths or an awaitable."""

_ENDED = (JobFailed, JobCancelled, OutputMissing)
_SHORTEST_WAIT = 5.0  # seconds: less would not leave time for the read of a status
_PAUSE = 0.2  # seconds between two looks at files that another session saves
_LONGEST_SAVE = 600.0  # seconds for which another session may save the files of a job

logger = logging.getLogger("runcomfy")


@dataclass(frozen=True)
class Followed:
    """A call and how far its job has come.

    Attributes:
        entry: The call, as the journal has it now.
        status: The last report of a job that has not ended.
        result: The result of a completed job.
        trouble: Why the job could not be read, or its files could not be saved.
    """

    entry: Entry
    status: JobStatus | None = None
    result: Result[Any] | None = None
    trouble: RunComfyError | None = None


class Follower:
    """The waits and downloads of one toolbox."""

    def __init__(self, api: Api, calls: CallJournal, folder: Path | None, save: Save) -> None:
        self._api = api
        self._calls = calls
        self._folder = folder
        self._save = save

    def follow(
        self, entry: Entry, seconds: float, on_update: OnUpdate | None = None
    ) -> Flow[Followed]:
        """Wait for a job, but not longer than so many seconds; then save its files.

        Args:
            entry: The call.
            seconds: The longest wait. The status is read once in any case.
            on_update: Called with each new status.
        """
        status: JobStatus | None = None
        trouble: RunComfyError | None = None
        if entry.state == "submitted":
            try:
                status = yield from self._wait(entry, seconds, on_update)
            except RunComfyError as error:
                trouble = error
            entry = yield Offload(partial(self._calls.entry, entry.key))
        if entry.state != "completed":
            return Followed(entry, status, trouble=trouble)
        return (yield from self._completed(entry))

    def _wait(
        self, entry: Entry, seconds: float, on_update: OnUpdate | None
    ) -> Flow[JobStatus | None]:
        """Wait for the end and record it. Returns the last status of a job that goes on."""
        job, last = job_of(entry), list[JobStatus]()

        def seen(report: JobStatus) -> object:
            last[:] = [report]
            return on_update(report) if on_update else None

        try:
            if seconds < _SHORTEST_WAIT:
                report = yield from reads.status(self._api, job)
                if not report.is_terminal:
                    return report
            result = yield from wait(self._api, job, max(seconds, _SHORTEST_WAIT), seen)
        except _ENDED as error:
            yield Offload(partial(self._calls.failed, entry.key, error))
            return None
        except WaitTimeout:
            if not last:
                raise  # the job could not be read at all
            return last[0]
        yield Offload(partial(self._calls.completed, entry.key, result))
        return None

    def _completed(self, entry: Entry) -> Flow[Followed]:
        if entry.cost is None:
            entry = yield from self._with_cost(entry)
        result = recorded_result(self._api, job_of(entry), entry)
        trouble: RunComfyError | None = None
        if self._folder is not None and not has_saved_files(entry, self._calls.folder):
            try:
                yield from self._download(entry, result, self._folder)
            except RunComfyError as error:
                trouble = error
            entry = yield Offload(partial(self._calls.entry, entry.key))
        return Followed(entry, result=result, trouble=trouble)

    def _with_cost(self, entry: Entry) -> Flow[Entry]:
        """Ask once more for a cost that was unknown when the job ended."""
        try:
            again = yield from reads.result(self._api, job_of(entry))
        except RunComfyError as error:  # perhaps the result has expired: only the cost is lost
            logger.debug("%s: its cost is not known: %s", entry.key, error)
            return entry
        yield Offload(partial(self._calls.completed, entry.key, again))
        changed: Entry = yield Offload(partial(self._calls.entry, entry.key))
        return changed

    def _download(self, entry: Entry, result: Result[Any], folder: Path) -> Flow[None]:
        lock = self._calls.lock_of_files(result.request_id)
        deadline = time.monotonic() + _LONGEST_SAVE
        try:
            while not (yield Offload(lock.take)):
                if time.monotonic() > deadline:
                    raise DownloadError(f"{entry.key}: another session is saving its files")
                yield Sleep(_PAUSE)
            current: Entry = yield Offload(partial(self._calls.entry, entry.key))
            if not has_saved_files(current, self._calls.folder):
                yield from self._fetch(current, result, folder)
        finally:
            lock.release()

    def _fetch(self, entry: Entry, result: Result[Any], folder: Path) -> Flow[None]:
        def download(stage: Path) -> Flow[list[Path]]:
            files: list[Path] = yield Invoke(self._save, (result, stage))
            return files

        paths = yield from save_outputs(entry.key, result, folder, download)
        yield Offload(partial(self._calls.saved, entry.key, paths))


def job_of(entry: Entry) -> JobRef[Any]:
    """Return the job of a call that was accepted."""
    assert entry.request_id
    output_type: OutputType[Any] = get_endpoint(entry.model_id).request_type.output_type
    return JobRef(entry.model_id, entry.request_id, output_type)
