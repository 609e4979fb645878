"""Records of earlier runs in the user's cache folder.

No run depends on a record. One that this machine did not write, or that cannot be read, is ignored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..runtime._base.json_values import is_object

VARIABLE = "RUNCOMFY_CODEGEN_CACHE"
"""The environment variable that names another folder. If it is set but empty, nothing is remembered."""

_NAME = "runcomfy-codegen"
_MAX_SIZE = 50_000_000  # bytes of all records; one of 400 endpoints has 250,000
_OTHERS_MAY_WRITE = 0o022
_SEAL = 64  # characters


def read_record(key: str) -> Mapping[str, Any]:
    """Return a record; an empty one if there is none that can be trusted."""
    folder = cache_folder()
    if folder is None:
        return {}
    try:
        with (folder / f"{key}.json").open("rb") as file:
            status = os.fstat(file.fileno())
            seal, _, content = file.read().partition(b"\n")
        if not _is_own(status) or seal.decode("ascii") != _seal(status, content):
            return {}
        value: Any = json.loads(content)
    except (OSError, ValueError, RecursionError):
        return {}
    return value if is_object(value) else {}


def write_record(key: str, value: Mapping[str, Any]) -> None:
    """Save a record if possible. Two runs may write the same record at once."""
    folder = cache_folder()
    if folder is None:
        return
    content = json.dumps(value, separators=(",", ":")).encode()
    temporary = folder / f"{key}.{os.urandom(4).hex()}.tmp"
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                file.write(_seal(os.fstat(file.fileno()), content).encode() + b"\n" + content)
            temporary.chmod(0o600)
            temporary.replace(folder / f"{key}.json")
        finally:
            temporary.unlink(missing_ok=True)
        _prune(folder)


def _seal(status: os.stat_result, content: bytes) -> str:
    """Bind a record to the file that it was written to.

    A copy has another inode, so records that come with a repository or a CI cache are ignored.
    """
    return hashlib.sha256(b"%d %d\n" % (status.st_ino, len(content)) + content).hexdigest()


def _is_own(status: os.stat_result) -> bool:
    """Return whether only this user can have written the file."""
    if sys.platform == "win32":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_MAY_WRITE


def cache_folder() -> Path | None:
    """Return the folder of the records; None if nothing is to be remembered."""
    chosen = os.environ.get(VARIABLE)
    if chosen is not None:
        return Path(chosen) if chosen else None
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local, _NAME, "cache") if local else None
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if configured.is_absolute():
        return configured / _NAME
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / _NAME


def _prune(folder: Path) -> None:
    """Delete the oldest records until the rest fits into `_MAX_SIZE`. Raises OSError."""
    with os.scandir(folder) as entries:
        files = [(entry.stat(follow_symlinks=False), entry.path) for entry in entries]
    total = 0
    for status, path in sorted(files, key=lambda file: -file[0].st_mtime):
        total += status.st_size
        if total > _MAX_SIZE and path.endswith((".json", ".tmp")):
            Path(path).unlink(missing_ok=True)
