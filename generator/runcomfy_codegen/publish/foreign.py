"""Find files in the output folder that the generator did not write."""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from pathlib import Path

from ..text.problems import Problem

_BYTECODE = "__pycache__"
_PYTEST = "-pytest-"  # in the names of bytecode that only pytest loads
_CODE = (".py", ".pyc", ".pyd", ".so")
_TYPES = (".pyi",)
_AT_START = (".pth",)
_IMPORTED = (*_CODE, *_TYPES, *_AT_START)
# Hidden files and folders that systems, editors and checkers leave in any folder.
_LITTER = frozenset(
    {".DS_Store", ".directory", ".localized", ".gitkeep", ".mypy_cache", ".ruff_cache"}
    | {".pytest_cache", ".ipynb_checkpoints", ".idea", ".vscode"}
)
_SWAP_FILES = (".swp", ".swo", "~")
_APPLE_DOUBLE = b"\0\5\x16\7"  # what macOS keeps beside each file on other file systems
_BUILD_FILES = frozenset({"hatch.toml", "setup.cfg"})  # they change what a wheel holds


def foreign_files(out: Path, package: str, own: Set[str]) -> list[str]:
    """Return files in the package, or importable beside it, that the generator did not write.

    A link in place of a file or folder of the generator is one of them.

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
    folders = {path.partition("/")[0] for path in own if "/" in path}
    with os.scandir(out) as entries:
        for entry in entries:
            name = entry.name
            if entry.is_symlink() and (name in own or name in folders or name == package):
                foreign.append(name)
            elif name in folders or name == package:
                files = _files(str(out), f"{name}/", own)
                foreign += files if name == package else filter(own.__contains__, files)
            else:
                foreign += (path for path in _importable(str(out), entry) if path not in own)
    return _without_local_bytecode(out, sorted(foreign))


def _importable(root: str, entry: os.DirEntry[str]) -> Iterator[str]:
    """Yield what Python or a build takes from a file or folder beside the package."""
    name = entry.name
    if not entry.is_dir():
        if name in _BUILD_FILES or name.endswith(_IMPORTED):
            yield name
    elif not name.startswith("."):
        paths = (f"{name}/__init__{suffix}" for suffix in _IMPORTED)
        yield from (path for path in paths if os.path.lexists(f"{root}/{path}"))


def _files(root: str, folder: str, own: Set[str]) -> Iterator[str]:
    """Yield the files below a folder that are not its own, and links in place of those that are.

    Litter of systems and tools is left out.
    """
    with os.scandir(f"{root}/{folder}") as entries:
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name not in _LITTER:
                    yield from _files(root, f"{folder}{name}/", own)
            elif folder + name not in own:
                if not (name.startswith(".") and _is_litter(entry)):
                    yield folder + name
            elif entry.is_symlink():
                yield folder + name


def _is_litter(entry: os.DirEntry[str]) -> bool:
    """Return whether a hidden file is one that systems and editors leave in any folder."""
    if entry.name in _LITTER or entry.name.endswith(_SWAP_FILES):
        return True
    if not entry.is_file(follow_symlinks=False):
        return False
    with Path(entry.path).open("rb") as file:
        return file.read(len(_APPLE_DOUBLE)) == _APPLE_DOUBLE


def _without_local_bytecode(out: Path, paths: list[str]) -> list[str]:
    """Leave out what Python itself has left in the caches of bytecode, and nobody has committed."""
    cached = [path for path in paths if f"/{_BYTECODE}/" in path]
    if not cached:
        return paths
    local = {path for path in cached if not _is_loaded_unseen(out / path)} - _committed(out)
    return [path for path in paths if path not in local]


def _is_loaded_unseen(path: Path) -> bool:
    """Return whether Python loads bytecode whatever the time of its source is (PEP 552).

    The hash of the source is in it, but that does not make it the code of the source.
    """
    if path.suffix != ".pyc" or _PYTEST in path.name or not path.is_file():
        return False
    with path.open("rb") as file:
        flags = int.from_bytes(file.read(8)[4:], "little")
    return flags != 0


def _committed(out: Path) -> set[str]:
    """Return the files in caches of bytecode that git knows."""
    from ..disk import git  # most folders hold no bytecode

    try:
        done = git.run(out, "ls-files", "-z", "--", f":(glob)**/{_BYTECODE}/**")
    except git.GitMissing:
        return set()
    return {*done.stdout.decode(errors="surrogateescape").split("\0")}


_RESTORE = "delete the link, and generate again"


def foreign_problem(path: Path) -> Problem:
    """Return the finding about a file that the generator did not write."""
    if path.is_symlink():
        message = "must be a file or folder that the generator wrote; got a link"
        return Problem(str(path), 0, 0, "foreign-file", "error", message, hint=_RESTORE)
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
