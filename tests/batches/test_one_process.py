"""A journal belongs to the one process that has it open, whatever becomes of that process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from runcomfy import Journal, JournalError, SubmitOutcomeUnknown
from runcomfy.batches import Entry

from .support import python

SERVICE = "http://127.0.0.1:1/v1"
OPEN = "import sys; from runcomfy import Journal; Journal(sys.argv[1])"
no_windows = pytest.mark.skipif(os.name == "nt", reason="Windows has neither SIGKILL nor fork")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Journal(tmp_path / "j.sqlite", create=True) as journal:
        journal.enrol([Entry(key, "acme/demo", {}, f"digest {key}") for key in "ab"], SERVICE)
    return tmp_path / "j.sqlite"


KILLED = """
import os, sys
from runcomfy import Journal
journal = Journal(sys.argv[1])
journal.posting("a", "hash", None)
if sys.argv[2] == "accepted":
    journal.accepted("a", "r-1")
os.kill(os.getpid(), 9)
"""


@no_windows
@pytest.mark.parametrize(("moment", "state"), [("posting", "unknown"), ("accepted", "submitted")])
def test_a_process_that_is_killed(path: Path, moment: str, state: str) -> None:
    assert python("-c", KILLED, path, moment).returncode != 0
    with Journal(path) as journal:
        entry = journal.entry("a")
        assert entry.state == state
        if state == "unknown":
            assert isinstance(entry.error, SubmitOutcomeUnknown)
            assert "may be charged" in str(entry.error)
        # Whatever a program does with it, it cannot be posted.
        with pytest.raises(JournalError, match="a is not pending or refused"):
            journal.posting("a", "hash", None)


def test_neither_another_process_nor_the_same_one_opens_it_twice(path: Path) -> None:
    with Journal(path):
        with pytest.raises(JournalError, match="another process, or another batch"):
            Journal(path)
        # Where a process closes any descriptor of a file, POSIX takes all its locks away.
        other = python("-c", OPEN, path)
    assert other.returncode != 0
    assert "JournalError" in other.stderr
    assert "uses this journal" in other.stderr
    assert python("-c", OPEN, path).returncode == 0


FORKED = """
import os, sys
from runcomfy import Journal, JournalError

def child(journal):
    if os.fork() == 0:
        try:
            journal.entries()
        except JournalError as error:
            print(error, flush=True)
        sys.exit()  # unlike os._exit: the copy of the journal is closed, too
    os.wait()

with Journal(sys.argv[1]) as journal:
    journal.posting("a", "hash", None)
    child(journal)
    journal.accepted("a", "r-1")
    journal.posting("b", "hash", None)
    os.kill(os.getpid(), 9)
"""


@no_windows
def test_the_end_of_a_forked_process_takes_nothing_away(path: Path) -> None:
    done = python("-c", FORKED, path)
    assert "was opened by another process" in done.stdout, done.stderr
    with Journal(path) as journal:
        assert [entry.state for entry in journal.entries()] == ["submitted", "unknown"]


def test_one_that_nobody_closed_is_closed_when_it_is_gone(path: Path) -> None:
    Journal(path).entries()
    Journal(path).close()


def test_its_name_is_that_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:x?mode=memory"):
        with Journal(name, create=True) as journal:
            journal.enrol([Entry("a", "acme/demo", {}, "digest")], SERVICE)
        with Journal(name) as journal:
            assert journal.entry("a")
    with pytest.raises(JournalError, match="cannot be written"):
        Journal("a\0b", create=True)
