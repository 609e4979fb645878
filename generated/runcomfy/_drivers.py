"""Two drivers that run a flow: one blocks, one awaits. All real I/O of the SDK happens here."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import math
import socket
import ssl
import threading
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import replace
from functools import cache
from typing import Any, Generic, TypeVar, cast

import anyio
import httpx

from ._bounded_reads import bound_reads, bounded
from ._collector import Collector, target_of
from ._effects import (
    Call,
    Fetch,
    Flow,
    Invoke,
    NeverSent,
    NoReply,
    NoReplyInTime,
    Reply,
    Resolve,
    Sleep,
    Together,
)
from ._permits import Permits
from ._text import shorten
from .errors import ConfigurationError, TransportError

T = TypeVar("T")
HttpClientT = TypeVar("HttpClientT", httpx.Client, httpx.AsyncClient)

CONNECT_TIMEOUT = 10.0  # seconds (API.md section 8)
MAX_CONNECTIONS = 50  # 1,000 jobs that are asked about every 5 s, at a quarter of a second each
LIMITS = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS)
FRESH_LIMITS = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=0)

_DEFAULT_HEADERS = {"accept-encoding": "gzip, deflate", "connection": "keep-alive"}

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
            httpx.InvalidURL,
            UnicodeError,  # a host name that DNS cannot hold
        ),
    ),
    (NoReplyInTime, (httpx.TimeoutException,)),
    (NoReply, (httpx.HTTPError,)),
)
# Events of httpx's `trace` extension.
_AWAITS_REPLY = {f"{each}.receive_response_headers.started" for each in ("http11", "http2")}
_HTTP_ERRORS = (httpx.HTTPError, httpx.InvalidURL, UnicodeError)


HAS_HTTP2 = importlib.util.find_spec("h2") is not None  # the extra `http2`


@cache
def _tls() -> ssl.SSLContext:
    # Loading the certificates takes longer than a request: once for all clients.
    return httpx.create_ssl_context()


def _failure(call: Call, error: Exception) -> TransportError:
    kind = next(kind for kind, causes in _FAILURES if isinstance(error, causes))
    text = shorten(call.redact(str(error)))  # it may repeat what the server sent
    return kind(f"{target_of(call)}: {text or type(error).__name__}", retry_safe=kind is NeverSent)


def _cause(call: Call, error: Exception) -> Exception | None:
    """The error, unless a traceback would show the token in it."""
    return error if call.redact(str(error)) == str(error) else None


def _awaits_reply(event: str, info: Mapping[str, Any]) -> bool:
    # CONNECT belongs to a proxy's tunnel, through which the body is sent later.
    return event in _AWAITS_REPLY and info["request"].method != b"CONNECT"


def _traced(call: Call, trace: Callable[[str, Mapping[str, Any]], Any]) -> Call:
    if call.content is None:
        return call  # its time runs already
    return replace(call, extensions={**call.extensions, "trace": trace})


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _resolve(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NeverSent(f"{host}: {error}", retry_safe=True) from error
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class _Driver(Generic[HttpClientT]):
    """Two httpx clients, made when first needed: the API's, and a foreign one that has no token."""

    def __init__(
        self,
        http_type: type[HttpClientT],
        timeout: float,
        http_client: HttpClientT | None,
        trust_env: bool,
    ) -> None:
        self._http_type: type[HttpClientT] = http_type
        self._timeout = timeout
        self._trust_env = trust_env
        self._injected: HttpClientT | None = http_client
        self._owned: dict[tuple[bool, bool], HttpClientT] = {}  # by whether foreign and fresh
        self._lock = threading.Lock()
        self._closed = False

    def _client(self, call: Call) -> HttpClientT:
        if self._closed or (self._injected is not None and self._injected.is_closed):
            raise ConfigurationError("the client is closed: make a new one", retry_safe=True)
        if self._injected is not None and not call.foreign:
            return self._injected
        key = call.foreign, call.fresh
        with self._lock:
            if key not in self._owned:
                self._owned[key] = self._new_client(call)
            return self._owned[key]

    def _new_client(self, call: Call) -> HttpClientT:
        return self._http_type(
            # Foreign: no proxy, so that the address that was checked is the one connected to.
            trust_env=self._trust_env and not call.foreign,
            verify=_tls(),
            http2=HAS_HTTP2 and not call.foreign,
            limits=FRESH_LIMITS if call.fresh else LIMITS,
        )

    def _seconds(self, call: Call) -> float:
        return self._timeout if call.timeout is None else call.timeout

    def _request(self, client: httpx.Client | httpx.AsyncClient, call: Call) -> httpx.Request:
        seconds = self._seconds(call)
        timeout = httpx.Timeout(seconds, connect=min(seconds, CONNECT_TIMEOUT))
        extensions = {**call.extensions, "timeout": timeout.as_dict()}
        if client is self._injected:
            return client.build_request(
                call.method,
                call.url,
                headers=dict(call.headers),
                content=call.content,
                extensions=extensions,
            )
        # Our own clients have no settings to merge, which would take a tenth of an exchange.
        headers = {**_DEFAULT_HEADERS, **call.headers}
        return httpx.Request(
            call.method, call.url, headers=headers, content=call.content, extensions=extensions
        )


