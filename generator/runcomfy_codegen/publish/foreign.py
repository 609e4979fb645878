"""Find files in the output folder that the generator did not write."""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from pathlib import Path

from ..text.problems import Problem

_BYTECODE = "__pycache__"
_CODE = (".py", ".pyc", ".pyd", ".so")
_TYPES = (".pyi",)
_AT_START = (".pth",)
_IMPORTED = (*_CODE, *_TYPES, *_AT_START)
_BUILD_FILES = frozenset({"hatch.toml", "setup.cfg"})  # they change what a wheel holds


def foreign_files(out: Path, package: str, own: Set[str]) -> list[str]:
    """Return files in the package, or importable beside it, that the generator did not write.

    Args:
        out: The output folder.
        package: Import name of the SDK.
        own: Paths that the generator writes.

    Raises:
        OSError: If a folder cannot be read.
    """
    foreign: list[str] = []
    if not out.is_dir():
        return foreign
    with os.scandir(out) as entries:
        for entry in entries:
            name = entry.name
            if name == package or name.startswith("."):
                continue
            paths = [name] if name in _BUILD_FILES or name.endswith(_IMPORTED) else []
            if entry.is_dir():
                paths = [f"{name}/__init__{suffix}" for suffix in _IMPORTED]
            paths = [path for path in paths if path not in own]
            foreign += (path for path in paths if os.path.lexists(f"{out}/{path}"))
    if (out / package).is_dir():
        foreign += (path for path in _files(str(out), f"{package}/") if path not in own)
    return sorted(foreign)


def _files(root: str, folder: str) -> Iterator[str]:
    """Yield all files below a folder, except hidden ones and bytecode that Python checks on import."""
    with os.scandir(f"{root}/{folder}") as entries:
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name == _BYTECODE:
                    yield from _unchecked(root, f"{folder}{name}/")
                elif not name.startswith("."):
                    yield from _files(root, f"{folder}{name}/")
            elif not name.startswith("."):
                yield folder + name


def _unchecked(root: str, folder: str) -> Iterator[str]:
    """Yield bytecode that Python uses without comparing it with its source (PEP 552)."""
    with os.scandir(f"{root}/{folder}") as entries:
        for entry in entries:
            if entry.name.endswith(".pyc") and entry.is_file():
                with Path(entry.path).open("rb") as file:
                    flags = file.read(8)[4:]
                if any(flags):
                    yield folder + entry.name


def foreign_problem(path: Path) -> Problem:
    """Return the finding about a file that the generator did not write."""
    effect, hint = "it would be published with the SDK", "delete it, or move it out of the folder"
    if path.name in _BUILD_FILES:
        effect = "it changes what a build of the SDK holds"
    elif path.name.endswith(_AT_START):
        effect = "Python may run it at every start"
    elif path.name.endswith(_CODE):
        effect = "Python may import it"
        hint = "delete it, or move your own code to a package of its own"
    elif path.name.endswith(_TYPES):
        effect = "type checkers read it in place of the module"
    message = f"the generator did not write this file, and {effect}"
    return Problem(str(path), 0, 0, "foreign-file", "error", message, hint=hint)
