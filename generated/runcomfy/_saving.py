"""Writing one file so that it appears whole, under a safe name, and replaces nothing."""

from __future__ import annotations

import itertools
import os
import re
import secrets
import unicodedata
from contextlib import suppress
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
        self._path = folder / f".{secrets.token_hex(8)}.part"
        # 0o666 as for any new file (the umask applies); a module for temporary files would give 0o600.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.fdopen(os.open(self._path, flags, 0o666), "wb")
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
        self._file.close()

    def discard(self) -> None:
        """Removes what has no name of its own yet. May be repeated."""
        with suppress(OSError):  # a full disk, again: it must not hide what led here
            self._file.close()
        self._path.unlink(missing_ok=True)

    def publish(self, name: str) -> Path:
        """Gives the complete file its name, with `-1`, `-2` ... where that is taken; its path."""
        stem, ending = PurePath(name).stem, PurePath(name).suffix
        for number in itertools.count():
            target = self._path.with_name(f"{stem}-{number}{ending}" if number else name)
            try:
                self._claim(target)
            except FileExistsError:
                continue
            return target
        raise AssertionError("unreachable")

    def _claim(self, target: Path) -> None:
        # Unlike a rename, a link never overwrites, even if two processes choose the name at once.
        try:
            os.link(self._path, target)
        except FileExistsError:
            raise
        except OSError:  # no links on this file system: reserve the name, then replace our own file
            target.touch(exist_ok=False)
            try:
                self._path.replace(target)
            except BaseException:
                target.unlink(missing_ok=True)
                raise
