"""A few tries of each long proof, and that each of them can fail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .__main__ import PARTS
from .killed_tools import wrong as wrong_calls
from .table import Row, table
from .works import Work, tree, wrong_at_the_end, wrong_meanwhile

ROOT = Path(__file__).parents[2]
FEW = {"crashes": 1, "full_disks": 1, "together": 1, "downloads": 5}


forks = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="the proofs fork, which this system cannot"
)


def tried(part: str, count: int) -> str:
    """Run a part, and return its table."""
    # Not in this process: it has threads, and a fork of it might hang. As `make proof` runs it.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.proof", part, str(count)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@forks
@pytest.mark.parametrize("part", FEW)
def test_a_few_tries(part: str) -> None:
    text = tried(part, FEW[part])
    assert text.count("then the") + text.count("both at once") >= 2


@forks
def test_a_few_kills_of_toolboxes() -> None:
    assert "12 calls" in tried("killed_tools", 20)


def test_the_short_runs_are_of_parts_of_the_table() -> None:
    assert {*FEW, "killed_tools"} <= set(PARTS)


def test_what_a_crash_may_not_leave_is_found(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "a").write_bytes(b"old")
    work = Work("x", int, tmp_path, {"mine": b"mine", "a": b"new", "b": b"new"})
    for good in (tree(tmp_path), work.after, {**work.after, ".x.tmp": b"half"}):
        assert [*wrong_meanwhile(work, good)] == []
    for bad in ({"mine": b"mine"}, {**work.after, "b": b"ne"}, {**work.after, "mine": b""}):
        assert len([*wrong_meanwhile(work, bad)]) == 1
    assert [*wrong_at_the_end(work, work.after)] == []
    for bad in ({**work.after, ".x.tmp": b""}, tree(tmp_path), {**work.after, "a": b"old"}):
        assert [*wrong_at_the_end(work, bad)]


def test_a_call_that_is_paid_twice_is_found() -> None:
    assert [*wrong_calls(Counter({"a": 1, "b": 1}), {"a": "completed", "b": "unknown"})] == []
    for jobs, states in (
        ({"a": 2}, {"a": "completed"}),
        ({"a": 1}, {}),
        ({}, {"a": "completed"}),
        ({"a": 1}, {"a": "submitted"}),
    ):
        assert len([*wrong_calls(Counter(jobs), states)]) == 1


def test_the_table_shows_the_failures() -> None:
    text = table([Row("kills", "SIGKILL", 1200, ["try 7: a is lost"]), Row("b", "c", 1, (), "why")])
    assert text.splitlines() == [
        "name   tried    count  failures  intended",
        "kills  SIGKILL  1,200         1",
        "b      c            1         0  why",
        "kills: try 7: a is lost",
    ]
