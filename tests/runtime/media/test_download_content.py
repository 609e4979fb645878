"""Paid bytes are saved whatever the headers say of them; error pages are not."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from pathlib import Path

import pytest
from runcomfy_codegen.runtime.errors import DownloadError

from ..._support.scripted import KINDS, call, file_server, names_in, result_at

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
MP4 = b"\0\0\0\x18ftypisom" + b"\0" * 2000
GLB = b"glTF\x02\0\0\0" + b"\x01\x02" * 700
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>'
HTML = b"<!DOCTYPE html><html><body>Sign in</body></html>"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("url", "body", "headers", "name"),
    [
        ("a.png", PNG, ("Content-Type: text/html",), "a.png"),
        ("a.png", PNG, ("Content-Type: application/json",), "a.png"),
        ("a", PNG, (), "a.png"),
        ("a", PNG, ("Content-Type: binary/octet-stream",), "a.png"),
        ("a.jpg", PNG, ("Content-Type: image/jpeg",), "a.png"),
        ("a.JPEG", b"\xff\xd8\xff" + b"\0" * 99, ("Content-Type: image/png",), "a.JPEG"),
        ("a", MP4, ("Content-Type: audio/mp4",), "a.m4a"),
        ("a", b"unknown\0", ("Content-Type: video/webm; codecs=x",), "a.webm"),
        ("a.glb", GLB, ("Content-Type: application/octet-stream",), "a.glb"),
        ("a", GLB, ("Content-Type: model/gltf-binary",), "a.glb"),
        ("a.ply", b"ply\nformat ascii", (), "a.ply"),
        ("a", b"unknown\0", (), "a.bin"),
        ("a", SVG, ("Content-Type: text/xml",), "a.svg"),
        ("a.json", b'{"message": "what was asked for"}', ("Content-Type: application/json",), "a.json"),
        ("a", b'[{"start": 0, "word": "hi"}]', ("Content-Type: application/json",), "a.json"),
        ("a.html", HTML, ("Content-Type: text/html",), "a.html"),
        ("a", b"1\n00:00 --> 00:01", ("Content-Type: text/vtt",), "a.vtt"),
        ("a.png", PNG, ("Content-Encoding: identity",), "a.png"),
        ("a.png", PNG, ("Content-Encoding: aws-chunked",), "a.png"),
        ("a.png", PNG, ("Content-Encoding: ",), "a.png"),
        ("a.png", PNG, ("Content-Encoding: UTF-8",), "a.png"),
        ("a.png", PNG, ("Content-Encoding: gzip",), "a.png"),  # it is not
        ("a.png", PNG, ("Content-Encoding: br",), "a.png"),  # nor is it
    ],
)  # fmt: skip
async def test_bytes_are_saved_under_their_ending(
    url: str, body: bytes, headers: tuple[str, ...], name: str, kind: str, tmp_path: Path
) -> None:
    with file_server(**{url: lambda handler, count: handler.send(body, *headers)}) as server:
        [path] = await call(result_at(server.origin, [f"/{url}"]), "download", kind, tmp_path)
    assert (path.name, path.read_bytes()) == (name, body)


@pytest.mark.parametrize(
    ("url", "body", "headers"),
    [
        ("a.png", HTML, ("Content-Type: image/png",)),
        ("a", b"\xef\xbb\xbf\n<html>", ()),
        ("a", b"not found", ("Content-Type: text/html; charset=utf-8",)),
        ("a.png", b'{"ok": true}', ("Content-Type: image/png",)),
        ("a", b'{"error": "expired"}', ("Content-Type: application/octet-stream",)),
        ("a", b'{"error_code": 404001}', ()),
        ("a", b"<Error><Code>AccessDenied</Code></Error>", ("Content-Type: application/xml",)),
        ("a.mp4", b"<?xml version='1.0'?><x/>", ()),
        ("a", b"\x1b\x01\0", ("Content-Encoding: br",)),
        (
            "a",
            gzip.compress(gzip.compress(PNG, mtime=0), mtime=0),
            ("Content-Encoding: gzip, gzip",),
        ),
        ("a", b"\x1f\x8b\x08\0broken", ("Content-Encoding: gzip",)),
        ("a", gzip.compress(HTML, mtime=0), ("Content-Encoding: gzip",)),
        ("a.png", b"", ()),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
async def test_error_pages_are_refused(
    url: str, body: bytes, headers: tuple[str, ...], kind: str, tmp_path: Path
) -> None:
    acts = {url: lambda handler, count: handler.send(body, *headers)}
    with file_server(**acts) as server, pytest.raises(DownloadError) as caught:
        await call(result_at(server.origin, [f"/{url}"]), "download", kind, tmp_path)
    assert names_in(tmp_path) == []
    assert len(caught.value.failed) == 1
    assert str(caught.value).replace("\n", "").isprintable()


@pytest.mark.parametrize("kind", KINDS)
async def test_gzip_is_decoded_within_bounds(kind: str, tmp_path: Path) -> None:
    small = gzip.compress(PNG) + gzip.compress(PNG)
    bomb = gzip.compress(b"\0" * 2**26, 9)
    acts = {
        "a": lambda handler, count: handler.send(small, "Content-Encoding: gzip"),
        "b": lambda handler, count: handler.send(bomb, "Content-Encoding: x-gzip"),
    }
    with file_server(**acts) as server:
        first, second = result_at(server.origin, ["/a", "/b"]).files
        assert await call(first, "read", kind) == PNG + PNG
        tracemalloc.start()
        with pytest.raises(DownloadError, match="larger than 1,000,000 bytes"):
            await call(second, "read", kind, max_bytes=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2**24


@pytest.mark.parametrize("kind", KINDS)
async def test_a_download_that_explodes_ends_early(kind: str, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(2**28), 9)
    acts = {"a.png": lambda handler, count: handler.send(bomb, "Content-Encoding: gzip")}
    with file_server(**acts) as server, pytest.raises(DownloadError, match="more than 100 to 1"):
        await call(result_at(server.origin, ["/a.png"]), "download", kind, tmp_path)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_progress_is_reported_and_its_errors_cost_no_file(kind: str, tmp_path: Path) -> None:
    def act(handler: object, count: int) -> None:
        handler.send(PNG, "Content-Type: image/png")  # type: ignore[attr-defined]

    with file_server(a=act, b=act) as server:
        result = result_at(server.origin, ["/a", "/b"])
        seen: list[object] = []
        paths = await call(result, "download", kind, tmp_path, progress=seen.append)
        assert [(each.number, each.count) for each in seen[:1]] in ([(1, 2)], [(2, 2)])  # type: ignore[attr-defined]
        ends = [each for each in seen if each.path]  # type: ignore[attr-defined]
        assert sorted(each.path for each in ends) == sorted(paths)  # type: ignore[attr-defined]
        assert {(each.received, each.total) for each in ends} == {(len(PNG), len(PNG))}  # type: ignore[attr-defined]

        def broken(progress: object) -> None:
            seen.append(progress)
            raise ValueError("no")

        seen.clear()
        paths = await call(result, "download", kind, tmp_path, progress=broken)
        assert len(paths) == 2
        assert len(seen) == 1


async def test_async_progress_is_awaited_or_refused(tmp_path: Path) -> None:
    seen: list[object] = []

    async def progress(report: object) -> None:
        seen.append(report)

    with file_server(a=lambda handler, count: handler.send(PNG)) as server:
        result = result_at(server.origin, ["/a"])
        with pytest.raises(Exception, match="progress: must be an ordinary function"):
            result.download(tmp_path, progress=progress)
        assert server.seen == []
        await result.download_async(tmp_path, progress=progress)
    assert len(seen) == 2


def test_many_files_keep_few_open(tmp_path: Path) -> None:
    most = 0

    def act(handler: object, count: int) -> None:
        nonlocal most
        most = max(most, len(list(Path("/proc/self/fd").iterdir())))
        handler.send(PNG)  # type: ignore[attr-defined]

    if not Path("/proc/self/fd").exists():
        pytest.skip("no /proc")
    before = len(list(Path("/proc/self/fd").iterdir()))
    names = [f"f{number}" for number in range(120)]
    with file_server(**dict.fromkeys(names, act)) as server:
        began = time.monotonic()
        paths = result_at(server.origin, [f"/{name}" for name in names]).download(tmp_path)
        assert time.monotonic() - began < 60
    assert len(paths) == len(list(tmp_path.iterdir())) == 120
    assert most - before < 40
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2
