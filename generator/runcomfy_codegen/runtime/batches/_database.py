"""The SQLite file of a journal: made and opened for one process alone, written durably."""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
import weakref
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .._api.submit import ADVICE
from .._base.databases import open_private
from ..errors import JournalError, SubmitOutcomeUnknown
from ._entry import error_to_json
from ._exclusion import Exclusion, is_being_submitted, real_path
from ._wal import own_wal

APPLICATION_ID = 0x52436A6F  # in the file's header: no other database is taken for a journal
NEWEST_VERSION = 3
_IDENTIFIED_SINCE = 3
# Each opening has an identity of its own. `changes` brings it into every change, so that the WAL holds
# it always; `previous` is there for the moment before the main file holds the new one.
_SESSION = """
DROP TABLE IF EXISTS session;
CREATE TABLE session (
    is_open INTEGER NOT NULL,
    identity TEXT NOT NULL,
    previous TEXT NOT NULL,
    changes INTEGER NOT NULL
);
INSERT INTO session VALUES (0, '', '', 0)
"""
_TABLES = f"""
{_SESSION};
CREATE TABLE about (service TEXT NOT NULL);
CREATE TABLE entries (
    key TEXT PRIMARY KEY,
    model_id TEXT NOT NULL,
    input TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending',
    request_id TEXT UNIQUE,
    posted_at REAL,
    body_hash TEXT,
    estimate REAL,
    cost REAL,
    earlier_cost REAL NOT NULL DEFAULT 0,
    error TEXT,
    reply TEXT,
    files TEXT NOT NULL DEFAULT '[]'
);
"""
START_ANEW = (
    "Restore it from a copy, or begin a new journal: first look under Generations on runcomfy.com for "
    "submitted requests, and leave those out."
)
_INTERRUPTED = f"the program ended while it was submitting this request: {ADVICE}"


class JournalDatabase:
    """The open database of a journal, for this process alone."""

    def __init__(self, path: Path, *, create: bool) -> None:
        """Open the file.

        Args:
            path: The file, as messages name it.
            create: Whether to make a file that does not exist.

        Raises:
            JournalError: The file cannot be opened, is not a journal, or is in use.
        """
        self.path = path
        self._real = real = real_path(path, create=create)
        self._lock, self._process = threading.RLock(), os.getpid()
        exclusion = Exclusion(real, path)
        self._close = exclusion.release
        try:
            with self._explained():
                has_wal = own_wal(real, path, _IDENTIFIED_SINCE)
            with self._explained():
                self._database = open_private(real, patience=0)
            self._close = weakref.finalize(
                self, _close, self._database, self._lock, self._process, exclusion
            )
            with self._explained():
                self._open(create, has_wal=has_wal)
        except OSError as error:
            self.close()
            raise JournalError(f"{path}: the journal cannot be written: {error}") from error
        except BaseException:
            self.close()
            raise

    def _open(self, create: bool, *, has_wal: bool) -> None:
        run = self._database.execute
        # In addition to the lock file, for programs that know SQLite's locks only. It also avoids
        # the shared memory of WAL, which network disks lack.
        run("PRAGMA locking_mode = EXCLUSIVE")
        with self._or_nothing():
            self._check_or_make(create, has_wal=has_wal)
        run("PRAGMA journal_mode = WAL")
        with self.changing():
            run(
                "UPDATE session SET is_open = 1, previous = identity, identity = ?",
                [uuid.uuid4().hex],
            )
        # Written to the main file, so that a later loss or exchange of the WAL file is noticed.
        run("PRAGMA wal_checkpoint(FULL)")
        self._note_interrupted()

    def _note_interrupted(self) -> None:
        """Note that the outcome of each submit that was cut off is unknown."""
        query = "SELECT key, digest FROM entries WHERE state = 'posting'"
        rows = self._database.execute(query).fetchall()
        cut_off = [key for key, digest in rows if not is_being_submitted(self._real, str(digest))]
        error = error_to_json(SubmitOutcomeUnknown(_INTERRUPTED))
        with self.changing():
            for key in cut_off:
                self._database.execute(
                    "UPDATE entries SET state = 'unknown', error = ? WHERE key = ?", [error, key]
                )

    def _check_or_make(self, create: bool, *, has_wal: bool) -> None:
        run = self._database.execute
        [application], [version] = (
            run(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
        )
        if application == APPLICATION_ID:
            self._bring_up_to_date(version, has_wal=has_wal)
            return
        if not create or run("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            raise JournalError(
                f"{self.path}: must be a journal of a batch; got another file\nGive the journal another name."
            )
        self._make(_TABLES)
        run(f"PRAGMA application_id = {APPLICATION_ID}")

    def _bring_up_to_date(self, version: int, *, has_wal: bool) -> None:
        check_version(self.path, version)
        # Version 1 kept no session.
        if version > 1 and not has_wal and self._is_open():
            raise JournalError(
                f"{self.path}: the file {self.path.name}-wal is missing; it holds the last submits before "
                f"the program was killed\nPut it back beside the journal. {START_ANEW}"
            )
        if version < NEWEST_VERSION:
            self._make(_SESSION)

    def _is_open(self) -> bool:
        row: object = self._database.execute("SELECT is_open FROM session").fetchone()
        return row != (0,)

    def _make(self, tables: str) -> None:
        for statement in tables.split(";"):
            self._database.execute(statement)
        self._database.execute(f"PRAGMA user_version = {NEWEST_VERSION}")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Execute a statement within `changing`."""
        return self._database.execute(statement, values)

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows that a statement selects."""
        with self._explained(), self._lock:
            return self._database.execute(statement, values).fetchall()

    @contextmanager
    def changing(self, durable: bool = True) -> Generator[None, None, None]:
        """Make all changes of the block, or none if it raises.

        durable: they survive a loss of power.
        """
        with self._explained(), self._lock:
            self._database.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with self._or_nothing():
                yield
                self._database.execute("UPDATE session SET changes = changes + 1")

    @contextmanager
    def _or_nothing(self) -> Generator[None, None, None]:
        try:
            self._database.execute("BEGIN EXCLUSIVE")
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    @contextmanager
    def _explained(self) -> Generator[None, None, None]:
        """Raise JournalError in place of SQLite's errors, and in a forked process."""
        if os.getpid() != self._process:
            raise JournalError(f"{self.path}: was opened by the parent of this process")
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise JournalError(_explanation(self.path, error)) from error

    def close(self) -> None:
        """Let other processes use the journal. May be called again."""
        self._close()


def check_version(path: Path, version: int) -> None:
    """Check that this package can read a journal. Raises JournalError."""
    if not 1 <= version <= NEWEST_VERSION:
        raise JournalError(
            f"{path}: must be a journal of version 1 to {NEWEST_VERSION}; got version {version}\n"
            "Use the version of this package that wrote it, or a newer one."
        )


def _explanation(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return (
            f"{path}: another process, or another batch of this one, uses this journal\n"
            "Wait until it has ended."
        )
    if isinstance(error, sqlite3.OperationalError) and "no such" not in text:
        return f"{path}: the journal cannot be used: {text}"
    return f"{path}: the journal is damaged, or not a journal: {text}\n{START_ANEW}"


def _close(
    database: sqlite3.Connection, lock: threading.RLock, process: int, exclusion: Exclusion
) -> None:
    if os.getpid() != process:
        return
    with lock:
        try:
            # If this fails, as on a full disk, the next run finds the WAL file.
            with suppress(sqlite3.Error):
                database.execute("UPDATE session SET is_open = 0")
            database.close()
        finally:
            exclusion.release()
