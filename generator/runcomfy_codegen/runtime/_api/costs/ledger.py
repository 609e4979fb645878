"""A budget that all processes with one journal share."""

from __future__ import annotations

import json
import math
import os
import sqlite3
import time
import weakref
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..._base.brief import brief
from ..._base.databases import open_private
from ..._base.file_locks import HELD, FileLock, LockFileError
from ..._base.json_values import as_object
from ..._base.locks import ForkSafeLock
from ...errors import CostLimitReached, JournalError
from .budget import Budget
from .guard import Charge, CostGuard
from .price import Price, priced_fields

_APPLICATION_ID = 0x52436D31  # in the file's header: a batch's journal has another
_VERSION = 1
_PATIENCE = 10.0  # seconds for other processes
_LOCKED = f"another process has locked the journal for {_PATIENCE:g} s\nTry again."
_TABLES = (
    "CREATE TABLE about (service TEXT NOT NULL)",
    "CREATE TABLE charges ("
    " key TEXT PRIMARY KEY, model_id TEXT NOT NULL, fields TEXT NOT NULL, is_open INTEGER NOT NULL,"
    " request_id TEXT UNIQUE, estimate REAL, cost REAL, at REAL NOT NULL, change INTEGER NOT NULL)",
    "CREATE INDEX changes ON charges (change)",
)
_COLUMNS = "key, model_id, fields, is_open, estimate, cost, change"
_INSERT = (
    "INSERT INTO charges (key, model_id, fields, is_open, estimate, at, change)"
    " VALUES (?, ?, ?, 0, ?, ?, (SELECT coalesce(max(change), 0) + 1 FROM charges))"
)
_UPDATE = "UPDATE charges SET change = (SELECT coalesce(max(change), 0) + 1 FROM charges), "


