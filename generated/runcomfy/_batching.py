# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`client.batch`, of both clients. The batches are imported when it is first used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._model import Request
    from .batches.runs import AsyncBatch, Batch, BatchItem, BatchOptions

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK


class _LazyMethod:
    """A method that is defined in `batches`, with annotations that can be evaluated there."""

    def __init__(self, function: str) -> None:
        self._function = function

    def __get__(self, instance: object | None, owner: type[Any]) -> Callable[..., Any]:
        module = import_module(f"{__package__}.batches._methods")
        function: Any = getattr(module, self._function)
        method: Callable[..., Any] = function.__get__(instance, owner)
        return method


class Batching:
    """The part of `SyncClient` that runs batches."""

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


class AsyncBatching:
    """The part of `AsyncClient` that runs batches."""

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
