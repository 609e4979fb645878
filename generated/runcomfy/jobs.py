# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Submitted jobs: wait for them, read them, cancel them. A request id is enough to resume one."""

# pyright: reportPrivateUsage=false
# A job and an endpoint are parts of their client.

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

from ._api import reads, waiting
from ._api.addresses import model_path
from ._api.protocol import JobRef, OutputType, PlainOutput, job_ref
from ._api.result import Result
from ._api.settings import Api
from ._api.states import CancelOutcome, JobStatus, OnUpdate
from ._base.brief import brief
from ._base.json_values import as_object
from ._files.output_file import OutputFile
from ._files.progress import DownloadProgress
from ._session import AsyncSession, SyncSession
from ._transport.callbacks import refuse_coroutine_function
from ._transport.effects import Reply
from ._validation.misuse import explains_misuse
from .errors import ConfigurationError, FieldProblem, InvalidRequestError

__all__ = [
    "AsyncJob",
    "CancelOutcome",
    "DownloadProgress",
    "Job",
    "JobStatus",
    "OutputFile",
    "Reply",
    "Result",
]

ClientT = TypeVar("ClientT")
O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK


class _JobBase(Generic[O]):
    _ref: JobRef[O]

    @property
    def request_id(self) -> str:
        """The id of the job, which is enough to resume it."""
        return self._ref.request_id

    @property
    def model_id(self) -> str:
        return self._ref.model_id

    @property
    def response(self) -> Reply | None:
        """The HTTP response to the submit; None for a job that was picked up."""
        return self._ref.response

    def to_dict(self) -> dict[str, str]:
        """Return a JSON object for `from_dict`. It holds no token."""
        return {"model_id": self.model_id, "request_id": self.request_id}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.request_id} of {self.model_id}>"


def _checked(client: ClientT, kind: type[ClientT], name: str) -> ClientT:
    """Refuse a client of the other kind, with which only later calls would fail."""
    if not isinstance(client, kind):
        raise ConfigurationError(f"client: must be {name}; got {brief(client)}")
    return client


def _ref_of(data: Mapping[str, Any]) -> JobRef[Any]:
    """Read the dict of `to_dict`. Raises InvalidRequestError for anything else."""
    fields = as_object(data)
    problems = [
        FieldProblem(
            name, f"must be a str, as in the dict of to_dict(); got {brief(fields.get(name))}"
        )
        for name in ("model_id", "request_id")
        if not isinstance(fields.get(name), str)
    ]
    if problems:
        raise InvalidRequestError.from_problems(problems, None)
    model_id = fields["model_id"]
    return job_ref(fields["request_id"], model_id, output_type_of(model_id))


def output_type_of(model_id: str) -> OutputType[Any]:
    """Return the reader of a model's output; plain JSON for a model that this SDK does not know.

    Raises:
        InvalidRequestError: If the model id has not the form of one.
    """
    if not model_id:
        return PlainOutput
    model_path(model_id)
    from ._endpoint.info import get_endpoint
    from ._schemas.registry import UnknownEndpointError

    try:
        return cast("OutputType[Any]", get_endpoint(model_id).request_type.output_type)
    except UnknownEndpointError:
        return PlainOutput  # submitted through `untyped`, or by a newer SDK


