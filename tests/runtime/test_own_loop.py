"""A blocking call of a coroutine ends on Ctrl-C at any moment."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest
from runcomfy_codegen.runtime._own_loop import run_in_own_loop

INTERRUPTED = """
import asyncio, signal
from runcomfy_codegen.runtime._own_loop import run_in_own_loop

signal.signal(signal.SIGALRM, signal.default_int_handler)
for microseconds in range(1, 4000, 40):
    try:
        # Again after a second: Python drops what an interrupted callback of the collector raises.
        signal.setitimer(signal.ITIMER_REAL, microseconds / 1e6, 1)
        run_in_own_loop(lambda: asyncio.sleep(600))
    except KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, 0)
        continue
    raise SystemExit("it slept")
"""


async def test_within_a_loop() -> None:
    async def double(number: int) -> int:
        await asyncio.sleep(0)
        return number * 2

    assert run_in_own_loop(lambda: double(3)) == 6


def test_what_it_raises() -> None:
    async def fail() -> None:
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        run_in_own_loop(fail)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a timer that interrupts")
def test_ctrl_c_at_any_moment() -> None:
    """Also while its thread and its loop are being started."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
