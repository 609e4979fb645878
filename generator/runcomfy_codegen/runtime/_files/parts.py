"""One file that is being written: it appears whole, and a part of it can be gone on with."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from .content import HEAD_BYTES

_KEPT_FROM = 2**20  # bytes: a smaller part is fetched again faster than it is worth keeping
_KEPT_FOR = 24 * 3600.0  # seconds since it was last written
_MAX_VALIDATOR = 100  # characters: it has to fit into the name of the part

# `.<random>.part`, or `.<digest of the URL>.<validator>.part` where another process may go on.
_PART = re.compile(r"\.[0-9a-f]{16}(?:\.(?P<validator>[A-Za-z0-9_-]+))?\.part")

if sys.platform == "win32":

    HAS_LOCKS = False

    def _lock(handle: int) -> bool:
        return True

else:
    import fcntl

    HAS_LOCKS = True

    def _lock(handle: int) -> bool:
        """Mark a part as in use. Returns False if it is in use, or was just removed as a leftover."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks, so nobody removes anything
            return True
        return os.fstat(handle).st_nlink > 0


class PartFile:
    """A file under a temporary name in its folder, locked as long as it is open.

    Attributes:
        path: Its temporary name.
        size: Bytes that are in it.
        validator: What `If-Range` needs to go on where the file ends; None if that is not certain.
    """

    def __init__(self, folder: Path, url: str = "", left_parts: Iterable[Path] = ()) -> None:
        """Open a part: one that an earlier process left for this URL, else a new one.

        Args:
            folder: Where the file will be.
            url: What will be in it; empty if nobody can go on with it.
            left_parts: What `kept_parts` has for the URL.

        Raises:
            OSError: If the folder cannot be written to.
        """
        self._key = part_key(url)
        self._is_resumable = bool(url) and HAS_LOCKS
        self.size = 0
        self.validator: str | None = None
        self._handle = -1
        for path in left_parts:
            handle = _take_over(path)
            if handle is not None and self._handle < 0:
                self.path, self._handle = path, handle
                self.size, self.validator = os.lseek(handle, 0, os.SEEK_END), _validator_in(path)
            elif handle is not None:  # of an older version of the file
                _remove(path, handle)
        if self._handle < 0:
            self.path, self._handle = _new_part(folder)

    def __enter__(self) -> PartFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def head(self) -> bytes:
        """Return the first bytes that were written. Raises OSError."""
        position = os.lseek(self._handle, 0, os.SEEK_CUR)
        os.lseek(self._handle, 0, os.SEEK_SET)
        content = os.read(self._handle, HEAD_BYTES)
        os.lseek(self._handle, position, os.SEEK_SET)
        return content

    def write(self, chunk: bytes) -> None:
        """Append to the file, so that it is kept if the process is killed. Raises OSError."""
        left = memoryview(chunk)
        while left:
            count = os.write(self._handle, left)
            self.size += count
            left = left[count:]

    def restart(self) -> None:
        """Drop what was written. Raises OSError."""
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.ftruncate(self._handle, 0)
        self.size, self.validator = 0, None

    def allow_resuming(self, validator: str | None) -> None:
        """Note what the content is a part of, in the file's name, for another process."""
        self.validator = validator
        name = f".{self._key}.{_encoded(validator or '')}.part"
        if not validator or not self._is_resumable or self.path.name == name:
            return
        if len(validator) <= _MAX_VALIDATOR and claim(self.path, self.path.with_name(name)):
            self._unlink()
            self.path = self.path.with_name(name)

    def complete(self) -> None:
        """Bring the content to the disk. Raises OSError."""
        os.fsync(self._handle)
        if not HAS_LOCKS:
            self._close()  # an open file cannot be given another name there

    def keep(self) -> None:
        """Close the part and leave it for a later download, if it is worth that."""
        if self._is_worth_keeping():
            self._close()
        else:
            self.discard()

    def discard(self) -> None:
        """Remove what has no name of its own yet. May be repeated."""
        self._close()
        self._unlink()

    def abandon(self) -> None:
        """Remove the part's name, unless it is worth keeping, while another thread still writes."""
        if not self._is_worth_keeping():
            with suppress(OSError):
                self.path.unlink()

    def _is_worth_keeping(self) -> bool:
        is_found_again = self.validator and _validator_in(self.path)
        return bool(is_found_again) and self.size >= _KEPT_FROM

    def publish(self, names: Iterator[str], *, overwrite: bool = False) -> Path:
        """Give the complete file the first of the names that is free, or replace what has it.

        Raises:
            OSError: If it cannot be done.
        """
        if overwrite:
            target = self.path.replace(self.path.with_name(next(names)))
        else:
            targets = map(self.path.with_name, names)
            target = next(target for target in targets if claim(self.path, target))
        self.discard()
        return target

    def _close(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            with suppress(OSError):  # a full disk, again: it must not hide what led here
                os.close(handle)

    def _unlink(self) -> None:
        with suppress(FileNotFoundError):
            self.path.unlink()


def claim(file: Path, target: Path) -> bool:
    """Give a complete file another name in the same file system, unless that is taken.

    Raises:
        OSError: If the file system refuses.
    """
    try:
        # Unlike a rename, a link never overwrites, even if two processes choose the name at once.
        os.link(file, target)
    except FileExistsError:
        return False
    except OSError:  # no links on this file system: reserve the name, then replace our own file
        try:
            target.touch(exist_ok=False)
        except FileExistsError:
            return False
        try:
            file.replace(target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return True


def kept_parts(folder: Path) -> dict[str, list[Path]]:
    """Remove the parts that nobody can go on with, and return the others by the key of their URL.

    Parts of running processes are locked, and stay.
    """
    kept: dict[str, list[Path]] = {}
    if not HAS_LOCKS:  # nobody knows whose part is still being written
        return kept
    with os.scandir(folder) as entries:
        paths = [Path(entry.path) for entry in entries if _PART.fullmatch(entry.name)]
    for path in paths:
        if _validator_in(path) and _age(path) < _KEPT_FOR:
            kept.setdefault(path.name[1:17], []).append(path)
        elif (handle := _take_over(path)) is not None:
            _remove(path, handle)
    return kept


def part_key(url: str) -> str:
    """Return the key that the parts of a URL have in `kept_parts`."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _new_part(folder: Path) -> tuple[Path, int]:
    # 0o666 as for any new file (the umask applies); a module for temporary files would give 0o600.
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        path = folder / f".{secrets.token_hex(8)}.part"
        handle = os.open(path, flags, 0o666)
        if _lock(handle):
            return path, handle
        os.close(handle)


def _take_over(path: Path) -> int | None:
    """Open and lock a part that nobody is writing to; None if it is in use, or cannot be opened."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except OSError:
        return None
    # Under its name may be another file by now, or none.
    with suppress(OSError):
        if _lock(handle) and os.path.samestat(os.fstat(handle), path.lstat()):
            return handle
    os.close(handle)
    return None


def _remove(path: Path, handle: int) -> None:
    with suppress(OSError):  # not ours to remove
        path.unlink()
    os.close(handle)


def _age(path: Path) -> float:
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0


def _validator_in(path: Path) -> str | None:
    match = _PART.fullmatch(path.name)
    if match is None or match["validator"] is None:
        return None
    text = match["validator"]
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except ValueError:
        return None


def _encoded(validator: str) -> str:
    return base64.urlsafe_b64encode(validator.encode("ascii", "ignore")).decode().rstrip("=")
