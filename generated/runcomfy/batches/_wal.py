# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The file `-wal` beside a journal: the last changes of a program that was killed.

SQLite applies whatever lies there under the right name, another journal's as well, which would replace
the requests of this one.
"""

from __future__ import annotations

import mmap
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import JournalError

_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


def own_wal(real: str, path: Path, identified_since: int) -> bool:
    """Return whether a WAL is beside a journal, after a check that it was made for it.

    Args:
        real: The file of the journal. Nothing has it open.
        path: The same file, as messages name it.
        identified_since: The first version of journals that hold an identity.

    Returns:
        Whether it is there, so that SQLite will read it.

    Raises:
        JournalError: It is another journal's, or belongs to an earlier state of this one.
        sqlite3.Error: The journal is damaged.
    """
    wal = Path(f"{real}-wal")
    if not _has_content(wal):
        return False
    if not _has_content(Path(real)):
        raise JournalError(
            f"{path}: the journal is missing, and {path.name}-wal, which holds its last submits, is there\n"
            "Put the journal back, or move that file away to begin a new journal."
        )
    identity = _identity(real, identified_since)
    # Every change holds the identity. A program that is killed within its first one leaves none.
    if identity is None or _holds(wal, identity) or not _changes(real, wal):
        return _has_header(wal)
    raise JournalError(
        f"{path}: the file {path.name}-wal beside the journal must be its own; got that of another journal, "
        "or of an earlier state of this one\n"
        "Move it away, and put back the right one if the program was killed. Nothing was changed or sent."
    )


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _has_header(wal: Path) -> bool:
    with wal.open("rb") as file:
        return file.read(4) in _MAGIC


def _identity(real: str, identified_since: int) -> str | None:
    """Return the identity in the main file, None in an older version."""
    # `immutable` leaves out what lies beside the file.
    source = f"{Path(real).as_uri()}?immutable=1"
    with closing(sqlite3.connect(source, uri=True)) as database:
        [version] = database.execute("PRAGMA user_version").fetchone()
        if version < identified_since:
            return None
        with suppress(sqlite3.OperationalError):  # a later version may keep it elsewhere
            [identity] = database.execute("SELECT identity FROM session").fetchone()
            return str(identity)
    return None


def _holds(wal: Path, identity: str) -> bool:
    with wal.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(identity.encode()) >= 0


def _changes(real: str, wal: Path) -> bool:
    """Return whether SQLite finds a whole change in it. It looks at a copy."""
    with TemporaryDirectory() as folder:
        copy = Path(folder, "journal")
        shutil.copyfile(real, copy)
        shutil.copyfile(wal, f"{copy}-wal")
        with closing(sqlite3.connect(copy)) as database:
            pages: int = database.execute("PRAGMA wal_checkpoint").fetchone()[1]
    return pages > 0
