"""Fingerprint what shapes the output: the tools, the templates and the generator's own code."""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from ..disk.files import read_bytes

PACKAGE = Path(__file__).parents[1]
# In the wheel the templates travel inside the package; in a checkout they are at the top level.
TEMPLATES = next(
    (
        folder
        for folder in (PACKAGE / "templates", PACKAGE.parents[1] / "templates")
        if folder.is_dir()
    ),
    PACKAGE / "templates",
)
_INSTALLED = ".dist-info"
TOOLS = ("runcomfy-codegen", "black", "datamodel-code-generator", "jinja2")
# Rooms whose code does not shape the SDK; a test compares them with the modules that `generation` loads.
# The runtime is published as it is, so its files are compared themselves.
NOT_SHAPING = frozenset(
    ["capture", "cli", "diff", "publish", "runtime", "site", "templates", "workspace"]
)


_SHARED = ("_validation/demands.py",)


@functools.cache
def tool_versions() -> dict[str, str]:
    """Return the versions of the tools, and digests of the templates and of the generator's code."""
    installed = _installed()
    versions = {tool: installed.get(tool) or _version(tool) for tool in TOOLS}
    # How a schema is read shapes every module; the generator and the emulator share that code.
    shared = _read(PACKAGE / "runtime" / "_schemas") | {
        name: read_bytes(f"{PACKAGE.as_posix()}/runtime/{name}") for name in _SHARED
    }
    sources = {"templates": _read(TEMPLATES), "generator": _read(PACKAGE, NOT_SHAPING) | shared}
    return versions | {name: _digest(files) for name, files in sources.items()}


@functools.cache
def answers_digest() -> str:
    """Return a digest of what decides how datamodel-code-generator answers: its version, and our adapter.

    The rest of the generator may change, and the answers stay the same.
    """
    adapter = {path: read_bytes(f"{PACKAGE.as_posix()}/{path}") for path in _ADAPTER}
    return f"{tool_versions()['datamodel-code-generator']}-{_digest(adapter)}"


_ADAPTER = ("emit/datamodel.py", "emit/shapes.py")


@functools.cache
def runtime_files() -> dict[str, bytes]:
    """Return the hand-written part of the SDK, by path below the package."""
    return _read(PACKAGE / "runtime")


@functools.cache
def runtime_digest() -> str:
    """Return a digest of the hand-written part of the SDK."""
    return _digest(runtime_files())


def _installed() -> dict[str, str]:
    """Return the versions of installed packages.

    `importlib.metadata` has them too, but takes longer to load than a run with nothing to do.
    """
    versions: dict[str, str] = {}
    for folder in filter(os.path.isdir, sys.path):
        for entry in os.listdir(folder):  # noqa: PTH208 (a Path for each takes longer)
            if entry.endswith(_INSTALLED):
                name, _, version = entry.removesuffix(_INSTALLED).partition("-")
                versions.setdefault(name.lower().replace("_", "-"), version)
    return versions


def _version(tool: str) -> str:
    from importlib import metadata

    return metadata.version(tool)


def _digest(files: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for path, content in files.items():
        total.update(f"{path}\0{len(content)}\0".encode() + content)
    return total.hexdigest()[:32]


def _read(root: Path, skipped: Set[str] = frozenset()) -> dict[str, bytes]:
    """Return the sources below a folder, with plain line ends, except for what is skipped at its top."""
    paths = sorted(_sources(root.as_posix(), "", skipped))
    return {path: read_bytes(f"{root}/{path}").replace(b"\r\n", b"\n") for path in paths}


def _sources(root: str, folder: str, skipped: Set[str]) -> Iterator[str]:
    with os.scandir(f"{root}/{folder}") as entries:
        for entry in entries:
            stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122
            if suffix in (".py", ".jinja", ".html") and stem not in skipped:
                yield folder + entry.name
            elif entry.name not in skipped and entry.name != "__pycache__" and entry.is_dir():
                yield from _sources(root, f"{folder}{entry.name}/", frozenset())
