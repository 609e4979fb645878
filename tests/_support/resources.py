"""Count what a process holds: threads, tasks, open files and sockets, memory."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

_FOLDERS = (Path("/proc/self/fd"), Path("/dev/fd"))  # Linux, macOS


@dataclass(frozen=True)
class Resources:
    """A snapshot. clients: httpx clients that are not closed, whoever made them."""

    threads: frozenset[str]
    tasks: frozenset[str]
    files: frozenset[str]
    clients: frozenset[str]

    def __sub__(self, other: Resources) -> list[str]:
        """Return what is here and was not there, by name."""
        fields = ("threads", "tasks", "files", "clients")
        return sorted(
            name for field in fields for name in getattr(self, field) - getattr(other, field)
        )


def held() -> Resources:
    """Return what is held now, after the garbage is gone."""
    gc.collect()
    threads = (f"thread {each.name} {each.ident}" for each in threading.enumerate())
    return Resources(frozenset(threads), _tasks(), _files(), _clients())


def left_behind(before: Resources, *, seconds: float = 5.0) -> list[str]:
    """Return what is held beyond what was held before.

    Whatever is just ending has some time to do so.
    """
    end = time.monotonic() + seconds
    while (more := held() - before) and time.monotonic() < end:
        time.sleep(0.02)
    return more


def live(kind: type[Any]) -> list[Any]:
    """Return all instances that are alive.

    Type() is asked, as isinstance() would wake lazy proxies.
    """
    return [each for each in gc.get_objects() if issubclass(type(each), kind)]


def memory() -> tuple[int, int]:
    """Objects, and bytes of resident memory, now that the garbage is gone.

    Where the system does not tell what is resident, the most that ever was.
    """
    gc.collect()
    count = len(gc.get_objects())
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return count, pages * resource.getpagesize()


def _tasks() -> frozenset[str]:
    try:
        return frozenset(f"task {task.get_name()}" for task in asyncio.all_tasks())
    except RuntimeError:  # no loop is running
        return frozenset()


def _files() -> frozenset[str]:
    folder = next(folder for folder in _FOLDERS if folder.exists())
    found: set[str] = set()
    for name in os.listdir(folder):  # noqa: PTH208 - iterdir() keeps its own one open meanwhile
        try:
            found.add(f"file {name} {(folder / name).readlink()}")
        except FileNotFoundError:  # the one that listed the folder
            continue
        except OSError:  # /dev/fd has no links
            found.add(f"file {name}")
    return frozenset(found)


def _clients() -> frozenset[str]:
    kinds = (httpx.Client, httpx.AsyncClient)
    found = (client for kind in kinds for client in live(kind) if not client.is_closed)
    return frozenset(f"client {client!r}" for client in found)
