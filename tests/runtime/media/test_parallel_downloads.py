"""Several outputs at once, over real sockets."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime._api.result import Result
from runcomfy_codegen.runtime._files.access import Access
from runcomfy_codegen.runtime._files.downloads import PARALLEL
from runcomfy_codegen.runtime._transport.hosts import HostRules
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime.errors import DownloadError, InvalidRequestError

from ..._support.servers import running


class MediaServer(ThreadingHTTPServer):
    """`/wait/...` answers once as many requests are here as may run at a time; `/late/...` last."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.together = threading.Barrier(PARALLEL)
        self.others_done = threading.Event()
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self.arrived = threading.Semaphore(0)


class _Handler(BaseHTTPRequestHandler):
    server: MediaServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.arrived.release()
        if self.path.startswith("/wait/"):
            self.server.together.wait(10)
        if self.path.startswith("/late/"):
            assert self.server.others_done.wait(10)
        self.send_response(404 if self.path in self.server.broken else 200)
        self.send_header("Content-Type", "image/png")
        body = self.path.encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if self.path.startswith("/early/"):
            self.server.others_done.set()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[MediaServer]:
    server = MediaServer()
    with running(server):
        yield server


def result_of(server: MediaServer, *paths: str) -> Result[Any]:
    urls = [server.origin + path for path in paths]
    raw = {"output": {"images": urls}}
    return Result(
        raw["output"],
        "r-1",
        "a/b",
        "completed",
        None,
        None,
        None,
        raw,
        _access=Access(
            HostRules(api_origin=server.origin),
            retry_policy=RetryPolicy(first_retry=0.01, read_budget=0.05),
        ),
    )


async def save(method: str, result: Result[Any], folder: Path, **options: Any) -> list[Path]:
    saved: Any = getattr(result, method)(folder, **options)
    return list(await saved if inspect.isawaitable(saved) else saved)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# The blocking one too runs within an event loop here, as it does in a notebook.
@pytest.mark.parametrize("method", ["download", "download_async"])
async def test_several_at_a_time_and_no_more(
    method: str, server: MediaServer, tmp_path: Path
) -> None:
    paths = [f"/wait/{number}.png" for number in range(2 * PARALLEL)]
    saved = await save(method, result_of(server, *paths), tmp_path)
    assert [path.read_text() for path in saved] == paths
    assert (
        len(server.asked) == 2 * PARALLEL
    )  # the barrier opened twice: PARALLEL were there each time


@pytest.mark.parametrize("method", ["download", "download_async"])
async def test_equal_names_are_numbered_in_the_order_of_the_urls(
    method: str, server: MediaServer, tmp_path: Path
) -> None:
    saved = await save(method, result_of(server, "/late/a.png", "/early/a.png"), tmp_path)
    assert [(path.name, path.read_text()) for path in saved] == [
        ("a.png", "/late/a.png"),
        ("a-1.png", "/early/a.png"),
    ]


@pytest.mark.parametrize("method", ["download", "download_async"])
async def test_the_rest_can_be_saved_later(
    method: str, server: MediaServer, tmp_path: Path
) -> None:
    result = result_of(server, "/1.png", "/2.png", "/3.png")
    server.broken = {"/2.png"}
    with pytest.raises(DownloadError) as caught:
        await save(method, result, tmp_path)
    assert [path.name for path in caught.value.saved] == ["1.png", "3.png"]
    server.broken.clear()
    server.asked.clear()
    missing = [url for url, _ in caught.value.failed]
    assert [path.name for path in await save(method, result, tmp_path, urls=missing)] == ["2.png"]
    assert server.asked == ["/2.png"]
    assert names(tmp_path) == ["1.png", "2.png", "3.png"]


@pytest.mark.parametrize("method", ["download", "download_async"])
async def test_only_urls_of_the_result_are_fetched(
    method: str, server: MediaServer, tmp_path: Path
) -> None:
    result = result_of(server, "/1.png")
    with pytest.raises(InvalidRequestError, match=r"urls\[1\]: must be a URL of this result"):
        await save(method, result, tmp_path, urls=[result.urls[0], server.origin + "/2.png"])
    assert server.asked == []


async def test_a_generator_of_urls_is_not_used_up_by_the_check(
    server: MediaServer, tmp_path: Path
) -> None:
    result = result_of(server, "/1.png", "/2.png")
    wanted: Any = (url for url in result.urls if url.endswith("2.png"))
    assert [path.name for path in await result.download_async(tmp_path, urls=wanted)] == ["2.png"]


async def test_a_cancelled_download_leaves_no_part(server: MediaServer, tmp_path: Path) -> None:
    task = asyncio.create_task(
        result_of(server, "/late/1.png", "/late/2.png").download_async(tmp_path)
    )
    for _ in range(2):
        assert await asyncio.to_thread(server.arrived.acquire, timeout=10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    server.others_done.set()
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process there")
def test_ctrl_c_ends_a_download_and_leaves_no_part(server: MediaServer, tmp_path: Path) -> None:
    program = f"""
import os, signal, sys, threading, time
sys.path[:0] = {sys.path!r}
from pathlib import Path
from runcomfy_codegen.runtime._files.access import Access
from runcomfy_codegen.runtime._transport.hosts import HostRules
from runcomfy_codegen.runtime._api.result import Result
raw = {{"output": ["{server.origin}/late/1.png"]}}
result = Result(None, "r-1", "a/b", "completed", None, None, None, raw, _access=Access(HostRules(api_origin="{server.origin}")))
threading.Timer(1, os.kill, [os.getpid(), signal.SIGINT]).start()
try:
    result.download({str(tmp_path)!r})
except KeyboardInterrupt:
    print("interrupted", [path.name for path in Path({str(tmp_path)!r}).iterdir()])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )
    server.others_done.set()
    assert (done.stdout, done.stderr) == ("interrupted []\n", "")
