# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The connections of one kind of call: who uses which, and which of them are kept.

Each exchange has its connection for itself until it ends. One that was interrupted leaves the
connection in a state that nobody knows: it is closed and never used again.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from ..errors import ConfigurationError

ConnectorT = TypeVar("ConnectorT")

KEPT_SECONDS = 5.0  # that an idle connection stays open


class Lease(Generic[ConnectorT]):
    """The use of a connection for one exchange."""

    def __init__(self, connection: Connection[ConnectorT]) -> None:
        self.connection = connection

    @property
    def connector(self) -> ConnectorT:
        """The pool of httpcore that sends on this connection."""
        return self.connection.connector


class Connection(Generic[ConnectorT]):
    """A connection, which several exchanges share with HTTP/2 only.

    connector: a pool of httpcore that makes the connection when it is first used;
    target: the server that it leads to.
    """

    def __init__(self, connector: ConnectorT, target: Hashable, streams: int) -> None:
        self.connector = connector
        self.target = target
        self.is_broken = False
        self._streams = streams
        self._given = 0
        self._idle_since = time.monotonic()
        # Weak: Ctrl-C may come before whoever took a lease can note it, let alone give it back.
        self._leases = weakref.WeakSet[Lease[ConnectorT]]()

    @property
    def in_use(self) -> int:
        """The number of exchanges under way."""
        return len(self._leases)

    @property
    def has_room(self) -> bool:
        """Whether one more exchange may use it."""
        return not self.is_broken and self.in_use < self._streams

    def is_done(self) -> bool:
        """Return whether to close the connection: unused, and broken or idle for too long."""
        if self.in_use < self._given:  # a lease was lost without being given back
            self.is_broken = True
        idle = time.monotonic() - self._idle_since
        return not self.in_use and (self.is_broken or idle > KEPT_SECONDS)

    def lend(self) -> Lease[ConnectorT]:
        """Begin an exchange."""
        lease = Lease(self)
        self._leases.add(lease)
        self._given += 1
        return lease

    def end(self, lease: Lease[ConnectorT]) -> None:
        """End an exchange."""
        if lease in self._leases:
            self._leases.discard(lease)
            self._given -= 1
        self._idle_since = time.monotonic()

    def info(self) -> str:
        """Describe it in a word."""
        if self.is_broken:
            return "BROKEN"
        return f"ACTIVE ({self.in_use})" if self.in_use else "IDLE"


class Pool(Generic[ConnectorT]):
    """Connections, without the I/O and the locks of those who use them.

    streams: exchanges that may share a connection; limit: exchanges at the same time;
    is_kept: whether a connection serves more than one exchange.
    """

    def __init__(self, *, streams: int, limit: int, is_kept: bool) -> None:
        self._streams = streams
        self._limit = limit
        self._is_kept = is_kept
        self._is_closed = False
        self.connections: list[Connection[ConnectorT]] = []

    def take(self, target: Hashable, connect: Callable[[], ConnectorT]) -> Lease[ConnectorT] | None:
        """Begin an exchange on the connection to the target that was used last.

        Args:
            target: The server.
            connect: Makes a connection if none is free, without waiting.

        Returns:
            The lease; None if the limit is reached.

        Raises:
            ConfigurationError: If the pool was closed in the meantime.
        """
        if self._is_closed:
            raise ConfigurationError("the client is closed: make a new one", retry_safe=True)
        if sum(connection.in_use for connection in self.connections) >= self._limit:
            return None
        for connection in reversed(self.connections):
            if connection.target == target and connection.has_room and not connection.is_done():
                return connection.lend()
        connection = Connection(connect(), target, self._streams)
        self.connections.append(connection)
        return connection.lend()

    def give_back(self, lease: Lease[ConnectorT], *, is_whole: bool) -> None:
        """End an exchange. is_whole: whether it came to its regular end."""
        connection = lease.connection
        connection.end(lease)
        if not (is_whole and self._is_kept):
            connection.is_broken = True

    def discarded(self) -> list[ConnectorT]:
        """Take out the connections that are to be closed."""
        done = [connection for connection in self.connections if connection.is_done()]
        self.connections = [kept for kept in self.connections if kept not in done]
        return [connection.connector for connection in done]

    def close(self) -> list[ConnectorT]:
        """Take out all connections, but for those whose exchange is still under way."""
        self._is_closed = True
        for connection in self.connections:
            connection.is_broken = True
        return self.discarded()
