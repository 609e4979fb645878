"""One open file in many requests at once: each sends all of it."""

from __future__ import annotations

import asyncio
import base64
import gc
import io
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from .._support.sdk import Sdk, settled

PNG = b"\x89PNG\r\n\x1a\n" + os.urandom(60_000)
WHOLE = "data:image/png;base64," + base64.b64encode(PNG).decode()
EDIT = "openai/gpt-image-2/edit"


def sent(emulator: Emulator) -> list[bool]:
    """Return whether each post held the whole image."""
    bodies = [each.body for each in emulator.received if each.method == "POST"]
    return [body["images"] == [WHOLE] for body in bodies]


@pytest.mark.parametrize("kind", ["file", "buffer"])
def test_in_the_threads_of_the_caller(
    emulator: Emulator, client: Any, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "ref.png"
    path.write_bytes(PNG)
    edit = client.openai.gpt_image_2.edit
    with (
        path.open("rb") if kind == "file" else io.BytesIO(PNG) as file,
        ThreadPoolExecutor(8) as pool,
    ):
        list(pool.map(lambda at: edit.submit(prompt=str(at), images=[file]), range(24)))
        assert file.tell() == 0
    assert sent(emulator) == [True] * 24


async def test_in_tasks_of_one_loop(sdk: Sdk, emulator: Emulator) -> None:
    async with sdk.client(emulator.base_url, asynchronous=True) as client:
        file = io.BytesIO(b"skipped" + PNG)
        file.seek(7)
        edit = client.openai.gpt_image_2.edit
        await asyncio.gather(*(edit.submit(prompt=str(at), images=[file]) for at in range(12)))
    assert (sent(emulator), file.tell()) == ([True] * 12, 7)


async def test_in_a_batch(emulator: Emulator, either: Any, tmp_path: Path) -> None:
    file = io.BytesIO(PNG)
    requests = [
        {"model_id": EDIT, "input": {"prompt": str(at), "images": [file]}} for at in range(20)
    ]
    batch = either.batch(requests, journal=tmp_path / "j.sqlite", concurrency=8)
    file.seek(0, io.SEEK_END)  # whatever is done with it later
    await settled(batch.run())
    assert sent(emulator) == [True] * 20


async def test_a_file_that_changes_during_a_batch_is_refused(
    emulator: Emulator, either: Any, tmp_path: Path
) -> None:
    path = tmp_path / "ref.png"
    path.write_bytes(PNG)
    requests = [{"model_id": EDIT, "input": {"prompt": "x", "images": [path]}}]
    batch = either.batch(requests, journal=tmp_path / "j.sqlite")
    path.write_bytes(PNG[:-1] + b"?")
    report = await settled(batch.run())
    assert sent(emulator) == []
    assert "was changed after it was checked" in str(report.outcomes[0].error)


async def test_with_an_uploader(emulator: Emulator, either: Any) -> None:
    lengths: list[int] = []

    def upload(file: Any) -> str:
        lengths.append(len(file.read()))
        return "https://media.invalid/a.png"

    file = io.BytesIO(PNG)
    edit = either.with_options(uploader=upload).openai.gpt_image_2.edit
    for _ in range(2):
        await settled(edit.submit(prompt="x", images=[file, file]))
    assert lengths == [len(PNG)] * 2


_SINK = """
    import http.server
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *arguments): pass
        def do_POST(self):
            left = int(self.headers["content-length"])
            while left:
                left -= len(self.rfile.read(min(left, 2**20)))
            body = b'{"request_id": "r-1"}'
            self.send_response(202)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
"""


@pytest.fixture
def sink() -> Iterator[str]:
    """Serve in a process of its own, so that its work is not the loop's."""
    command = [sys.executable, "-c", textwrap.dedent(_SINK)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@pytest.mark.parametrize("kind", ["path", "buffer", "bytes", "data URI"])
async def test_a_large_file_does_not_hold_the_event_loop(
    sdk: Sdk, sink: str, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    content = PNG[:8] + bytes(32 * 2**20)
    (tmp_path / "a.png").write_bytes(content)
    uri = "data:image/png;base64," + base64.b64encode(content).decode()
    file = io.BytesIO(content)
    image = {"path": tmp_path / "a.png", "buffer": file, "bytes": content, "data URI": uri}[kind]
    worst = 0.0

    async def beat() -> None:
        # The time that this thread computes between two beats: of a busy machine it is no more.
        nonlocal worst
        last = time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.thread_time()
            worst, last = max(worst, now - last), now

    gc.collect()
    gc.disable()  # its pauses depend on all that pytest holds
    request.addfinalizer(gc.enable)
    async with sdk.client(sink, asynchronous=True) as client:
        edit = client.openai.gpt_image_2.edit
        await edit.submit(prompt="warm", images=["https://media.invalid/a.png"])
        beating = asyncio.create_task(beat())
        await asyncio.sleep(0.01)
        await edit.submit(prompt="x", images=[image])
        beating.cancel()
    assert worst < 0.03
