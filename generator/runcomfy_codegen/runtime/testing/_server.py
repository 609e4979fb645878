"""The emulator as a server: uvicorn on a thread of its own, on a loopback address only."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .._base.lazy import LazyModule
from .._transport.hosts import is_loopback_host
from ._app import App, ReceivedRequest
from ._behaviour import Behaviour
from ._bounds import MAX_CONNECTIONS
from ._endpoints import EmulatedEndpoint, published_endpoints
from ._faults import DROP_EXTENSION
from ._hosts import Hosts
from ._jobs import Job, JobStore

if TYPE_CHECKING:
    from .. import _client
    from ._recorder import Recorder
else:
    _client = LazyModule(".._client", __package__)

_SDK_PACKAGE = __name__.rsplit(".", 2)[0]  # the package that `testing` is published in
_PATIENCE = 10  # seconds for a start or a stop that takes a fraction of one


class _Protocol(H11Protocol):
    """HTTP/1.1, of which the application may drop its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def droppable(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "extensions": {DROP_EXTENSION: transport.close}}, receive, send)

        self.app = droppable

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP; hang up where an answer is under way already."""
        with contextlib.suppress(h11.LocalProtocolError):
            super().send_400_response(msg)
        self.transport.close()


class _Server(uvicorn.Server):
    """A server that says when it listens, and does not wait for connections that hang on purpose."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


TOKEN = "emulator-token"  # noqa: S105 - opens nothing but the emulator
_SENDABLE = re.compile(r"[\x21-\x7e]{1,4096}")


