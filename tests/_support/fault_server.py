"""An HTTP peer that misbehaves at socket level, and counts what really arrived."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

REQUEST_ID = "r-1"


@dataclass
class Received:
    """One request. head: its start line and headers as text."""

    head: str
    body: bytes

    @property
    def method(self) -> str:
        return self.head.split(" ", 1)[0]

    @property
    def target(self) -> str:
        return self.head.split(" ", 2)[1]


Act = Callable[[socket.socket], None]
KEPT = {"Connection": "keep-alive"}


def reply(status: int, body: object = None, headers: Mapping[str, str] | None = None) -> Act:
    """Send a well-formed reply. body: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Length": str(len(content)), "Connection": "close", **(headers or {})}
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items())
    return lambda peer: peer.sendall(head.encode() + b"\r\n" + content)


def accepted() -> Act:
    return reply(202, {"request_id": REQUEST_ID})


def raw(content: bytes) -> Act:
    """Send these bytes, then the end of the stream."""
    return lambda peer: peer.sendall(content)


def in_turn(*acts: Act) -> Act:
    """One act after the other, in answer to one request."""

    def act(peer: socket.socket) -> None:
        for each in acts:
            each(peer)

    return act


def reset(peer: socket.socket) -> None:
    """RST instead of an orderly end."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_after(content: bytes) -> Act:
    """Send these bytes, then RST: late enough for the bytes to be read first."""
    return in_turn(raw(content), lambda _: time.sleep(0.05), reset)


def hang_up(peer: socket.socket) -> None:
    """End in order, without a reply."""


def stall(peer: socket.socket) -> None:
    """No reply until the client leaves."""
    with contextlib.suppress(OSError):
        peer.recv(1)


def ignore(peer: socket.socket) -> None:
    """Not even the rest of the request is read, for 1 s."""
    time.sleep(1)


def drain(peer: socket.socket) -> None:
    """Read all that the client still sends, until it leaves."""
    while peer.recv(2**20):
        pass


def late(act: Act) -> Act:
    """Act when the client has left."""
    return in_turn(stall, act)


def drip(peer: socket.socket) -> None:
    """Send a reply that never ends, a byte at a time."""
    with contextlib.suppress(OSError):
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
        while True:
            peer.sendall(b" ")
            time.sleep(0.02)


def drip_head(peer: socket.socket) -> None:
    """Send a reply whose head goes on for 5 s, a line at a time."""
    with contextlib.suppress(OSError):
        peer.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            peer.sendall(b"X-More: 1\r\n")
            time.sleep(0.05)


@dataclass
class FaultServer:
    """acts: what is done for each connection in turn; the last one for all further ones.

    Several acts for one connection answer one request each; an act alone answers its first one.
    unread: nothing of a request is read, but its begin awaited. received: all that was read.
    """

    acts: Sequence[Act | Iterable[Act]]
    unread: bool = False
    received: list[Received] = field(default_factory=list[Received])
    connections: int = 0
    url: str = ""

    @property
    def posts(self) -> int:
        return sum(request.method == "POST" for request in self.received)

    @contextlib.contextmanager
    def running(self) -> Generator[FaultServer]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            thread = threading.Thread(target=self._serve, args=(listener,))
            thread.start()
            try:
                yield self
            finally:
                with contextlib.suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)
                thread.join(5)

    def _serve(self, listener: socket.socket) -> None:
        threads: list[threading.Thread] = []
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                acts = self.acts[min(self.connections, len(self.acts) - 1)]
                self.connections += 1
                script = (acts,) if callable(acts) else acts
                threads.append(threading.Thread(target=self._handle, args=(peer, script)))
                threads[-1].start()
        for thread in threads:
            thread.join(5)

    def _handle(self, peer: socket.socket, script: Iterable[Act]) -> None:
        with peer, contextlib.suppress(OSError):
            peer.settimeout(5)
            for act in script:
                if self.unread:
                    peer.recv(1, socket.MSG_PEEK)
                elif request := _read(peer):
                    self.received.append(request)
                else:
                    return
                act(peer)


def _read(peer: socket.socket) -> Received | None:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (chunk := peer.recv(65536)):
            return None
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"),
        0,
    )
    while len(body) < length and (chunk := peer.recv(65536)):
        body += chunk
    return Received(head.decode("latin-1"), body)


def state(name: str, **more: Any) -> Act:
    """Send a status or result reply."""
    return reply(200, {"request_id": REQUEST_ID, "status": name, **more})
