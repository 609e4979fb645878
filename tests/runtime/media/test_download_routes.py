"""The routes of downloads: the client's or a given one, and never with the token."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime._client import AsyncClient, SyncClient
from runcomfy_codegen.runtime._files.access import AT_ONCE, Route
from runcomfy_codegen.runtime._transport.hosts import parse_hosts
from runcomfy_codegen.runtime._transport.libraries import library_of
from runcomfy_codegen.runtime.errors import ConfigurationError, DownloadError

from ..._support.http_clients import each_library, refuses_malformed_labels
from ..._support.scripted import AWAITED, BLOCKING, KINDS, call, file_server, result_at

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 500
URL = "https://files.runcomfy.net/a.png"
TOKEN = "rc-" + "0123456789abcdef" * 2


class Seen:
    """A transport that answers everything, and notes what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    def __call__(self, request: Any) -> Any:
        self.requests.append(request)
        return library_of(request).Response(200, content=PNG, headers={"set-cookie": "a=b"})


def http_client(library: Any, kind: str, seen: Seen) -> Any:
    """Return a client that puts the token wherever its library lets it."""

    def sign(request: Any) -> None:
        request.headers["authorization"] = f"Bearer {TOKEN}"

    async def sign_async(request: Any) -> None:
        sign(request)

    hook: Any = sign if kind == BLOCKING else sign_async
    settings: dict[str, Any] = {
        "headers": {"authorization": f"Bearer {TOKEN}", "x-api-key": TOKEN},
        "cookies": {"session": TOKEN},
        "params": {"token": TOKEN},
        "auth": ("user", TOKEN),
        "event_hooks": {"request": [hook]},
        "transport": library.MockTransport(seen),
    }
    return library.Client(**settings) if kind == BLOCKING else library.AsyncClient(**settings)


@each_library
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_given", [False, True])
async def test_the_http_client_fetches_without_the_token(
    is_given: bool, kind: str, library: Any, tmp_path: Path
) -> None:
    seen = Seen()
    own = http_client(library, kind, seen)
    route = Route(None if is_given else own)
    result = result_at(None, {"image": URL}, route=route)
    options = {"http_client": own} if is_given else {}
    [path] = await call(result, "download", kind, tmp_path, **options)
    assert await call(result.files[0], "read", kind, **options) == path.read_bytes() == PNG
    assert len(seen.requests) == 2
    for request in seen.requests:
        assert str(request.url) == URL
        assert not {"authorization", "cookie", "x-api-key"} & set(request.headers)
        assert TOKEN not in repr(request.headers.raw)
    assert dict(own.cookies) == {"session": TOKEN}
    assert not own.is_closed


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_an_http_client_that_cannot_be_used_is_refused(
    kind: str, library: Any, tmp_path: Path
) -> None:
    seen = Seen()
    wrong = http_client(library, AWAITED if kind == BLOCKING else BLOCKING, seen)
    closed = http_client(library, kind, seen)
    await call(closed, "close", "") if kind == BLOCKING else await closed.aclose()
    for bad, words in (
        (wrong, "must be an httpx.*httpx2"),
        (closed, "must be open"),
        ("x", "got str"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            await call(result_at(None, {"a": URL}), "download", kind, tmp_path, http_client=bad)
    with pytest.raises(ConfigurationError, match="of the result's client"):
        await call(result_at(None, {"a": URL}, route=Route(wrong)), "download", kind, tmp_path)
    assert seen.requests == []


@contextlib.asynccontextmanager
async def opened(kind: str, base_url: str, **options: Any) -> AsyncIterator[Any]:
    if kind == BLOCKING:
        with SyncClient(TOKEN, base_url=base_url, **options) as client:
            yield client
    else:
        async with AsyncClient(TOKEN, base_url=base_url, **options) as async_client:
            yield async_client


def service(output: str) -> dict[str, Any]:
    body = b'{"status":"completed","output":{"image":"%s"},"cost":1}' % output.encode()
    return {"v1/requests/r-1/result?include_cost=true": lambda handler, count: handler.send(body)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "allowed", [["127.0.0.1"], ["http://127.0.0.1"], ["localhost", "127.0.0.1:PORT"]]
)
async def test_download_hosts_widen_the_hosts(
    allowed: list[str], kind: str, tmp_path: Path
) -> None:
    png: dict[str, Any] = {"a.png": lambda handler, count: handler.send(PNG)}
    with file_server(**png) as files, file_server(**service(f"{files.origin}/a.png")) as api:
        async with opened(kind, api.origin) as client:
            result = await call(client.untyped("a/b").job("r-1"), "result", "")
            with pytest.raises(DownloadError, match="download_hosts"):
                await call(result, "download", kind, tmp_path)
        hosts = [entry.replace("PORT", str(files.server_port)) for entry in allowed]
        async with opened(kind, api.origin, download_hosts=hosts) as client:
            result = await call(client.untyped("a/b").job("r-1"), "result", "")
        [path] = await call(result, "download", kind, tmp_path)  # the client is closed
    assert path.read_bytes() == PNG


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "emulator.localhost"])
async def test_this_machine_may_be_called_localhost(kind: str, host: str, tmp_path: Path) -> None:
    acts: dict[str, Any] = {"a.png": lambda handler, count: handler.send(PNG)}
    with file_server(**acts) as server:
        server.acts |= {f"/{path}": act for path, act in service(f"{server.origin}/a.png").items()}
        async with opened(kind, server.origin.replace("127.0.0.1", host)) as client:
            result = await call(client.untyped("a/b").job("r-1"), "result", "")
            [path] = await call(result, "download", kind, tmp_path)
    assert path.read_bytes() == PNG
    assert "authorization" not in server.seen[-1][1]


