"""Large files in and out of `AsyncRunComfy`: the event loop goes on meanwhile."""

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
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from starlette.datastructures import UploadFile

from .._support.sdk import Sdk

SIZE = 32 * 2**20
CONTENT = b"\x89PNG\r\n\x1a\n" + bytes(SIZE - 8)
# Seconds of computing between two beats, of all threads: one step over 32 MB in one thread takes
# several times as long, and a thread that keeps Python's lock stops the others.
LONGEST = 0.06
_PEER = f"""
    import http.server, json
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *arguments): pass
        def do_POST(self):
            left = int(self.headers["content-length"])
            while left:
                left -= len(self.rfile.read(min(left, 2**20)))
            self.answer(202, json.dumps({{"request_id": "r-1"}}).encode())
        def do_GET(self):
            if self.path == "/a.png":
                self.answer(200, b"\\x89PNG\\r\\n\\x1a\\n" + bytes({SIZE} - 8))
            else:
                output = {{"image": f"http://127.0.0.1:{{self.server.server_port}}/a.png"}}
                self.answer(200, json.dumps({{"status": "completed", "output": output}}).encode())
        def answer(self, status, body):
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
"""


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    """Serve in a process of its own, so that its work is not the loop's."""
    command = [sys.executable, "-c", textwrap.dedent(_PEER)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "a.png"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture(autouse=True)
def _no_collection() -> Iterator[None]:
    """Leave the collector off, whose pauses depend on all that pytest holds."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def longest_step(call: Callable[[], Awaitable[Any]]) -> float:
    """Return the seconds that this process computed, at the most, between two beats of the loop."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        last = time.process_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.process_time()
            longest, last = max(longest, now - last), now

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0.01)
    longest = 0.0
    await call()
    await asyncio.sleep(0.005)
    beating.cancel()
    return longest


INPUTS: dict[str, Callable[[Path], Any]] = {
    "path": lambda path: path,
    "bytes": lambda path: CONTENT,
    "buffer": lambda path: io.BytesIO(CONTENT),
    "open file": lambda path: path.open("rb"),
    "upload": lambda path: UploadFile(io.BytesIO(CONTENT), filename="a.png"),
    "data URI": lambda path: "data:image/png;base64," + base64.b64encode(CONTENT).decode(),
    "picture": lambda path: PIL.Image.frombytes("RGB", (1500, 1500), os.urandom(1500 * 1500 * 3)),
}


@pytest.mark.parametrize("uploader", [None, lambda file: "https://media.invalid/a.png"])
@pytest.mark.parametrize("name", INPUTS)
async def test_a_large_input_does_not_hold_the_event_loop(
    name: str, uploader: Any, sdk: Sdk, peer: str, file: Path
) -> None:
    image = INPUTS[name](file)
    async with AsyncExitStack() as stack:
        if name == "open file":
            stack.callback(image.close)
        client = await stack.enter_async_context(sdk.client(peer, asynchronous=True))
        edit = client.with_options(uploader=uploader).openai.gpt_image_2.edit
        await edit.submit(prompt="warm", images=["https://media.invalid/a.png"])
        assert await longest_step(lambda: edit.submit(prompt="x", images=[image])) < LONGEST


async def test_a_batch_does_not_hold_the_event_loop(
    sdk: Sdk, peer: str, file: Path, tmp_path: Path
) -> None:
    item = {"model_id": "openai/gpt-image-2/edit", "input": {"prompt": "x", "images": [file]}}
    async with sdk.client(peer, asynchronous=True) as client:
        await client.batch([item], journal=tmp_path / "warm.sqlite", folder=tmp_path).run()
        batch = client.batch([item], journal=tmp_path / "j.sqlite", folder=tmp_path)
        assert await longest_step(batch.run) < LONGEST


OUTPUTS: dict[str, Callable[[Any, Path], Awaitable[Any]]] = {
    "download": lambda result, folder: result.download_async(folder),
    "save": lambda result, folder: result.files[0].save_async(folder),
    "read": lambda result, folder: result.files[0].read_async(),
    "open": lambda result, folder: result.files[0].open_async(),
}


@pytest.mark.parametrize("name", OUTPUTS)
async def test_a_large_output_does_not_hold_the_event_loop(
    name: str, sdk: Sdk, peer: str, tmp_path: Path
) -> None:
    async with sdk.client(peer, asynchronous=True) as client:
        result = await client.job("r-1").result()
        await result.download_async(tmp_path / "warm")
        opened: list[Any] = []

        async def fetch() -> None:
            opened.append(await OUTPUTS[name](result, tmp_path))

        assert await longest_step(fetch) < LONGEST
        if name == "open":
            opened[0].close()


async def test_a_large_data_uri_of_a_reply_is_decoded_in_steps(
    sdk: Sdk, peer: str, tmp_path: Path
) -> None:
    uri = "data:image/png;base64," + base64.b64encode(CONTENT).decode()
    output = {"image": uri}
    result = sdk.module().Result(
        output, "r-1", "a/b", "completed", None, None, None, {"output": output}
    )
    hash(uri)  # Python keeps it
    await result.download_async(tmp_path)
    assert await longest_step(lambda: result.download_async(tmp_path)) < LONGEST
