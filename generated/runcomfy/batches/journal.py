# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The journal of a batch: each submit is on disk before it is billed."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._api.options import is_request_id
from .._base.brief import brief
from .._validation.given import check_journal
from ..errors import ConfigurationError, JournalError, RunComfyError
from ._database import START_ANEW, JournalDatabase
from ._entry import OPEN, STATES, DamagedEntry, Entry, State, entry_of, error_to_json

COLUMNS = (
    "key, model_id, input, digest, state, request_id, posted_at, body_hash, estimate, cost,"
    " earlier_cost, error, reply, files"
)
_SHOWN_KEYS = 20

logger: logging.Logger = logging.getLogger("runcomfy")


class RequestIdTaken(JournalError):
    """Two requests of a journal have one request id, which the service cannot mean."""


class Journal:
    """The journal of a batch, an SQLite file, opened for this process alone.

    Use it to look at the requests of a batch that is not running, and to decide about unknown and
    failed ones. It is a context manager.
    """

    def __init__(self, path: str | os.PathLike[str], *, create: bool = False) -> None:
        """Open a journal.

        Args:
            path: The file.
            create: Whether to make a file that does not exist.

        Raises:
            JournalError: The file cannot be opened, is not a journal, or is in use.
        """
        self.path: Path = check_journal("path", path)
        self._database = JournalDatabase(self.path, create=create)

    # -- for people ---------------------------------------------------------------------------

    def entries(self, *states: State) -> list[Entry]:
        """Return the requests in these states, or all, in the order in which they were added.

        Args:
            states: The states to return. If none is given, all requests are returned.

        Raises:
            JournalError: A row of the journal is damaged.
            ConfigurationError: There is no such state.
        """
        unknown = [state for state in states if state not in STATES]
        if unknown:
            raise ConfigurationError(
                f"states: must be of {', '.join(STATES)}; got {brief(unknown[0])}"
            )
        chosen = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        query = f"SELECT {COLUMNS} FROM entries {chosen} ORDER BY rowid"  # noqa: S608
        return [entry_from_row(self.path, row) for row in self._database.query(query, states)]

    def entry(self, key: str) -> Entry:
        """Return one request.

        Args:
            key: The key of the request in the journal.

        Raises:
            JournalError: The journal has no such key, or its row is damaged.
        """
        query = f"SELECT {COLUMNS} FROM entries WHERE key = ?"  # noqa: S608
        rows = self._database.query(query, [key])
        if not rows:
            raise JournalError(f"{self.path}: no request has the key {key!r}")
        return entry_from_row(self.path, rows[0])

    @property
    def service(self) -> str | None:
        """The base URL of the service that it belongs to; None before its first run."""
        rows = self._database.query("SELECT service FROM about")
        return str(rows[0][0]) if rows else None

    def attempts(self, digest: str) -> list[Entry]:
        """Return the requests of one model id and input, in the order in which they were added.

        Args:
            digest: As an `Entry` has it.

        Raises:
            JournalError: A row of the journal is damaged.
        """
        query = f"SELECT {COLUMNS} FROM entries WHERE digest = ? ORDER BY rowid"  # noqa: S608
        return [entry_from_row(self.path, row) for row in self._database.query(query, [digest])]

    def attach(self, key: str, request_id: str) -> None:
        """Record the request id of a job found on runcomfy.com.

        The next run waits for the job instead of submitting again.

        Args:
            key: The key of the request in the journal.
            request_id: The id, as shown under Generations on runcomfy.com.

        Raises:
            JournalError: The request has ended otherwise, or the id belongs to another request.
        """
        if not is_request_id(request_id):
            raise JournalError(
                "request_id: must be 1 to 128 letters, digits, `_` or `-`; "
                f"got {brief(request_id)}"
            )
        self._decide(key, "state = 'submitted', request_id = ?, error = NULL", [request_id])

    def retry(self, key: str) -> None:
        """Let the next run submit a request again, because it failed or never arrived.

        You pay twice if the first submit was accepted after all: look under Generations on
        runcomfy.com first.

        Args:
            key: The key of the request in the journal.

        Raises:
            JournalError: The request is not unknown, submitted or failed.
        """
        entry = self.entry(key)
        if entry.request_id:
            logger.warning(
                "%s: request %s is abandoned; another one will be submitted", key, entry.request_id
            )
        # Whether the attempt was charged is not certain: the cost limit counts it.
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
                f"{self.path}: request {key!r}: must be unknown, submitted or failed; got {entry.state}"
                "\nOnly such a request can be attached or submitted again."
            )
        self._set(key, change, values, ("unknown", "submitted", "failed"))

    def close(self) -> None:
        """Let other processes use the journal. May be called again."""
        self._database.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Journal {self.path}>"

    # -- for a batch --------------------------------------------------------------------------

    def enrol(self, entries: Sequence[Entry], service: str) -> None:
        """Add the requests of a batch. Those that the journal has keep their states.

        Args:
            entries: The requests. One that was not accepted yet may differ from the journal's.
            service: The base URL of the service.

        Raises:
            JournalError: A submitted request differs, or the journal belongs to another service.
        """
        changed = self._changed_keys(entries)
        if changed:
            raise JournalError(_changed(self.path, changed))
        with self._database.changing():
            self._belong_to(service)
            for entry in entries:
                self._database.execute(
                    "INSERT INTO entries (key, model_id, input, digest) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (key) DO UPDATE SET model_id = excluded.model_id,"
                    " input = excluded.input, digest = excluded.digest",
                    [entry.key, entry.model_id, _json(entry.input), entry.digest],
                )

    def _changed_keys(self, entries: Sequence[Entry]) -> list[str]:
        """Return the keys of requests that differ from what was submitted under them."""
        known = {entry.key: entry for entry in self.entries()}
        gone = known.keys() - {entry.key for entry in entries}
        # A submitted request that reappears under another key was moved: it is not a new one.
        moved = {known[key].digest: key for key in gone if known[key].state not in OPEN}
        changed: list[str] = []
        for entry in entries:
            before = known.get(entry.key)
            if before is None or before.digest == entry.digest:
                continue
            if entry.digest in moved:
                changed.append(f"{entry.key} (submitted as {moved[entry.digest]})")
            elif before.state not in OPEN:
                changed.append(entry.key)
        return changed

    def _belong_to(self, service: str) -> None:
        row = self._database.execute("SELECT service FROM about").fetchone()
        if row is None:
            self._database.execute("INSERT INTO about VALUES (?)", [service])
        elif row[0] != service:
            raise JournalError(
                f"{self.path}: this journal belongs to {row[0]}, not to {service}, which does not "
                "know its request ids\nUse another journal."
            )

    def posting(self, key: str, body_hash: str, estimate: float | None) -> None:
        """Record the intent to submit. It is on disk when this returns, before the POST."""
        values = [time.time(), body_hash, estimate]
        change = "state = 'posting', posted_at = ?, body_hash = ?, estimate = ?, error = NULL"
        self._set(key, change, values, OPEN)

    def accepted(self, key: str, request_id: str) -> None:
        """Record that the service accepted the request under this id."""
        self._set(key, "state = 'submitted', request_id = ?", [request_id], ("posting",))

    def not_accepted(self, key: str, error: RunComfyError) -> None:
        """Record that the service certainly did not accept the request."""
        self._set(key, "state = 'refused', error = ?", [error_to_json(error)], ("posting", *OPEN))

    def in_doubt(self, key: str, error: RunComfyError) -> None:
        """Record that the outcome is unknown. Only a person can resolve that."""
        self._set(key, "state = 'unknown', error = ?", [error_to_json(error)], ("posting",))

    def failed(self, key: str, error: RunComfyError) -> None:
        """Record that the job ended without a result, and what it cost all the same."""
        change = "state = 'failed', error = ?, cost = ?"
        values = [error_to_json(error), getattr(error, "cost", None)]
        self._set(key, change, values, ("submitted",), durable=False)

    def completed(self, key: str, reply: Mapping[str, Any], cost: float | None) -> None:
        """Record the result of a job. A second call may add its cost."""
        change = "state = 'completed', reply = ?, cost = ?, error = NULL"
        values = [_json(reply), cost]
        self._set(key, change, values, ("submitted", "completed"), durable=False)

    def saved(self, key: str, files: Sequence[str]) -> None:
        """Record the saved outputs. files: relative to the journal's folder."""
        self._set(key, "files = ?", [_json(list(files))], ("completed",), durable=False)

    def _set(
        self,
        key: str,
        change: str,
        values: Sequence[Any],
        before: Sequence[str],
        *,
        durable: bool = True,
    ) -> None:
        """Change an entry that is in one of the states `before`.

        durable: whether the change survives a loss of power. A change that can be read from the
        service again need not.
        """
        marks = ", ".join("?" * len(before))
        statement = (
            f"UPDATE entries SET {change} WHERE key = ? AND state IN ({marks})"  # noqa: S608
        )
        with self._database.changing(durable):
            try:
                done = self._database.execute(statement, [*values, key, *before])
            except sqlite3.IntegrityError as error:
                raise RequestIdTaken(
                    f"{self.path}: the request id belongs to another request of the journal"
                ) from error
        if done.rowcount != 1:
            raise JournalError(
                f"{self.path}: {key} must be {' or '.join(before)}; nothing was changed"
            )


def entry_from_row(path: Path, row: Sequence[Any]) -> Entry:
    """Read a row with the columns `COLUMNS`. Raises JournalError if it is damaged."""
    names = COLUMNS.replace(",", "").split()
    fields = {str(name): value for name, value in zip(names, row, strict=True)}
    try:
        return entry_of(fields)
    except DamagedEntry as error:
        raise JournalError(
            f"{path}: the row of {brief(fields['key'])} is damaged: {error}\n{START_ANEW}"
        ) from None


def _json(value: Any) -> str:
    return json.dumps(value, default=str)  # ASCII: no database takes a lone surrogate


def _changed(path: Path, keys: Sequence[str]) -> str:
    shown, more = ", ".join(keys[:_SHOWN_KEYS]), len(keys) - _SHOWN_KEYS
    shown += f" and {more} more" if more > 0 else ""
    return (
        f"{path}: these requests differ from what was submitted under their keys: {shown}. Nothing "
        "was sent.\nRestore them, give the new ones keys of their own, or begin a new journal. "
        "Requests without keys go by their position: add new ones at the end. To submit a failed "
        "request in its new form, retry() it first."
    )
