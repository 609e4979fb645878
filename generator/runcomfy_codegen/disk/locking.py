"""Lock folders, so that only one run at a time writes into them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from .files import remove_leftovers

_PAUSE = 0.05  # seconds between two attempts


@contextmanager
def sole_writer(say: Callable[[str], object], *folders: Path) -> Generator[None, None, None]:
    """Lock folders for the duration of the block, creating missing ones.

    Waits for other runs. The system releases a lock when its process ends, however that happens.

    Args:
        say: Called with a message before waiting.
        folders: The folders to lock.

    Raises:
        OSError: If a folder cannot be created or opened.
    """
    with ExitStack() as held:
        # Every run locks in the same order, so that no two wait for each other.
        for _, folder in sorted({folder.resolve(): folder for folder in folders}.items()):
            held.enter_context(_held(folder, say))
            remove_leftovers(folder)
        yield


@contextmanager
def _held(folder: Path, say: Callable[[str], object]) -> Generator[None, None, None]:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    handle = _take(folder)
    if handle is None:
        say(f"waiting for another run that writes {folder}")
    while handle is None:
        time.sleep(_PAUSE)
        handle = _take(folder)
    _handles.add(handle)
    try:
        yield
    finally:
        with suppress(OSError):  # not empty
            for created in missing:
                created.rmdir()
        _handles.discard(handle)
        os.close(handle)


_handles: set[int] = set()


def _let_go() -> None:
    """Release all locks in a forked child, which may outlive the run."""
    while _handles:
        os.close(_handles.pop())


if sys.platform == "win32":

    def _take(folder: Path) -> int | None:
        """Create a lock file that the system deletes with its process; None while another run has it."""
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_TEMPORARY | os.O_NOINHERIT
        try:
            return os.open(folder / ".codegen.lock", flags)
        except (FileExistsError, PermissionError):
            return None

else:
    import fcntl

    os.register_at_fork(after_in_child=_let_go)

    def _take(folder: Path) -> int | None:
        """Lock the folder itself, so that no file is left behind; None while another run has it."""
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        except OSError:
            pass  # a file system without locks: go on unlocked
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), os.stat(folder)):  # noqa: PTH116
                return handle
        os.close(handle)  # the folder was removed, and perhaps created again, since it was opened
        return None