class Job(_JobBase[O]):
    """A job of `RunComfy`.

    All its errors carry the request id, and none of them ends the job. The methods repeat transient
    failures, since reading costs nothing.
    """

    def __init__(self, client: SyncSession, ref: JobRef[O]) -> None:
        self._client = client
        self._ref = ref

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], client: SyncSession) -> Job[Any]:
        """Return the job that `to_dict` was called on. Sends nothing.

        Args:
            data: The dict of `to_dict`, of either kind of job.
            client: A client of the same account.

        Raises:
            InvalidRequestError: If `data` is not from `to_dict`.
            ConfigurationError: If `client` is not a `RunComfy`.
        """
        return Job(_checked(client, SyncSession, "a RunComfy"), _ref_of(data))

    @explains_misuse
    def status(
        self, *, extra_headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> JobStatus:
        """Read the status of the job.

        Args:
            extra_headers: HTTP headers sent with each request.
            timeout: Seconds for the call with all its repetitions; 30 by default.

        Returns:
            The status, without waiting for a change.

        Raises:
            NotFoundError: If the request id is unknown or expired.
            RunComfyError: If the status cannot be read in time.
        """
        return self._client._run(
            reads.status(self._client._api.for_call(extra_headers, timeout), self._ref)
        )

    @explains_misuse
    def wait(
        self,
        timeout: float | None = None,
        *,
        on_update: OnUpdate | None = None,
        poll_interval: float | None = None,
        cancel_on_timeout: bool = False,
        extra_headers: Mapping[str, str] | None = None,
    ) -> Result[O]:
        """Wait for the job and return its result.

        Args:
            timeout: Seconds for the whole wait; 30 minutes by default.
            on_update: Called with a `JobStatus` when the state or the queue position changes.
            poll_interval: Seconds between two status reads; by default they adapt to the queue.
            cancel_on_timeout: Whether to request cancellation when the time is over.
            extra_headers: HTTP headers sent with each request.

        Returns:
            The result.

        Raises:
            WaitTimeout: If the job has not ended in time; it goes on.
            JobFailed: If the job failed.
            JobCancelled: If the job was cancelled.
            OutputMissing: If the job completed without usable output.
        """
        refuse_coroutine_function("on_update", on_update, "AsyncRunComfy")
        flow = waiting.wait(
            self._client._api.for_call(extra_headers),
            self._ref,
            timeout,
            on_update,
            poll_interval=poll_interval,
            cancel_on_timeout=cancel_on_timeout,
        )
        return self._client._run(flow)

    @explains_misuse
    def updates(
        self,
        timeout: float | None = None,
        *,
        poll_interval: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> Iterator[JobStatus]:
        """Iterate over the job's status: the first at once, then each change, until the job has ended.

        Nothing is sent while the caller handles an item, but that time counts.

        Args:
            timeout: Seconds for the whole iteration; 30 minutes by default.
            poll_interval: Seconds between two status reads; by default they adapt to the queue.
            extra_headers: HTTP headers sent with each request.

        Raises:
            WaitTimeout: If the job has not ended in time; it goes on.
        """
        api = self._client._api.for_call(extra_headers)
        watch = waiting.watch_for(timeout, poll_interval)
        return self._updates(api, watch)

    def _updates(self, api: Api, watch: waiting.Watch) -> Iterator[JobStatus]:
        while True:
            report = self._client._run(waiting.next_update(api, self._ref, watch))
            yield report
            if report.is_terminal:
                return

    @explains_misuse
    def result(
        self, *, extra_headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> Result[O]:
        """Read the result, without waiting.

        Args:
            extra_headers: HTTP headers sent with each request.
            timeout: Seconds for the call with all its repetitions; 30 by default.

        Returns:
            The result.

        Raises:
            ResultNotReady: If the job has not ended.
            JobFailed: If the job failed.
            JobCancelled: If the job was cancelled.
            OutputMissing: If the job completed without usable output.
        """
        return self._client._run(
            reads.result(self._client._api.for_call(extra_headers, timeout), self._ref)
        )

    @explains_misuse
    def cancel(
        self, *, extra_headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> CancelOutcome:
        """Request cancellation. Only queued jobs can be cancelled.

        Args:
            extra_headers: HTTP headers sent with each request.
            timeout: Seconds for the call with all its repetitions; 30 by default.

        Returns:
            "cancelled"; "not_cancellable" if the job runs or has ended; "unconfirmed" if the service
            did not say.
        """
        return self._client._run(
            reads.cancel(self._client._api.for_call(extra_headers, timeout), self._ref)
        )


class AsyncJob(_JobBase[O]):
    """A job of `AsyncRunComfy`; see `Job`."""

    def __init__(self, client: AsyncSession, ref: JobRef[O]) -> None:
        self._client = client
        self._ref = ref

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], client: AsyncSession) -> AsyncJob[Any]:
        """Return the job as `Job.from_dict` does, for an `AsyncRunComfy`."""
        return AsyncJob(_checked(client, AsyncSession, "an AsyncRunComfy"), _ref_of(data))

    @explains_misuse
    async def status(
        self, *, extra_headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> JobStatus:
        """Read the status as `Job.status` does."""
        return await self._client._run(
            reads.status(self._client._api.for_call(extra_headers, timeout), self._ref)
        )

    @explains_misuse
    async def wait(
        self,
        timeout: float | None = None,
        *,
        on_update: OnUpdate | None = None,
        poll_interval: float | None = None,
        cancel_on_timeout: bool = False,
        extra_headers: Mapping[str, str] | None = None,
    ) -> Result[O]:
        """Wait as `Job.wait` does; `on_update` may be a coroutine function.

        The job goes on if the waiting task is cancelled.
        """
        flow = waiting.wait(
            self._client._api.for_call(extra_headers),
            self._ref,
            timeout,
            on_update,
            poll_interval=poll_interval,
            cancel_on_timeout=cancel_on_timeout,
        )
        return await self._client._run(flow)

    @explains_misuse
    def updates(
        self,
        timeout: float | None = None,
        *,
        poll_interval: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[JobStatus]:
        """Iterate over the job's status as `Job.updates` does, with `async for`."""
        api = self._client._api.for_call(extra_headers)
        watch = waiting.watch_for(timeout, poll_interval)
        return self._updates(api, watch)

    async def _updates(self, api: Api, watch: waiting.Watch) -> AsyncIterator[JobStatus]:
        while True:
            report = await self._client._run(waiting.next_update(api, self._ref, watch))
            yield report
            if report.is_terminal:
                return

    @explains_misuse
    async def result(
        self, *, extra_headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> Result[O]:
        """Read the result as `Job.result` does, without waiting."""
        return await self._client._run(
            reads.result(self._client._api.for_call(extra_headers, timeout), self._ref)
        )

    @explains_misuse
    async def cancel(
        self, *, extra_headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> CancelOutcome:
        """Request cancellation as `Job.cancel` does."""
        return await self._client._run(
            reads.cancel(self._client._api.for_call(extra_headers, timeout), self._ref)
        )
