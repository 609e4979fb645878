"""Sockets as httpcore asks for them: names are looked up in time, and all waiting ends together."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import httpcore

from .dns import resolve, resolve_async
from .retry import Deadline

MAX_SECONDS = 10.0**6  # a socket takes no timeout of over 2**31 milliseconds
_HEAD_START = 0.25  # seconds before the next address is tried beside one that does not answer

_LOOK_UP = 0.25  # seconds between two looks whether somebody still waits for a read

_check: ContextVar[Callable[[], None] | None] = ContextVar("_check", default=None)
_left: ContextVar[Callable[[], float] | None] = ContextVar("_left", default=None)


@contextmanager
def bounded(left: Callable[[], float]) -> Generator[None]:
    """End every wait of this thread within the block when no seconds are left.

    Each read of a socket has a timeout of its own, so a reply that drips in would have no end.
    """
    token = _left.set(left)
    try:
        yield
    finally:
        _left.reset(token)


@contextmanager
def checked(check: Callable[[], None] | None) -> Generator[None]:
    """Call a function every moment while this thread waits for a read within the block.

    What it raises ends the read, and with it the connection: no other thread can end a read safely.
    check: None lets reads end by themselves.
    """
    token = _check.set(check)
    try:
        yield
    finally:
        _check.reset(token)


def current_check() -> Callable[[], None] | None:
    """Return the function that is called while this thread waits for a read."""
    return _check.get()


def _within(timeout: float | None, error: type[Exception]) -> float:
    """Return the shorter of a timeout and the time left. Raises the error if none is left."""
    left = _left.get()
    seconds = left() if left else math.inf
    if seconds <= 0:
        raise error("it did not end in time")
    return min(seconds, MAX_SECONDS if timeout is None else timeout, MAX_SECONDS)


class Network(httpcore.NetworkBackend):
    """A backend of blocking sockets. It remembers open ones: an interrupted library may forget one."""

    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()
        self._open = set[_Stream]()

    def close(self) -> None:
        """Close what is still open."""
        for stream in [*self._open]:
            stream.close()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Try the addresses of the host in turn."""
        deadline = Deadline(_within(timeout, httpcore.ConnectTimeout))
        try:
            addresses = resolve(host, port, deadline.left())
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from None
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from None
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for at, address in enumerate(addresses):
            # One that does not answer leaves the others their part of the time.
            seconds = max(deadline.left() / (len(addresses) - at), 0.001)
            try:
                stream = self._sockets.connect_tcp(
                    address, port, seconds, local_address, socket_options
                )
                return _Stream(stream, self._open)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def sleep(self, seconds: float) -> None:
        self._sockets.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, opened: set[_Stream]) -> None:
        self._stream = stream
        self._opened = opened
        opened.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds, check = _within(timeout, httpcore.ReadTimeout), _check.get()
        if check is None:
            return self._stream.read(max_bytes, seconds)
        deadline = Deadline(seconds)
        while True:
            left = deadline.left()
            try:
                return self._stream.read(max_bytes, min(max(left, 0.0), _LOOK_UP))
            except httpcore.ReadTimeout:
                if left <= _LOOK_UP:
                    raise
            check()

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._opened.discard(self)
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = _within(timeout, httpcore.ConnectTimeout)
        secured = self._stream.start_tls(ssl_context, server_hostname, seconds)
        self._opened.discard(self)
        return _Stream(secured, self._opened)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class AsyncNetwork(httpcore.AsyncNetworkBackend):
    """Sockets of asyncio, remembered like those of `Network`."""

    def __init__(self) -> None:
        self._sockets: Any = httpcore.AnyIOBackend()
        self._open = set[_AsyncStream]()

    async def aclose(self) -> None:
        """Close what is still open."""
        for stream in [*self._open]:
            await stream.aclose()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        """Try the addresses of the host one beside the other (RFC 8305)."""
        deadline = Deadline(_within(timeout, httpcore.ConnectTimeout))
        try:
            addresses = await resolve_async(host, port, deadline.left())
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from None
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from None

        async def connect(address: str) -> httpcore.AsyncNetworkStream:
            seconds = max(deadline.left(), 0.001)
            stream = await self._sockets.connect_tcp(
                address, port, seconds, local_address, socket_options
            )
            return _AsyncStream(stream, self._open)

        if len(addresses) == 1:
            return await connect(addresses[0])
        return await _first([*map(connect, addresses)], host)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream, opened: set[_AsyncStream]) -> None:
        self._stream = stream
        self._opened = opened
        opened.add(self)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        self._opened.discard(self)
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        secured = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        self._opened.discard(self)
        return _AsyncStream(secured, self._opened)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


async def _first(attempts: Sequence[Any], host: str) -> httpcore.AsyncNetworkStream:
    """Return the first connection that is made; start the next attempt when one fails or hesitates."""
    waiting, under_way = list(attempts), set[asyncio.Task[httpcore.AsyncNetworkStream]]()
    failure: BaseException = httpcore.ConnectError(f"{host} has no address")
    try:
        while waiting or under_way:
            if waiting:
                under_way.add(asyncio.ensure_future(waiting.pop(0)))
            ended, under_way = await asyncio.wait(
                under_way,
                timeout=_HEAD_START if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in ended:
                if task.exception() is None:
                    under_way |= ended - {task}
                    return task.result()
                failure = task.exception() or failure
        raise failure
    finally:
        for attempt in waiting:
            attempt.close()
        await _closed(under_way)


async def _closed(tasks: set[asyncio.Task[httpcore.AsyncNetworkStream]]) -> None:
    """End the attempts that were not needed, and close what they opened."""
    for task in tasks:
        task.cancel()
    for end in await asyncio.gather(*tasks, return_exceptions=True):
        if not isinstance(end, BaseException):
            with suppress(Exception):
                await end.aclose()
