# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Writing one file so that it appears whole, under a safe name, and replaces nothing."""

from __future__ import annotations

import itertools
import os
import re
import secrets
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePath
from types import TracebackType
from urllib.parse import unquote

from ._mime import ending_for, has_media_ending

MAX_NAME_BYTES = 150  # UTF-8; file systems allow 255, a counter and the ending of a part are added
MAX_ENDING = 10  # characters; what is longer is no file type

_SEPARATORS = re.compile(r'[<>:"/\\|?*]')
# Windows takes these for devices, whatever spaces and ending follow.
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³]) *(?=\.|$)", re.IGNORECASE
)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # control, bidi, surrogates, line breaks


def safe_name(path: str, media_type: str) -> str:
    """A file name from a URL's path, percent-encoded, and a media type; never empty."""
    text = unquote(path.rpartition("/")[2])
    text = "".join(char for char in text if unicodedata.category(char) not in _INVISIBLE)
    text = _SEPARATORS.sub("_", text).strip(" .")
    text = f"_{text}" if _RESERVED.match(text) else text or "output"
    ending = PurePath(text).suffix
    known = has_media_ending(text) or (media_type == "application/octet-stream" and ending)
    if not known or len(ending) > MAX_ENDING:
        stem, ending = text, ending_for(media_type)
    else:
        stem = text.removesuffix(ending)
    return (
        stem.encode()[: MAX_NAME_BYTES - len(ending.encode())].decode(errors="ignore").rstrip(" .")
        + ending
    )


class PartFile:
    """A file under a temporary name in the folder; it is gone after the block unless published."""

    def __init__(self, folder: Path) -> None:
        # 0o666 as for any new file (the umask applies); a module for temporary files would give 0o600.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        while True:
            self.path = folder / f".{secrets.token_hex(8)}.part"
            handle = os.open(self.path, flags, 0o666)
            if _locked(handle):
                break
            os.close(handle)
        self._file = os.fdopen(handle, "wb")
        self.size = 0

    def __enter__(self) -> PartFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.discard()

    def write(self, chunk: bytes) -> None:
        """Appends to the file."""
        self._file.write(chunk)
        self.size += len(chunk)

    def complete(self) -> None:
        """All is written and on the disk. Raises OSError."""
        self._file.flush()
        os.fsync(self._file.fileno())
        if sys.platform == "win32":
            self._file.close()  # elsewhere it stays locked until it has its name

    def discard(self) -> None:
        """Removes what has no name of its own yet. May be repeated."""
        with suppress(OSError):  # a full disk, again: it must not hide what led here
            self._file.close()
        self.path.unlink(missing_ok=True)

    def publish(self, name: str) -> Path:
        """Gives the complete file its name, with `-1`, `-2` ... where that is taken; its path."""
        targets = map(self.path.with_name, names_like(name))
        return next(target for target in targets if claim(self.path, target))


def names_like(name: str) -> Iterator[str]:
    """The name, then with `-1`, `-2` ... before its ending."""
    stem, ending = PurePath(name).stem, PurePath(name).suffix
    yield name
    for number in itertools.count(1):
        yield f"{stem}-{number}{ending}"


def claim(file: Path, target: Path) -> bool:
    """Gives a complete file another name in the same file system, unless that is taken. Raises OSError."""
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


_PART = re.compile(r"\.[0-9a-f]{16}\.part")

if sys.platform == "win32":

    def _locked(handle: int) -> bool:
        return True

    def remove_leftovers(folder: Path) -> None:
        """Nothing: without locks, nobody knows whose part is still being written."""

else:
    import fcntl

    def _locked(handle: int) -> bool:
        """Marks a new part as in use; False if it was just taken for a leftover."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks, so nobody removes anything
            return True
        return os.fstat(handle).st_nlink > 0

    @lru_cache  # once in a process: a folder of many outputs takes time to list
    def remove_leftovers(folder: Path) -> None:
        """Removes the parts of processes that were killed, which hold no lock any more."""
        with os.scandir(folder) as entries:
            parts = [entry.path for entry in entries if _PART.fullmatch(entry.name)]
        for part in parts:
            with suppress(OSError):  # in use, or gone, or not ours to remove
                handle = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    Path(part).unlink()
                finally:
                    os.close(handle)
