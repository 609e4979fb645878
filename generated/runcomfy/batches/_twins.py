# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Find the journal that already holds the requests of a batch, before a new one is made beside it."""

# pyright: reportPrivateUsage=false
# The journal of a batch is a part of it.

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import JournalError
from ._database import APPLICATION_ID
from ._entry import OPEN, Entry
from .journal import Journal
from .runs import Batch

_SUFFIXES = frozenset({".sqlite", ".sqlite3", ".db"})
_AT, _LENGTH = 68, 4  # of the application id in the header of an SQLite file


def is_journal(path: Path) -> bool:
    """Tell whether a file is the journal of a batch, by its header."""
    try:
        with path.open("rb") as file:
            header = file.read(_AT + _LENGTH)
    except OSError:
        return False
    return header[_AT:] == APPLICATION_ID.to_bytes(_LENGTH, "big")


def refuse_second_journal(batch: Batch[Any]) -> None:
    """Check that no journal beside a new one holds the same requests: they would be paid for twice.

    A journal that is in use cannot be read, and is passed over.

    Raises:
        JournalError: There is such a journal; the message has both names.
    """
    journal = batch._plan.journal
    if journal.exists():
        return
    entries = [item.entry for item in batch._plan.items]
    for path in _beside(journal):
        submitted = _submitted(path, entries, batch._client.base_url)
        if submitted:
            raise JournalError(
                f"{journal}: would be a new journal, but {path} beside it holds the same requests, "
                f"{submitted} of them submitted. Nothing was sent.\nContinue with --journal {path}. To pay "
                "for the requests again, put the new journal in another folder."
            )


def _beside(journal: Path) -> Iterator[Path]:
    suffixes = _SUFFIXES | {journal.suffix}
    with suppress(OSError):
        for path in sorted(journal.parent.iterdir()):
            if path.suffix in suffixes and path.is_file() and is_journal(path):
                yield path


def _submitted(path: Path, entries: list[Entry], service: str) -> int:
    """Return how many of the requests were submitted with a journal that holds all of them, else 0."""
    try:
        with Journal(path) as journal:
            if journal.service != service:
                return 0
            known = {entry.digest: entry for entry in journal.entries()}
    except JournalError:
        return 0
    known_entries = [known.get(entry.digest) for entry in entries]
    if not all(known_entries):
        return 0
    return sum(entry is not None and entry.state not in OPEN for entry in known_entries)
