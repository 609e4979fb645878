# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The functions behind `client.batch`."""

from __future__ import annotations

from typing import Any

from typing_extensions import Unpack

from .runs import AsyncBatch, Batch, BatchOptions


def batch(self: Any, requests: Any, **options: Unpack[BatchOptions]) -> Batch[Any]:
    """Prepare many requests, each submitted once, however often the program is run again.

    The same requests with the same journal go on where they stopped. Nothing is sent before `run` or
    `as_completed`.

    Args:
        requests: Request objects, or dicts with `model_id` and `input`; as a dict, with keys of your
            own.
        options: See `BatchOptions`.

    Raises:
        InvalidRequestError: With all problems of all requests.
    """
    return Batch(self, requests, **options)


def async_batch(self: Any, requests: Any, **options: Unpack[BatchOptions]) -> AsyncBatch[Any]:
    """Prepare many requests like `SyncClient.batch`; `run` is awaited, `as_completed` iterated."""
    return AsyncBatch(self, requests, **options)
