"""Two drivers that run a flow: one blocks, one awaits. All real I/O of the SDK happens here."""

from __future__ import annotations

import asyncio
import inspect
import math
import os
import socket
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
from contextlib import aclosing, closing, contextmanager
from dataclasses import replace
from typing import Any, TypeVar, cast

import anyio
import httpx

from ._bounded_reads import bound_reads, bounded
from ._collector import Collector, target_of
from ._connections import MAX_CONNECTIONS, MAX_SECONDS, Connections
from ._effects import (
    Call,
    Fetch,
    Flow,
    Invoke,
    NeverSent,
    NoReply,
    NoReplyInTime,
    Offload,
    Reply,
    Resolve,
    Sleep,
    Together,
)
from ._permits import Permits
from ._text import shorten
from ._together import run_together
from .errors import ConfigurationError, TransportError

T = TypeVar("T")

# First match wins. What is not NeverSent may have reached the server.
_FAILURES: tuple[tuple[type[TransportError], tuple[type[Exception], ...]], ...] = (
    (
        NeverSent,
        (
            httpx.ConnectError,  # refused, DNS, TLS
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.ProxyError,  # the proxy gave no tunnel
            httpx.UnsupportedProtocol,
        ),
    ),
    (NoReplyInTime, (httpx.TimeoutException,)),
    # The last two: a host name that DNS cannot hold, which may also be that of a reply's Location.
    (NoReply, (httpx.HTTPError, httpx.InvalidURL, UnicodeError)),
)
# An injected client's auth= would replace the token, and its flow could post a submit again.
_SEND: Mapping[str, Any] = {"stream": True, "follow_redirects": False, "auth": None}
_HTTP_ERRORS = (httpx.HTTPError, httpx.InvalidURL, UnicodeError)


@contextmanager
def _failures(call: Call) -> Generator[None, None, None]:
    """Errors of httpx within the block become those of a flow."""
    try:
        yield
    except _HTTP_ERRORS as error:
        if isinstance(error, httpx.RequestError):
            # Where tracebacks are pickled, its own request would take the token along.
            error.request = httpx.Request(call.method, call.url)
        raise _failure(call, error) from _cause(call, error)


def _failure(call: Call, error: Exception) -> TransportError:
    kind = next(kind for kind, causes in _FAILURES if isinstance(error, causes))
    if kind is NeverSent and call.progress.sent:
        kind = NoReply  # an injected client may have repeated it by itself
    text = shorten(call.redact(str(error)))  # it may repeat what the server sent
    return kind(f"{target_of(call)}: {text or type(error).__name__}", retry_safe=kind is NeverSent)


def _cause(call: Call, error: Exception) -> Exception | None:
    """The error, unless a traceback would show the token in it."""
    if isinstance(error, httpx.RequestError):
        # Its headers hold the token, and some pickle the causes of errors, too (tblib, for Dask).
        error.request = httpx.Request(call.method, call.url)
    return error if call.redact(str(error)) == str(error) else None


def _traced(call: Call, trace: Callable[[str, Mapping[str, Any]], Any]) -> Call:
    if call.content is None:
        return call  # a read: it may be repeated, sent or not, and its time runs already
    return replace(call, extensions={**call.extensions, "trace": trace})


def _seconds(call: Call, default: float) -> float:
    return min(default if call.timeout is None else call.timeout, MAX_SECONDS)


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _resolve(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NeverSent(f"{host}: {error}", retry_safe=True) from error
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


async def _in_thread(function: Callable[[], T]) -> T:
    """Call a function in a thread; in this one where no thread can be had any more."""
    has_begun = False

    def call() -> T:
        nonlocal has_begun
        has_begun = True
        return function()

    try:
        task = asyncio.ensure_future(asyncio.to_thread(call))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])  # the flow cleans up after it
            raise
    except RuntimeError:  # the interpreter is shutting down
        if has_begun:
            raise
    return function()