class Emulator:
    """The Model API on a port of this machine.

    A context manager: it listens inside the `with`. It can be started again after a stop.

    Args:
        endpoints: The endpoints it has. None for all endpoints of this SDK.
        behaviour: The switches it starts with, and returns to on `reset`.
        token: The API token it accepts: 1 to 4,096 visible ASCII characters.
        host: The address to listen at. It must be of this machine, unless `allowed_hosts` has names.
        port: The port to listen on; 0 for any free one.
        beside: An ASGI application that answers all other paths, such as a website.
        replay: A journal whose recorded replies and files it gives. A request that the journal does not
            hold is refused, and the refusal names what differs.
        record: A journal to which it adds each request that the journal does not hold yet, once it has
            run at the service. `stop` waits for the jobs. Needs `service`.
        service: The client by which it records. Its token pays, and its `max_cost_usd` is the limit.
        allowed_hosts: Names under which other machines, such as containers, reach it. A request whose
            Host header has another name is refused.

    Attributes:
        endpoints: The endpoints it has.
        token: The API token it accepts.
        base_url: Its URL without `/v1`; empty until it is started.

    Raises:
        ValueError: If the host is not of this machine and no names are given, if a header cannot
            carry the token, or if `record` has no `service`.
        LookupError: If no endpoints are published.
    """

    def __init__(
        self,
        endpoints: Sequence[EmulatedEndpoint] | None = None,
        *,
        behaviour: Behaviour = Behaviour(),  # noqa: B008 - frozen
        token: str = TOKEN,
        host: str = "127.0.0.1",
        port: int = 0,
        beside: ASGIApp | None = None,
        replay: str | os.PathLike[str] | None = None,
        record: str | os.PathLike[str] | None = None,
        service: _client.SyncClient | None = None,
        allowed_hosts: Sequence[str] = (),
    ) -> None:
        if (record is None) != (service is None):
            raise ValueError("record: must be given together with service, the client that pays")
        if record is not None and replay is not None:
            raise ValueError(
                "record: must not be given together with replay; record replays as well"
            )
        if not allowed_hosts and not is_loopback_host(host):
            raise ValueError(
                f"host: must be 127.0.0.1, ::1 or localhost; got {host!r}\n"
                "The emulator has no protection. To let other machines use it, list the host names "
                "by which they reach it in allowed_hosts= (--allow-host)."
            )
        if not _SENDABLE.fullmatch(token):
            raise ValueError("token must be 1 to 4,096 visible ASCII characters, without spaces")
        self.endpoints: tuple[EmulatedEndpoint, ...] = (
            published_endpoints(_SDK_PACKAGE) if endpoints is None else tuple(endpoints)
        )
        self.token = token
        self.base_url: str = ""
        self._initial = behaviour
        self._address = (host, port)
        self._allowed_hosts = tuple(allowed_hosts)
        self._app = App(self.endpoints, token, behaviour, beside, Hosts(allowed_hosts))
        self._replay, self._record, self._service = replay, record, service
        self._recorder: Recorder | None = None
        self._running: tuple[_Server, threading.Thread] | None = None

    @property
    def behaviour(self) -> Behaviour:
        """The switches; set it to a new value (`dataclasses.replace`) at any time."""
        return self._app.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._app.behaviour = behaviour

    @property
    def received(self) -> list[ReceivedRequest]:
        """Every request that arrived since the start or the last reset, downloads included."""
        return self._app.received

    @property
    def jobs(self) -> Mapping[str, Job]:
        """Every accepted job, also those whose submit was answered with a fault."""
        return self._app.store.jobs

    def reset(self) -> None:
        """Forget all jobs and requests, and restore the first behaviour. The port stays."""
        self._app.reset(self._initial)

    def start(self) -> Emulator:
        """Start to listen.

        Returns:
            Itself.

        Raises:
            OSError: If the port is taken.
            JournalError: If the journal to replay or record cannot be used.
            RuntimeError: If it is already running.
        """
        if self._running:
            raise RuntimeError(f"this emulator already runs at {self.base_url}")
        host, port = self._address
        listener = _listener(host, port)
        try:
            self._app.new_store = self._source_of_jobs()
        except BaseException:
            listener.close()
            raise
        port = listener.getsockname()[1]
        shown = host if is_loopback_host(host) else self._allowed_hosts[0]
        self.base_url = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
        other_host = "127.0.0.1" if host == "localhost" else "localhost"
        self._app.serve_at(self.base_url, f"http://{other_host}:{port}")
        server = _Server(
            uvicorn.Config(
                self._app,
                http=_Protocol,
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                limit_concurrency=MAX_CONNECTIONS,
            )
        )
        thread = threading.Thread(
            target=server.run, args=([listener],), name="runcomfy-emulator", daemon=True
        )
        thread.start()
        self._running = server, thread
        if not server.ready.wait(_PATIENCE):
            self.stop()
            raise RuntimeError("the emulator did not start")
        return self

    def _source_of_jobs(self) -> Callable[[], JobStore]:
        if self._replay is None and self._record is None:
            return JobStore
        # Imported here: a plain emulator starts faster without journals and request classes.
        from ._recorded import RecordedJobs, Replay
        from ._recorder import Recorder
        from ._recording import Recording

        if self._replay is not None:
            return partial(RecordedJobs, Replay(Recording(self._replay)))
        assert self._record is not None
        assert self._service is not None
        self._recorder = Recorder(Path(self._record), self._service)
        return partial(RecordedJobs, self._recorder)

    def stop(self) -> None:
        """Close the port and all connections. Does nothing if it is not running.

        While recording, it waits for the jobs at the service, and saves their outputs.
        """
        if self._running:
            server, thread = self._running
            server.should_exit = True
            thread.join(_PATIENCE)
            self._running = None
        if self._recorder:
            self._recorder.close()
            self._recorder = None

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(
    endpoints: Sequence[EmulatedEndpoint] | None,
    host: str,
    port: int,
    on_ready: Callable[[Emulator], object],
    beside: ASGIApp | None = None,
    **settings: Any,
) -> None:
    """Run an emulator until Ctrl-C. Raises as `Emulator` and its `start` do.

    Args:
        endpoints: As for `Emulator`.
        host: As for `Emulator`.
        port: As for `Emulator`.
        beside: As for `Emulator`.
        on_ready: Called once it listens, to say where.
        settings: The other arguments of `Emulator`.
    """
    with Emulator(endpoints, host=host, port=port, beside=beside, **settings) as emulator:
        try:
            on_ready(emulator)
            while True:
                time.sleep(3600)  # a signal ends it, on every system
        except KeyboardInterrupt:
            pass


def _listener(host: str, port: int) -> socket.socket:
    """Bind the port. Not in the thread, so that a taken port is an error of the caller."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name != "nt":  # there it would share a port that is in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
