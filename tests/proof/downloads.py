"""Downloads killed at random points: only whole files have names, and the next process tidies up.

python -m tests.proof downloads 300
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from runcomfy_codegen.runtime._api.result import Result
from runcomfy_codegen.runtime._files.access import Access
from runcomfy_codegen.runtime._transport.hosts import HostRules
from runcomfy_codegen.runtime.errors import DownloadError

from .processes import Action, Ended, ended, killed
from .table import Row
from .works import copied, tree

FULL = 300  # kills

SIZES = {"a.png": 3_000_000, "b.png": 10, "c.mp4": 700_000, "d.wav": 90_000}
BY_HAND = {
    "out/a.png": b"made by hand",
    "out/.mine.part": b"mine",
    "out/.0123456789abcdef": b"mine",
}


def main(count: int) -> list[Row]:
    """count: how often a download of four files is killed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        sent = {name: Random(name).randbytes(size) for name, size in SIZES.items()}
        for name, content in sent.items():
            (root / "served").mkdir(exist_ok=True)
            (root / "served" / name).write_bytes(content)
        with serving(root / "served") as origin:
            action = downloading(origin)
            return [
                _interrupted("kill a download", "SIGKILL", killed, action, sent, count, root),
                _interrupted("limit a download", "EFBIG", _limited, action, sent, count, root),
            ]


def _interrupted(
    name: str,
    tried: str,
    interrupt: Callable[[Action, Path, Path, Ended, Random], Ended],
    action: Action,
    sent: dict[str, bytes],
    count: int,
    root: Path,
) -> Row:
    dice, log, box = Random(name), root / "log", root / "tried"
    for path, content in BY_HAND.items():
        (root / "before" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "before" / path).write_bytes(content)
    usual = ended(action, copied(root / "before", box), log)
    failures = [usual.said] if usual.code else []
    interrupted = 0
    for number in range(count):
        copied(root / "before", box)
        first = interrupt(action, box, log, usual, dice)
        interrupted += first.code != 0
        wrong = [*_wrong(tree(box), sent, parts=first.killed)]
        if not (first.killed or first.code == 0 or "too large" in first.said):
            wrong.append(f"it ended with {first.code}: {first.said[-300:]}")
        last = ended(action, box, log)
        if last.code:
            wrong.append(f"the next one ended with {last.code}: {last.said[-300:]}")
        found = tree(box)
        wrong += _wrong(found, sent, parts=False)
        wrong += [f"{each} is not saved" for each in sent if sent[each] not in found.values()]
        failures += [f"try {number}: {each}" for each in wrong]
    return Row(name, f"{tried}, then the download again", interrupted, failures)


def _limited(action: Action, box: Path, log: Path, usual: Ended, dice: Random) -> Ended:
    most = dice.randint(1_500, max(SIZES.values()))  # bytes of a file; the messages have to fit

    def limited() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        return action()

    return ended(limited, box, log)


def _wrong(found: dict[str, bytes], sent: dict[str, bytes], *, parts: bool) -> Iterator[str]:
    """parts: whether unfinished files may lie there, under names that show it."""
    for path, content in found.items():
        if path in BY_HAND:
            if content != BY_HAND[path]:
                yield f"{path} was touched"
        elif content not in sent.values() and not (parts and path.endswith(".part")):
            yield f"{path} is {len(content):,} bytes of something else"
        elif path.endswith(".part") and not parts:
            yield f"{path} is left over"
    yield from (f"{path} is lost" for path in BY_HAND.keys() - found.keys())


@contextmanager
def serving(folder: Path) -> Generator[str, None, None]:
    """Another process that serves the files of a folder; its origin."""
    command = [sys.executable, "-um", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        [*command, "--directory", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().split('port ')[1].split()[0]}"
        finally:
            server.kill()


def downloading(origin: str) -> Action:
    """Save all files in `out`."""
    access = Access(HostRules(api_origin=origin))
    raw = {"output": [f"{origin}/{name}" for name in SIZES]}
    result = Result(None, "r-1", "a/b", "completed", None, None, None, raw, _access=access)

    def run() -> int:
        try:
            result.download("out")
        except DownloadError as error:
            print(error)
            return 1
        return 0

    return run
