"""Files read to the byte, and written whole or not at all."""

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
    """The content; of a larger file than most bytes, a part that is larger too. Raises OSError.

    Of thousands of small files, `Path.read_bytes` takes thrice the time.
    """
    return _to_end(os.open(path, _READING), most)


def _to_end(handle: int, most: float = math.inf) -> bytes:
    try:
        content = os.read(handle, _CHUNK)
        # Each time as much again: a short first read is the end, and a large file is not copied often.
        while _CHUNK <= len(content) <= most and (more := os.read(handle, len(content))):
            content += more
        return content
    finally:
        os.close(handle)


def with_plain_ends(content: bytes) -> bytes:
    """Return a text as the generator writes it: git and editors may change line ends, or add a mark."""
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n")
    return content.removeprefix(_BYTE_ORDER_MARK)


def read_each(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield path and text of those of these files below root that there are. Raises OSError."""
    top = str(root)  # once: thousands of paths begin with it
    for path in paths:
        try:
            handle = os.open(f"{top}/{path}", _READING)
        except (FileNotFoundError, NotADirectoryError):
            continue
        yield path, with_plain_ends(_to_end(handle))


def read_text(path: str | Path) -> str | None:
    """A file as text, its line ends as ours; None where there is none. Raises OSError."""
    try:
        return to_text(with_plain_ends(read_bytes(path)))
    except (FileNotFoundError, NotADirectoryError):
        return None


def to_text(content: bytes) -> str:
    """The text of a file of ours, whatever somebody has made of it."""
    return content.decode(errors="surrogateescape")


def write_together(root: Path, *groups: Mapping[str, bytes | None]) -> None:
    """Write files below root, given by path; None deletes one. The groups follow each other.

    All contents are on disk before the first file is touched, so a full disk or a folder that cannot be
    written to changes nothing; after that each file is replaced at once. Raises OSError.
    Nothing waits for the disk itself (fsync): that takes ten times as long, and a version control holds it.
    """
    # Texts: a Path for each step takes longer than the steps themselves.
    steps = [(f"{root}/{path}", content) for group in groups for path, content in group.items()]
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


def _write(path: str, content: bytes, meant: str) -> None:
    try:
        with open(path, "xb") as file:
            file.write(content)
    except OSError as error:  # a full disk has no name, and nobody knows the temporary one
        raise OSError(error.errno, error.strerror, meant) from error


def _prepare(steps: Sequence[tuple[str, bytes | None]]) -> None:
    """Makes the folders, and makes sure that files can be replaced in them. Raises OSError."""
    for folder in {os.path.dirname(path) for path, content in steps if content is not None}:
        os.makedirs(folder, exist_ok=True)
    for folder in {os.path.dirname(path) for path, _ in steps}:
        if os.path.exists(folder) and not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)


def remove_leftovers(root: Path) -> None:
    """What `write_together` had prepared when a run was killed. Nobody may be writing. Raises OSError."""
    for leftover in root.glob(_STAGING.format("[0-9a-f]" * 8)):
        _remove_tree(leftover)


def _remove_tree(folder: Path, *, ignore_errors: bool = False) -> None:
    # Imported here: it loads three compressors, and a run with nothing to do must not pay for it.
    from shutil import rmtree

    rmtree(folder, ignore_errors)
