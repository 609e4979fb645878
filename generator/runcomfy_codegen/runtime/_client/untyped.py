"""Endpoints that are not generated: plain JSON in, plain JSON out."""

# pyright: reportPrivateUsage=false
# A job and an endpoint are parts of their client.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typing_extensions import Unpack

from .._api.addresses import model_path
from .._api.call_options import RunOptions, SubmitOptions, check_run_options, check_submit_options
from .._api.protocol import PlainBody, PlainOutput, Submission, job_ref
from .._api.result import Result
from .._api.submit import json_object, submit
from .._api.waiting import run
from .._base.lazy import LazyModule
from .._session import AsyncSession, SyncSession
from .._transport.callbacks import refuse_coroutine_function
from ..jobs import AsyncJob, Job

if TYPE_CHECKING:
    from .._api.costs import estimate as _estimates
else:
    _estimates = LazyModule(".._api.costs.estimate", __package__)


def _submission(model_id: str, body: Mapping[str, Any]) -> Submission[Any]:
    return Submission(model_id, PlainOutput, PlainBody(json_object("body", body, model_id)))


class UntypedEndpoint:
    """An endpoint of plain JSON, made by `client.untyped(model_id)`. Only the server checks the input."""

    def __init__(self, client: SyncSession, model_id: str) -> None:
        model_path(model_id)  # raises where the mistake was made, not at the submit
        self._client = client
        self.model_id = model_id

    def submit(
        self,
        body: Mapping[str, Any],
        **options: Unpack[SubmitOptions],
    ) -> Job[Any]:
        """Submit a JSON object, with `extra_body` merged over it; see `SyncClient.submit`."""
        submission = _submission(self.model_id, body)
        checked = check_submit_options(options, self.model_id)
        flow = submit(self._client._api, submission, **checked)
        return Job(self._client, self._client._run(flow))

    def run(
        self,
        body: Mapping[str, Any],
        **options: Unpack[RunOptions],
    ) -> Result[Any]:
        """Submit a JSON object and wait for its result; see `SyncClient.run`."""
        refuse_coroutine_function("on_update", options.get("on_update"), "AsyncRunComfy")
        submission = _submission(self.model_id, body)
        checked = check_run_options(options, self.model_id)
        return self._client._run(run(self._client._api, submission, checked))

    def estimate(self, body: Mapping[str, Any]) -> _estimates.Estimate:
        """Estimate what a JSON object costs; see `SyncClient.estimate`."""
        checked = json_object("body", body, self.model_id)
        flow = _estimates.estimate(self._client._api, self.model_id, checked)
        return self._client._run(flow)

    def job(self, request_id: str) -> Job[Any]:
        """Pick up a job by its request id. Sends nothing."""
        return Job(self._client, job_ref(request_id, self.model_id, PlainOutput))


class AsyncUntypedEndpoint:
    """An endpoint of plain JSON for asyncio; otherwise like `UntypedEndpoint`."""

    def __init__(self, client: AsyncSession, model_id: str) -> None:
        model_path(model_id)
        self._client = client
        self.model_id = model_id

    async def submit(
        self,
        body: Mapping[str, Any],
        **options: Unpack[SubmitOptions],
    ) -> AsyncJob[Any]:
        """Submit a JSON object, with `extra_body` merged over it; see `SyncClient.submit`."""
        submission = _submission(self.model_id, body)
        checked = check_submit_options(options, self.model_id)
        flow = submit(self._client._api, submission, **checked)
        return AsyncJob(self._client, await self._client._run(flow))

    async def run(
        self,
        body: Mapping[str, Any],
        **options: Unpack[RunOptions],
    ) -> Result[Any]:
        """Submit a JSON object and wait for its result; see `SyncClient.run`."""
        submission = _submission(self.model_id, body)
        checked = check_run_options(options, self.model_id)
        return await self._client._run(run(self._client._api, submission, checked))

    async def estimate(self, body: Mapping[str, Any]) -> _estimates.Estimate:
        """Estimate what a JSON object costs; see `SyncClient.estimate`."""
        checked = json_object("body", body, self.model_id)
        flow = _estimates.estimate(self._client._api, self.model_id, checked)
        return await self._client._run(flow)

    def job(self, request_id: str) -> AsyncJob[Any]:
        """Pick up a job by its request id. Sends nothing."""
        return AsyncJob(self._client, job_ref(request_id, self.model_id, PlainOutput))
