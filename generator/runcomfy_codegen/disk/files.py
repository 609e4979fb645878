"""Read files in one go, and write many of them together or not at all."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

_CHUNK = 1 << 13  # bytes; most files have fewer, and a larger buffer takes its time
# Below the folder that is written to: hidden, so nothing that reads it looks inside.
_STAGING = ".codegen-{}.tmp"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0)


def read_bytes(path: str | Path, most: float = math.inf) -> bytes:
    """Read a file.

    For thousands of small files, `Path.read_bytes` takes 1.6 times as long.

    Args:
        path: The file.
        most: Reading stops soon after so many bytes, so that callers can tell that a file is larger.

    Raises:
        OSError: If the file cannot be read.
    """
    return _to_end(os.open(path, _READING), most)


def _to_end(handle: int, most: float = math.inf) -> bytes:
    try:
        content = os.read(handle, _CHUNK)
        # A short first read is the end. Doubling keeps the number of copies of a large file small.
        while _CHUNK <= len(content) <= most and (more := os.read(handle, len(content))):
            content += more
        return content
    finally:
        os.close(handle)


def with_plain_ends(content: bytes) -> bytes:
    """Undo what git and editors do to a text: other line ends, and a byte order mark."""
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n")
    return content.removeprefix(_BYTE_ORDER_MARK)


def read_each(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield path and text of the files below `root` that exist. Raises OSError."""
    top = str(root)  # converted once for thousands of paths
    for path in paths:
        try:
            handle = os.open(f"{top}/{path}", _READING)
        except (FileNotFoundError, NotADirectoryError):
            continue
        yield path, with_plain_ends(_to_end(handle))


def read_text(path: str | Path) -> str | None:
    """Read a text file with plain line ends; None if it does not exist. Raises OSError."""
    try:
        return to_text(with_plain_ends(read_bytes(path)))
    except (FileNotFoundError, NotADirectoryError):
        return None


def to_text(content: bytes) -> str:
    """Decode a generated file. Bytes that are not UTF-8 are kept, as somebody may have edited it."""
    return content.decode(errors="surrogateescape")


def write_together(root: Path, *groups: Mapping[str, bytes | None]) -> None:
    """Write or delete files together, one group after the other.

    All contents are staged before the first file is replaced, so a full disk or a folder without write
    permission changes nothing. There is no fsync: it takes ten times as long, and version control can
    restore the files.

    Args:
        root: The folder that the paths are relative to.
        groups: Path -> content; None deletes the file.

    Raises:
        OSError: If a file cannot be written; it names the file.
    """
    # Strings, as making a Path for each file takes longer than writing it.
    steps: list[tuple[str, bytes | None]] = []
    for group in groups:
        steps += ((f"{root}/{path}", content) for path, content in group.items())
    root.mkdir(parents=True, exist_ok=True)
    staging = root / _STAGING.format(os.urandom(4).hex())
    staging.mkdir()
    try:
        for number, (path, content) in enumerate(steps):
            if content is not None:
                _write(f"{staging}/{number}", content, path)
        _prepare(steps)
        for number, (path, content) in enumerate(steps):
            if content is None:
                Path(path).unlink(missing_ok=True)
            else:
                os.replace(f"{staging}/{number}", path)
    finally:
        _remove_tree(staging, ignore_errors=True)


def _write(path: str, content: bytes, final: str) -> None:
    try:
        with open(path, "xb") as file:
            file.write(content)
    except OSError as error:
        # Name the file that the user knows, not the staged one.
        raise OSError(error.errno, error.strerror, final) from error


def _prepare(steps: Sequence[tuple[str, bytes | None]]) -> None:
    """Create the folders, and check that files can be replaced in them. Raises OSError."""
    for folder in {os.path.dirname(path) for path, content in steps if content is not None}:
        os.makedirs(folder, exist_ok=True)
    for folder in {os.path.dirname(path) for path, _ in steps}:
        if os.path.exists(folder) and not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)


def remove_leftovers(root: Path) -> None:
    """Delete what a killed `write_together` has staged. No other run may be writing. Raises OSError."""
    for leftover in root.glob(_STAGING.format("[0-9a-f]" * 8)):
        _remove_tree(leftover)


def _remove_tree(folder: Path, *, ignore_errors: bool = False) -> None:
    # Imported here, as it loads three compressors, which a run with nothing to do does not need.
    from shutil import rmtree

    rmtree(folder, ignore_errors)
