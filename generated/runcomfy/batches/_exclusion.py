# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Let one process at a time use a journal, and submit a request of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .._base.file_locks import HELD, FileLock, LockFileError
from ..errors import JournalError

_SHORT = 16  # characters of a digest: enough to tell requests apart


def real_path(path: Path, *, create: bool) -> str:
    """Return the file behind links. Raises JournalError if it cannot be a journal."""
    try:
        real = os.path.realpath(path)
        if not Path(real).exists():
            if create:
                return real
            raise JournalError(f"{path}: no such journal\nCheck the path.")
        status = Path(real).stat()
    except (OSError, ValueError) as error:
        raise JournalError(f"{path}: the journal cannot be written: {error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise JournalError(f"{path}: must be a file\nGive the journal a name of its own.")
    if status.st_nlink > 1:
        raise JournalError(
            f"{path}: must have no other name (a hard link), by which another process could use it at "
            "the same time\nRemove one of the names, or copy the file and remove the original."
        )
    return real


class Exclusion:
    """The exclusive right to use a journal, until `release`."""

    def __init__(self, journal: str, shown: object) -> None:
        """Take the lock.

        Args:
            journal: The real path of the journal, without links.
            shown: The path that messages show.

        Raises:
            JournalError: Another process or batch holds the lock, or files cannot be locked there.
        """
        try:
            self._lock = FileLock(f"{journal}.lock")
        except LockFileError as error:
            raise JournalError(
                f"{shown}: the journal cannot be written: {error}\nChoose a folder that is writable."
            ) from error
        except OSError as error:
            raise _refusal(shown, error) from None

    def release(self) -> None:
        """Let others use the journal. May be called again."""
        self._lock.release()


class CallExclusion(Exclusion):
    """The exclusive right to submit one request of a journal that several processes share.

    They open the journal for an instant only. While one of them submits, it holds this lock, so that
    the others can tell a submit that goes on from one that was cut off.
    """

    def __init__(self, journal: str, digest: str, shown: object) -> None:
        """Take the lock.

        Args:
            journal: The real path of the journal, without links.
            digest: The digest of the request.
            shown: The path that messages show.

        Raises:
            JournalError: The request is being submitted, or files cannot be locked there.
        """
        super().__init__(f"{journal}.{digest[:_SHORT]}", shown)


def is_being_submitted(journal: str, digest: str) -> bool:
    """Tell whether somebody holds the lock of a request."""
    if not Path(f"{journal}.{digest[:_SHORT]}.lock").exists():
        return False
    try:
        CallExclusion(journal, digest, journal).release()
    except JournalError:
        return True
    return False


def is_busy(error: JournalError) -> bool:
    """Tell whether a lock could not be taken because somebody else holds it."""
    return error.retry_safe


def _refusal(shown: object, error: OSError) -> JournalError:
    if isinstance(error, HELD):
        return JournalError(
            f"{shown}: another process, or another batch of this one, uses this journal\n"
            "Wait until it has ended.",
            retry_safe=True,
        )
    return JournalError(
        f"{shown}: this file system cannot lock files ({error}), so two processes could submit the "
        "same requests\nPut the journal on a local disk."
    )
