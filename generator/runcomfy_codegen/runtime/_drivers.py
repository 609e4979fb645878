"""Two drivers that run a flow: one blocks, one awaits. All real I/O of the SDK happens here."""

from __future__ import annotations

import asyncio
import inspect
import math
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing, closing
from dataclasses import replace
from functools import cache
from typing import Any, Generic, TypeVar

import anyio
import httpx

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
)
from ._text import shorten
from .errors import ConfigurationError, TransportError

T = TypeVar("T")
HttpClientT = TypeVar("HttpClientT", httpx.Client, httpx.AsyncClient)

CONNECT_TIMEOUT = 10.0  # seconds (API.md section 8)
MAX_REPLY = 64 * 2**20  # bytes: the API's replies are small, a bigger one is a fault
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100)

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
_AWAITS_REPLY = "http11.receive_response_headers.started"  # an event of httpx's `trace` extension
_HTTP_ERRORS = (httpx.HTTPError, httpx.InvalidURL, UnicodeError)


@cache
def _tls(trust_env: bool) -> ssl.SSLContext:
    # Loading the certificates takes longer than a request: once for all clients.
    return httpx.create_ssl_context(trust_env=trust_env)


def _failure(call: Call, error: Exception) -> TransportError:
    kind = next(kind for kind, causes in _FAILURES if isinstance(error, causes))
    text = shorten(str(error)) or type(error).__name__  # it may repeat what the server sent
    return kind(f"{_target(call)}: {text}", retry_safe=kind is NeverSent)


def _target(call: Call) -> str:
    # Method and host only: a URL may be signed, headers hold the token.
    try:
        return f"{call.method} {httpx.URL(call.url).host}"
    except (httpx.InvalidURL, UnicodeError):
        return f"{call.method} (invalid URL)"


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


class _Collector:
    """A reply's content, bounded in time and size: httpx bounds only each single read.

    A body may take longer to send than its reply may take to come: its sending does not count.
    """

    def __init__(self, call: Call, seconds: float) -> None:
        self._call = call
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds if call.content is None else math.inf
        self._size = 0
        self._chunks: list[bytes] = []

    def begin(self, reply: Reply) -> None:
        """The head has come; its status does not matter here: error bodies are wanted too."""
        self._deadline = min(self._deadline, time.monotonic() + self._seconds)

    def add(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > MAX_REPLY:
            raise NoReply(f"{_target(self._call)}: the reply is larger than {MAX_REPLY} bytes")
        if time.monotonic() > self._deadline:
            raise NoReplyInTime(f"{_target(self._call)}: the reply did not end in time")

    def complete(self, reply: Reply) -> Reply:
        return Reply(reply.status, reply.headers, b"".join(self._chunks))


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
        self._owned: dict[bool, HttpClientT] = {}  # by whether it is the foreign one
        self._lock = threading.Lock()
        self._closed = False

    def _client(self, foreign: bool) -> HttpClientT:
        if self._closed or (self._injected is not None and self._injected.is_closed):
            raise ConfigurationError("the client is closed: make a new one", retry_safe=True)
        if self._injected is not None and not foreign:
            return self._injected
        with self._lock:
            if foreign not in self._owned:
                # Foreign: no proxy, so that the address that was checked is the one connected to.
                trust_env = self._trust_env and not foreign
                self._owned[foreign] = self._http_type(
                    trust_env=trust_env, verify=_tls(trust_env), limits=LIMITS
                )
            return self._owned[foreign]

    def _seconds(self, call: Call) -> float:
        return self._timeout if call.timeout is None else call.timeout

    def _request(self, client: httpx.Client | httpx.AsyncClient, call: Call) -> httpx.Request:
        seconds = self._seconds(call)
        return client.build_request(
            call.method,
            call.url,
            headers=dict(call.headers),
            content=call.content,
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_TIMEOUT)),
            extensions=dict(call.extensions),
        )


class SyncDriver(_Driver[httpx.Client]):
    """Runs flows with blocking I/O; safe to share between threads.

    timeout: seconds for each exchange that sets none itself; a reply's head that drips in can
    outlast it, since httpx bounds each blocking read alone (`AsyncDriver` has no such limit).
    http_client: used for the API's calls.
    trust_env: whether the API is reached through the proxies and certificates that variables name.
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
                client = self._client(effect.foreign)
                body = _Collector(effect, self._seconds(effect))
                return body.complete(self._exchange(client, effect, body.begin, body.add))
            case Fetch(call, on_reply, on_chunk):
                client = self._client(call.foreign)
                return self._exchange(client, call, on_reply, on_chunk)
            case Sleep(seconds):
                return time.sleep(seconds)
            case Resolve(host, port):
                return _resolve(host, port)
            case Invoke(function, argument):
                return function(argument)
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    def _exchange(
        self,
        client: httpx.Client,
        call: Call,
        on_reply: Callable[[Reply], None],
        on_chunk: Callable[[bytes], None],
    ) -> Reply:
        try:
            request = self._request(client, call)
            with closing(client.send(request, stream=True, follow_redirects=False)) as response:
                reply = Reply(response.status_code, _headers(response))
                on_reply(reply)
                for chunk in response.iter_bytes():
                    on_chunk(chunk)
        except _HTTP_ERRORS as error:
            raise _failure(call, error) from error
        return reply


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
                client = self._client(call.foreign)
                return await self._exchange(client, call, on_reply, on_chunk)
            case Sleep(seconds):
                return await asyncio.sleep(seconds)
            case Resolve(host, port):
                return await asyncio.to_thread(_resolve, host, port)
            case Invoke(function, argument):
                result = function(argument)
                return await result if inspect.isawaitable(result) else result
            case _:
                raise TypeError(f"not an effect: {effect!r}")

    async def _call(self, call: Call) -> Reply:
        client, seconds = self._client(call.foreign), self._seconds(call)
        body = _Collector(call, seconds)
        # As in _Collector, and for the head too: the time of a body's call begins when it is sent.
        limit = seconds if call.content is None else math.inf
        with anyio.move_on_after(limit) as scope:

            async def trace(event: str, info: Mapping[str, Any]) -> None:
                # CONNECT belongs to a proxy's tunnel, through which the body is sent later.
                if event == _AWAITS_REPLY and info["request"].method != b"CONNECT":
                    scope.deadline = min(scope.deadline, anyio.current_time() + seconds)

            traced = replace(call, extensions={**call.extensions, "trace": trace})
            return body.complete(await self._exchange(client, traced, body.begin, body.add))
        raise NoReplyInTime(f"{_target(call)}: the reply did not end in time")

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
                async for chunk in response.aiter_bytes():
                    on_chunk(chunk)
        except _HTTP_ERRORS as error:
            raise _failure(call, error) from error
        return reply
