# ruff: noqa: PTH100, PTH109
# pathlib raises audit events itself
"""Watch what the generator touches besides the folders that it was given."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runcomfy_codegen.disk.cache import cache_folder

_watched: list[tuple[tuple[str, ...], list[str]]] = []


def _watch(event: str, args: tuple[Any, ...]) -> None:
    """While a batch runs, the generator writes below its root, and starts and asks nobody."""
    if not _watched:
        return
    allowed, failures = _watched[-1]
    if event == "open":
        path, mode, flags = args
        if (
            isinstance(path, str)
            and (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            and not os.path.abspath(path).startswith(allowed)
        ):
            failures.append(f"the generator opens {path!a} ({mode})")
    elif event == "subprocess.Popen" and _asks_git(args[1]):
        pass
    elif event.startswith(
        ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork")
    ):
        failures.append(f"the generator does {event} {args!a:.200}")


def _asks_git(command: Any) -> bool:
    """Return whether a command only reads the user's own repository: its tags and published files."""
    words = [str(word) for word in command]
    reads = {"rev-parse", "show", "tag", "describe", "cat-file"}
    return words[:2] == ["git", "-C"] and reads.issuperset(words[3:4])


sys.addaudithook(_watch)


@contextmanager
def nothing_else_is_touched(root: Path, failures: list[str]) -> Iterator[None]:
    before = _bystanders(root)
    home = Path.cwd()
    (root / "deep" / "home").mkdir()
    os.chdir(root / "deep" / "home")
    temporary, tempfile.tempdir = tempfile.tempdir, os.getcwd()  # nothing may be left there either
    no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    kept = cache_folder()  # what one run remembers for the next
    _watched.append(((f"{root}{os.sep}", f"{kept}{os.sep}"), failures))
    try:
        yield
    finally:
        _watched.pop()
        sys.dont_write_bytecode = no_bytecode
        tempfile.tempdir = temporary
        os.chdir(home)
    if different := _bystanders(root) ^ before:
        failures.append(f"files where none should be: {sorted(different)!a:.300}")


def _bystanders(root: Path) -> set[str]:
    """Everything but what is inside the three folders of the run."""
    inside = tuple(str(root / "deep" / name) + os.sep for name in ("schemas", "out", "pages"))
    own = {str(root / "deep" / name) for name in ("schemas", "out", "pages", "home")}
    return {str(path) for path in root.rglob("*") if not str(path).startswith(inside)} - own
