# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""SQLite files that hold prompts and amounts."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path


def open_private(path: str | Path, patience: float) -> sqlite3.Connection:
    """Open a SQLite file. One that does not exist is made for its owner only.

    The connection is freed only by its `close`: otherwise a forked process that ends would close the
    copy that it has, and remove the parent's WAL file.

    Args:
        path: The file.
        patience: Seconds to wait for SQLite's own locks.

    Raises:
        OSError: The file cannot be made.
        sqlite3.Error: It cannot be opened.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    database = sqlite3.connect(
        path, timeout=patience, isolation_level=None, check_same_thread=False
    )
    database.create_function("keep", 0, lambda: repr(database))
    return database
