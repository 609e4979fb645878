"""A service on loopback that answers what a test makes up, where the emulator would be too good."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from runcomfy.testing._media import png

from .servers import running

PICTURE = png(8, 8, (255, 0, 0), (0, 0, 255))


class OddService:
    """Accepts every submit as `r-1`, `r-2`, ...; a test overrides what it needs.

    Attributes:
        posts: The inputs of all submits, in order.
        result: What a result is made of, by its number; `{"cost": ...}` and `{"output": ...}`.
        hangs: Ends of paths whose answers do not come before `released` is set.
        drips: Whether outputs come byte by byte.
        downloads: How many of them are under way.
    """

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.base_url = ""
        self.result: Callable[[int], dict[str, Any]] = lambda number: {"cost": 0.04}
        self.request_id: Callable[[int], str] = lambda number: f"r-{number}"
        self.facts: dict[str, Any] = {}
        self.hangs: tuple[str, ...] = ()
        self.drips = False
        self.downloads = 0  # under way
        self.began = threading.Event()
        self.released = threading.Event()
        self.lock = threading.Lock()

    def reply(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """Answer one request of the API."""
        path = path.partition("?")[0]
        if path.startswith("/v1/models/"):
            if method == "GET":
                self._hang(path.rpartition("/")[2])
                return 200, {"model_id": path.removeprefix("/v1/models/"), **self.facts}
            with self.lock:
                self.posts.append(json.loads(body))
                number = len(self.posts)
            self._hang("submit")
            return 202, {"request_id": self.request_id(number)}
        self._hang(path.rpartition("/")[2])
        if path.endswith("/status"):
            return 200, {"status": "completed"}
        number = int(path.split("/")[3].removeprefix("r-"))
        output = {"image": f"{self.base_url}/outputs/{number}.png"}
        return 200, {"status": "completed", "output": output, **self.result(number)}

    def _hang(self, name: str) -> None:
        if name in self.hangs:
            self.began.set()
            self.released.wait(60)


@contextmanager
def odd_service() -> Iterator[OddService]:
    """Run the service until the end of the block."""
    service = OddService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.startswith("/outputs/"):
                self._output()
                return
            length = int(self.headers.get("content-length", 0))
            status, body = service.reply(self.command, self.path, self.rfile.read(length))
            content = json.dumps(body).encode()
            self._head(status, len(content), "application/json")
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def _output(self) -> None:
            with service.lock:
                service.downloads += 1
            try:
                self._head(200, 10_000, "image/png")
                self.wfile.write(PICTURE)
                left = 10_000 - len(PICTURE)
                while left and service.drips and not service.released.wait(0.05):
                    self.wfile.write(b"x")
                    left -= 1
                    service.began.set()
                self.wfile.write(b"x" * left)
            finally:
                with service.lock:
                    service.downloads -= 1

        def _head(self, status: int, length: int, kind: str) -> None:
            self.send_response(status)
            self.send_header("content-length", str(length))
            self.send_header("content-type", kind)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of clients that went away."""

    with running(Server(("127.0.0.1", 0), Handler)) as service.base_url:
        try:
            yield service
        finally:
            service.released.set()
