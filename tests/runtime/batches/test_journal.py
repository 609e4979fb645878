"""The file that knows what was submitted."""

from __future__ import annotations

import os
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from runcomfy import (
    ConfigurationError,
    InvalidRequestError,
    JobFailed,
    Journal,
    JournalError,
    RateLimitError,
    RunComfyError,
    SubmitOutcomeUnknown,
)
from runcomfy.batches import Entry
from runcomfy.batches._entry import error_from_json, error_to_json
from runcomfy.errors import FieldProblem

SERVICE = "http://127.0.0.1:1/v1"
ENTRIES = [Entry(key, "acme/demo", {"prompt": key}, f"digest {key}") for key in "ab"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Journal(tmp_path / "j.sqlite", create=True) as journal:
        journal.enrol(ENTRIES, SERVICE)
    return tmp_path / "j.sqlite"


def test_a_request_from_its_intent_to_its_files(path: Path) -> None:
    with Journal(path) as journal:
        assert journal.entries() == ENTRIES
        journal.posting("a", "hash", 0.04)
        journal.accepted("a", "r-1")
        journal.completed("a", {"output": "\ud800 ✓"}, None)
        journal.completed("a", {"output": "\ud800 ✓"}, 0.05)
        journal.saved("a", ["out/a.png"])
    with Journal(path) as journal:
        [entry] = journal.entries("completed")
        assert entry.posted_at
        assert entry == replace(
            ENTRIES[0],
            state="completed",
            request_id="r-1",
            posted_at=entry.posted_at,
            body_hash="hash",
            estimate=0.04,
            cost=0.05,
            reply={"output": "\ud800 ✓"},
            files=("out/a.png",),
        )


def test_a_misspelt_state_is_refused(path: Path) -> None:
    with Journal(path) as journal, pytest.raises(ConfigurationError, match="got 'unkown'"):
        journal.entries("unkown")  # type: ignore[arg-type]


def test_what_people_decide(path: Path) -> None:
    with Journal(path) as journal:
        journal.posting("a", "hash", 0.5)
        journal.in_doubt("a", SubmitOutcomeUnknown("no reply"))
        journal.retry("a")
        assert journal.entry("a") == replace(
            ENTRIES[0], posted_at=journal.entry("a").posted_at, body_hash="hash"
        )
        journal.posting("a", "hash", 0.5)
        journal.accepted("a", "r-1")
        journal.failed("a", JobFailed("too dark", details={"why": "dark"}))
        journal.retry("a")
        assert journal.entry("a").may_cost == 0.5, "it may have been charged for"
        journal.posting("a", "hash", 0.5)
        assert journal.entry("a").may_cost == 1.0
        journal.in_doubt("a", SubmitOutcomeUnknown("no reply"))
        journal.attach("a", "r-2")
        journal.attach("a", "r-3")  # the first one was a slip of the pen
        assert (journal.entry("a").state, journal.entry("a").request_id) == ("submitted", "r-3")
        with pytest.raises(JournalError, match="request_id: must be 1 to 128"):
            journal.attach("a", "r 4")
        with pytest.raises(JournalError, match="no request has the key 'c'"):
            journal.retry("c")
        with pytest.raises(
            JournalError, match=r"'b': must be unknown, submitted or failed; got pending"
        ):
            journal.attach("b", "r-5")
        journal.posting("b", "hash", None)
        journal.in_doubt("b", SubmitOutcomeUnknown("no reply"))
        with pytest.raises(JournalError, match="belongs to another request"):
            journal.attach("b", "r-3")
        journal.completed("a", {}, 0.1)
        with pytest.raises(JournalError, match=r"'a': must be .*; got completed"):
            journal.retry("a")


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be read as one" * 9])
def test_what_is_no_journal_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(JournalError, match=r"notes\.txt"):
        Journal(path)
    assert path.read_bytes() == content


def test_somebody_elses_database(tmp_path: Path) -> None:
    path = tmp_path / "photos.sqlite"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE photos (name)")
    database.close()
    with pytest.raises(JournalError, match="must be a journal"):
        Journal(path, create=True)


def test_a_journal_of_a_later_version(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(JournalError, match="version 1 to 3; got version 99"):
        Journal(path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be written"):
        Journal(tmp_path / "no" / "j.sqlite", create=True)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of files")
def test_only_its_owner_reads_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("error", [
    SubmitOutcomeUnknown("m", body_hash="h", at=1.5, model_id="a/b", http_status=502),
    JobFailed("m", details={"type": "x"}, request_id="r-1"),
    RateLimitError("m", retry_safe=True, error_code=429001),
    InvalidRequestError.from_problems([FieldProblem("images[0]", "too big")], "a/b"),
])  # fmt: skip
def test_errors_come_back_as_they_were(error: RunComfyError) -> None:
    copy = error_from_json(error_to_json(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert {name: value for name, value in vars(error).items() if value} == {
        name: value for name, value in vars(copy).items() if value
    }


def test_an_error_of_a_later_sdk() -> None:
    assert type(error_from_json('{"type": "Path", "message": "m"}')) is RunComfyError


def changed(path: Path, statement: str, *values: object) -> None:
    """Write into a journal as a stranger would."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA ignore_check_constraints = ON")
    database.execute(statement, values)
    database.commit()
    database.close()


@pytest.mark.parametrize(("column", "value"), [
    ("model_id", b"\xff"), ("input", "{"), ("input", "[]"), ("input", "[" * 100_000), ("input", 7),
    ("state", "paid"), ("state", 3), ("state", "completed"), ("request_id", "a b"), ("request_id", b"r"),
    ("posted_at", "yesterday"), ("estimate", "-inf"), ("cost", -1), ("cost", b""), ("cost", 9e999),
    ("earlier_cost", "x"), ("error", "null"), ("error", '{"type": 5}'), ("error", "7"),
    ("reply", '"x"'), ("files", '{"a": 1}'), ("files", "[1]"), ("digest", b"x"),
])  # fmt: skip
def test_a_damaged_row_says_what_to_do(path: Path, column: str, value: object) -> None:
    changed(path, f"UPDATE entries SET {column} = ? WHERE key = 'a'", value)
    with Journal(path) as journal:
        with pytest.raises(
            JournalError, match=f"row of 'a' is damaged.*{column}|needs a re"
        ) as found:
            journal.enrol(ENTRIES, SERVICE)
        assert "begin a new journal" in str(found.value)
        assert journal.entry("b")


@pytest.mark.parametrize("statement", [
    "DROP TABLE entries", "DROP TABLE about", "DROP TABLE session", "DELETE FROM session",
    "ALTER TABLE entries DROP COLUMN reply",
])  # fmt: skip
def test_a_damaged_table_says_what_to_do(path: Path, statement: str) -> None:
    changed(path, statement)
    words = r"(?s)journal.*begin a new journal"
    with pytest.raises(JournalError, match=words), Journal(path) as journal:
        journal.enrol(ENTRIES, SERVICE)


def test_a_damaged_file_says_what_to_do(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + os.urandom(len(content) // 2))
    with pytest.raises(JournalError, match="damaged, or not a journal"), Journal(path) as journal:
        journal.enrol(ENTRIES, SERVICE)


def test_a_journal_of_version_1_is_taken_over(path: Path) -> None:
    changed(path, "DROP TABLE session")
    changed(path, "PRAGMA user_version = 1")
    for _ in range(2):
        with Journal(path) as journal:
            assert journal.entries() == ENTRIES


@pytest.mark.parametrize("name", [
    *("a?b#c%20d", "with space", "file:x?mode=memory", ":memory:", "-", "ü", "a\nb", "j.sqlite-wal", "~"),
    os.fsdecode(b"\xff\xfe"),
])  # fmt: skip
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    if os.name == "nt":
        pytest.skip("Windows has no such names")
    path = tmp_path / name
    with Journal(path, create=True) as journal:
        journal.enrol(ENTRIES, SERVICE)
        with pytest.raises(JournalError, match="uses this journal"):
            Journal(path)
    with Journal(path) as journal:
        assert journal.entries() == ENTRIES
    assert [each.name for each in tmp_path.iterdir()] == [name], "nothing is left beside it"


def test_a_journal_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with Journal("~/j.sqlite", create=True) as journal:
        assert journal.path == tmp_path / "j.sqlite"
    assert [file.name for file in tmp_path.iterdir()] == ["j.sqlite"]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name in (".", "pipe", "loop", "a" * 5000):
        with pytest.raises(JournalError):
            Journal(tmp_path / name, create=True)


def test_another_name_of_the_same_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder/../j.sqlite"):
        with Journal(tmp_path / name), pytest.raises(JournalError, match="uses this journal"):
            Journal(path)
    with Journal(path):
        (tmp_path / "other").hardlink_to(path)
        with pytest.raises(JournalError, match="hard link"):
            Journal(tmp_path / "other")


def test_a_file_beside_it_that_is_not_ours(path: Path) -> None:
    lock = path.with_name("j.sqlite.lock")
    lock.mkdir()
    with pytest.raises(JournalError, match="cannot be written"):
        Journal(path)
