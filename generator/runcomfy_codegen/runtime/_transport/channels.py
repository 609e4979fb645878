"""The two ways of a call: over connections of our own, or over an HTTP client of the user's."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    aclosing,
    asynccontextmanager,
    closing,
    contextmanager,
)
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import httpx

from .decoding import ACCEPTED
from .effects import Call, NeverSent, Reply
from .libraries import AsyncHttpClient, HttpClient, library_of
from .routes import AsyncTransport, ServerRoute, Transport, target_of

_SLICE = 2**17  # bytes of a large body
CONNECT_TIMEOUT = 10.0  # seconds, as the official clients have it
Trace = Callable[[str, Mapping[str, Any]], Any]

# An injected client's auth= would replace the token, and its flow could post a submit again.
_SEND: Mapping[str, Any] = {"stream": True, "follow_redirects": False, "auth": None}


@lru_cache(maxsize=64)  # a job is asked about many times
def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url)


def url_of(call: Call) -> httpx.URL:
    """Read the URL of a call. Raises NeverSent."""
    try:
        return _parsed(call.url)
    except (httpx.InvalidURL, ValueError) as error:
        raise NeverSent(f"the URL is invalid: {error}", retry_safe=True) from error


@dataclass(frozen=True)
class Sending:
    """A call as it is handed to an HTTP library. `trace` takes the events of the exchange."""

    call: Call
    url: httpx.URL
    seconds: float
    trace: Trace | None = None

    def for_httpcore(self) -> dict[str, Any]:
        """Write it as the arguments of `stream`."""
        return {
            "method": self.call.method,
            "url": target_of(self.url),
            "headers": {"accept-encoding": ACCEPTED, **self.call.headers},
            "content": self.call.content,
            "extensions": self._extensions(),
        }

    def for_async_httpcore(self) -> dict[str, Any]:
        """Write it as the arguments of an async `stream`, which hands a large body on in slices."""
        arguments = self.for_httpcore()
        content = self.call.content
        if content is not None and len(content) > _SLICE:
            arguments["headers"]["content-length"] = str(len(content))
            arguments["content"] = _Slices(content)
        return arguments

    def built_by(self, client: Any) -> Any:
        """Write it as a request of a user's client, with the settings of that client."""
        return client.build_request(
            self.call.method,
            self.url if library_of(client) is httpx else str(self.url),
            headers={"accept-encoding": ACCEPTED, **self.call.headers},
            content=self.call.content,
            extensions=self._extensions(),
        )

    def _extensions(self) -> dict[str, Any]:
        seconds = self.seconds
        connect = min(seconds, CONNECT_TIMEOUT)
        timeouts = {"connect": connect, "read": seconds, "write": seconds, "pool": seconds}
        extensions = {**self.call.extensions, "timeout": timeouts}
        # Only a submit has to know how far it came.
        if self.trace and self.call.content is not None:
            extensions["trace"] = self.trace
        return extensions


class _Slices:
    """A large body for asyncio: handed over in one piece, it is copied while the event loop waits."""

    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), _SLICE):
            yield bytes(self._content[start : start + _SLICE])

    async def aclose(self) -> None:
        """Do nothing: it holds nothing open."""


@cache
def _slices_for(library: Any) -> Any:
    """Return the `_Slices` that a client of a library takes."""
    return type("Slices", (_Slices, library.AsyncByteStream), {})


class Channel:
    """Blocking calls over connections of our own."""

    is_own = True

    def __init__(self, route: ServerRoute) -> None:
        self._transport = Transport(route)

    def lease(self, url: httpx.URL, seconds: float) -> AbstractContextManager[Any]:
        """Wait for a connection. Raises httpcore.PoolTimeout."""
        return self._transport.lease(url, seconds)

    @contextmanager
    def stream(self, connection: Any, sending: Sending) -> Generator[tuple[Reply, Iterator[bytes]]]:
        """Send a call, and give the head of its reply and the content as it arrives."""
        with connection.stream(**sending.for_httpcore()) as response:
            yield Reply(response.status, _headers(response.headers)), response.iter_stream()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class AsyncChannel:
    """Async calls over connections of our own."""

    is_own = True

    def __init__(self, route: ServerRoute) -> None:
        self._transport = AsyncTransport(route)

    def lease(self, url: httpx.URL, seconds: float) -> AbstractAsyncContextManager[Any]:
        """Wait for a connection. Raises httpcore.PoolTimeout."""
        return self._transport.lease(url, seconds)

    @asynccontextmanager
    async def stream(
        self, connection: Any, sending: Sending
    ) -> AsyncGenerator[tuple[Reply, AsyncIterator[bytes]]]:
        """Do what `Channel.stream` does."""
        async with (
            connection.stream(**sending.for_async_httpcore()) as response,
            # Closed here: left to the event loop, it would be closed by a task of its own.
            aclosing(response.aiter_stream()) as chunks,
        ):
            yield Reply(response.status, _headers(response.headers)), chunks

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


class InjectedChannel:
    """Blocking calls through an HTTP client of the user's, which stays open."""

    is_own = False

    def __init__(self, client: HttpClient) -> None:
        self.client = client

    @contextmanager
    def lease(self, url: httpx.URL, seconds: float) -> Generator[Any]:
        """Wait for nothing: the limits are those of the client."""
        yield self.client

    @contextmanager
    def stream(self, connection: Any, sending: Sending) -> Generator[tuple[Reply, Iterator[bytes]]]:
        """Do what `Channel.stream` does."""
        request = sending.built_by(connection)
        with closing(connection.send(request, **_SEND)) as response:
            if response.is_stream_consumed:  # a hook has read it
                yield _reply(response, is_decoded=True), iter([response.content])
            else:
                yield _reply(response), response.iter_raw()


class AsyncInjectedChannel:
    """Async calls through an HTTP client of the user's, which stays open."""

    is_own = False

    def __init__(self, client: AsyncHttpClient) -> None:
        self.client = client

    @asynccontextmanager
    async def lease(self, url: httpx.URL, seconds: float) -> AsyncGenerator[Any]:
        """Wait for nothing: the limits are those of the client."""
        yield self.client

    @asynccontextmanager
    async def stream(
        self, connection: Any, sending: Sending
    ) -> AsyncGenerator[tuple[Reply, AsyncIterator[bytes]]]:
        """Do what `Channel.stream` does."""
        request = sending.built_by(connection)
        content = sending.call.content
        if content is not None and len(content) > _SLICE:
            slices = _slices_for(library_of(connection))
            request.stream = slices(content)  # hooks still see `request.content`
        async with aclosing(await connection.send(request, **_SEND)) as response:
            if response.is_stream_consumed:
                yield _reply(response, is_decoded=True), _once(response.content)
            else:
                async with aclosing(response.aiter_raw()) as chunks:
                    yield _reply(response), chunks


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Read the headers of a reply; those of one name become one."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _reply(response: Any, *, is_decoded: bool = False) -> Reply:
    headers = _headers(response.headers.raw)
    if is_decoded:
        headers.pop("content-encoding", None)
    return Reply(response.status_code, headers)
