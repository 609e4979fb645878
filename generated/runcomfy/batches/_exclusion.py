# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""One process at a time: a lock that does not vanish when somebody reads the journal and closes it.

POSIX takes all of a process's locks on a file away when that process closes the file, however it was
opened: SQLite's own locks do not survive a backup. So the lock is on a file beside the journal, and
belongs to the open file rather than to the process.
"""

from __future__ import annotations

import os
import stat
import sys
import weakref
from contextlib import suppress
from pathlib import Path

from ..errors import JournalError

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)

if sys.platform == "win32":
    import msvcrt

    _FAR = 2**30  # a byte that nobody reads: locks of Windows keep readers out

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
        # Said aloud: a forked process may have the file open, which would keep the lock.
        fcntl.flock(handle, fcntl.LOCK_UN)


def real_path(path: Path, *, create: bool) -> str:
    """Find the file behind links. Raises JournalError where it cannot be a journal."""
    try:
        real = os.path.realpath(path)
        if not Path(real).exists():
            if create:
                return real
            raise JournalError(f"{path}: there is no such journal")
        status = Path(real).stat()
    except (OSError, ValueError) as error:
        raise JournalError(f"{path}: the journal cannot be written: {error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise JournalError(f"{path}: is not a file\nGive the journal a name of its own")
    if status.st_nlink > 1:
        raise JournalError(
            f"{path}: has another name (a hard link), by which another process could use it at the same "
            "time\nRemove one of the names, or copy the file and remove the other one"
        )
    return real


class Exclusion:
    """The right to use a journal, until `release`."""

    def __init__(self, journal: str, shown: object) -> None:
        """Take it.

        Args:
            journal: Its real path, without links.
            shown: What messages call it.

        Raises:
            JournalError: Another process or batch has it, or nothing can be locked there.
        """
        self._path = Path(f"{journal}.lock")
        self._process = os.getpid()
        while True:
            try:
                self._handle = os.open(self._path, _FLAGS, 0o600)
            except (OSError, ValueError) as error:
                raise JournalError(
                    f"{shown}: the journal cannot be written: {error}\n"
                    "Choose a folder in which files can be made"
                ) from error
            try:
                _take(self._handle)
            except OSError as error:
                os.close(self._handle)
                raise JournalError(_refusal(shown, error)) from None
            if self._is_current():
                break
            os.close(self._handle)  # who had it has just removed it
        _taken.add(self)

    def _is_current(self) -> bool:
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._handle))
        except OSError:
            return False

    def release(self) -> None:
        """Let others use the journal. May be repeated."""
        if self._handle < 0 or os.getpid() != self._process:
            return
        handle, self._handle = self._handle, -1
        with suppress(OSError):
            if sys.platform != "win32":  # it removes no open file
                self._path.unlink()
        with suppress(OSError):
            _give(handle)
        os.close(handle)

    def forget(self) -> None:
        """Close the copy that a fork has made: the lock is the parent's, also when that is killed."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _refusal(shown: object, error: OSError) -> str:
    if isinstance(error, (BlockingIOError, PermissionError)):
        return (
            f"{shown}: another process, or another batch of this one, uses this journal; "
            "wait until it has ended"
        )
    return (
        f"{shown}: this file system cannot lock files ({error}), so two processes could submit the "
        "same requests\nPut the journal on a local disk"
    )


_taken: weakref.WeakSet[Exclusion] = weakref.WeakSet()


def _forget_all() -> None:
    for each in list(_taken):
        each.forget()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget_all)
