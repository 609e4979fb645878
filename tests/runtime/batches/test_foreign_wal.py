"""A `-wal` file beside a journal is applied only if it is the journal's own."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from runcomfy import Journal, JournalError
from runcomfy.batches import Entry

from ..._support.batches import python

SERVICE = "http://127.0.0.1:1/v1"
KILLED = """
import os, sys
from runcomfy import Journal
journal = Journal(sys.argv[1])
journal.posting(sys.argv[2], "hash", None)
journal.accepted(sys.argv[2], "r-1")
os.kill(os.getpid(), 9)
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


def journal_of(path: Path, *keys: str) -> Path:
    with Journal(path, create=True) as journal:
        journal.enrol([Entry(key, "acme/demo", {}, f"digest {key}") for key in keys], SERVICE)
    return path


def wal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def states(path: Path) -> dict[str, str]:
    with Journal(path) as journal:
        return {entry.key: entry.state for entry in journal.entries()}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return journal_of(tmp_path / "mine.sqlite", "a", "b")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = journal_of(tmp_path / "other.sqlite", "c", "d")
    python("-c", KILLED, path, "c")
    return path


def test_another_journals_wal_is_refused(mine: Path, other: Path) -> None:
    shutil.copy(wal_of(other), wal_of(mine))
    content = mine.read_bytes()
    with pytest.raises(
        JournalError, match=r"mine\.sqlite-wal .* of another journal.*\nMove it away"
    ):
        Journal(mine)
    assert (mine.read_bytes(), wal_of(mine).read_bytes()) == (content, wal_of(other).read_bytes())
    wal_of(mine).unlink()
    assert states(mine) == {"a": "pending", "b": "pending"}
    assert states(other) == {"c": "submitted", "d": "pending"}


def test_another_wal_in_place_of_the_own_is_refused(mine: Path, other: Path) -> None:
    python("-c", KILLED, mine, "a")
    own = wal_of(mine).read_bytes()
    shutil.copy(wal_of(other), wal_of(mine))
    with pytest.raises(JournalError, match="of another journal"):
        Journal(mine)
    wal_of(mine).write_bytes(own)
    assert states(mine) == {"a": "submitted", "b": "pending"}


def test_an_earlier_wal_of_the_same_journal_is_refused(mine: Path) -> None:
    python("-c", KILLED, mine, "a")
    earlier = wal_of(mine).read_bytes()
    assert states(mine) == {"a": "submitted", "b": "pending"}
    wal_of(mine).write_bytes(earlier)
    with pytest.raises(JournalError, match="an earlier state of this one"):
        Journal(mine)


def test_the_own_wal_is_known_after_many_changes(mine: Path) -> None:
    done = python("-c", KILLED.replace("os.kill", """
journal.posting("b", "hash", None)
journal.accepted("b", "r-2")
for _ in range(1500):  # SQLite begins the file anew after about 1,000 pages
    journal.completed("b", {"output": "x" * 5000}, None)
os.kill"""), mine, "a")  # fmt: skip
    assert done.returncode == -9, done.stderr
    assert states(mine) == {"a": "submitted", "b": "completed"}


def test_an_unfinished_wal_is_no_obstacle(mine: Path, other: Path) -> None:
    wal_of(mine).write_bytes(wal_of(other).read_bytes()[:100])  # killed within its first change
    assert states(mine) == {"a": "pending", "b": "pending"}


@pytest.mark.parametrize("content", [bytes(9000), b"no WAL at all" * 500])
def test_nonsense_does_not_stand_for_a_lost_wal(mine: Path, content: bytes) -> None:
    python("-c", KILLED, mine, "a")
    own = wal_of(mine).read_bytes()
    wal_of(mine).write_bytes(content)
    with pytest.raises(JournalError, match=r"mine\.sqlite-wal is missing"):
        Journal(mine)
    wal_of(mine).write_bytes(own)
    assert states(mine) == {"a": "submitted", "b": "pending"}


@pytest.mark.parametrize("create", [True, False])
def test_a_wal_without_its_journal_is_kept(mine: Path, other: Path, create: bool) -> None:
    other.unlink()
    content = wal_of(other).read_bytes()
    with pytest.raises(JournalError, match=r"missing|no such journal"):
        Journal(other, create=create)
    assert wal_of(other).read_bytes() == content
    other.touch()
    with pytest.raises(JournalError, match="is missing, and other"):
        Journal(other, create=create)
    assert wal_of(other).read_bytes() == content


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_journal_gets_an_identity(mine: Path, other: Path, version: int) -> None:
    database = sqlite3.connect(mine)
    database.execute("DROP TABLE session")
    if version == 2:
        database.execute("CREATE TABLE session (is_open INTEGER NOT NULL)")
        database.execute("INSERT INTO session VALUES (0)")
    database.execute(f"PRAGMA user_version = {version}")
    database.commit()
    database.close()
    assert states(mine) == {"a": "pending", "b": "pending"}
    shutil.copy(wal_of(other), wal_of(mine))
    with pytest.raises(JournalError, match="of another journal"):
        Journal(mine)
