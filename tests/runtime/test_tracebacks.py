"""No traceback holds the token: tools that report errors show the variables of every frame."""

from __future__ import annotations

import asyncio
import pickle
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from runcomfy_codegen.runtime._api.auth import find_token
from runcomfy_codegen.runtime._api.options import resolve_base_url
from runcomfy_codegen.runtime._client import AsyncClient, SyncClient
from runcomfy_codegen.runtime.errors import ConfigurationError

from .._support.fault_server import (
    Act,
    FaultServer,
    drip,
    hang_up,
    ignore,
    raw,
    reply,
    reset,
    stall,
)
from .._support.faults import LARGE, head
from .._support.http_clients import LIBRARIES, closed, http_client
from .._support.runtime import KINDS, MODEL_ID, TOKEN, Kind, opened, settled


def chain(error: BaseException) -> Iterator[BaseException]:
    """Return the error and all that led to it, shown or not."""
    todo: list[BaseException | None] = [error]
    seen = set[int]()
    while todo:
        each = todo.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            todo += [each.__cause__, each.__context__]


def shown(error: BaseException) -> str:
    """Return what a report with the variables of all frames says; the test's own know the token."""
    lines: list[str] = []
    for each in chain(error):
        for frame, number in traceback.walk_tb(each.__traceback__):
            if frame.f_code.co_filename != __file__:
                where = f"{frame.f_code.co_filename}:{number}"
                lines += [f"{where} {name} = {value!r}" for name, value in frame.f_locals.items()]
        lines.append(repr(each))
    return "\n".join(lines)


def check(error: BaseException) -> None:
    assert TOKEN not in shown(error)
    assert TOKEN.split("/")[0] not in shown(error)


REPLIES: dict[str, Act] = {
    "stalled": stall,
    "dripping": drip,
    "closed": hang_up,
    "reset": reset,
    "not HTTP": raw(b"\x00\x01 what?\r\n\r\n"),
    "cut off": raw(head("Content-Length: 99") + b"{"),
    "not gzip": reply(200, b"no", {"Content-Encoding": "gzip"}),
    "echo": reply(401, {"message": f"bad {TOKEN}"}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("library", [None, *LIBRARIES], ids=["own", "httpx", "httpx2"])
@pytest.mark.parametrize("name", REPLIES)
async def test_of_an_exchange(name: str, library: Any, kind: Kind) -> None:
    http = http_client(library, kind) if library else None
    with FaultServer([REPLIES[name]]).running() as server:
        async with opened(kind, server.url, http_timeout=0.15, http_client=http) as client:
            endpoint = client.untyped(MODEL_ID)
            for call in (lambda: endpoint.submit({}), endpoint.job("r-1").status):
                with pytest.raises(Exception) as caught:  # noqa: PT011 - any of them
                    await settled(call())
                check(caught.value)
        if http is not None:
            await closed(http)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "https://127.0.0.1:9", "https://api.invalid"]
)
async def test_of_no_connection(url: str, kind: Kind) -> None:
    async with opened(kind, url) as client:
        with pytest.raises(Exception) as caught:  # noqa: PT011
            await settled(client.untyped(MODEL_ID).submit({}))
        check(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_of_a_body_that_is_not_read(kind: Kind) -> None:
    with FaultServer([ignore], unread=True).running() as server:
        async with opened(kind, server.url, http_timeout=0.1) as client:
            with pytest.raises(Exception) as caught:  # noqa: PT011
                await settled(client.untyped(MODEL_ID).submit({"prompt": "x" * LARGE}))
            check(caught.value)


def test_of_ctrl_c_while_a_reply_is_awaited() -> None:
    def press(_: socket.socket) -> None:
        time.sleep(0.1)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(0.2)

    with FaultServer([press]).running() as server, SyncClient(TOKEN, base_url=server.url) as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            client.untyped(MODEL_ID).submit({})
        check(caught.value)


async def test_of_a_cancelled_task() -> None:
    with FaultServer([stall]).running() as server:
        async with opened("async", server.url) as client:
            task = asyncio.create_task(client.untyped(MODEL_ID).submit({}))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            check(caught.value)


@pytest.mark.parametrize("kind", [SyncClient, AsyncClient])
@pytest.mark.parametrize(
    "settings",
    [
        {"api_token": f"{TOKEN} {TOKEN}"},
        {"api_token": f"Bearer {TOKEN}"},
        {"api_token": TOKEN.encode()},
        {"api_token": TOKEN, "base_url": "ftp://x"},
        {"api_token": TOKEN, "preflight": "none"},
        {"api_token": TOKEN, "uploader": 7},
    ],
    ids=str,
)
def test_of_wrong_settings(kind: Callable[..., Any], settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        kind(**settings)
    check(caught.value)


def test_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", f"{TOKEN}\u00e9")
    monkeypatch.setenv("RUNCOMFY_MODEL_API_BASE", "ftp://x")
    for call in (lambda: find_token(None), lambda: resolve_base_url(None), SyncClient):
        with pytest.raises(ConfigurationError) as caught:
            call()
        check(caught.value)


def test_of_a_client_that_is_not_unpickled(monkeypatch: pytest.MonkeyPatch) -> None:
    client = SyncClient(TOKEN, base_url="https://a.example", pickle_token=True)
    data = pickle.dumps(client).replace(b"https://a.example", b"ftp://abc.example")
    with pytest.raises(ConfigurationError) as caught:
        pickle.loads(data)
    check(caught.value)
