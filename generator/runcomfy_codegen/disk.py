"""Files read to the byte, and written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import BinaryIO


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


def write_atomically(path: str | Path, text: str) -> None:
    """The old content or the new, never half of it. Raises OSError."""
    # Texts: a Path for each step takes longer than the steps themselves.
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.urandom(4).hex()}.tmp")  # noqa: PTH118
    try:
        try:
            file = _created(temporary)
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            file = _created(temporary)
        with file:
            file.write(text.encode())
        os.replace(temporary, path)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


def _created(path: str) -> BinaryIO:
    """Not through a link, and as readable as any other file: the mode is subject to the umask."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb")


def remove_leftovers(path: Path) -> None:
    """What `write_atomically` had prepared when a run was killed. Raises OSError."""
    for leftover in path.parent.glob(f".{path.name}.????????.tmp"):
        leftover.unlink(missing_ok=True)
