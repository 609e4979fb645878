# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The verbs of both clients: submit, run, job, untyped and batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, overload

from typing_extensions import Unpack

from .._api.call_options import RunOptions, SubmitOptions, check_run_options, check_submit_options
from .._api.protocol import JobRef, job_ref, submission_of
from .._api.result import Result
from .._api.settings import Api
from .._api.submit import submit
from .._api.waiting import run
from .._base.gone import warn_if_gone
from .._base.lazy import LazyModule
from .._session import AsyncSession, SyncSession
from .._transport.callbacks import refuse_coroutine_function
from .._transport.effects import Flow
from .._validation.base import Request, rechecked
from .._validation.misuse import explains_misuse
from ..jobs import AsyncJob, Job, output_type_of
from .untyped import AsyncUntypedEndpoint, UntypedEndpoint

if TYPE_CHECKING:
    from .._api import balance as _balance
    from .._api.costs import estimate as _estimates
    from ..batches.runs import AsyncBatch, Batch, BatchItem, BatchOptions
    from . import catalogue as _catalogue
else:
    _balance = LazyModule(".._api.balance", __package__)
    _estimates = LazyModule(".._api.costs.estimate", __package__)
    _catalogue = LazyModule(".catalogue", __package__)

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK


class _LazyMethod:
    """A method whose function is in `batches`, where its annotations can be evaluated."""

    def __init__(self, function: str) -> None:
        self._function = function

    def __get__(self, instance: object | None, owner: type[Any]) -> Callable[..., Any]:
        module = import_module("..batches._methods", __package__)
        function: Any = getattr(module, self._function)
        method: Callable[..., Any] = function.__get__(instance, owner)
        return method


class SyncClient(SyncSession):
    """A client whose calls block; safe to share between threads."""

    @explains_misuse
    def submit(
        self,
        request: Request[O],
        **options: Unpack[SubmitOptions],
    ) -> Job[O]:
        """Submit a request.

        Submitting may incur cost, so the POST is retried only if the server certainly did not accept
        it.

        Args:
            request: A request object, such as `GptImage2EditRequest(prompt=..., images=[...])`.
            options: `extra_body`, `extra_headers` and `http_timeout`; see `SubmitOptions`.

        Returns:
            The accepted job.

        Raises:
            InvalidRequestError: If the input is wrong; nothing was sent.
            APIError: If the service refuses the request.
            SubmitOutcomeUnknown: If the job may or may not have been accepted.
        """
        request = rechecked(request)
        warn_if_gone(type(request))
        checked = check_submit_options(options, request.model_id)
        return Job(self, self._run(submit(self._api, submission_of(request), **checked)))

    @explains_misuse
    def run(
        self,
        request: Request[O],
        **options: Unpack[RunOptions],
    ) -> Result[O]:
        """Submit a request and wait for its result.

        Args:
            request: A request object.
            options: `timeout` (seconds for the whole run, 30 minutes by default), `on_update`,
                `poll_interval`, `cancel_on_timeout` and those of `submit`; see `RunOptions`.

        Returns:
            The result.

        Raises:
            InvalidRequestError: If the input is wrong; nothing was sent.
            APIError: If the service refuses the request.
            SubmitOutcomeUnknown: If the job may or may not have been accepted.
            WaitTimeout: If the job has not ended in time; it goes on.
            JobFailed: If the job failed.
            JobCancelled: If the job was cancelled.
            OutputMissing: If the job completed without usable output.
        """
        request = rechecked(request)
        warn_if_gone(type(request))
        refuse_coroutine_function("on_update", options.get("on_update"), "AsyncRunComfy")
        checked = check_run_options(options, request.model_id)
        return self._run(run(self._api, submission_of(request), checked))

    @explains_misuse
    def job(self, request_id: str, model_id: str = "") -> Job[Any]:
        """Pick up a job by its request id. Sends nothing.

        Args:
            request_id: The id that the submit returned.
            model_id: The model, which gives the output its type. Without it, the output is plain
                JSON.

        Returns:
            The job.

        Raises:
            InvalidRequestError: If an argument does not have the form of an id.
        """
        return Job(self, job_ref(request_id, model_id, output_type_of(model_id)))

    def _pick_up(self, ref: JobRef[O]) -> Job[O]:
        return Job(self, ref)

    @explains_misuse
    def untyped(self, model_id: str) -> UntypedEndpoint:
        """Return an endpoint that takes and returns plain JSON, for a model that this SDK does not have.

        Args:
            model_id: The id of the model, such as `vendor/model`.

        Raises:
            InvalidRequestError: If the id does not have the form of one.
        """
        return UntypedEndpoint(self, model_id)

    @explains_misuse
    def estimate(self, request: Request[Any]) -> _estimates.Estimate:
        """Estimate what a request costs. Sends nothing but a question for the price, which is free.

        The price is that of the catalogue now, or without an answer the one published with this SDK.
        The service may charge more than the estimate: it does not publish all charges.

        Args:
            request: A request object, such as `GptImage2EditRequest(prompt=..., images=[...])`.

        Returns:
            The estimate. Its `usd` is None if the cost is not known beforehand.

        Raises:
            InvalidRequestError: If the input is wrong.
        """
        request = rechecked(request)
        return self._run(_estimate(self._api, request))

    def balance(self) -> _balance.Balance:
        """Read what is left in the account, which is free.

        With another `base_url` than the public one, it is asked for at the same host.

        Raises:
            APIError: If the service answers with an error.
            TransportError: If there is no answer.
        """
        return self._run(_balance.balance(self._api))

    @property
    def catalogue(self) -> _catalogue.Catalogue:
        """The models that the service has now, those that this SDK does not have included."""
        return _catalogue.Catalogue(self)

    if TYPE_CHECKING:

        @overload
        def batch(
            self,
            requests: Iterable[Request[O]] | Mapping[str, Request[O]],
            **options: Unpack[BatchOptions],
        ) -> Batch[O]: ...
        @overload
        def batch(
            self,
            requests: Iterable[BatchItem] | Mapping[str, BatchItem],
            **options: Unpack[BatchOptions],
        ) -> Batch[Any]: ...
        def batch(self, requests: Any, **options: Unpack[BatchOptions]) -> Batch[Any]:
            """Prepare many requests. Each is submitted once, however often the program is run.

            A batch resumes from its journal. Nothing is sent before `run` or `as_completed`.

            Args:
                requests: Request objects, or dicts with `model_id` and `input`. In a dict, they have
                    keys of your own.
                options: See `BatchOptions`.

            Returns:
                The batch.

            Raises:
                InvalidRequestError: If a request is wrong; lists all problems of all requests.
            """
            raise NotImplementedError

    else:
        batch = _LazyMethod("batch")


