"""Forks in the middle of another thread's first call, each in a fresh process: does the child hang?

python -m tests.proof forks 10
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .table import Row

FULL = 10  # processes
ROOT = Path(__file__).parents[2]
STEP = 0.006  # seconds between the start of the call and the fork: more in each process

SCRIPT = """
import asyncio, os, signal, sys, threading, time, warnings
warnings.simplefilter("ignore")
if sys.argv[2] == "loaded":
    import httpx
from runcomfy import AsyncRunComfy, RunComfy

def call():
    settings = {"api_token": "rc-0123456789abcdef", "base_url": "https://127.0.0.1:9"}
    async def call_async():
        async with AsyncRunComfy(**settings) as client:
            await client.openai.gpt_image_2.edit.job("r-1").status(timeout=0.1)
    try:
        if sys.argv[3] == "async":
            asyncio.run(call_async())
        else:
            client = RunComfy(**settings)
            client.openai.gpt_image_2.edit.job("r-1").status(timeout=0.1)
    except Exception as error:
        assert type(error).__name__ == "ConnectionFailed", error

thread = threading.Thread(target=call)
thread.start()
time.sleep(float(sys.argv[1]))
child = os.fork()
if child == 0:
    signal.alarm(10)
    call()
    os._exit(0)
thread.join()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
"""


def main(count: int) -> list[Row]:
    """Fork once in each of `count` processes, for each client, with its modules loaded or not."""
    rows: list[Row] = []
    for loaded in ("loaded", "fresh"):
        for kind in ("sync", "async"):
            ends = [forked((number + 1) * STEP, loaded, kind) for number in range(count)]
            tried = f"within the first call, {kind}, httpx {loaded}: the child ends"
            rows.append(Row("forks", tried, count, list(filter(None, ends))))
    return rows


def forked(delay: float, loaded: str, kind: str) -> str:
    """Return what went wrong when a process forked that many seconds after a thread began its call."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(delay), loaded, kind],
        env=os.environ | {"PYTHONPATH": str(ROOT / "generated")},
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{delay:.3f} s: {done.returncode} {done.stderr[-300:]}" if done.returncode else ""
