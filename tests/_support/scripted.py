"""A file server on loopback whose answers are functions, and results whose files are there."""

from __future__ import annotations

import contextlib
import inspect
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from runcomfy_codegen.runtime._api.result import Result
from runcomfy_codegen.runtime._files.access import Access, Route
from runcomfy_codegen.runtime._transport.hosts import HostRules
from runcomfy_codegen.runtime._transport.retry import RetryPolicy

from .servers import running

QUICK = RetryPolicy(first_retry=0.01, longest_retry=0.02, read_budget=0.5)
BLOCKING, AWAITED = "", "_async"
KINDS = (BLOCKING, AWAITED)

Act = Callable[["Handler", int], None]


class Handler(BaseHTTPRequestHandler):
    server: FileServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            count = sum(path == self.path for path, _ in self.server.seen)
        self.server.acts[self.path](self, count)

    def send(
        self, body: bytes, *headers: str, status: int = 200, length: int | None = None
    ) -> None:
        """Answer; length: as announced, where it is not that of the body."""
        self.send_response(status)
        for header in headers:
            self.send_header(*header.split(": ", 1))
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True

    def cut(self, body: bytes, *headers: str, length: int) -> None:
        """Break off within the content."""
        self.send(body, *headers, length=length)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class FileServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.acts: dict[str, Act] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.lock = threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # the client left: some tests are about that

    def ranges(self) -> list[str | None]:
        """Return the Range of each request."""
        return [headers.get("range") for _, headers in self.seen]


@contextlib.contextmanager
def file_server(**acts: Act) -> Iterator[FileServer]:
    """Serve `/a` for the act `a`."""
    server = FileServer()
    server.acts = {f"/{name}": act for name, act in acts.items()}
    with running(server):
        yield server


def result_at(
    origin: str | None,
    output: Any,
    *,
    retry_policy: RetryPolicy = QUICK,
    route: Route | None = None,
) -> Result[Any]:
    """Make a result; paths in a list become URLs of the origin."""
    if isinstance(output, list):
        output = {"images": [f"{origin}{path}" if path[0] == "/" else path for path in output]}
    access = Access(
        HostRules(api_origin=origin),
        retry_policy=retry_policy,
        route=Route() if route is None else route,
    )
    raw = {"output": output}
    return Result(output, "r-1", "a/b", "completed", 0.5, None, None, raw, _access=access)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def call(target: Any, method: str, kind: str, *args: Any, **options: Any) -> Any:
    """Call a blocking method, or its async twin."""
    value = getattr(target, method + kind)(*args, **options)
    return await value if inspect.isawaitable(value) else value
