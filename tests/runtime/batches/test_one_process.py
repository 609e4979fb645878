"""A journal belongs to the one process that has it open, whatever becomes of that process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from runcomfy import Journal, JournalError, SubmitOutcomeUnknown
from runcomfy.batches import Entry

from ..._support.batches import python

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
        with pytest.raises(JournalError, match="a must be pending or refused"):
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
    assert "was opened by the parent" in done.stdout, done.stderr
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


READ = """
import shutil, sys
from pathlib import Path
from runcomfy import Journal
path = Path(sys.argv[1])
with Journal(path) as journal:
    for file in path.parent.iterdir():  # a backup of the whole folder
        file.read_bytes()
    shutil.copy(path, path.with_suffix(".copy"))
    journal.posting("a", "hash", None)
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_process_that_reads_its_own_journal_keeps_it(path: Path) -> None:
    command = [sys.executable, "-c", READ, str(path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(JournalError, match="uses this journal"):
            Journal(path)
        other.communicate()
    with Journal(path) as journal:
        assert journal.entry("a").state == "unknown"


LEFT_BEHIND = """
import os, sys, time
from runcomfy import Journal
journal = Journal(sys.argv[1])
journal.posting("a", "hash", None)
if os.fork() == 0:
    sys.stdout.close()
    os.close(1)
    os.close(2)
    time.sleep(5)  # longer than its parent
    os._exit(0)
os.kill(os.getpid(), 9)
"""


@no_windows
def test_fork_does_not_hold_the_journal_of_its_dead_parent(path: Path) -> None:
    python("-c", LEFT_BEHIND, path)
    with Journal(path) as journal:
        assert journal.entry("a").state == "unknown"


@no_windows
@pytest.mark.parametrize("lost", [True, False])
def test_what_is_beside_it_is_missed(path: Path, lost: bool) -> None:
    python("-c", KILLED, path, "accepted")
    wal = path.with_name("j.sqlite-wal")
    content = wal.read_bytes()
    wal.unlink()
    if lost:
        with pytest.raises(JournalError, match=r"j\.sqlite-wal is missing.*\nPut it back"):
            Journal(path)
    wal.write_bytes(content)
    with Journal(path) as journal:
        assert journal.entry("a").state == "submitted"
    Journal(path).close()
