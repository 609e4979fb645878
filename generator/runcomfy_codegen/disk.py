"""Files read to the byte, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

# Below the folder that is written to: hidden, so nothing that reads it looks inside.
_STAGING = ".codegen-{}.tmp"


def read_bytes(path: str | Path) -> bytes:
    """The content. Raises OSError. Of thousands of small files, `Path.read_bytes` takes twice the time."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def read_text(path: str | Path) -> str | None:
    """The content, other line ends included; None where there is no such file. Raises OSError."""
    try:
        return read_bytes(path).decode(errors="surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_together(root: Path, *groups: Mapping[str, bytes | None]) -> None:
    """Write files below root, given by path; None deletes one. The groups follow each other.

    All contents are on disk before the first file is touched, so a full disk or a folder that cannot be
    written to changes nothing; after that each file is replaced at once. Raises OSError.
    Nothing waits for the disk itself (fsync): that takes ten times as long, and a version control holds it.
    """
    steps = [(root / path, content) for group in groups for path, content in group.items()]
    root.mkdir(parents=True, exist_ok=True)
    staging = root / _STAGING.format(secrets.token_hex(4))
    staging.mkdir()
    try:
        for number, (path, content) in enumerate(steps):
            if content is not None:
                _write(staging / str(number), content, path)
        for folder in {path.parent: None for path, content in steps if content is not None}:
            folder.mkdir(parents=True, exist_ok=True)
        for folder in {path.parent: None for path, _ in steps if path.parent.exists()}:
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
        for number, (path, content) in enumerate(steps):
            if content is None:
                path.unlink(missing_ok=True)
            else:
                (staging / str(number)).replace(path)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write(path: Path, content: bytes, meant: Path) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:  # a full disk has no name, and nobody knows the temporary one
        raise OSError(error.errno, error.strerror, str(meant)) from error


def remove_leftovers(root: Path) -> None:
    """What `write_together` had prepared when a run was killed. Nobody may be writing. Raises OSError."""
    for leftover in root.glob(_STAGING.format("[0-9a-f]" * 8)):
        shutil.rmtree(leftover)
