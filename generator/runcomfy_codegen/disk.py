"""Files read to the byte, and written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


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


def write_atomically(path: Path, text: str) -> None:
    """The old content or the new, never half of it. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(f"{path.parent}/.{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        # Not through a link, and as readable as any other file: the mode is subject to the umask.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def remove_leftovers(path: Path) -> None:
    """What `write_atomically` had prepared when a run was killed. Raises OSError."""
    for leftover in path.parent.glob(f".{path.name}.????????.tmp"):
        leftover.unlink(missing_ok=True)
