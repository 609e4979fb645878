"""The functions behind `client.batch`."""

from __future__ import annotations

from typing import Any

from typing_extensions import Unpack

from .runs import AsyncBatch, Batch, BatchOptions


def batch(self: Any, requests: Any, **options: Unpack[BatchOptions]) -> Batch[Any]:
    """Prepare many requests, each of which is submitted once, even if the program is run again.

    The same requests with the same journal continue where they stopped. Nothing is sent before `run`
    or `as_completed`.

    Args:
        self: The client.
        requests: Request objects, or dicts with `model_id` and `input`. In a dict, its keys name the
            requests.
        options: See `BatchOptions`.

    Raises:
        InvalidRequestError: Lists all problems of all requests.
        ConfigurationError: An option is wrong.
    """
    return Batch(self, requests, **options)


def async_batch(self: Any, requests: Any, **options: Unpack[BatchOptions]) -> AsyncBatch[Any]:
    """Prepare many requests like `SyncClient.batch`, for asyncio."""
    return AsyncBatch(self, requests, **options)
