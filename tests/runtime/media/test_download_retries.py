"""A transfer that fails is repeated, and goes on where it broke if that is certain."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime._files.parts import HAS_LOCKS
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime.errors import DownloadError

from ..._support.scripted import KINDS, Act, Handler, call, file_server, result_at

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
ETAG = 'ETag: "one"'
DATED = "Last-Modified: Mon, 02 Nov 2020 10:00:00 GMT"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def reset(handler: Handler, count: int) -> None:
    handler.close_connection = True
    handler.connection.close()


def failing(status: int, *headers: str) -> Act:
    return lambda handler, count: handler.send(b"busy", *headers, status=status)


def first(act: Act, times: int = 1) -> Act:
    """Answer so at first, and with the whole file then."""
    return lambda handler, count: act(handler, count) if count <= times else handler.send(PNG)


FAULTS: dict[str, Act] = {
    "503": failing(503),
    "500": failing(500),
    "408": failing(408),
    "425": failing(425),
    "404": failing(404),
    "429": failing(429, "Retry-After: 0"),
    "reset": reset,
    "cut": lambda handler, count: handler.cut(PNG[:99], length=len(PNG)),
    "cut gzip": lambda handler, count: handler.send(
        b"\x1f\x8b\x08\0\0\0\0\0\0\0", "Content-Encoding: gzip"
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
async def test_a_passing_fault_costs_no_file(name: str, kind: str, tmp_path: Path) -> None:
    with file_server(a=first(FAULTS[name], 2)) as server:
        [path] = await call(result_at(server.origin, ["/a"]), "download", kind, tmp_path)
    assert path.read_bytes() == PNG
    assert len(server.seen) == 3
    assert names(tmp_path) == ["a.png"]


@pytest.mark.parametrize("kind", KINDS)
async def test_retry_after_lengthens_the_pause(kind: str, tmp_path: Path) -> None:
    policy = RetryPolicy(first_retry=0.01, read_budget=5)
    with file_server(a=first(failing(429, "Retry-After: 1"))) as server:
        began = time.monotonic()
        await call(
            result_at(server.origin, ["/a"], retry_policy=policy), "download", kind, tmp_path
        )
    assert 1 <= time.monotonic() - began < 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [400, 401, 403, 410, 416, 501])
async def test_a_final_answer_is_not_asked_for_again(
    status: int, kind: str, tmp_path: Path
) -> None:
    with file_server(a=failing(status)) as server, pytest.raises(DownloadError, match=str(status)):
        await call(result_at(server.origin, ["/a"]), "download", kind, tmp_path)
    assert len(server.seen) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_fault_that_stays_ends_in_time(kind: str, tmp_path: Path) -> None:
    with file_server(a=failing(503)) as server:
        began = time.monotonic()
        with pytest.raises(DownloadError, match="answered 503"):
            await call(result_at(server.origin, ["/a"]), "download", kind, tmp_path)
    assert time.monotonic() - began < 5
    assert 2 <= len(server.seen) < 60
    assert names(tmp_path) == []


def ranged(*headers: str, broken_at: tuple[int, ...] = ()) -> Act:
    """Serve ranges; break off the replies that would go beyond these positions."""

    def act(handler: Handler, count: int) -> None:
        wanted = handler.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        span = f"Content-Range: bytes {start}-{len(PNG) - 1}/{len(PNG)}"
        given = (*headers, span) if wanted else headers
        stop = next((at for at in broken_at if at > start), None)
        handler.send_response(206 if wanted else 200)
        for header in given:
            handler.send_header(*header.split(": ", 1))
        handler.send_header("Content-Length", str(len(PNG) - start))
        handler.end_headers()
        handler.wfile.write(PNG[start:stop])
        handler.close_connection = True

    return act


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("header", "validator"), [(ETAG, '"one"'), (DATED, DATED[15:])])
async def test_it_goes_on_where_it_broke(
    header: str, validator: str, kind: str, tmp_path: Path
) -> None:
    with file_server(a=ranged(header, broken_at=(1000, 3000))) as server:
        [path] = await call(result_at(server.origin, ["/a"]), "download", kind, tmp_path)
    assert path.read_bytes() == PNG
    assert server.ranges() == [None, "bytes=1000-", "bytes=3000-"]
    assert {headers.get("if-range") for _, headers in server.seen[1:]} == {validator}


@pytest.mark.parametrize("headers", [(), ('ETag: W/"one"',), ("Last-Modified: soon",)])
async def test_without_a_strong_validator_it_starts_anew(
    headers: tuple[str, ...], tmp_path: Path
) -> None:
    act = first(lambda handler, count: handler.cut(PNG[:99], *headers, length=len(PNG)))
    with file_server(a=act) as server:
        [path] = result_at(server.origin, ["/a"]).download(tmp_path)
    assert path.read_bytes() == PNG
    assert server.ranges() == [None, None]


OTHER = b"\x89PNG\r\n\x1a\n" + b"other" * 900


def changed(handler: Handler, count: int) -> None:
    if count == 1:
        handler.cut(PNG[:1000], ETAG, length=len(PNG))
    else:
        handler.send(OTHER, 'ETag: "two"')


def of_another_version(handler: Handler, count: int) -> None:
    if handler.headers.get("Range"):
        handler.send(
            OTHER[1000:], 'ETag: "two"', f"Content-Range: bytes 1000-{len(OTHER) - 1}/*", status=206
        )
    elif count == 1:
        handler.cut(PNG[:1000], ETAG, length=len(PNG))
    else:
        handler.send(OTHER, 'ETag: "two"')


def misplaced(handler: Handler, count: int) -> None:
    if handler.headers.get("Range"):
        handler.send(PNG, ETAG, f"Content-Range: bytes 0-{len(PNG) - 1}/{len(PNG)}", status=206)
    elif count == 1:
        handler.cut(PNG[:1000], ETAG, length=len(PNG))
    else:
        handler.send(OTHER, ETAG)


def unsatisfiable(handler: Handler, count: int) -> None:
    if handler.headers.get("Range"):
        handler.send(b"", "Content-Range: bytes */4500", status=416)
    elif count == 1:
        handler.cut(PNG[:1000], ETAG, length=len(PNG))
    else:
        handler.send(OTHER, ETAG)


def short_range(handler: Handler, count: int) -> None:
    """Send less than the rest, though whole by its own length."""
    wanted = handler.headers.get("Range")
    if wanted is None:
        return handler.cut(OTHER[:1000], ETAG, length=len(OTHER))
    start = int(wanted[6:-1])
    stop = min(start + 2000, len(OTHER))
    span = f"Content-Range: bytes {start}-{stop - 1}/{len(OTHER)}"
    return handler.send(OTHER[start:stop], ETAG, span, status=206)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "act", [changed, of_another_version, misplaced, unsatisfiable, short_range]
)
async def test_parts_of_different_files_are_never_joined(
    act: Any, kind: str, tmp_path: Path
) -> None:
    with file_server(a=act) as server:
        [path] = await call(result_at(server.origin, ["/a"]), "download", kind, tmp_path)
    assert path.read_bytes() == OTHER


def test_a_part_that_is_the_whole_file_is_complete(tmp_path: Path) -> None:
    def act(handler: Handler, count: int) -> None:
        if handler.headers.get("Range"):
            return handler.send(b"", f"Content-Range: bytes */{len(PNG)}", status=416)
        # Chunked, and without the chunk that ends it.
        handler.send_response(200)
        handler.send_header("ETag", '"one"')
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(PNG), PNG))
        handler.close_connection = True
        return None

    with file_server(a=act) as server:
        [path] = result_at(server.origin, ["/a"]).download(tmp_path)
    assert path.read_bytes() == PNG
    assert server.ranges() == [None, f"bytes={len(PNG)}-"]


PROGRAM = """
import sys
from runcomfy_codegen.runtime._files.access import Access
from runcomfy_codegen.runtime._transport.hosts import HostRules
from runcomfy_codegen.runtime._api.result import Result
origin, folder = sys.argv[1:]
access = Access(HostRules(api_origin=origin))
raw = {"output": [origin + "/a"]}
Result(None, "r-1", "a/b", "completed", None, None, None, raw, _access=access).download(folder)
"""


def killed_within(origin: str, folder: Path) -> None:
    """Download in another process, and kill it when the first part has arrived."""
    command = [sys.executable, "-c", PROGRAM, origin, str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment) as process:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if any(path.stat().st_size for path in folder.glob(".*.part")):
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)


@pytest.mark.skipif(not HAS_LOCKS, reason="Windows has no locks that end with a process")
@pytest.mark.parametrize("header", [ETAG, "X-None: x"])
def test_the_next_process_goes_on_where_that_is_certain(header: str, tmp_path: Path) -> None:
    rest = ranged(header)

    def act(handler: Handler, count: int) -> None:
        if count > 1:
            return rest(handler, count)
        handler.send_response(200)
        handler.send_header(*header.split(": ", 1))
        handler.send_header("Content-Length", str(len(PNG)))
        handler.end_headers()
        handler.wfile.write(PNG[:1000])
        time.sleep(1)
        return None

    with file_server(a=act) as server:
        killed_within(server.origin, tmp_path)
        [path] = result_at(server.origin, ["/a"]).download(tmp_path)
    assert path.read_bytes() == PNG
    assert server.ranges() == [None, "bytes=1000-" if header == ETAG else None]
    assert names(tmp_path) == ["a.png"]


@pytest.mark.skipif(not HAS_LOCKS, reason="Windows has no locks that end with a process")
def test_a_large_part_of_a_failed_download_is_used_by_the_next(tmp_path: Path) -> None:
    content = b"\x89PNG\r\n\x1a\n" + b"x" * 2**21
    half = len(content) - 1000

    is_well: list[bool] = []

    def act(handler: Handler, count: int) -> None:
        wanted = handler.headers.get("Range")
        if count == 1:
            handler.cut(content[:half], ETAG, length=len(content))
        elif is_well and wanted == f"bytes={half}-":
            span = f"Content-Range: bytes {half}-{len(content) - 1}/{len(content)}"
            handler.send(content[half:], ETAG, span, status=206)
        else:
            handler.send(b"", status=503)

    with file_server(a=act) as server:
        result = result_at(server.origin, ["/a"])
        with pytest.raises(DownloadError):
            result.download(tmp_path)
        assert [path.stat().st_size for path in tmp_path.iterdir()] == [half]
        is_well.append(True)
        [path] = result.download(tmp_path)
    assert path.read_bytes() == content
    assert names(tmp_path) == ["a.png"]


@pytest.mark.skipif(not HAS_LOCKS, reason="Windows has no locks that end with a process")
def test_two_downloads_of_one_url_never_write_one_part(tmp_path: Path) -> None:
    def act(handler: Handler, count: int) -> None:
        time.sleep(0.05)
        handler.send(PNG, ETAG)

    with file_server(a=act) as server, ThreadPoolExecutor(4) as pool:
        result = result_at(server.origin, ["/a"])
        saved = list(pool.map(lambda _: result.download(tmp_path)[0], range(4)))
    assert len(set(saved)) == 4
    assert {path.read_bytes() for path in saved} == {PNG}
    assert len(names(tmp_path)) == 4