class SyncDriver:
    """Runs flows with blocking I/O; safe to share between threads.

    timeout: seconds for each exchange that sets none itself; on an injected http_client, a reply's
    head that drips in can outlast it, since httpx bounds each blocking read alone.
    http_client: used for the API's calls.
    trust_env: whether the API is reached through the proxies that variables name.
    """

    def __init__(
        self, timeout: float, http_client: httpx.Client | None = None, *, trust_env: bool = True
    ) -> None:
        self._timeout = timeout
        self._connections = Connections(httpx.Client, http_client, trust_env, bound_reads)

    def run(self, flow: Flow[T]) -> T:
        """The value that the flow returns; what it raises is raised."""
        step: Callable[[Any], Any] = flow.send
        value: Any = None
        while True:
            try:
                effect = step(value)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            finally:
                value = None  # an error that leaves here must not keep its own frames alive
            try:
                step, value = flow.send, self._perform(effect)
            except BaseException as error:  # KeyboardInterrupt too: the flow cleans up
                step, value = flow.throw, error

    def close(self) -> None:
        """Closes what this driver opened, once it is no more in use. May be repeated.

        An injected httpx client stays open.
        """
        for client in self._connections.close(os.getpid()):
            client.close()

    def _perform(self, effect: Any) -> Any:
        match effect:
            case Call():
                return self._exchange(effect)
            case Fetch():
                return self._fetch(effect)
            case Together(flows, limit):
                return run_together(flows, limit, self.run)
            case Offload(function):
                return function()
            case Sleep(seconds):
                return time.sleep(seconds)
            case Resolve(host, port):
                return _resolve(host, port)
            case Invoke(function, argument):
                return function(argument)
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    def _exchange(self, call: Call) -> Reply:
        # By process: after a fork, the parent goes on using its connections.
        home, seconds = os.getpid(), _seconds(call, self._timeout)
        client = self._connections.enter(call, home)
        try:
            return self._converse(client, call, seconds)
        finally:
            for each in self._connections.leave(home):
                each.close()

    def _fetch(self, fetch: Fetch) -> Reply:
        home, call = os.getpid(), fetch.call
        client = self._connections.enter(call, home)
        try:
            with _failures(call):
                seconds = _seconds(call, self._timeout)
                request = self._connections.request(client, call, seconds)
                with closing(client.send(request, **_SEND)) as response:
                    reply = Reply(response.status_code, _headers(response))
                    fetch.on_reply(reply)
                    for chunk in response.iter_raw():
                        fetch.on_chunk(chunk)
            return reply
        finally:
            for each in self._connections.leave(home):
                each.close()

    def _converse(self, client: httpx.Client, call: Call, seconds: float) -> Reply:
        body = Collector(call, seconds)
        with _failures(call), bounded(body.left):
            request = self._connections.request(client, _traced(call, body.follow), seconds)
            with closing(client.send(request, **_SEND)) as response:
                reply = Reply(response.status_code, _headers(response))
                body.begin(reply)
                for chunk in response.iter_bytes():
                    body.add(chunk)
        return replace(reply, content=b"".join(call.progress.chunks))


