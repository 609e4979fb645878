"""Endpoints with prices, and either client of the published SDK."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from runcomfy import AsyncRunComfy, RunComfy
from runcomfy._transport.retry import RetryPolicy
from runcomfy.testing import EmulatedEndpoint

from .clients import KINDS as KINDS
from .clients import Kind as Kind
from .servers import running

FAST = RetryPolicy(
    first_poll=0.01,
    poll_growth=1.0,
    longest_poll=0.01,
    first_retry=0.01,
    longest_retry=0.02,
    read_budget=3.0,  # seconds: a price has to be read on a busy machine, too
)
PROMPT = {"prompt": {"type": "string"}}


def priced(model_id: str, usd: float | None = 0.04, unit: str = "output", **more: Any) -> Any:
    """Return an endpoint with a price. more: further properties."""
    schema = {"type": "object", "required": ["prompt"], "properties": PROMPT | more}
    category = model_id.rpartition("/")[2]
    return EmulatedEndpoint(
        model_id, schema, {}, categories=(category,), base_price_usd=usd, price_unit=unit
    )


IMAGE = "acme/demo/text-to-image"
VIDEO = "acme/demo/text-to-video"
UNPRICED = "acme/free/text-to-image"
ENDPOINTS = (
    priced(IMAGE, num_images={"type": "integer"}),
    priced(VIDEO, 0.1, "second", duration={"type": "integer", "default": 5}),
    priced(UNPRICED, None),
)


def posts(emulator: Any) -> list[str]:
    """Return the paths of what was posted."""
    return [received.path for received in emulator.received if received.method == "POST"]


@asynccontextmanager
async def opened(
    kind: Kind, emulator: Any, *, read_budget: float = FAST.read_budget, **options: Any
) -> AsyncIterator[Any]:
    """Open a client of the published SDK with pauses short enough for a test."""
    options = {"base_url": emulator.base_url, "api_token": emulator.token, **options}
    client: Any = (RunComfy if kind == "sync" else AsyncRunComfy)(**options)
    client._api = replace(client._api, retry_policy=replace(FAST, read_budget=read_budget))
    try:
        yield client
    finally:
        if kind == "sync":
            client.close()
        else:
            await client.aclose()


@dataclass
class AnyService:
    """A service that answers every read as a test says. paths: what was asked for, in order."""

    base_url: str
    token: str = "tok-3f9c/secret"
    paths: list[str] = field(default_factory=list[str])


@contextmanager
def serving_any(reply: Any) -> Iterator[AnyService]:
    """Serve one reply, or what a function makes of a path."""
    answer: Callable[[str], Any] = reply if callable(reply) else lambda path: reply

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.paths.append(self.path)
            body = json.dumps(answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        service = AnyService(url)
        yield service
