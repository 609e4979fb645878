# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The routes by which a client's downloads leave this process, without its token."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from .._base.opaque import Opaque
from .._transport.hosts import HostRules
from .._transport.retry import RetryPolicy
from ..errors import ConfigurationError

if TYPE_CHECKING:
    import asyncio

    from .._transport.effects import Flow
    from .downloads import Download

T = TypeVar("T")

AT_ONCE = 16  # downloads of one client: each holds a connection and a file open
_READ_TIMEOUT = 60.0  # seconds without a byte
_LOOK_UP = 0.2  # seconds between two looks at who waits for a place


class Places:
    """A limit that all downloads of a client share, whichever of its results they are of."""

    def __init__(self, count: int = AT_ONCE) -> None:
        self._count = count
        self._process = 0
        self._threads = threading.BoundedSemaphore(count)
        self._loops: WeakKeyDictionary[Any, asyncio.Semaphore] = WeakKeyDictionary()

    def in_threads(self) -> threading.BoundedSemaphore:
        """Return the limit for blocking downloads."""
        if self._process != os.getpid():  # a fork: nobody here holds the parent's places
            self._process, self._threads = os.getpid(), threading.BoundedSemaphore(self._count)
        return self._threads

    def in_tasks(self) -> asyncio.Semaphore:
        """Return the limit for downloads in the running event loop."""
        import asyncio

        return self._loops.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._count))


class Route(Opaque, frozenset[Any]):
    """The connections and rules of one client in this process.

    To whoever turns a result into data, such as `dataclasses.asdict` or FastAPI, it is an empty set.

    Attributes:
        http_client: The http_client that it was given; its transports carry the downloads too.
        places: The limit of its downloads.
    """

    http_client: Any
    places: Places

    def __new__(cls, http_client: Any = None) -> Route:
        """Make the route of a client."""
        route = super().__new__(cls)
        route.http_client, route.places = http_client, Places()
        return route

    def __deepcopy__(self, memo: dict[int, Any]) -> Route:
        return self


@dataclass(frozen=True)
class Access:
    """The access of a result to its files. A pickle holds all but the route.

    Attributes:
        hosts: Where outputs may come from.
        user_agent: Who asks for them.
        trust_env: Whether the proxies and certificates of the environment are used.
        retry_policy: The pauses before repetitions.
        route: Of the client, if the result is in its process.
    """

    hosts: HostRules = field(default=HostRules())
    user_agent: str = "runcomfy-python"
    trust_env: bool = True
    retry_policy: RetryPolicy = field(default=RetryPolicy())
    route: Route = field(default_factory=Route, compare=False, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return Access, (self.hosts, self.user_agent, self.trust_env, self.retry_policy)

    def __deepcopy__(self, memo: dict[int, Any]) -> Access:
        return self

    def run(self, http_client: Any, flow_of: Callable[[Download], Flow[T]]) -> T:
        """Run a download with blocking I/O, in the calling thread and others, without an event loop.

        Raises:
            ConfigurationError: If the http_client cannot be used.
        """
        from .._transport.drivers import SyncDriver
        from .._transport.lent import lend

        client = self._client(http_client, "Client")
        lent = None if client is None else lend(client)
        places = self.route.places.in_threads()

        def enter(_: object) -> None:
            while not places.acquire(timeout=_LOOK_UP):
                pass  # a signal that comes just before Python blocks is handled here

        driver = SyncDriver(_READ_TIMEOUT, lent, trust_env=self.trust_env)
        try:
            return driver.run(flow_of(self._download(enter, places.release)))
        finally:
            driver.close()

    async def run_async(self, http_client: Any, flow_of: Callable[[Download], Flow[T]]) -> T:
        """Run a download in the event loop. Raises ConfigurationError like `run`."""
        from .._transport.drivers import AsyncDriver
        from .._transport.lent import lend_async

        client = self._client(http_client, "AsyncClient")
        lent = None if client is None else lend_async(client)
        places = self.route.places.in_tasks()
        driver = AsyncDriver(_READ_TIMEOUT, lent, trust_env=self.trust_env)
        try:
            common = self._download(lambda _: places.acquire(), places.release)
            return await driver.run(flow_of(replace(common, may_await=True)))
        finally:
            await driver.aclose()

    def _client(self, http_client: Any, kind: str) -> Any:
        """Return the http_client that carries a download; None for connections of its own."""
        from .._transport.libraries import example_of, is_client, names_of

        client = self.route.http_client if http_client is None else http_client
        if client is None:
            return None
        wanted, other = f"http_client={example_of(kind)}", type(client).__name__
        if not is_client(client, kind):
            blocking, awaited = "the blocking methods", "the `_async` methods"
            fitting, rest = (blocking, awaited) if kind == "Client" else (awaited, blocking)
            whose = (
                "http_client" if http_client is not None else "http_client of the result's client"
            )
            raise ConfigurationError(
                f"{whose}: must be {names_of(kind)} for {fitting}; got {other}\n"
                f"Use {rest}, or give {wanted}",
                retry_safe=True,
            )
        if client.is_closed:
            raise ConfigurationError(
                f"http_client: must be open; got a closed {other}\n"
                f"Download before you close it, or give {wanted}",
                retry_safe=True,
            )
        return client

    def _download(self, enter: Callable[[Any], Any], leave: Callable[[], None]) -> Download:
        from .downloads import Download
        from .fetch import FetchOptions

        options = FetchOptions(
            hosts=self.hosts, user_agent=self.user_agent, retry_policy=self.retry_policy
        )
        return Download(options, enter=enter, leave=leave)