class AsyncClient(AsyncSession):
    """A client for asyncio, within one event loop at a time; otherwise like `SyncClient`."""

    @explains_misuse
    async def submit(
        self,
        request: Request[O],
        **options: Unpack[SubmitOptions],
    ) -> AsyncJob[O]:
        """Submit a request as `SyncClient.submit` does; the uploader may be a coroutine function."""
        request = rechecked(request)
        warn_if_gone(type(request))
        checked = check_submit_options(options, request.model_id)
        return AsyncJob(self, await self._run(submit(self._api, submission_of(request), **checked)))

    @explains_misuse
    async def run(
        self,
        request: Request[O],
        **options: Unpack[RunOptions],
    ) -> Result[O]:
        """Submit and wait as `SyncClient.run` does; `on_update` may be a coroutine function."""
        request = rechecked(request)
        warn_if_gone(type(request))
        checked = check_run_options(options, request.model_id)
        return await self._run(run(self._api, submission_of(request), checked))

    @explains_misuse
    def job(self, request_id: str, model_id: str = "") -> AsyncJob[Any]:
        """Pick up a job by its request id, as `SyncClient.job` does."""
        return AsyncJob(self, job_ref(request_id, model_id, output_type_of(model_id)))

    def _pick_up(self, ref: JobRef[O]) -> AsyncJob[O]:
        return AsyncJob(self, ref)

    @explains_misuse
    def untyped(self, model_id: str) -> AsyncUntypedEndpoint:
        """Return an endpoint that takes and returns plain JSON, for a model that this SDK does not have.

        Args:
            model_id: The id of the model, such as `vendor/model`.

        Raises:
            InvalidRequestError: If the id does not have the form of one.
        """
        return AsyncUntypedEndpoint(self, model_id)

    @explains_misuse
    async def estimate(self, request: Request[Any]) -> _estimates.Estimate:
        """Estimate what a request costs, as `SyncClient.estimate` does."""
        request = rechecked(request)
        return await self._run(_estimate(self._api, request))

    async def balance(self) -> _balance.Balance:
        """Read what is left in the account, as `SyncClient.balance` does."""
        return await self._run(_balance.balance(self._api))

    @property
    def catalogue(self) -> _catalogue.AsyncCatalogue:
        """The models that the service has now, those that this SDK does not have included."""
        return _catalogue.AsyncCatalogue(self)

    if TYPE_CHECKING:

        @overload
        def batch(
            self,
            requests: Iterable[Request[O]] | Mapping[str, Request[O]],
            **options: Unpack[BatchOptions],
        ) -> AsyncBatch[O]: ...
        @overload
        def batch(
            self,
            requests: Iterable[BatchItem] | Mapping[str, BatchItem],
            **options: Unpack[BatchOptions],
        ) -> AsyncBatch[Any]: ...
        def batch(self, requests: Any, **options: Unpack[BatchOptions]) -> AsyncBatch[Any]:
            """Prepare many requests like `SyncClient.batch`; `run` is awaited."""
            raise NotImplementedError

    else:
        batch = _LazyMethod("async_batch")


def _estimate(api: Api, request: Request[Any]) -> Flow[_estimates.Estimate]:
    # A price does not depend on media, so none is read.
    body = request.to_body(lambda value, kind: "")
    return _estimates.estimate(api, request.model_id, body)
