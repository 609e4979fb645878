"""An unlucky world: clocks that are wrong, proxies that are dead, calls that are interrupted.

python -m tests.proof unlucky 3000
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from unittest.mock import patch

from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._transport.retry import RetryPolicy

from tests._support.fault_server import Act, FaultServer, drain, hang_up, raw, reply, state
from tests._support.runtime import KINDS, MODEL_ID, Kind, PaintRequest, opened, settled
from tests._support.storms import cancels, interrupts

from .table import Row

FULL = 3000  # cancelled calls of each kind; the rest in proportion

HOUR = 3600.0
_PAUSE = 1.0  # seconds that the server with the wrong clock asks for
_PROXIES: dict[str, Act] = {
    "silent": drain,
    "closing": hang_up,
    "without a tunnel": raw(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
    "not HTTP": raw(b"\x00\x01\r\n\r\n"),
}


def main(count: int) -> list[Row]:
    """count: cancelled calls."""
    logging.getLogger("runcomfy").setLevel(logging.CRITICAL)
    few = max(count // 150, 1)
    rows = [
        Row(f"cancelled, {what}", "a slot lost", count, asyncio.run(cancels(what, count)))
        for what in ("submit", "status")
    ]
    presses = max(count // 3, 1)
    rows.append(Row("Ctrl-C, submit", "a job lost", presses, interrupts(presses)))
    for kind in KINDS:
        for skew in (-HOUR, HOUR):
            name = f"clock {skew / HOUR:+.0f} h, {kind}"
            wrong = asyncio.run(_many(lambda: _skewed(kind, skew), few))  # noqa: B023
            rows.append(Row(name, "Retry-After as a date", few, wrong))
        wrong = asyncio.run(_dead_proxies(kind))
        rows.append(Row(f"dead proxy, {kind}", "never sent, in time", len(_PROXIES) + 1, wrong))
    return rows


async def _many(prove: Callable[[], object], count: int) -> list[str]:
    ends = await asyncio.gather(*(settled(prove()) for _ in range(count)))
    return [line for end in ends for line in end]


async def _skewed(kind: Kind, skew: float) -> list[str]:
    """Return how long the pause is that a server whose clock is wrong asks for."""

    def busy(peer: socket.socket) -> None:
        now = time.time() + skew
        headers = {
            "Date": formatdate(now, usegmt=True),
            "Retry-After": formatdate(now + _PAUSE, usegmt=True),
        }
        moments.append(time.monotonic())
        reply(429, {}, headers)(peer)

    def done(peer: socket.socket) -> None:
        moments.append(time.monotonic())
        state("completed", output={"image": "x"})(peer)

    moments: list[float] = []
    with FaultServer([busy, done]).running() as server:
        async with opened(kind, server.url, retry_policy=RetryPolicy()) as client:
            job = client.untyped(MODEL_ID).job("r-1")
            await (asyncio.to_thread(job.result) if kind == "sync" else job.result())
    pause = moments[1] - moments[0]
    return [] if 0.9 * _PAUSE <= pause < 10 else [f"a pause of {pause:.2f} s"]


@contextlib.contextmanager
def _proxied(url: str) -> Iterator[None]:
    with patch.dict(os.environ, {"HTTPS_PROXY": url, "HTTP_PROXY": url, "NO_PROXY": ""}):
        yield


async def _dead_proxies(kind: Kind) -> list[str]:
    """No submit is in doubt for a proxy, and none waits longer than its time."""
    wrong = await _through(kind, "refusing", "http://127.0.0.1:9")
    for name, act in _PROXIES.items():
        with FaultServer([act]).running() as proxy:
            wrong += await _through(kind, name, proxy.url)
    return wrong


async def _through(kind: Kind, name: str, proxy: str) -> list[str]:
    begin = time.monotonic()
    with _proxied(proxy):
        async with opened(kind, "https://api.invalid", http_timeout=1.0) as client:
            request = PaintRequest(prompt="a", images=["https://media.invalid/a.png"])
            try:
                await settled(client.submit(request))
                return [f"{name}: accepted"]
            except errors.ConnectionFailed as error:
                is_right = error.retry_safe
            except errors.RunComfyError as error:
                return [f"{name}: {type(error).__name__}: {error}"]
    took = time.monotonic() - begin
    return [] if is_right and took < 8 else [f"{name}: {took:.1f} s, retry_safe {is_right}"]
