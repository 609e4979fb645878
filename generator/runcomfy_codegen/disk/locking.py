"""One writer at a time: a run that would write a folder waits for the one that does."""

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
    """Holds folders, made if missing, while the block lasts. Waits for other runs, and says so.

    The system gives a folder back when its holder ends, however that happens. Raises OSError.
    """
    with ExitStack() as held:
        # In one order in every run: two that hold what the other waits for would wait for ever.
        for _, folder in sorted({folder.resolve(): folder for folder in folders}.items()):
            held.enter_context(_held(folder, say))
            remove_leftovers(folder)
        yield


@contextmanager
def _held(folder: Path, say: Callable[[str], object]) -> Generator[None, None, None]:
    made = [each for each in (folder, *folder.parents) if not each.exists()]
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
            for each in made:
                each.rmdir()
        _handles.discard(handle)
        os.close(handle)


_handles: set[int] = set()


def _let_go() -> None:
    """In a forked child: it may outlive the run, and must not keep its folders."""
    while _handles:
        os.close(_handles.pop())


if sys.platform == "win32":

    def _take(folder: Path) -> int | None:
        """A file that the system deletes when its maker ends; None while there is one."""
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
        """A lock on the folder itself, so that no file is left behind; None while another run has it."""
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        except OSError:
            pass  # a file system without locks: better unguarded than not at all
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), os.stat(folder)):  # noqa: PTH116
                return handle
        os.close(handle)  # it was removed, and perhaps made again, since it was opened
        return None
