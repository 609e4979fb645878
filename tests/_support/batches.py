"""Batches of both clients, with pauses short enough for a test."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from runcomfy import AsyncRunComfy, Journal, Report, RunComfy
from runcomfy._transport.retry import RetryPolicy
from runcomfy.testing import EmulatedEndpoint, Emulator, ReceivedRequest
from runcomfy.testing._media import png

from .clients import KINDS as KINDS
from .clients import MODEL_ID as MODEL_ID
from .clients import Kind as Kind

FAST = RetryPolicy(
    first_poll=0.01,
    poll_growth=1.0,
    longest_poll=0.01,
    first_retry=0.01,
    longest_retry=0.02,
    read_budget=5.0,
    first_backoff=0.5,
    longest_backoff=0.5,
    offline_patience=0.8,
)
TOKEN = Emulator([]).token
SCHEMA = {"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}}
ENDPOINT = EmulatedEndpoint(
    MODEL_ID,
    SCHEMA,
    {},
    categories=("text-to-image",),
    base_price_usd=0.04,
    price_unit="output",
)
VIDEO = EmulatedEndpoint(
    "acme/demo/text-to-video",
    SCHEMA,
    {},
    categories=("text-to-video",),
    base_price_usd=0.1,
    price_unit="second",
)
UNPRICED = EmulatedEndpoint("acme/free/text-to-image", SCHEMA, {}, categories=("text-to-image",))


def requests(count: int, model_id: str = MODEL_ID, **more: Any) -> list[dict[str, Any]]:
    """Prompts "1", "2", ... which are the keys, too."""
    return [
        {"model_id": model_id, "input": {"prompt": str(number), **more}}
        for number in range(1, count + 1)
    ]


class Batches:
    """Runs batches through one client of one kind, with the same journal and folder."""

    def __init__(self, kind: Kind, client: Any, home: Path) -> None:
        self.kind, self.client, self.home = kind, client, home
        self.journal, self.folder = home / "jobs.sqlite", home / "out"

    def batch(self, given: Any, **options: Any) -> Any:
        options = {"journal": self.journal, "folder": self.folder, **options}
        return self.client.batch(given, **options)

    async def run(self, given: Any, **options: Any) -> Report[Any]:
        return await self.run_telling(given, None, **options)

    async def run_telling(self, given: Any, on_outcome: Any, **options: Any) -> Report[Any]:
        batch = self.batch(given, **options)
        if self.kind == "async":
            report: Report[Any] = await batch.run(on_outcome)
        else:
            report = await asyncio.to_thread(batch.run, on_outcome)
        return report

    def states(self) -> dict[str, str]:
        with Journal(self.journal) as journal:
            return {entry.key: entry.state for entry in journal.entries()}


class Service(Protocol):
    """A service that a client's requests go to."""

    @property
    def base_url(self) -> str: ...


@asynccontextmanager
async def opened(kind: Kind, emulator: Service, home: Path, **more: Any) -> AsyncIterator[Batches]:
    options = {"base_url": emulator.base_url, **more}
    if kind == "async":
        async with AsyncRunComfy(TOKEN, **options) as client:
            client._api = replace(client._api, retry_policy=FAST)
            yield Batches(kind, client, home)
    else:
        with RunComfy(TOKEN, **options) as blocking:
            blocking._api = replace(blocking._api, retry_policy=FAST)
            yield Batches(kind, blocking, home)


def submits(emulator: Emulator) -> list[str]:
    """Return the prompts that were posted, in order."""
    return [each.body["prompt"] for each in emulator.received if is_submit(each)]


def is_submit(received: ReceivedRequest) -> bool:
    return received.method == "POST" and received.path.startswith("/v1/models/")


def saved_picture(folder: Path) -> Path:
    path = folder / "a.png"
    path.write_bytes(png(8, 8, (255, 0, 0), (0, 0, 255)))
    return path


async def until(condition: Callable[[], object]) -> None:
    """Wait for something in another thread, ten seconds at most."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def python(
    *arguments: object, emulator: Emulator | None = None, seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run the interpreter with the SDK and the tests, and a client's settings in its environment."""
    folders = [str(Path(__file__).parents[2]), *sys.path]
    service = (
        {
            "RUNCOMFY_API_TOKEN": emulator.token,
            "RUNCOMFY_MODEL_API_BASE": emulator.base_url,
        }
        if emulator
        else {}
    )
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(folders)} | service,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
