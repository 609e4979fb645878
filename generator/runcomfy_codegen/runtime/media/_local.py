"""Local media as one value that is read once: what is checked is what is sent."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from .._base.paths import home_expanded
from .._base.text import inert, shorten
from ._mime import HEAD_BYTES, UnusableMediaError
from ._streams import StreamError, alone, read_awaited, read_stream

MB = 2**20
MAX_BODY_BYTES = 64 * MB  # of a request with inlined media: the official clients' choice
MAX_UPLOAD_BYTES = 512 * MB  # of an open file that an uploader is given, which is held in memory


@dataclass(frozen=True)
class Medium:
    """One local medium as it was when it was read.

    name: the file's, empty where there is none. content: None for a file that stays where it is, as
    an uploader takes its path, or as it is larger than what is sent. path: that of such a file;
    stamp: what changes with its content; seen: its digest, where that was needed.
    """

    name: str
    size: int
    head: bytes = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    path: Path | None = None
    stamp: tuple[int, ...] = ()
    seen: str = ""

    @contextmanager
    def open(self) -> Generator[BinaryIO, None, None]:
        """Open a reader at the first byte."""
        if self.content is not None or self.path is None:
            yield io.BytesIO(self.content or b"")
            return
        with reasons(self.path), self.path.open("rb") as file:
            yield file

    def digest(self) -> str:
        """Return the SHA-256 of the content. Raises UnusableMediaError."""
        if self.content is not None or self.path is None:
            return hashlib.sha256(self.content or b"").hexdigest()
        digest = hashlib.sha256()
        with self.open() as file:
            while chunk := file.read(MB):
                digest.update(chunk)
        self.check_unchanged()
        return digest.hexdigest()

    def is_same(self, earlier: Medium) -> bool:
        """Tell whether this is what was read earlier. Raises UnusableMediaError."""
        if self.path is not None:
            return self.stamp == earlier.stamp
        return earlier.seen in ("", self.digest())

    def check_unchanged(self) -> None:
        """Raise UnusableMediaError if the file on the disk is another one than the one read."""
        if self.path is not None and _stamp(_status(self.path)) != self.stamp:
            raise UnusableMediaError(f"{_label(self.path)} was changed while it was in use")


@dataclass(frozen=True)
class UnreadableMedia:
    """Local media that cannot be read, and why."""

    reason: str
    name: str = ""


def read_medium(value: Any, *, to_upload: bool = False, facts_only: bool = False) -> Medium:
    """Read what is given as local media.

    Args:
        value: A path, bytes, an open binary file or an image of Pillow.
        to_upload: Whether an uploader takes it; the file behind a path is left where it is.
        facts_only: Whether only checks are made; a file is left where it is.

    Raises:
        UnusableMediaError: There is nothing to send, or it cannot be read.
    """
    if isinstance(value, os.PathLike):
        return _file(path_of(cast("os.PathLike[str]", value)), whole=not (to_upload or facts_only))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _in_memory(bytes(cast("bytes", value)), "")
    if is_pillow_image(value):
        from ._pictures import encoded

        with alone(value):  # it reads its file when it is first used
            content, name = encoded(value)
        return _in_memory(content, name)
    with _stream_reasons(value):
        return _in_memory(read_stream(value, _limit(to_upload)), name_of(value))


async def read_medium_awaited(value: Any, *, to_upload: bool = False) -> Medium:
    """Read an open file whose `read` is a coroutine function; otherwise like `read_medium`."""
    with _stream_reasons(value):
        return _in_memory(await read_awaited(value, _limit(to_upload)), name_of(value))


def is_pillow_image(value: Any) -> bool:
    """Tell whether a value is an image of Pillow, which is not imported for that."""
    pillow = sys.modules.get("PIL.Image")
    return pillow is not None and isinstance(value, pillow.Image)


def name_of(value: Any) -> str:
    """Return the file name, empty where there is none."""
    if isinstance(value, (Medium, UnreadableMedia)):
        return value.name
    if isinstance(value, (bytes, bytearray, memoryview)):
        return ""
    if isinstance(value, os.PathLike):
        try:
            return path_of(cast("os.PathLike[str]", value)).name
        except UnusableMediaError:
            return ""
    # An upload of a web framework calls the file's name `filename`, and the form's field `name`.
    names = (getattr(value, "filename", None), getattr(value, "name", None))
    name = next((name for name in names if isinstance(name, str)), "")
    return Path(name).name


def path_of(value: object) -> Path:
    """Return the path of a path-like object; `~` is the home folder. Raises UnusableMediaError."""
    try:
        return home_expanded(cast("os.PathLike[str]", value))
    except Exception as error:  # whatever somebody else's __fspath__ raises
        reason = str(error) or type(error).__name__
        raise UnusableMediaError(f"{type(value).__name__} gives no path: {reason}") from error


def _limit(to_upload: bool) -> int:
    return MAX_UPLOAD_BYTES if to_upload else MAX_BODY_BYTES


def _in_memory(content: bytes, name: str) -> Medium:
    if not content:
        raise UnusableMediaError(f"{name or 'the content'} is empty")
    return Medium(name, len(content), content[:HEAD_BYTES], content)


def _file(path: Path, *, whole: bool) -> Medium:
    with reasons(path):
        _status(path)  # before opening: a FIFO would block
        with path.open("rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if whole and status.st_size <= MAX_BODY_BYTES:
                content = read_stream(file, MAX_BODY_BYTES)
                return Medium(path.name, len(content), content[:HEAD_BYTES], content)
            head = file.read(HEAD_BYTES)
        if not head:
            raise UnusableMediaError(f"{_label(path)} is empty")
        return Medium(path.name, status.st_size, head, None, path, _stamp(status))


def _status(path: Path) -> os.stat_result:
    with reasons(path):
        status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise UnusableMediaError(f"{_label(path)} is a directory")
    if not stat.S_ISREG(status.st_mode):
        raise UnusableMediaError(
            f"{_label(path)} is not a regular file: open it and pass the open file"
        )
    return status


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


@contextmanager
def reasons(path: Path) -> Generator[None, None, None]:
    """Turn what Python raises for a file into the reason why it cannot be sent."""
    try:
        yield
    except FileNotFoundError as error:
        url = "; pass a URL as a str" if str(path).startswith(("http:", "https:")) else ""
        raise UnusableMediaError(f"{_label(path)} does not exist{url}") from error
    except UnusableMediaError:
        raise
    except StreamError as error:
        raise UnusableMediaError(f"{_label(path)} {error}") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise UnusableMediaError(f"{_label(path)} cannot be read: {reason}") from error


@contextmanager
def _stream_reasons(value: Any) -> Generator[None, None, None]:
    try:
        yield
    except StreamError as error:
        label = shorten(inert(name_of(value))) or "the file"
        raise UnusableMediaError(f"{label} {error}") from error


def _label(path: Path) -> str:
    return inert(os.fspath(path))
