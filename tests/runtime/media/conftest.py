"""A raw HTTP server on loopback that sends exactly the bytes it is given, and real drivers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from runcomfy_codegen.runtime._transport.drivers import AsyncDriver, SyncDriver
from runcomfy_codegen.runtime._transport.effects import Flow


class RawServer:
    """routes: path -> raw reply in one or more pieces; received: (method, path, headers) in order."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.routes: dict[str, tuple[bytes, ...]] = {}
        self.pause = 0.0
        self.received: list[tuple[str, str, dict[str, str]]] = []
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def reply(self, path: str, *headers: str, status: str = "200 OK", body: bytes = b"") -> str:
        """Set the reply of a path, exactly as given; returns its URL."""
        head = "\r\n".join((f"HTTP/1.1 {status}", "Connection: close", *headers, "", ""))
        self.routes[path] = (head.encode(), body)
        return self.origin + path

    def close(self) -> None:
        self.stopping.set()
        socket.create_connection(("127.0.0.1", self.port)).close()  # wakes accept()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if self.stopping.is_set():
                    return
                connection.settimeout(5)
                with contextlib.suppress(OSError):  # the client left: some tests are about that
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (chunk := connection.recv(65536)):
                return
            head += chunk
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        method, path, _ = first.split(" ")
        self.received.append((method, path, dict(line.lower().split(": ", 1) for line in lines)))
        for piece in self.routes[path][: 1 if method == "HEAD" else None]:
            connection.sendall(piece)
            self.stopping.wait(self.pause)


@pytest.fixture
def server() -> Iterator[RawServer]:
    running = RawServer()
    yield running
    running.close()


Run = Callable[[Flow[Any]], Any]


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Run a flow with real I/O; every test that takes it is run with both drivers."""
    if request.param == "sync":
        driver = SyncDriver(2.0)
        yield driver.run
        driver.close()
    else:

        async def once(flow: Flow[Any]) -> Any:
            async_driver = AsyncDriver(2.0)
            try:
                return await async_driver.run(flow)
            finally:
                await async_driver.aclose()

        yield lambda flow: asyncio.run(once(flow))


def make_png(width: int = 2, height: int = 2) -> bytes:
    """Return a genuine PNG of one grey tone."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\x00" + b"\x80" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def png() -> bytes:
    return make_png()


@pytest.fixture
def png_of() -> Callable[[int, int], bytes]:
    return make_png
