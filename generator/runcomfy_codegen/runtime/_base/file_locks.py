"""Locks for processes that share a file, each taken on another file beside it.

POSIX drops all of a process's locks on a file when that process closes any handle of it: a backup would
drop the locks that SQLite takes. These locks belong to the open file rather than to the process.
"""

from __future__ import annotations

import os
import sys
import time
import weakref
from contextlib import suppress
from pathlib import Path

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_PAUSE = 0.005  # seconds between two attempts

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


HELD = (BlockingIOError, PermissionError)
"""The errors that a `FileLock` raises where somebody else holds it."""


class LockFileError(Exception):
    """The reason why the file of a lock cannot be opened."""


class FileLock:
    """A lock that is held until `release`, in whichever thread."""

    def __init__(self, path: str, patience: float = 0.0) -> None:
        """Take the lock.

        Args:
            path: The file of the lock, which exists as long as somebody holds it.
            patience: Seconds to wait for others that hold it.

        Raises:
            LockFileError: The file cannot be opened.
            OSError: It cannot be locked; one of `HELD` where somebody else holds the lock.
        """
        self._path = Path(path)
        self._process = os.getpid()
        self._handle = -1
        end = time.monotonic() + patience
        while not self._taken():
            if time.monotonic() >= end:
                raise BlockingIOError("somebody else holds the lock")
            time.sleep(_PAUSE)
        _held.add(self)

    def _taken(self) -> bool:
        while True:
            try:
                handle = os.open(self._path, _FLAGS, 0o600)
            except (OSError, ValueError) as error:
                raise LockFileError(str(error)) from error
            try:
                _take(handle)
            except HELD:
                os.close(handle)
                return False
            except OSError:
                os.close(handle)
                raise
            if self._is_current(handle):
                self._handle = handle
                return True
            os.close(handle)  # its last owner has just removed it

    def _is_current(self, handle: int) -> bool:
        try:
            return os.path.samestat(self._path.stat(), os.fstat(handle))
        except OSError:
            return False

    def release(self) -> None:
        """Let others take the lock. May be called again."""
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


_held: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _forget_all() -> None:
    for lock in list(_held):
        lock.forget()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget_all)
