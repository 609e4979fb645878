"""Two runs that write one folder: the second waits, and a dead one keeps nobody waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from runcomfy_codegen.disk.locking import sole_writer

from .._support.generator import source, write
from .._support.project import tree

HOLDER = r"""
import os, sys, time
from pathlib import Path
from runcomfy_codegen.disk.locking import sole_writer

def say(text):
    os.write(1, f"{text}\n".encode())  # in one piece: the other process writes as well

with sole_writer(say, *map(Path, sys.argv[2:])):
    if sys.argv[1] == "fork" and os.fork() == 0:
        say(f"child {os.getpid()}")
        time.sleep(60)
    say("held")
    sys.stdin.read()
"""


@contextmanager
def holder(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Return a process that holds folders until its input ends."""
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def said(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


@pytest.mark.parametrize("held", ["schemas", "out"])
def test_generate_waits_for_whoever_writes_either_folder(tmp_path: Path, held: str) -> None:
    write(tmp_path / "schemas", source())
    (tmp_path / "out").mkdir()
    before = tree(tmp_path)
    command = [sys.executable, "-m", "runcomfy_codegen", "generate"]
    folders = ["--schemas", str(tmp_path / "schemas"), "--out", str(tmp_path / "out")]
    with holder("hold", tmp_path / held) as first:
        assert said(first) == "held"
        with subprocess.Popen([*command, *folders], stderr=subprocess.PIPE, text=True) as second:
            assert second.stderr is not None
            waiting = second.stderr.readline()
            assert waiting == f"waiting for another run that writes {tmp_path / held}\n"
            assert tree(tmp_path) == before
            first.communicate("")
            assert "1 endpoint" in second.communicate(timeout=60)[1]
            assert second.returncode == 0
    assert (tmp_path / "out/codegen.lock.json").is_file()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("manner", ["hold", "fork"])
def test_a_killed_run_keeps_nobody_waiting(tmp_path: Path, manner: str) -> None:
    """Even where a process that it forked lives on."""
    with holder(manner, tmp_path / "out") as first:
        lines = [said(first) for _ in range(1 + (manner == "fork"))]
        first.kill()
        first.wait()
        messages: list[str] = []
        with sole_writer(messages.append, tmp_path / "out"):
            assert messages == []
        for line in lines:
            if line.startswith("child"):
                os.kill(int(line.split()[1]), signal.SIGKILL)


def test_one_folder_given_twice_is_held_once(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with sole_writer(pytest.fail, tmp_path, tmp_path / "link", tmp_path):
        pass


def test_runs_on_the_same_two_folders_do_not_deadlock(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    with holder("hold", b) as first:
        assert said(first) == "held"
        with holder("hold", a, b) as second:
            assert said(second) == f"waiting for another run that writes {b}"
            with holder("hold", b, a) as third:
                assert said(third) == f"waiting for another run that writes {a}", "it holds nothing"
                for running in (first, second, third):
                    assert running is first or said(running) == "held"
                    running.communicate("", timeout=60)


def test_folders_that_were_made_only_to_be_held_go_again(tmp_path: Path) -> None:
    with sole_writer(pytest.fail, tmp_path / "x/y"):
        assert (tmp_path / "x/y").is_dir()
    assert list(tmp_path.iterdir()) == []
    with sole_writer(pytest.fail, tmp_path / "x/y"):
        (tmp_path / "x/mine").write_text("mine")
    assert tree(tmp_path) == {"x/mine": "mine"}
