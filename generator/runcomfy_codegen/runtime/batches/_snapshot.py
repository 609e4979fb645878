"""Read a journal without opening it for work: it is left as it is, and others may read it too."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..errors import JournalError
from ._database import APPLICATION_ID, check_version
from ._entry import Entry
from .journal import COLUMNS, entry_from_row


def read_entries(path: Path) -> list[Entry]:
    """Return the requests of a journal that no process has open.

    Args:
        path: The file.

    Returns:
        The requests, in the order in which they were added.

    Raises:
        JournalError: The file cannot be read, is not a journal, is damaged, or was not closed.
    """
    if not path.is_file():
        raise JournalError(f"{path}: no such journal")
    rest = path.with_name(f"{path.name}-wal")
    if rest.is_file() and rest.stat().st_size:
        raise JournalError(
            f"{path}: must be closed; {rest.name} holds changes that are not in it yet\n"
            "Wait for the program that uses it, or run the batch again."
        )
    try:
        # Immutable: SQLite takes no lock and writes nothing, not even beside the file.
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            return _entries(path, database)
    except sqlite3.Error as error:
        raise JournalError(
            f"{path}: must be the journal of a batch; SQLite says: {error}"
        ) from error


def _entries(path: Path, database: sqlite3.Connection) -> list[Entry]:
    [application] = database.execute("PRAGMA application_id").fetchone()
    [version] = database.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise JournalError(f"{path}: must be the journal of a batch; got another file")
    check_version(path, version)
    rows = database.execute(f"SELECT {COLUMNS} FROM entries ORDER BY rowid")  # noqa: S608
    return [entry_from_row(path, row) for row in rows]
