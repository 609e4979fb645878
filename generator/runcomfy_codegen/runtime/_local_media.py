"""Reading media on this machine: paths, bytes and open binary files, all alike."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ._mime import UnusableMediaError

LocalMedia = os.PathLike[str] | bytes | BinaryIO


def size_of(value: LocalMedia) -> int:
    """Size in bytes of what would be sent, without reading it. Raises UnusableMediaError."""
    with _reasons(value):
        if isinstance(value, bytes):
            return len(value)
        if isinstance(value, os.PathLike):
            return _file_size(value)
        here = value.tell()
        end = value.seek(0, os.SEEK_END)
        value.seek(here)
        return max(end - here, 0)


@contextmanager
def opened(value: LocalMedia) -> Generator[BinaryIO, None, None]:
    """A reader at the first byte that would be sent; an open file is rewound afterwards."""
    if isinstance(value, bytes):
        yield io.BytesIO(value)
    elif isinstance(value, os.PathLike):
        _file_size(value)  # before opening: a FIFO would block
        with Path(value).open("rb") as file:
            yield file
    else:
        here = value.tell()
        try:
            yield value
        finally:
            value.seek(here)


def read(value: LocalMedia, limit: int = -1) -> bytes:
    """The content, or its first bytes. Raises UnusableMediaError, also where there is nothing in it."""
    with _reasons(value), opened(value) as file:
        if content := file.read(limit):
            return content
    raise UnusableMediaError(f"{_label(value)} is empty")


def name_of(value: LocalMedia) -> str:
    """The file name, empty where there is none."""
    if isinstance(value, bytes):
        return ""
    name = os.fspath(value) if isinstance(value, os.PathLike) else getattr(value, "name", "")
    return Path(name).name if isinstance(name, str) else ""  # not so: a file descriptor


def _file_size(path: os.PathLike[str]) -> int:
    status = Path(path).stat()
    if stat.S_ISDIR(status.st_mode):
        raise UnusableMediaError(f"{os.fspath(path)} is a directory")
    if not stat.S_ISREG(status.st_mode):
        raise UnusableMediaError(
            f"{os.fspath(path)} is no regular file: open it and pass the open file"
        )
    return status.st_size


@contextmanager
def _reasons(value: LocalMedia) -> Generator[None, None, None]:
    try:
        yield
    except FileNotFoundError as error:
        url = "; pass a URL as a str" if str(value).startswith(("http:", "https:")) else ""
        raise UnusableMediaError(f"{_label(value)} does not exist{url}") from error
    except UnusableMediaError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a closed file, a NUL in a path
        reason = getattr(error, "strerror", None) or str(error)
        raise UnusableMediaError(f"{_label(value)} cannot be read: {reason}") from error


def _label(value: LocalMedia) -> str:
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return name_of(value) or ("the file" if not isinstance(value, bytes) else "the content")