class AsyncDriver:
    """Runs flows with asyncio, within one event loop; otherwise like `SyncDriver`.

    Where a flow invokes a function of the caller that returns an awaitable, it is awaited.
    """

    def __init__(
        self,
        timeout: float,
        http_client: httpx.AsyncClient | None = None,
        *,
        trust_env: bool = True,
    ) -> None:
        self._timeout = timeout
        self._connections = Connections(httpx.AsyncClient, http_client, trust_env)
        self._permits: dict[bool, Permits] = {}  # by whether the call is fresh
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, flow: Flow[T]) -> T:
        """The value that the flow returns; what it raises is raised."""
        step: Callable[[Any], Any] = flow.send
        value: Any = None
        while True:
            try:
                effect = step(value)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            finally:
                value = None
            try:
                step, value = flow.send, await self._perform(effect)
            except BaseException as error:  # CancelledError too: the flow cleans up
                step, value = flow.throw, error

    async def aclose(self) -> None:
        """Like `SyncDriver.close`."""
        for client in self._connections.close(self._home()):
            await client.aclose()

    async def _perform(self, effect: Any) -> Any:
        match effect:
            case Call():
                return await self._call(effect)
            case Fetch():
                return await self._fetch(effect)
            case Together(flows, limit):
                return await self._together(iter(flows), limit)
            case Offload(function):
                return await _in_thread(function)
            case Sleep(seconds):
                return await asyncio.sleep(seconds)
            case Resolve(host, port):
                return await asyncio.to_thread(_resolve, host, port)
            case Invoke(function, argument):
                result = function(argument)
                return await result if inspect.isawaitable(result) else result
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    def _home(self) -> asyncio.AbstractEventLoop:
        """The event loop that is running. Raises ConfigurationError where the connections cannot work."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ConfigurationError(
                "an async client works in asyncio only", retry_safe=True
            ) from None
        if self._loop not in (None, loop) and not self._loop.is_closed():
            raise ConfigurationError(
                "this client is in use in another event loop: make a client for each one",
                retry_safe=True,
            )
        if loop is not self._loop:
            self._loop, self._permits = loop, {}
        return loop

    async def _together(self, flows: Iterator[Flow[Any]], limit: int) -> None:
        async def work() -> None:
            for flow in flows:
                await self.run(flow)

        outcomes = await asyncio.gather(*(work() for _ in range(limit)), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _fetch(self, fetch: Fetch) -> Reply:
        home, call = self._home(), fetch.call
        client = self._connections.enter(call, home)
        try:
            with _failures(call):
                request = self._connections.request(client, call, _seconds(call, self._timeout))
                async with aclosing(await client.send(request, **_SEND)) as response:
                    reply = Reply(response.status_code, _headers(response))
                    fetch.on_reply(reply)
                    # Closed here: left to the event loop, it would be closed by a task of its own.
                    pieces = cast("AsyncGenerator[bytes, None]", response.aiter_raw())
                    async with aclosing(pieces) as chunks:
                        async for chunk in chunks:
                            if (step := fetch.on_chunk(chunk)) is not None:
                                await step
            return reply
        finally:
            for each in self._connections.leave(home):
                await each.aclose()

    async def _call(self, call: Call) -> Reply:
        self._home()
        seconds = _seconds(call, self._timeout)
        # Not for an injected client, whose limits are its owner's, nor for the few foreign calls.
        if call.foreign or self._connections.injected is not None:
            return await self._in_time(call, seconds)
        permits = self._permits.setdefault(call.fresh, Permits(MAX_CONNECTIONS))
        patience = seconds if call.patience is None else call.patience
        with _failures(call):
            async with permits.one(patience) as left:
                # A submit has its whole time for the reply: what ends too early may be charged.
                limit = min(seconds, left) if call.content is None else seconds
                return await self._in_time(call, limit)

    async def _in_time(self, call: Call, seconds: float) -> Reply:
        body = Collector(call, seconds)
        # As in Collector, and for the head too: the time of a body's call begins when it is sent.
        limit = seconds if call.content is None else math.inf
        with _failures(call), anyio.move_on_after(limit) as scope:

            async def trace(event: str, info: Mapping[str, Any]) -> None:
                body.follow(event, info)
                scope.deadline = anyio.current_time() + body.left()

            traced = _traced(call, trace)
            reply = await self._exchange(traced, body.begin, body.add)
            return replace(reply, content=b"".join(call.progress.chunks))
        raise NoReplyInTime(f"{target_of(call)}: the reply did not end in time")

    async def _exchange(
        self, call: Call, on_reply: Callable[[Reply], None], on_chunk: Callable[[bytes], None]
    ) -> Reply:
        home = self._home()
        client = self._connections.enter(call, home)
        try:
            return await self._converse(client, call, on_reply, on_chunk)
        finally:
            for each in self._connections.leave(home):
                await each.aclose()

    async def _converse(
        self,
        client: httpx.AsyncClient,
        call: Call,
        on_reply: Callable[[Reply], None],
        on_chunk: Callable[[bytes], None],
    ) -> Reply:
        request = self._connections.request(client, call, _seconds(call, self._timeout))
        sent = await client.send(request, **_SEND)
        async with aclosing(sent) as response:
            reply = Reply(response.status_code, _headers(response))
            on_reply(reply)
            # Closed here: left to the event loop, it would be closed by a task of its own.
            pieces = cast("AsyncGenerator[bytes, None]", response.aiter_bytes())
            async with aclosing(pieces) as chunks:
                async for chunk in chunks:
                    on_chunk(chunk)
        return reply
