# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Let one process at a time use a journal, by a lock on a file beside it.

POSIX drops all of a process's locks on a file when that process closes any handle of it: a backup would
drop the locks that SQLite takes. This lock belongs to the open file rather than to the process.
"""

from __future__ import annotations

import os
import stat
import sys
import weakref
from contextlib import suppress
from pathlib import Path

from ..errors import JournalError

_SHORT = 16  # characters of a digest: enough to tell requests apart
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)

if sys.platform == "win32":
    import msvcrt

    _FAR = 2**30  # a byte that is never read: locks of Windows keep readers out

    def _take(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _give(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give(handle: int) -> None:
        # Closing is not enough: a forked process may have the file open, which would keep the lock.
        fcntl.flock(handle, fcntl.LOCK_UN)


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
        self._path = Path(f"{journal}.lock")
        self._process = os.getpid()
        while True:
            try:
                self._handle = os.open(self._path, _FLAGS, 0o600)
            except (OSError, ValueError) as error:
                raise JournalError(
                    f"{shown}: the journal cannot be written: {error}\n"
                    "Choose a folder that is writable."
                ) from error
            try:
                _take(self._handle)
            except OSError as error:
                os.close(self._handle)
                raise _refusal(shown, error) from None
            if self._is_current():
                break
            os.close(self._handle)  # its last owner has just removed it
        _taken.add(self)

    def _is_current(self) -> bool:
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._handle))
        except OSError:
            return False

    def release(self) -> None:
        """Let others use the journal. May be called again."""
        if self._handle < 0 or os.getpid() != self._process:
            return
        handle, self._handle = self._handle, -1
        with suppress(OSError):
            if sys.platform != "win32":  # Windows cannot remove an open file
                self._path.unlink()
        with suppress(OSError):
            _give(handle)
        os.close(handle)

    def forget(self) -> None:
        """Close the copy of the handle in a forked process: the lock belongs to the parent."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


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
    if isinstance(error, (BlockingIOError, PermissionError)):
        return JournalError(
            f"{shown}: another process, or another batch of this one, uses this journal\n"
            "Wait until it has ended.",
            retry_safe=True,
        )
    return JournalError(
        f"{shown}: this file system cannot lock files ({error}), so two processes could submit the "
        "same requests\nPut the journal on a local disk."
    )


_taken: weakref.WeakSet[Exclusion] = weakref.WeakSet()


def _forget_all() -> None:
    for exclusion in list(_taken):
        exclusion.forget()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget_all)
