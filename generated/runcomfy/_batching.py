# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`client.batch`, of both clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._model import Request
    from .batches.runs import AsyncBatch, Batch, BatchItem, BatchOptions

O = TypeVar("O")  # noqa: E741 - the output type, as everywhere in the SDK


class Batching:
    """A part of `SyncClient`."""

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
        """Many requests, each submitted once, however often the program is killed and run again.

        requests: request objects, or dicts with `model_id` and `input`; as a dict, with keys of your
        own. The same requests with the same journal go on where they stopped. Nothing is sent before
        `run` or `as_completed`. Raises InvalidRequestError with all problems of all requests.
        """
        from .batches.runs import Batch

        return Batch(self, requests, **options)


class AsyncBatching:
    """A part of `AsyncClient`."""

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
        """Like `SyncClient.batch`; `run` is awaited, `as_completed` an async iterator."""
        from .batches.runs import AsyncBatch

        return AsyncBatch(self, requests, **options)
