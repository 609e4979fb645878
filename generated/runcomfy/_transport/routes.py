# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Our own way to a server: routes with their proxies and certificates, and the connections on them."""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Hashable
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import anyio
import httpcore
import httpx

from .._base.forks import NoFork
from .._base.text import shorten
from ..errors import ConfigurationError
from .network import MAX_SECONDS, AsyncNetwork, Network
from .pool import KEPT_SECONDS, Lease, Pool
from .proxies import proxy_for
from .retry import Deadline

MAX_CONNECTIONS = 50  # 1,000 jobs that are asked about every 5 s, at a quarter of a second each
_LOOK_UP = 0.5  # seconds between two looks for a connection whose user was interrupted


@cache
def tls(http2: bool) -> ssl.SSLContext:
    """Load the certificates, which takes longer than a request, once for all clients.

    Two contexts, as httpcore writes the protocols to offer into it with each connection.
    """
    with NoFork():  # OpenSSL has locks of its own
        return httpx.create_ssl_context()


@dataclass(frozen=True)
class ServerRoute:
    """The route of calls of one kind to their servers.

    Attributes:
        trust_env: Whether they go through the proxies of the environment.
        http2: Whether HTTP/2 is spoken where the server can.
        is_kept: Whether a connection serves more than one call.
    """

    trust_env: bool
    http2: bool
    is_kept: bool

    def pool(self) -> Pool[Any]:
        """Make the pool of its connections."""
        if self.http2:
            _silence_hpack()
        return Pool(
            streams=MAX_CONNECTIONS if self.http2 else 1,
            limit=MAX_CONNECTIONS,
            is_kept=self.is_kept,
        )


class Connector:
    """A connection of httpcore, with the sockets that were opened for it."""

    def __init__(self, make: Callable[..., Any], network: Any) -> None:
        self._network = network
        self._pool = make(network_backend=network)

    def stream(self, **request: Any) -> Any:
        """Send a request, as httpcore does it."""
        return self._pool.stream(**request)

    def close(self) -> None:
        """Close it, with the sockets that httpcore forgot."""
        with suppress(RuntimeError):  # httpcore 1.0.0, of an exchange that was interrupted
            self._pool.close()
        self._network.close()

    async def aclose(self) -> None:
        """Do what `close` does."""
        with suppress(RuntimeError):
            await self._pool.aclose()
        await self._network.aclose()


class Connectors:
    """A maker of connections over blocking or async I/O."""

    def __init__(
        self, route: ServerRoute, network: type[Network | AsyncNetwork], *, is_async: bool
    ) -> None:
        self._route = route
        self._network = network
        self._direct: Any = httpcore.AsyncConnectionPool if is_async else httpcore.ConnectionPool
        self._http: Any = httpcore.AsyncHTTPProxy if is_async else httpcore.HTTPProxy
        self._socks: Any = httpcore.AsyncSOCKSProxy if is_async else httpcore.SOCKSProxy
        self._known: dict[Hashable, Callable[[], Any]] = {}
        self._settings = {
            "max_connections": MAX_CONNECTIONS if route.http2 else 1,
            "keepalive_expiry": KEPT_SECONDS,
            "http2": route.http2,
        }

    def to(self, url: httpx.URL) -> tuple[Hashable, Callable[[], Any]]:
        """Give the target of a URL, and what makes a connection to it. Raises ConfigurationError."""
        target = (url.scheme, url.host, url.port)
        if target not in self._known:
            self._known[target] = self._connect_to(url)
        make = self._known[target]
        return target, lambda: Connector(make, self._network())

    def _connect_to(self, url: httpx.URL) -> Callable[[], Any]:
        try:
            is_tls = url.scheme == "https"
            settings: dict[str, Any] = {
                **self._settings,
                **({"ssl_context": tls(self._route.http2)} if is_tls else {}),
            }
            proxy = proxy_for(url) if self._route.trust_env else None
            if proxy is None:
                return partial(self._direct, **settings)
            settings["proxy_auth"] = proxy.raw_auth
            if proxy.url.scheme.startswith("socks"):
                connect = partial(self._socks, target_of(proxy.url), **settings)
            else:
                certificates = tls(False) if proxy.url.scheme == "https" else None
                settings["proxy_ssl_context"] = certificates
                connect = partial(self._http, target_of(proxy.url), **settings)
            connect()  # shows whether it works; nothing is opened yet
        except (ImportError, OSError, ValueError, RuntimeError, httpx.InvalidURL) as error:
            raise ConfigurationError(
                "no connection can be made with the proxies (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY) and "
                f"certificates (SSL_CERT_FILE, SSL_CERT_DIR) of the environment: {shorten(str(error))}",
                retry_safe=True,
            ) from error
        return connect


