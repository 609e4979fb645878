"""Calls wait for a connection: in time, and cancelled without loss."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from runcomfy_codegen.runtime._transport.drivers import AsyncDriver
from runcomfy_codegen.runtime._transport.effects import Call, Flow, NeverSent, Reply
from runcomfy_codegen.runtime._transport.routes import MAX_CONNECTIONS

from .._support.http_clients import each_library

REPLY = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class Server:
    """Answers each request once `open` is set; counts the requests and the connections."""

    def __init__(self, enough: int) -> None:
        self.enough = asyncio.Event()  # so many requests have come
        self.open = asyncio.Event()
        self._enough = enough
        self._ended: list[asyncio.Future[None]] = []
        self.requests = 0
        self.connections = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        ended = asyncio.get_running_loop().create_future()
        self._ended.append(ended)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests += 1
                if self.requests == self._enough:
                    self.enough.set()
                await self.open.wait()
                writer.write(REPLY)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        ended.set_result(None)

    async def close(self) -> None:
        self.open.set()
        await asyncio.gather(*self._ended)


@asynccontextmanager
async def running(enough: int = MAX_CONNECTIONS) -> AsyncIterator[Server]:
    server = Server(enough)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
    try:
        yield server
    finally:
        listener.close()
        await server.close()


@asynccontextmanager
async def driving(http_client: httpx.AsyncClient | None = None) -> AsyncIterator[AsyncDriver]:
    driver = AsyncDriver(20, http_client, trust_env=False)
    try:
        yield driver
    finally:
        await driver.aclose()


def call(url: str, *, timeout: float = 20, is_submit: bool = False) -> Flow[Reply]:
    method = "POST" if is_submit else "GET"
    reply: Reply = yield Call(method, url, timeout=timeout, fresh=is_submit)
    return reply


async def test_more_calls_than_connections_are_all_answered() -> None:
    async with running() as server, driving() as driver:
        count = 3 * MAX_CONNECTIONS
        calls = [asyncio.ensure_future(driver.run(call(server.url))) for _ in range(count)]
        await asyncio.wait_for(server.enough.wait(), 20)
        server.open.set()
        replies = await asyncio.gather(*calls)
    assert [reply.content for reply in replies] == [b"{}"] * count
    assert (server.requests, server.connections) == (count, MAX_CONNECTIONS)


@pytest.mark.parametrize("is_submit", [False, True])
async def test_a_call_that_gets_no_connection_in_time_was_never_sent(is_submit: bool) -> None:
    async with running() as server, driving() as driver:
        calls = [
            asyncio.ensure_future(driver.run(call(server.url, is_submit=is_submit)))
            for _ in range(MAX_CONNECTIONS)
        ]
        await asyncio.wait_for(server.enough.wait(), 20)
        with pytest.raises(
            NeverSent, match=r"connections were busy for 0\.1 s.*timeout="
        ) as caught:
            await driver.run(call(server.url, timeout=0.1, is_submit=is_submit))
        assert caught.value.retry_safe
        assert server.requests == MAX_CONNECTIONS
        server.open.set()
        await asyncio.gather(*calls)


@each_library
async def test_an_injected_client_has_its_own_limits(library: Any) -> None:
    count = MAX_CONNECTIONS + 10
    limits = library.Limits(max_connections=count)
    async with (
        running(count) as server,
        library.AsyncClient(limits=limits, trust_env=False) as http,
        driving(http) as driver,
    ):
        calls = [asyncio.ensure_future(driver.run(call(server.url))) for _ in range(count)]
        await asyncio.wait_for(server.enough.wait(), 20)
        server.open.set()
        await asyncio.gather(*calls)
    assert server.connections == count


async def test_who_is_cancelled_while_waiting_takes_no_connection() -> None:
    """Also at the very moment when one is given."""
    async with running() as server, driving() as driver:
        first = [
            asyncio.ensure_future(driver.run(call(server.url))) for _ in range(MAX_CONNECTIONS)
        ]
        await asyncio.wait_for(server.enough.wait(), 20)
        waiting = [asyncio.ensure_future(driver.run(call(server.url))) for _ in range(20)]
        await asyncio.sleep(0.05)
        for task in waiting[::2]:
            task.cancel()
        server.open.set()
        await asyncio.gather(*first)
        for task in waiting[1:6:2]:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        more = [driver.run(call(server.url, timeout=5)) for _ in range(2 * MAX_CONNECTIONS)]
        assert len(await asyncio.gather(*more)) == 2 * MAX_CONNECTIONS
