"""A thousand jobs at once in one process: the SDK against `httpx.AsyncClient` by hand."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROUNDS = 3
POLLS = 4  # status reads until a job has completed


def test_a_thousand_jobs_at_once() -> None:
    figures: dict[str, list[dict[str, Any]]] = {"hand": [], "sdk": []}
    for _ in range(ROUNDS):
        for side in figures:  # in turns, so that a noisy machine disturbs both alike
            figures[side].append(run(side, 1000))
    seconds = {
        side: statistics.median(each["seconds"] for each in figures[side]) for side in figures
    }
    memory = {side: statistics.median(each["bytes"] for each in figures[side]) for side in figures}
    print(
        f"\n1,000 jobs at once: SDK {1000 / seconds['sdk']:.0f} jobs/s, "
        f"httpx by hand {1000 / seconds['hand']:.0f} jobs/s, "
        f"ratio {seconds['hand'] / seconds['sdk']:.2f} (target: at least 0.9)"
        f"\nmemory per waiting job: SDK {memory['sdk'] / 1024:.1f} KB (target: at most 25 KB), "
        f"httpx by hand {memory['hand'] / 1024:.1f} KB"
    )


@pytest.mark.parametrize(
    ("side", "name", "jobs"), [("sdk", "SDK", 5000), ("batch", "a batch with a journal", 1000)]
)
def test_jobs_that_all_wait_at_once(side: str, name: str, jobs: int) -> None:
    found = run(side, jobs)
    print(
        f"\n{jobs:,} jobs at once, {name}: {jobs / found['seconds']:.0f} jobs/s, "
        f"{jobs * (POLLS + 2) / found['seconds']:.0f} requests/s, {found['bytes'] / 1024:.1f} KB per job"
    )


def run(side: str, jobs: int) -> dict[str, Any]:
    server = subprocess.Popen(
        [sys.executable, HERE / "memory_server.py", str(POLLS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    with server:
        port = int(server.stdout.readline())
        done = subprocess.run(
            [
                sys.executable,
                HERE / "many_jobs_at_once.py",
                side,
                str(jobs),
                f"http://127.0.0.1:{port}",
            ],
            capture_output=True,
            text=True,
            env={"PYTHONPATH": str(HERE.parents[1] / "generated")},
            check=True,
        )
        server.stdin.close()
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures
