"""Processes that share work end with the one that started them, and say so where they cannot go on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import runcomfy_codegen
from runcomfy_codegen.build.workers import WORTH_PROCESSES, Workers

PROGRAM = """
import os, sys, time
from runcomfy_codegen.build.workers import WORTH_PROCESSES, Workers

def work(number):
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(60)

if __name__ == "__main__":
    with Workers(2) as workers:
        list(workers.map(work, range(WORTH_PROCESSES)))
"""


def double(number: int) -> int:
    return 2 * number


def own_id(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("count", [0, 3, WORTH_PROCESSES, WORTH_PROCESSES + 7])
@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order(count: int, jobs: int) -> None:
    with Workers(jobs) as workers:
        assert list(workers.map(double, range(count))) == [2 * each for each in range(count)]


def test_little_work_starts_no_process() -> None:
    with Workers(2) as workers:
        assert set(workers.map(own_id, range(WORTH_PROCESSES - 1))) == {os.getpid()}
        assert os.getpid() not in set(workers.map(own_id, range(WORTH_PROCESSES)))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, "utf-8")
    process = subprocess.Popen(
        [sys.executable, program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(runcomfy_codegen.__file__).parents[1])},
        start_new_session=True,
    )
    yield process
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def workers_of(process: subprocess.Popen[str]) -> set[int]:
    """Once all of them are at work."""
    assert process.stdout is not None
    return {int(process.stdout.readline()) for _ in range(2)}


def gone(process_id: int) -> bool:
    """Also true of one that has ended and that nobody has asked for yet."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_they_end_with_a_parent_that_is_killed(
    running: subprocess.Popen[str], end: signal.Signals
) -> None:
    with running:
        workers = workers_of(running)
        running.send_signal(end)
        running.communicate(timeout=30)
        assert running.returncode == -end
    limit = time.monotonic() + 30
    while not all(map(gone, workers)):
        assert time.monotonic() < limit, "they wait for work for ever"
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
def test_ctrl_c_ends_all_at_once(running: subprocess.Popen[str]) -> None:
    with running:
        workers_of(running)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
        _, said = running.communicate(timeout=30)
    assert said.endswith("\nKeyboardInterrupt\n")
    assert said.count("Traceback") == 1, "none of theirs"


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
def test_one_that_is_killed_is_an_error_with_advice(running: subprocess.Popen[str]) -> None:
    with running:
        os.kill(min(workers_of(running)), signal.SIGKILL)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "ChildProcessError" in said
    assert "--jobs 1 needs less memory" in said


def test_a_program_that_does_not_guard_its_start_is_told(tmp_path: Path) -> None:
    """A second thread, as in a notebook, makes the processes load the program anew."""
    program = tmp_path / "program.py"
    text = PROGRAM.replace("time.sleep(60)", "return number").replace(
        "if __name__", "if 1 or __name__"
    )
    wait = "import threading\nthreading.Thread(target=time.sleep, args=[9], daemon=True).start()\n"
    program.write_text(text.replace("\ndef work", f"\n{wait}\ndef work"), "utf-8")
    done = subprocess.run(
        [sys.executable, program],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(runcomfy_codegen.__file__).parents[1])},
        check=False,
    )
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ChildProcessError: ")
    assert 'if __name__ == "__main__":' in last
