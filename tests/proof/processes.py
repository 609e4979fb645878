"""Actions in processes of their own, forked so that each needs no imports, and killed at any point.

A fork of a process with threads may hang, so nothing here runs inside pytest: its tests start a script.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

Action = Callable[[], int]  # returns the exit code

# What audit hooks (PEP 578) see of a change on disk; an `open` counts only if it may create.
_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link")


@dataclass(frozen=True)
class Ended:
    """code: the exit code, negative for a signal; said: stdout and stderr; orphaned: left processes behind."""

    code: int
    said: str
    seconds: float
    orphaned: bool

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Running:
    """A process that runs an action in a folder, its output going to a log."""

    def __init__(self, action: Action, folder: Path, log: Path, die_at: int = 0) -> None:
        """die_at: the change on disk, counted from 1, before which it kills itself."""
        self._log, self._start = log, time.monotonic()
        self._pid = os.fork()
        if self._pid == 0:
            _become(action, folder, log, die_at)

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> Ended:
        _, status = os.waitpid(self._pid, 0)
        return Ended(
            os.waitstatus_to_exitcode(status),
            self._log.read_text("utf-8", "replace") if self._log.exists() else "",
            time.monotonic() - self._start,
            _orphaned(self._pid),
        )


def ended(action: Action, folder: Path, log: Path) -> Ended:
    """Run an action to its end."""
    return Running(action, folder, log).wait()


def killed(action: Action, folder: Path, log: Path, usual: Ended, dice: Random) -> Ended:
    """Kills an action at a random change on disk, or after a random part of its usual time."""
    if dice.random() < 0.7:
        return Running(action, folder, log, dice.randint(1, changes_of(log))).wait()
    running = Running(action, folder, log)
    time.sleep(dice.uniform(0, usual.seconds))
    with suppress(ProcessLookupError):
        running.kill()
    return running.wait()


def changes_of(log: Path) -> int:
    """Return how many changes on disk the last action that ended made, at least 1."""
    return max(1, int(log.with_suffix(".changes").read_text()))


def _become(action: Action, folder: Path, log: Path, die_at: int) -> None:
    """Never returns: what comes after the fork belongs to the parent."""
    changes = 0

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal changes
        if event in _CHANGES or (event == "open" and arguments[2] & os.O_CREAT):
            changes += 1
            if changes == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    code = 70
    try:
        os.setsid()
        os.chdir(folder)
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        counted = os.open(log.with_suffix(".changes"), os.O_WRONLY | os.O_CREAT, 0o666)
        sys.addaudithook(count)
        code = action()
        sys.stdout.flush()
        sys.stderr.flush()
        os.pwrite(counted, b"%9d" % changes, 0)  # at once: it may be killed right here
    except BaseException as error:
        os.write(2, f"Traceback: {error!r}\n".encode())
        code = 70
    finally:
        os._exit(code)


def _orphaned(session: int) -> bool:
    """Return whether anything of a dead session is still there some seconds later; it is ended."""
    for _ in range(100):
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)
    return True
