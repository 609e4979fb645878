# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The journal of a batch: what was submitted, on disk before it is paid for (SQLite)."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from .._api.options import is_request_id
from .._api.submit import ADVICE
from ..errors import JournalError, RunComfyError, SubmitOutcomeUnknown
from ._entry import OPEN, DamagedEntry, Entry, State, entry_of, error_to_json
from ._exclusion import Exclusion, real_path

_APPLICATION_ID = (
    0x52436A6F  # in the file's header, so that no other database is taken for a journal
)
_VERSION = 2
_SESSION = """
CREATE TABLE session (is_open INTEGER NOT NULL);
INSERT INTO session VALUES (0);
"""
_TABLES = f"""
{_SESSION}
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
_COLUMNS = (
    "key, model_id, input, digest, state, request_id, posted_at, body_hash, estimate, cost,"
    " earlier_cost, error, reply, files"
)
_START_ANEW = (
    "Restore it from a copy, or begin a new journal: look first under Generations on runcomfy.com for "
    "what was submitted, and leave that out"
)
_INTERRUPTED = f"the program ended while it was submitting this request: {ADVICE}"

logger = logging.getLogger("runcomfy")


class RequestIdTaken(JournalError):
    """Two requests of a journal with one request id, which the service cannot mean."""


class Journal:
    """A journal that is open, for this process alone. A context manager.

    create: whether to make one that does not exist. Raises JournalError if it cannot be opened, is no
    journal, or is in use.
    """

    def __init__(self, path: str | os.PathLike[str], *, create: bool = False) -> None:
        self.path: Path = Path(path)
        real = real_path(self.path, create=create)
        self._lock, self._process = threading.RLock(), os.getpid()
        exclusion = Exclusion(real, self.path)
        self._close = exclusion.release
        try:
            # It holds prompts: for its owner's eyes, as the files beside it that SQLite makes.
            with suppress(FileExistsError):
                os.close(os.open(real, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            with self._refusals():
                self._database = database = sqlite3.connect(
                    real, timeout=0, isolation_level=None, check_same_thread=False
                )
            # Never freed unless closed: a forked process that ends would remove the WAL of this one.
            database.create_function("keep", 0, lambda: repr(database))
            self._close = weakref.finalize(
                self, _close, database, self._lock, self._process, exclusion
            )
            with self._refusals():
                self._open(create, has_wal=_has_content(f"{real}-wal"))
        except OSError as error:
            self.close()
            raise JournalError(f"{self.path}: the journal cannot be written: {error}") from error
        except BaseException:
            self.close()
            raise

    def _open(self, create: bool, *, has_wal: bool) -> None:
        run = self._database.execute
        # Beside the lock on the other file, for programs that know SQLite only. Without the shared
        # memory of WAL, network disks will do.
        run("PRAGMA locking_mode = EXCLUSIVE")
        with self._or_nothing():
            self._check_or_make(create, has_wal=has_wal)
        run("PRAGMA journal_mode = WAL")
        with self._durably():
            run("UPDATE session SET is_open = 1")
        # In the main file while the other one is there: so it is seen when that is lost.
        run("PRAGMA wal_checkpoint(FULL)")
        interrupted = SubmitOutcomeUnknown(_INTERRUPTED)
        with self._durably():
            run(
                "UPDATE entries SET state = 'unknown', error = ? WHERE state = 'posting'",
                [error_to_json(interrupted)],
            )

    def _check_or_make(self, create: bool, *, has_wal: bool) -> None:
        run = self._database.execute
        [application], [version] = (
            run(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
        )
        if application == _APPLICATION_ID:
            self._check_version(version, has_wal=has_wal)
            return
        if not create or run("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            raise JournalError(
                f"{self.path}: this file is not a journal of a batch\nGive the journal another name"
            )
        self._make(_TABLES)
        run(f"PRAGMA application_id = {_APPLICATION_ID}")

    def _check_version(self, version: int, *, has_wal: bool) -> None:
        if version not in (1, _VERSION):
            raise JournalError(
                f"{self.path}: a journal of version {version}, this SDK reads {_VERSION}\n"
                "Use the version of this package that wrote it, or a newer one"
            )
        if version == 1:  # of an SDK that did not keep a session
            self._make(_SESSION)
        elif (
            self._database.execute("SELECT is_open FROM session").fetchone() != (0,) and not has_wal
        ):
            raise JournalError(
                f"{self.path}: the file {self.path.name}-wal is missing, which holds what was submitted "
                f"last before the program was killed\nPut it back beside the journal. {_START_ANEW}"
            )

    def _make(self, tables: str) -> None:
        for statement in tables.split(";"):
            self._database.execute(statement)
        self._database.execute(f"PRAGMA user_version = {_VERSION}")

    # -- what people ask and decide ---------------------------------------------------------

    def entries(self, *states: State) -> list[Entry]:
        """The requests in these states, in all if none is named, in the order they came."""
        chosen = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        query = f"SELECT {_COLUMNS} FROM entries {chosen} ORDER BY rowid"  # noqa: S608
        return [self._entry(row) for row in self._run(query, states)]

    def entry(self, key: str) -> Entry:
        """One request. Raises JournalError if there is none of that key."""
        rows = self._run(f"SELECT {_COLUMNS} FROM entries WHERE key = ?", [key])  # noqa: S608
        if not rows:
            raise JournalError(f"{self.path}: no request has the key {key!r}")
        return self._entry(rows[0])

    def _entry(self, row: Sequence[Any]) -> Entry:
        names = _COLUMNS.replace(",", "").split()
        fields = {str(name): value for name, value in zip(names, row, strict=True)}
        try:
            return entry_of(fields)
        except DamagedEntry as error:
            raise JournalError(
                f"{self.path}: the row of {fields['key']!r:.80} is damaged: {error}\n{_START_ANEW}"
            ) from None

    def attach(self, key: str, request_id: str) -> None:
        """You found the request among your generations: the next run waits for it.

        Raises JournalError if it is known to have another end, or the id belongs to another request.
        """
        if not is_request_id(request_id):
            raise JournalError(
                f"{request_id!r:.80} is no request id: 1 to 128 letters, digits, `_` or `-`"
            )
        self._decide(key, "state = 'submitted', request_id = ?, error = NULL", [request_id])

    def retry(self, key: str) -> None:
        """Submit it again at the next run: you looked, and it never arrived; or it failed.

        You pay twice for a request that was accepted after all. Raises JournalError.
        """
        entry = self.entry(key)
        if entry.request_id:
            logger.warning("%s: request %s is given up", key, entry.request_id)
        # What it was charged, nobody knows for certain: it counts.
        lost = entry.may_cost if entry.state != "unknown" else entry.earlier_cost
        self._decide(
            key,
            "state = 'pending', request_id = NULL, error = NULL, estimate = NULL, cost = NULL,"
            " reply = NULL, earlier_cost = ?",
            [lost],
        )

    def _decide(self, key: str, change: str, values: Sequence[Any]) -> None:
        entry = self.entry(key)
        if entry.state not in ("unknown", "submitted", "failed"):
            raise JournalError(
                f"{self.path}: {key} is {entry.state}; only what is unknown, submitted or failed can "
                "be attached or tried again"
            )
        self._set(key, change, values, ("unknown", "submitted", "failed"))

    # -- what a batch writes ----------------------------------------------------------------

    def enrol(self, entries: Sequence[Entry], service: str) -> None:
        """Takes up the requests of a batch; those that it has go on from where they are.

        What was not accepted yet may change. Raises JournalError if anything else did, or if the
        journal belongs to another service (a base URL).
        """
        known = {entry.key: entry for entry in self.entries()}
        left = known.keys() - {entry.key for entry in entries}
        # One that was put in the place of another is no new one.
        moved = {known[key].digest: key for key in left if known[key].state not in OPEN}
        changed = [
            entry.key + (f" (submitted as {key})" if (key := moved.get(entry.digest)) else "")
            for entry in entries
            if (old := known.get(entry.key))
            and old.digest != entry.digest
            and (old.state not in OPEN or entry.digest in moved)
        ]
        if changed:
            raise JournalError(_changed(self.path, changed))
        with self._durably(), self._or_nothing():
            self._belong_to(service)
            for entry in entries:
                self._database.execute(
                    "INSERT INTO entries (key, model_id, input, digest) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (key) DO UPDATE SET model_id = excluded.model_id,"
                    " input = excluded.input, digest = excluded.digest",
                    [entry.key, entry.model_id, _json(entry.input), entry.digest],
                )

    def _belong_to(self, service: str) -> None:
        row = self._database.execute("SELECT service FROM about").fetchone()
        if row is None:
            self._database.execute("INSERT INTO about VALUES (?)", [service])
        elif row[0] != service:
            raise JournalError(
                f"{self.path}: this journal belongs to {row[0]}, not to {service}: its request ids "
                "mean nothing there; use another journal"
            )

    def posting(self, key: str, body_hash: str, estimate: float | None) -> None:
        """The intent: on the disk when it returns, and the POST may go out."""
        values = [time.time(), body_hash, estimate]
        change = "state = 'posting', posted_at = ?, body_hash = ?, estimate = ?, error = NULL"
        self._set(key, change, values, OPEN)

    def accepted(self, key: str, request_id: str) -> None:
        """The service has it, under this id."""
        self._set(key, "state = 'submitted', request_id = ?", [request_id], ("posting",))

    def not_accepted(self, key: str, error: RunComfyError) -> None:
        """The service certainly does not have it."""
        self._set(key, "state = 'refused', error = ?", [error_to_json(error)], ("posting", *OPEN))

    def in_doubt(self, key: str, error: RunComfyError) -> None:
        """Nobody knows; only a person resolves it."""
        self._set(key, "state = 'unknown', error = ?", [error_to_json(error)], ("posting",))

    def failed(self, key: str, error: RunComfyError) -> None:
        """The job ended without a result."""
        change = "state = 'failed', error = ?"
        self._set(key, change, [error_to_json(error)], ("submitted",), durable=False)

    def completed(self, key: str, reply: Mapping[str, Any], cost: float | None) -> None:
        """The job has a result. Said again, only the cost changes."""
        change = "state = 'completed', reply = ?, cost = ?, error = NULL"
        values = [_json(reply), cost]
        self._set(key, change, values, ("submitted", "completed"), durable=False)

    def saved(self, key: str, files: Sequence[str]) -> None:
        """Its outputs are on the disk. files: relative to the journal's folder."""
        self._set(key, "files = ?", [_json(list(files))], ("completed",), durable=False)

    # -- the database -----------------------------------------------------------------------

    def _set(
        self,
        key: str,
        change: str,
        values: Sequence[Any],
        before: Sequence[str],
        *,
        durable: bool = True,
    ) -> None:
        """One change, of an entry that is in one of the states `before`.

        durable: it survives a loss of power; what is not can be read from the service again.
        """
        marks = ", ".join("?" * len(before))
        statement = (
            f"UPDATE entries SET {change} WHERE key = ? AND state IN ({marks})"  # noqa: S608
        )
        with self._durably(durable):
            try:
                done = self._database.execute(statement, [*values, key, *before])
            except sqlite3.IntegrityError as error:
                raise RequestIdTaken(
                    f"{self.path}: the request id belongs to another request of the journal already"
                ) from error
        if done.rowcount != 1:
            raise JournalError(f"{self.path}: {key} is not {' or '.join(before)}; nothing was done")

    def _run(self, query: str, values: Iterable[Any] = ()) -> list[Any]:
        with self._refusals(), self._lock:
            return self._database.execute(query, tuple(values)).fetchall()

    @contextmanager
    def _durably(self, durable: bool = True) -> Generator[None, None, None]:
        with self._refusals(), self._lock:
            self._database.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            yield

    @contextmanager
    def _or_nothing(self) -> Generator[None, None, None]:
        self._database.execute("BEGIN EXCLUSIVE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _refusals(self) -> Generator[None, None, None]:
        if os.getpid() != self._process:
            raise JournalError(f"{self.path}: was opened by another process, which was forked")
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise JournalError(_explained(self.path, error)) from error

    def close(self) -> None:
        """Lets others use it. May be repeated."""
        self._close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Journal {self.path}>"


def _has_content(path: str) -> bool:
    try:
        return Path(path).stat().st_size > 0
    except OSError:
        return False


def _explained(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return (
            f"{path}: another process, or another batch of this one, uses this journal; "
            "wait until it has ended"
        )
    if isinstance(error, sqlite3.OperationalError) and "no such" not in text:
        return f"{path}: the journal cannot be used: {text}"
    return f"{path}: the journal is damaged, or no journal: {text}\n{_START_ANEW}"


def _close(
    database: sqlite3.Connection, lock: threading.RLock, process: int, exclusion: Exclusion
) -> None:
    if os.getpid() != process:
        return
    with lock:
        try:
            # Where this fails, such as on a full disk, the next run finds the other file.
            with suppress(sqlite3.Error):
                database.execute("UPDATE session SET is_open = 0")
            database.close()
        finally:
            exclusion.release()


def _json(value: Any) -> str:
    return json.dumps(value, default=str)  # ASCII: no database takes a lone surrogate


def _changed(path: Path, keys: Sequence[str]) -> str:
    shown = ", ".join(keys[:20]) + (f" and {len(keys) - 20} more" if len(keys) > 20 else "")
    return (
        f"{path}: these requests are not what was submitted under their keys: {shown}. Nothing was "
        "sent. Requests without a key of their own go by their position, so one may have been put in, "
        "taken out or moved; add new ones at the end, give them keys of their own, or begin a new "
        "journal. To submit a failed one in its new form, retry() it first"
    )
