"""One open file in many requests at once: each sends all of it."""

from __future__ import annotations

import asyncio
import base64
import io
import os
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
