"""Runs every part in a process of its own, so that one that breaks stops no other, and prints one table."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from .table import Row, table

PARTS = (
    *("meaning", "agreement", "hostile", "crashes", "full_disks"),
    *(
        "together",
        "downloads",
        "calls",
        "unlucky",
        "many_jobs",
        "killed_batch",
        "killed_tools",
        "forks",
        "shared_file",
    ),
)
_SDK = Path(__file__).parents[2] / "generated"  # pytest finds it by its own settings
_ROWS = "--rows="  # FILE: a part writes its rows there as well


def main(arguments: Sequence[str]) -> int:
    """No arguments: all parts. NAME [COUNT]: one of them. Returns 1 if anything failed."""
    words = [word for word in arguments if not word.startswith(_ROWS)]
    rows = _part(*words) if words else [row for name in PARTS for row in _in_a_process(name)]
    for option in set(arguments).difference(words):
        Path(option.removeprefix(_ROWS)).write_text(json.dumps(rows), "utf-8")
    print(table(rows), flush=True)
    return int(any(row.failures for row in rows))


def _part(name: str, count: str = "") -> list[Row]:
    module = import_module(f"{__package__}.{name}")
    return [Row(*row) for row in module.main(int(count or module.FULL))]


def _in_a_process(name: str) -> Iterator[Row]:
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder, "rows.json")
        command = [sys.executable, "-m", "tests.proof", name, f"{_ROWS}{rows}"]
        code = subprocess.run(command, stdout=sys.stderr, check=False).returncode
        if rows.exists():
            yield from (Row(*row) for row in json.loads(rows.read_text("utf-8")))
        else:
            yield Row(name, "nothing: the part itself broke", 0, [f"it ended with {code}"])
    print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(_SDK))
    sys.exit(main(sys.argv[1:]))
