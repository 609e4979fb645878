"""Both clients under test, with pauses short enough for a test."""

from __future__ import annotations

import asyncio
import gc
import inspect
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from runcomfy_codegen.runtime._client import AsyncClient, SyncClient
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime._validation.base import OutputModel, Request
from runcomfy_codegen.runtime.media import ImageInput, Rule
from runcomfy_codegen.runtime.testing import EmulatedEndpoint

from .clients import KINDS as KINDS
from .clients import MODEL_ID as MODEL_ID
from .clients import Kind as Kind

TOKEN = "tok-3f9c/secret"
FAST = RetryPolicy(
    first_poll=0.01,
    poll_growth=1.0,
    longest_poll=0.01,
    first_retry=0.01,
    longest_retry=0.02,
    longest_retry_after=0.2,
    read_budget=0.2,
)
PATIENT = replace(FAST, read_budget=20.0)  # where a read has to succeed on a busy machine, too

ENDPOINT = EmulatedEndpoint(
    MODEL_ID,
    {
        "type": "object",
        "required": ["prompt"],
        "properties": {"prompt": {"type": "string"}, "images": {"type": "array"}},
    },
    {},
    categories=("text-to-image",),
    base_price_usd=0.04,
)


class PaintOutput(OutputModel):
    image: str | None = None


class PaintRequest(Request[PaintOutput]):
    """A request class like the generated ones."""

    model_id: ClassVar[str] = MODEL_ID
    output_type: ClassVar[type[PaintOutput]] = PaintOutput
    rules: ClassVar[Mapping[str, tuple[Rule, ...]]] = {"images": (Rule("file_size_mb<", 1),)}

    prompt: str
    images: list[ImageInput] | None = None


async def settled(value: Any) -> Any:
    """Return the value, or what it gives when awaited: one scenario serves both clients."""
    result = await value if inspect.isawaitable(value) else value
    gc.collect(0)  # shows what is new to the token search
    return result


async def downloaded(kind: Kind, result: Any, folder: Path) -> list[Path]:
    """Return the paths of a result's outputs, saved in the way of one kind of caller."""
    saved: list[Path] = (
        await asyncio.to_thread(result.download, folder)
        if kind == "sync"
        else await result.download_async(folder)
    )
    return saved


@asynccontextmanager
async def opened(
    kind: Kind, base_url: str, *, retry_policy: RetryPolicy = FAST, **options: Any
) -> AsyncIterator[Any]:
    """Open a client of one kind."""
    client: Any = (SyncClient if kind == "sync" else AsyncClient)(
        options.pop("api_token", TOKEN), base_url=base_url, **options
    )
    client._api = replace(client._api, retry_policy=retry_policy)
    try:
        yield client
    finally:
        await settled(client.close() if kind == "sync" else client.aclose())
