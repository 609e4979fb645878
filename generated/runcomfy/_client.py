# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The verbs of both clients: submit, run, job, untyped and batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, overload

from typing_extensions import Unpack

from ._api.call_options import RunOptions, SubmitOptions, check_run_options, check_submit_options
from ._api.protocol import JobRef, job_ref, submission_of
from ._api.result import Result
from ._api.submit import submit
from ._api.waiting import run
from ._base.gone import warn_if_gone
from ._session import AsyncSession, SyncSession, reopen
from ._transport.callbacks import refuse_coroutine_function
from ._untyped import AsyncUntypedEndpoint, UntypedEndpoint
from ._validation.base import Request, rechecked
from ._validation.misuse import explains_misuse
from .jobs import AsyncJob, Job, output_type_of

if TYPE_CHECKING:
    from .batches.runs import AsyncBatch, Batch, BatchItem, BatchOptions

_reopen = reopen  # pickles of version 0.1 name it here

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK


class _LazyMethod:
    """A method that is defined in `batches`, with annotations that can be evaluated there."""

    def __init__(self, function: str) -> None:
        self._function = function

    def __get__(self, instance: object | None, owner: type[Any]) -> Callable[..., Any]:
        module = import_module(".batches._methods", __package__)
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

        A submit may be charged: it is posted again only if the server certainly did not accept it.

        Args:
            request: A request object, such as `GptImage2EditRequest(prompt=..., images=[...])`.
            options: See `SubmitOptions`.

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
        """Submit a request and wait for its result. Raises what `submit` and `Job.wait` raise.

        Args:
            request: A request object.
            options: See `RunOptions`.
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
            model_id: The model, which gives the output its type; plain JSON without it.

        Raises:
            InvalidRequestError: If an argument has not the form of an id.
        """
        return Job(self, job_ref(request_id, model_id, output_type_of(model_id)))

    def _pick_up(self, ref: JobRef[O]) -> Job[O]:
        return Job(self, ref)

    @explains_misuse
    def untyped(self, model_id: str) -> UntypedEndpoint:
        """An endpoint that is not generated: takes and gives plain JSON values."""
        return UntypedEndpoint(self, model_id)

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
            """Prepare many requests, each submitted once, however often the program is run again.

            The same requests with the same journal go on where they stopped. Nothing is sent before
            `run` or `as_completed`.

            Args:
                requests: Request objects, or dicts with `model_id` and `input`; as a dict, with keys
                    of your own.
                options: See `BatchOptions`.

            Raises:
                InvalidRequestError: With all problems of all requests.
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
        """Like `SyncClient.submit`; the uploader may be a coroutine function."""
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
        """Like `SyncClient.run`; on_update may be a coroutine function."""
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
        """An endpoint that is not generated: takes and gives plain JSON values."""
        return AsyncUntypedEndpoint(self, model_id)

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
