"""Downloads killed at random points: only whole files have names, and the next process tidies up.

    python -m tests.proof.downloads 300
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from runcomfy_codegen.runtime._downloads import DownloadPolicy, download
from runcomfy_codegen.runtime._drivers import AsyncDriver
from runcomfy_codegen.runtime.errors import DownloadError

from .processes import Action, ended, killed
from .table import Row, run_alone
from .works import copied, tree

FULL = 300  # kills

SIZES = {"a.png": 3_000_000, "b.png": 10, "c.mp4": 700_000, "d.wav": 90_000}
BY_HAND = {"out/a.png": b"made by hand", "out/.mine.part": b"mine", "out/.0123456789abcdef": b"mine"}


def main(count: int) -> list[Row]:
    """count: how often a download of four files is killed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        sent = {name: Random(name).randbytes(size) for name, size in SIZES.items()}
        for name, content in sent.items():
            (root / "served").mkdir(exist_ok=True)
            (root / "served" / name).write_bytes(content)
        with serving(root / "served") as origin:
            return [_killed(downloading(origin), sent, count, root)]


def _killed(action: Action, sent: dict[str, bytes], count: int, root: Path) -> Row:
    dice, log, box = Random(count), root / "log", root / "tried"
    for path, content in BY_HAND.items():
        (root / "before" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "before" / path).write_bytes(content)
    usual = ended(action, copied(root / "before", box), log)
    failures = [usual.said] if usual.code else []
    kills = 0
    for number in range(count):
        copied(root / "before", box)
        wrong: list[str] = []
        for last in (False, True):
            end = ended(action, box, log) if last else killed(action, box, log, usual, dice)
            kills += end.killed
            if end.code and not end.killed:
                wrong.append(end.said[-300:])
            found = tree(box)
            wrong += [f"{path} was touched" for path in BY_HAND if found.pop(path) != BY_HAND[path]]
            wrong += [
                f"{path} is {len(content):,} bytes of something else"
                for path, content in found.items()
                if content not in sent.values() and (last or not path.startswith("out/."))
            ]
        if any(content not in found.values() for content in sent.values()):
            wrong.append("not all was saved in the end")
        failures += [f"try {number}: {each}" for each in wrong]
    return Row("kill a download", "SIGKILL, then the download again", kills, failures)


@contextmanager
def serving(folder: Path) -> Generator[str, None, None]:
    """Another process that serves the files of a folder; its origin."""
    command = [sys.executable, "-um", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        [*command, "--directory", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().split('port ')[1].split()[0]}"
        finally:
            server.kill()


def downloading(origin: str) -> Action:
    """Saves all files in `out`."""

    async def save() -> None:
        driver = AsyncDriver(10.0)
        policy = DownloadPolicy(loopback_origin=origin)
        urls = [f"{origin}/{name}" for name in SIZES]
        try:
            await driver.run(download(urls, Path("out"), policy))
        finally:
            await driver.aclose()

    def run() -> int:
        try:
            asyncio.run(save())
        except DownloadError as error:
            print(error)
            return 1
        return 0

    return run


if __name__ == "__main__":
    run_alone(main, FULL)
