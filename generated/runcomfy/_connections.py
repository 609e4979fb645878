"""The httpx clients behind a driver: made when first needed, one for each kind of call."""

from __future__ import annotations

import importlib.util
import ssl
from collections.abc import Callable
from functools import cache
from typing import Generic, TypeVar

import httpx

from ._effects import Call, NeverSent
from ._forks import NoFork
from ._locks import ForkSafeLock
from ._text import shorten
from .errors import ConfigurationError

HttpClientT = TypeVar("HttpClientT", httpx.Client, httpx.AsyncClient)

CONNECT_TIMEOUT = 10.0  # seconds (API.md section 8)
MAX_SECONDS = 10.0**6  # of one exchange: a socket takes no timeout of over 2**31 milliseconds
MAX_CONNECTIONS = 50  # 1,000 jobs that are asked about every 5 s, at a quarter of a second each
HAS_HTTP2 = importlib.util.find_spec("h2") is not None  # the extra `http2`

_LIMITS = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS)
_FRESH_LIMITS = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=0)
_DEFAULT_HEADERS = {"accept-encoding": "gzip, deflate", "connection": "keep-alive"}


@cache
def tls(http2: bool) -> ssl.SSLContext:
    """Certificates take longer to load than a request: once for all clients.

    Two, as httpcore writes the protocols to offer into it with each connection.
    """
    with NoFork():  # OpenSSL has locks of its own
        return httpx.create_ssl_context()


class Connections(Generic[HttpClientT]):
    """The API's client, one for submits, and a foreign one that has no token.

    injected: takes the place of the first two; opened: called with each client that is made.
    """

    def __init__(
        self,
        http_type: type[HttpClientT],
        injected: HttpClientT | None,
        trust_env: bool,
        opened: Callable[[HttpClientT], object] | None = None,
    ) -> None:
        self._http_type: type[HttpClientT] = http_type
        self.injected: HttpClientT | None = injected
        self._trust_env = trust_env
        self._opened: Callable[[HttpClientT], object] | None = opened
        self._owned: dict[tuple[bool, bool], HttpClientT] = {}  # by whether foreign and fresh
        self._home: object = None
        self._in_use = 0
        self._lock = ForkSafeLock()
        self._closed = False

    def enter(self, call: Call, home: object) -> HttpClientT:
        """The client for a call, until `leave`. Raises ConfigurationError.

        home: the process or event loop; connections that were made in another one are not used.
        """
        made: HttpClientT | None = None
        while True:
            with self._lock:
                if self._closed or (self.injected is not None and self.injected.is_closed):
                    raise ConfigurationError(
                        "the client is closed: make a new one", retry_safe=True
                    )
                self._move_to(home)
                client = self._client(call, made)
                if client is not None:
                    self._in_use += 1
                    return client
            made = self._new_client(call)  # not under the lock: certificates take a while to load

    def leave(self, home: object) -> list[HttpClientT]:
        """The call has ended; the clients that are to be closed now."""
        with self._lock:
            if home != self._home:
                return []
            self._in_use -= 1
            return self._done_with()

    def close(self, home: object) -> list[HttpClientT]:
        """No more calls; the clients that are to be closed now: not under a submit."""
        with self._lock:
            self._closed = True
            self._move_to(home)
            return self._done_with()

    def _move_to(self, home: object) -> None:
        if self._home != home:
            self._owned, self._in_use, self._home = {}, 0, home

    def _done_with(self) -> list[HttpClientT]:
        if self._in_use or not self._closed:
            return []
        owned, self._owned = self._owned, {}
        return list(owned.values())

    def _client(self, call: Call, made: HttpClientT | None) -> HttpClientT | None:
        """Find the client for a call; `made` becomes it where there is none. None if it is missing."""
        if self.injected is not None and not call.foreign:
            return self.injected
        key = call.foreign, call.fresh
        if made is not None:
            return self._owned.setdefault(key, made)
        return self._owned.get(key)

    def request(self, client: HttpClientT, call: Call, seconds: float) -> httpx.Request:
        """What is sent for a call. Raises NeverSent."""
        timeout = httpx.Timeout(seconds, connect=min(seconds, CONNECT_TIMEOUT))
        extensions = {**call.extensions, "timeout": timeout.as_dict()}
        # Our own clients have no settings to merge, which would take a tenth of an exchange.
        is_injected = client is self.injected
        if is_injected:
            call.progress.sent = None  # its transport need not tell what it does
        headers = {**call.headers} if is_injected else {**_DEFAULT_HEADERS, **call.headers}
        build = client.build_request if is_injected else httpx.Request
        try:
            request = build(
                call.method, call.url, headers=headers, content=call.content, extensions=extensions
            )
            return request if is_injected else _on_this_machine(request)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise NeverSent(f"the URL is invalid: {error}", retry_safe=True) from error

    def _new_client(self, call: Call) -> HttpClientT:
        # A submit does not share its connection, where the timeout of another would end its reply.
        http2 = HAS_HTTP2 and not (call.foreign or call.fresh)
        try:
            client = self._http_type(
                # Foreign: no proxy, so that the address that was checked is the one connected to.
                trust_env=self._trust_env and not call.foreign,
                verify=tls(http2),
                http2=http2,
                limits=_FRESH_LIMITS if call.fresh else _LIMITS,
            )
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            raise ConfigurationError(
                "no connection can be made with the proxies (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY) and "
                f"certificates (SSL_CERT_FILE, SSL_CERT_DIR) of the environment: {shorten(str(error))}",
                retry_safe=True,
            ) from error
        if self._opened is not None:
            self._opened(client)
        return client


def _on_this_machine(request: httpx.Request) -> httpx.Request:
    """Send what is for `*.localhost` to the loopback address: many resolvers do not know these names."""
    host = request.url.host
    if host.endswith(".localhost"):
        request.extensions.setdefault("sni_hostname", host)
        request.url = request.url.copy_with(host="127.0.0.1")  # the Host header stays
    return request
