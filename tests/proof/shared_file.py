"""Many jobs that share one open file, in threads and in a batch: is each sent the whole of it?

python -m tests.proof shared_file 1000
"""

from __future__ import annotations

import base64
import logging
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from runcomfy import RunComfy
from runcomfy.testing import Behaviour, Emulator

from .table import Row

FULL = 1_000  # jobs
MODEL = "openai/gpt-image-2/edit"
CONTENT = b"\x89PNG\r\n\x1a\n" + os.urandom(30_000)
WHOLE = "data:image/png;base64," + base64.b64encode(CONTENT).decode()

Submit = Callable[[RunComfy, BinaryIO, int, Path], None]


def main(count: int) -> list[Row]:
    """Submit `count` jobs in each way, of one open file."""
    logging.getLogger("runcomfy").setLevel(logging.ERROR)
    ways: dict[str, Submit] = {"threads": _in_threads, "a batch": _in_a_batch}
    return [
        Row("shared file", f"jobs in {name}, one open file", count, _wrong(submit, count))
        for name, submit in ways.items()
    ]


def _in_threads(client: RunComfy, file: BinaryIO, count: int, _folder: Path) -> None:
    edit = client.openai.gpt_image_2.edit
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda at: edit.submit(prompt=f"job {at}", images=[file]), range(count)))


def _in_a_batch(client: RunComfy, file: BinaryIO, count: int, folder: Path) -> None:
    inputs = [{"prompt": f"job {at}", "images": [file]} for at in range(count)]
    requests = [{"model_id": MODEL, "input": fields} for fields in inputs]
    client.batch(requests, journal=folder / "journal.sqlite", concurrency=32).run()


def _wrong(submit: Submit, count: int) -> list[str]:
    with (
        tempfile.TemporaryDirectory() as name,
        Emulator(behaviour=Behaviour(statuses=("completed",))) as emulator,
        RunComfy(emulator.token, base_url=emulator.base_url) as client,
    ):
        folder, prompts, wrong = Path(name), list[str](), list[str]()
        (folder / "ref.png").write_bytes(CONTENT)
        with (folder / "ref.png").open("rb") as file:
            submit(client, file, count, folder)
            if file.tell():
                wrong.append(f"the file stands at {file.tell()}")
        for post in emulator.received:
            if post.method == "POST":
                prompts.append(post.body["prompt"])
                if post.body["images"] != [WHOLE]:
                    wrong.append(f"{prompts[-1]}: another image was sent")
        if sorted(prompts) != sorted(f"job {at}" for at in range(count)):
            wrong.append(f"{len(prompts)} posts of {count} jobs")
        return wrong