class SyncDriver(_Driver[httpx.Client]):
    """Runs flows with blocking I/O; safe to share between threads.

    timeout: seconds for each exchange that sets none itself; on an injected http_client, a reply's
    head that drips in can outlast it, since httpx bounds each blocking read alone.
    http_client: used for the API's calls.
    trust_env: whether the API is reached through the proxies that variables name.
    """

    def __init__(
        self, timeout: float, http_client: httpx.Client | None = None, *, trust_env: bool = True
    ) -> None:
        super().__init__(httpx.Client, timeout, http_client, trust_env)

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
        """Closes what this driver opened; an injected httpx client stays open. May be repeated."""
        self._closed = True
        for client in self._owned.values():
            client.close()

    def _perform(self, effect: Any) -> Any:
        match effect:
            case Call():
                return self._exchange(effect, Collector(effect, self._seconds(effect)))
            case Sleep(seconds):
                return time.sleep(seconds)
            case Resolve(host, port):
                return _resolve(host, port)
            case Invoke(function, argument):
                return function(argument)
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    def _new_client(self, call: Call) -> httpx.Client:
        client = super()._new_client(call)
        bound_reads(client)
        return client

    def _exchange(self, call: Call, body: Collector) -> Reply:
        client = self._client(call)

        def trace(event: str, info: Mapping[str, Any]) -> None:
            if _awaits_reply(event, info):
                body.await_reply()

        try:
            request = self._request(client, _traced(call, trace))
            with (
                bounded(body.left),
                closing(client.send(request, stream=True, follow_redirects=False)) as response,
            ):
                reply = Reply(response.status_code, _headers(response))
                body.begin(reply)
                for chunk in response.iter_bytes():
                    body.add(chunk)
        except _HTTP_ERRORS as error:
            raise _failure(call, error) from _cause(call, error)
        return body.complete(reply)


class AsyncDriver(_Driver[httpx.AsyncClient]):
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
        super().__init__(httpx.AsyncClient, timeout, http_client, trust_env)
        self._permits: dict[httpx.AsyncClient, Permits] = {}

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
        """Closes what this driver opened; an injected httpx client stays open. May be repeated."""
        self._closed = True
        for client in self._owned.values():
            await client.aclose()

    async def _perform(self, effect: Any) -> Any:
        match effect:
            case Call():
                return await self._call(effect)
            case Fetch(call, on_reply, on_chunk):
                client = self._client(call)
                return await self._exchange(client, call, on_reply, on_chunk)
            case Together(flows, limit):
                return await self._together(flows, asyncio.Semaphore(limit))
            case Sleep(seconds):
                return await asyncio.sleep(seconds)
            case Resolve(host, port):
                return await asyncio.to_thread(_resolve, host, port)
            case Invoke(function, argument):
                result = function(argument)
                return await result if inspect.isawaitable(result) else result
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    def _new_client(self, call: Call) -> httpx.AsyncClient:
        client = super()._new_client(call)
        self._permits[client] = Permits(MAX_CONNECTIONS)
        return client

    async def _together(self, flows: Sequence[Flow[Any]], permits: asyncio.Semaphore) -> list[Any]:
        async def permitted(flow: Flow[Any]) -> Any:
            async with permits:
                return await self.run(flow)

        outcomes = await asyncio.gather(*map(permitted, flows), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return outcomes

    async def _call(self, call: Call) -> Reply:
        client, seconds = self._client(call), self._seconds(call)
        permits = self._permits.get(client)
        if permits is None:  # injected: its limits are its owner's
            return await self._in_time(client, call, seconds)
        try:
            async with permits.one(seconds if call.patience is None else call.patience) as left:
                # A submit has its whole time for the reply: what ends too early may be charged.
                limit = min(seconds, left) if call.content is None else seconds
                return await self._in_time(client, call, limit)
        except httpx.PoolTimeout as error:
            raise _failure(call, error) from error

    async def _in_time(self, client: httpx.AsyncClient, call: Call, seconds: float) -> Reply:
        body = Collector(call, seconds)
        # As in Collector, and for the head too: the time of a body's call begins when it is sent.
        limit = seconds if call.content is None else math.inf
        with anyio.move_on_after(limit) as scope:

            async def trace(event: str, info: Mapping[str, Any]) -> None:
                if _awaits_reply(event, info):
                    scope.deadline = min(scope.deadline, anyio.current_time() + seconds)

            traced = _traced(call, trace)
            return body.complete(await self._exchange(client, traced, body.begin, body.add))
        raise NoReplyInTime(f"{target_of(call)}: the reply did not end in time")

    async def _exchange(
        self,
        client: httpx.AsyncClient,
        call: Call,
        on_reply: Callable[[Reply], None],
        on_chunk: Callable[[bytes], None],
    ) -> Reply:
        try:
            request = self._request(client, call)
            sent = await client.send(request, stream=True, follow_redirects=False)
            async with aclosing(sent) as response:
                reply = Reply(response.status_code, _headers(response))
                on_reply(reply)
                # Closed here: left to the event loop, it would be closed by a task of its own.
                pieces = cast("AsyncGenerator[bytes, None]", response.aiter_bytes())
                async with aclosing(pieces) as chunks:
                    async for chunk in chunks:
                        on_chunk(chunk)
        except _HTTP_ERRORS as error:
            raise _failure(call, error) from _cause(call, error)
        return reply