def target_of(url: httpx.URL) -> httpcore.URL:
    """Write a URL as httpcore takes it."""
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _silence_hpack() -> None:
    """Keep the header compression of HTTP/2 from logging the headers, and with them the token."""
    for name in ("hpack.hpack", "hpack.table"):
        logger = logging.getLogger(name)
        if _is_no_detail not in logger.filters:
            logger.addFilter(_is_no_detail)


def _is_no_detail(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


class Transport:
    """The connections of one route, for blocking calls of several threads."""

    def __init__(self, route: ServerRoute) -> None:
        self._pool = route.pool()
        self._connectors = Connectors(route, Network, is_async=False)
        self._freed = threading.Condition()

    @contextmanager
    def lease(self, url: httpx.URL, seconds: float) -> Generator[Connector]:
        """Use a connection within the block. seconds: to wait for one. Raises httpcore.PoolTimeout."""
        lease, is_whole = self._take(url, seconds), False
        try:
            yield lease.connector
            is_whole = True
        finally:
            with self._freed:
                self._pool.give_back(lease, is_whole=is_whole)
                discarded = self._pool.discarded()
                self._freed.notify()
            for connector in discarded:
                connector.close()

    def _take(self, url: httpx.URL, seconds: float) -> Lease[Any]:
        deadline = Deadline(min(seconds, MAX_SECONDS))
        target, connect = self._connectors.to(url)  # may load certificates: not under the lock
        with self._freed:
            while (lease := self._pool.take(target, connect)) is None:
                left = deadline.left()
                if left <= 0:
                    raise busy(seconds)
                self._freed.wait(min(left, _LOOK_UP))
            return lease

    def close(self) -> None:
        """Close all connections, those that are in use when their exchange ends."""
        with self._freed:
            connectors = self._pool.close()
        for connector in connectors:
            connector.close()


class AsyncTransport:
    """The connections of one route, within one event loop."""

    def __init__(self, route: ServerRoute) -> None:
        self._pool = route.pool()
        self._connectors = Connectors(route, AsyncNetwork, is_async=True)
        self._free = asyncio.Semaphore(MAX_CONNECTIONS)  # given in the order of asking

    @asynccontextmanager
    async def lease(self, url: httpx.URL, seconds: float) -> AsyncGenerator[Connector]:
        """Do what `Transport.lease` does."""
        is_free = False
        with anyio.move_on_after(seconds):
            is_free = await self._free.acquire()
        if not is_free:
            raise busy(seconds)
        try:
            lease, is_whole = self._pool.take(*self._connectors.to(url)), False
            assert lease is not None  # the semaphore has as many places
            try:
                yield lease.connector
                is_whole = True
            finally:
                self._pool.give_back(lease, is_whole=is_whole)
                await _close(self._pool.discarded())
        finally:
            self._free.release()

    async def close(self) -> None:
        """Do what `Transport.close` does."""
        await _close(self._pool.close())


async def _close(connectors: list[Connector]) -> None:
    with anyio.CancelScope(shield=True):
        for connector in connectors:
            await connector.aclose()


def busy(seconds: float) -> httpcore.PoolTimeout:
    """Make the error of a call that gets no connection in its time."""
    return httpcore.PoolTimeout(
        f"all {MAX_CONNECTIONS} connections were busy for {seconds:.3g} s; "
        "run fewer jobs at once, or give a longer http_timeout="
    )
