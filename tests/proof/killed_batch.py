"""A batch that is killed ten times, as a part of the table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .table import Row

FULL = 1_000  # requests
KILLS = 10
ROOT = Path(__file__).parents[2]


def main(count: int) -> list[Row]:
    """count: requests."""
    script = ROOT / "tests" / "e2e" / "killed_batch.py"
    done = subprocess.run(
        [sys.executable, script, str(count), str(KILLS)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "generated")},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    print(done.stdout, file=sys.stderr)
    wrong = (done.stdout.splitlines()[1:] or ["it broke"]) if done.returncode else []
    tried = f"random faults, {KILLS} kills: accepted once, on disk"
    return [Row("killed batch", tried, count, wrong)]
