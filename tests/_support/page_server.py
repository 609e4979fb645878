"""A catalogue service on this machine that answers as a test says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .servers import running


@dataclass(frozen=True)
class Answer:
    """body: bytes as they are, anything else as JSON; cut: the connection closes before its end."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    cut: bool = False


@dataclass
class Service:
    """url: without /v1. requests: path and headers of each, in order."""

    url: str = ""
    requests: list[tuple[str, Mapping[str, str]]] = field(
        default_factory=list[tuple[str, Mapping[str, str]]]
    )

    @property
    def offsets(self) -> list[int]:
        """Return which pages were asked for."""
        return [int(parse_qs(urlsplit(path).query)["offset"][0]) for path, _ in self.requests]


@contextmanager
def serving(answer: Callable[[int], Any]) -> Iterator[Service]:
    """answer: offset -> an `Answer`, or the body of a good one."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.requests.append((self.path, dict(self.headers)))
            made = answer(service.offsets[-1])
            given = made if isinstance(made, Answer) else Answer(made)
            body = given.body if isinstance(given.body, bytes) else json.dumps(given.body).encode()
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + given.cut))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as service.url:
        yield service