class Ledger(Budget):
    """A budget in an SQLite file. It holds no prompts, no media and no token.

    Each process reads what the others have written before it decides, in one transaction.
    """

    is_on_disk = True

    def __init__(self, limit: float, path: str | os.PathLike[str], service: str) -> None:
        """Open the file, or make it.

        Args:
            limit: US dollars.
            path: The file.
            service: The base URL of the service, whose dollars it counts.

        Raises:
            JournalError: The file cannot be used, is not a journal of this kind, or belongs to
                another service.
        """
        self.path = Path(path).absolute()
        super().__init__(limit, f"the calls with {self.path.name} have")
        self._service = service
        self._lock = ForkSafeLock()
        self._prices: dict[str, Price] = {}
        self._seen = 0  # the last change that the guard knows
        self._process = 0
        self._database: sqlite3.Connection
        with self._lock, self._transaction():
            pass

    @property
    def spent(self) -> float:
        """The US dollars of all submits of all processes, reported or else estimated."""
        with self._lock, self._transaction():
            return self._guard.total

    def reserve(self, charge: Charge, price: Price) -> None:
        """Count a submit that is about to be posted; it is on disk when this returns."""
        with self._lock, self._transaction() as database:
            self._prices[charge.model_id] = price
            self._guard.set_price(charge.model_id, price)
            estimate = self._guard.reserve(charge)
            fields = json.dumps(priced_fields(charge.body), default=str)
            database.execute(_INSERT, [charge.key, charge.model_id, fields, estimate, time.time()])

    def accept(self, charge: Charge, request_id: str) -> None:
        """Note the job of a submit, by which any process finds its cost."""
        self._change("request_id = ? WHERE key = ?", [request_id, charge.key])

    def release(self, charge: Charge) -> None:
        """Count a submit no longer: it was certainly not accepted."""
        self._change("is_open = 1 WHERE key = ? AND cost IS NULL", [charge.key])

    def settle(self, request_id: str, cost: float) -> None:
        """Count a job with its reported cost. A job of somebody else does not count."""
        self._change("cost = ? WHERE request_id = ? AND cost IS NULL", [cost, request_id])

    def _change(self, change: str, values: Sequence[Any]) -> None:
        with self._lock, self._transaction() as database, suppress(sqlite3.IntegrityError):
            database.execute(_UPDATE + change, values)

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection, None, None]:
        """Hold the file against other processes, with the guard as far as it is."""
        with self._alone(), self._begun() as database:
            yield database

    @contextmanager
    def _alone(self) -> Generator[None, None, None]:
        try:
            lock = FileLock(f"{os.path.realpath(self.path)}.lock", _PATIENCE)
        except LockFileError as error:
            raise JournalError(f"{self.path}: the journal cannot be written: {error}") from error
        except HELD:
            raise JournalError(f"{self.path}: {_LOCKED}", retry_safe=True) from None
        except OSError as error:
            raise JournalError(
                f"{self.path}: this file system cannot lock files ({error}), so two processes could "
                "spend the same dollars\nPut the journal on a local disk."
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _begun(self) -> Generator[sqlite3.Connection, None, None]:
        try:
            database = self._opened()
            database.execute("BEGIN IMMEDIATE")
            try:
                self._check_or_make(database)
                self._catch_up(database)
                yield database
                self._catch_up(database)
                database.execute("COMMIT")
            except BaseException as error:
                if not isinstance(error, CostLimitReached):
                    self._start_anew()  # the guard may know what is not in the file
                with suppress(sqlite3.Error):
                    database.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as error:
            raise JournalError(_explained(self.path, error), retry_safe=True) from error

    def _opened(self) -> sqlite3.Connection:
        if self._process == os.getpid():
            return self._database
        if self.path.exists() and not self.path.is_file():
            raise JournalError(f"{self.path}: must be a file\nGive the journal a name of its own.")
        # That of a forked process's parent is left to the parent.
        self._database = open_private(self.path, _PATIENCE)
        self._database.execute("PRAGMA synchronous = FULL")
        self._process = os.getpid()
        self._close = weakref.finalize(self, _close, self._database, self._process)
        return self._database

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        with self._lock:
            if self._process == os.getpid():
                self._process = 0
                self._close()

    def _check_or_make(self, database: sqlite3.Connection) -> None:
        [application], [version] = (
            database.execute(f"PRAGMA {name}").fetchone()
            for name in ("application_id", "user_version")
        )
        if application != _APPLICATION_ID:
            if database.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
                raise JournalError(
                    f"{self.path}: must be a journal of a client's max_cost_usd; got another file, such "
                    "as the journal of a batch\nGive the journal another name."
                )
            for statement in _TABLES:
                database.execute(statement)
            database.execute("INSERT INTO about VALUES (?)", [self._service])
            database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {_VERSION}")
        elif version != _VERSION:
            raise JournalError(
                f"{self.path}: must be a journal of version {_VERSION}; got version {version}\n"
                "Use the version of this package that wrote it, or a newer one."
            )
        service = database.execute("SELECT service FROM about").fetchone()
        if service != (self._service,):
            raise JournalError(
                f"{self.path}: this journal counts the costs of {service and service[0]}, not of "
                f"{self._service}\nUse another journal."
            )

    def _catch_up(self, database: sqlite3.Connection) -> None:
        """Tell the guard what has changed in the file."""
        query = f"SELECT {_COLUMNS} FROM charges WHERE change > ? ORDER BY change"  # noqa: S608
        for row in database.execute(query, [self._seen]).fetchall():
            charge, change = _read(row), row[-1]
            self._guard.settle(charge)
            if charge.is_open or charge.cost is not None:  # it will not change any more
                self._guard.forget(charge.key)
            self._seen = change

    def _start_anew(self) -> None:
        self._guard = CostGuard(self.limit, self._prices, (), (), self._subject)
        self._seen = 0


def _close(database: sqlite3.Connection, process: int) -> None:
    if os.getpid() == process:
        database.close()


def _read(row: Sequence[Any]) -> Charge:
    """Read a row, whose columns may hold any type. Raises sqlite3.DatabaseError."""
    key, model_id, fields, is_open, estimate, cost, _ = row
    try:
        for amount in (estimate, cost):
            if not (amount is None or 0 <= amount < math.inf):
                raise ValueError(f"an amount of {brief(amount)}")
        body = as_object(json.loads(fields))
    except (TypeError, ValueError, RecursionError) as error:
        raise sqlite3.DatabaseError(f"the row of {brief(key)} is damaged: {error}") from None
    return Charge(
        str(key), str(model_id), body, is_open=bool(is_open), estimate=estimate, cost=cost
    )


def _explained(path: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{path}: the journal cannot be written: {error.strerror or error}"
    if "locked" in str(error):
        return f"{path}: {_LOCKED}"
    return f"{path}: the journal cannot be used: {error}\nIf it is damaged, begin a new one."