def test_the_api_may_be_plain_where_the_user_names_its_host() -> None:
    for url, host in [
        ("http://emulator:8000", "emulator"),
        ("http://host.docker.internal:8000", "host.docker.internal:8000"),
        ("http://10.0.0.5:8000", "10.0.0.5"),
        ("http://api.example.com", "http://api.example.com"),
    ]:
        with pytest.raises(ConfigurationError, match="download_hosts"):
            SyncClient(TOKEN, base_url=url)
        with SyncClient(TOKEN, base_url=url, download_hosts=[host]) as client:
            assert client.base_url == f"{url}/v1"
    for url, host in [
        ("http://api.example.com", "api.example.com"),
        ("http://emulator:8000", "emulator:9000"),
        ("http://emulator:8000", "https://emulator"),
        ("http://x.emulator.internal", "*.emulator.internal"),
    ]:
        with pytest.raises(ConfigurationError):
            SyncClient(TOKEN, base_url=url, download_hosts=[host])


@pytest.mark.parametrize(
    "hosts",
    ["example.com", 5, None, [5], [""], ["*"], ["a b"], ["a/b"], ["u@a"], ["a:0"], ["a:99999"],
     ["ftp://a"], ["https://a/x"], ["a?b"], ["*.*.a"],
     pytest.param(["xn--.a"], marks=refuses_malformed_labels)],
)  # fmt: skip
def test_what_is_not_a_host_is_refused(hosts: Any) -> None:
    with pytest.raises(ConfigurationError, match="download_hosts: must be"):
        SyncClient(TOKEN, download_hosts=hosts)


def test_hosts_are_written_as_they_are_read() -> None:
    entries = [
        "cdn.example.com",
        "*.example.com",
        "emulator:8000",
        "http://[::1]:80",
        "b\u00fccher.example",
    ]
    rules = parse_hosts(entries)
    assert parse_hosts(map(str, rules)) == rules


PROGRAM = """
import sys, tempfile, threading, atexit
from runcomfy_codegen.runtime._files.access import Access
from runcomfy_codegen.runtime._transport.hosts import HostRules
from runcomfy_codegen.runtime._api.result import Result
origin, way = sys.argv[1:]
raw = {"output": [f"{origin}/{n}" for n in "abc"]}
access = Access(HostRules(api_origin=origin))
result = Result(None, "r-1", "a/b", "completed", None, None, None, raw, _access=access)

def work(main=threading.main_thread()):
    if way == "thread":
        main.join()
    print(len(result.download(tempfile.mkdtemp())), len(result.files[0].read()), flush=True)

threading.Thread(target=work).start() if way == "thread" else atexit.register(work)
"""


@pytest.mark.parametrize("way", ["thread", "atexit"])
def test_a_blocking_download_needs_no_event_loop(way: str) -> None:
    acts = dict.fromkeys("abc", lambda handler, count: handler.send(PNG))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with file_server(**acts) as server:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, server.origin, way],
            env=environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert (done.stdout.split(), done.stderr) == (["3", str(len(PNG))], "")


def test_without_threads_the_calling_one_does_all() -> None:
    acts = dict.fromkeys("abcdef", lambda handler, count: handler.send(PNG))
    program = PROGRAM.replace(
        "origin, way",
        "threading.Thread.start = lambda self: exec('raise RuntimeError()')\norigin, way",
        1,
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with file_server(**acts) as server:
        done = subprocess.run(
            [sys.executable, "-c", program, server.origin, "atexit"],
            env=environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert (done.stdout.split(), done.stderr) == (["3", str(len(PNG))], "")


async def test_all_downloads_of_a_client_share_one_limit() -> None:
    lock, here, most = threading.Lock(), 0, 0

    def act(handler: Any, count: int) -> None:
        nonlocal here, most
        with lock:
            here, most = here + 1, max(most, here + 1)
        threading.Event().wait(0.05)
        with lock:
            here -= 1
        handler.send(PNG)

    with file_server(a=act) as server:
        result = result_at(server.origin, ["/a"])
        waits = [result.files[0].read_async() for _ in range(3 * AT_ONCE)]
        assert set(await asyncio.gather(*waits)) == {PNG}
    assert most <= AT_ONCE
