"""Toolboxes of both clients over one emulator, and what an agent calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from runcomfy_codegen.runtime.testing import EmulatedEndpoint, Emulator, ReceivedRequest
from runcomfy_codegen.runtime.testing._media import png

from .clients import KINDS as KINDS
from .clients import Kind as Kind
from .endpoints import TEXT
from .sdk import Case, Sdk, properties

IMAGE = {"type": "string", "format": "image_uri"}
PAINT = "acme/painter/text-to-image"
EDIT = "acme/painter/edit"
UNPRICED = "acme/sketch/text-to-image"
CASES = {
    PAINT: properties(
        "prompt",
        prompt=TEXT,
        num_images={"type": "integer", "minimum": 1, "maximum": 4},
        size={"type": "string", "enum": ["1k", "2k"], "default": "1k"},
    ),
    EDIT: properties(
        "prompt", "image", prompt=TEXT, image=IMAGE, **{"241_mask": IMAGE, "class": TEXT}
    ),
    UNPRICED: properties("prompt", prompt=TEXT, again=TEXT),
}
PAINTER, EDITOR, SKETCHER = (
    "acme_painter_text_to_image",
    "acme_painter_edit",
    "acme_sketch_text_to_image",
)
PRICE = 0.04
_PRICES: dict[str, float | None] = {PAINT: PRICE, EDIT: PRICE, UNPRICED: None}


def many_cases(count: int) -> dict[str, Case]:
    """Return more endpoints than have tools of their own."""
    return CASES | {
        f"acme/many/m{number}": properties("prompt", prompt=TEXT) for number in range(count)
    }


def priced(sdk: Sdk) -> list[EmulatedEndpoint]:
    """Return the endpoints with prices."""
    return [
        replace(endpoint, base_price_usd=_PRICES.get(endpoint.model_id), price_unit="output")
        for endpoint in sdk.endpoints()
    ]


class Box:
    """One toolbox of either kind. Its options are those of a session that may spend ten dollars."""

    def __init__(self, sdk: Sdk, kind: Kind, client: Any, home: Path) -> None:
        self.sdk, self.kind, self.client, self.home = sdk, kind, client, home
        self.toolbox = self.another()

    def another(self, **options: Any) -> Any:
        """Return a second toolbox on the same journal."""
        tools = self.sdk.module("tools")
        (self.home / "in").mkdir(exist_ok=True)
        chosen = {
            "journal": self.home / "agent.sqlite",
            "folder": self.home / "out",
            "media_folders": [self.home / "in"],
            "max_cost_usd": 10,
            **options,
        }
        kind = tools.Toolbox if self.kind == "sync" else tools.AsyncToolbox
        return kind(self.client, **chosen)

    async def call(self, name: str, arguments: Any = None, *, toolbox: Any = None) -> Any:
        """Call a tool; a blocking one in a thread."""
        toolbox = toolbox or self.toolbox
        if self.kind == "async":
            return await toolbox.call(name, arguments)
        return await asyncio.to_thread(toolbox.call, name, arguments)

    def picture(self, name: str = "a.png", size: int = 8) -> Path:
        """Save a picture in the folder that the agent may read."""
        path = self.home / "in" / name
        path.write_bytes(png(size, size, (255, 0, 0), (0, 0, 255)))
        return path

    def states(self) -> dict[str, str]:
        """Return the states of all calls in the journal, which a toolbox may have open."""
        calls = self.sdk.module("tools._calls").CallJournal(self.home / "agent.sqlite", "")
        return {entry.key: entry.state for entry in calls.entries()}


@asynccontextmanager
async def opened(sdk: Sdk, kind: Kind, emulator: Emulator, home: Path) -> AsyncIterator[Box]:
    """Open a client and its toolbox."""
    client = sdk.client(emulator.base_url, asynchronous=kind == "async")
    if kind == "async":
        async with client:
            box = Box(sdk, kind, client, home)
            yield box
            await box.toolbox.aclose()
    else:
        with client:
            yield Box(sdk, kind, client, home)


def submits(emulator: Emulator) -> list[ReceivedRequest]:
    """Return the submits that arrived."""
    return [
        request
        for request in emulator.received
        if request.method == "POST" and request.path.startswith("/v1/models/")
    ]


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that happens elsewhere, ten seconds at most."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
