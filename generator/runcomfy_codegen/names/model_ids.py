"""Validate, compare and select model ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from itertools import accumulate

MAX_SEGMENT = 100
"""Bytes of UTF-8 in one segment; no file system takes more than 255."""
MAX_TOTAL = 200
"""Bytes of UTF-8 in an id; Windows paths end at 260 characters, schemas/ and the file included."""

_RESERVED_CHARACTERS = '\\:*?"<>|{}'  # Windows refuses them; braces mark a placeholder
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|\Z)")
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, bidi, surrogates, ...


def check_model_id(model_id: str) -> str | None:
    """Return why an id cannot be a folder inside schemas/, or None if it can."""
    plain = model_id.isascii() and model_id.isprintable()
    odd = [] if plain else [char for char in model_id if _is_odd(char)]
    if odd:
        names = ", ".join(sorted({f"U+{ord(char):04X}" for char in odd}))
        return f"holds characters that cannot be seen ({names})"
    if len(model_id.encode()) > MAX_TOTAL:
        return f"is longer than {MAX_TOTAL} bytes"
    segments = model_id.split("/")
    if len(segments) < 2:
        return "has one segment only, an id is <provider>/<model>[/...]"
    return next(filter(None, map(_check_segment, segments)), None)


def collisions(model_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of ids that share a folder on a disk that ignores case, but spell it differently."""
    spelled: dict[str, tuple[str, str]] = {}
    for model_id in sorted(model_ids):
        for folder in accumulate(model_id.split("/"), "{}/{}".format):
            folded = unicodedata.normalize("NFKC", folder).casefold()
            first, other = spelled.setdefault(folded, (folder, model_id))
            if first != folder:
                yield other, model_id
                break


ONE_FOLDER = "on a disk that ignores case they are one folder: only one can be kept"


def clashes(model_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield both ids of each such pair, and the segments in which they differ."""
    for pair in collisions(model_ids):
        for model_id, other in (pair, pair[::-1]):
            segments = zip(model_id.split("/"), other.split("/"), strict=False)
            mine, theirs = next(pair for pair in segments if pair[0] != pair[1])
            yield model_id, f"{mine!r} differs only in case from {theirs!r} of {other}"


def matches(model_id: str, only: tuple[str, ...]) -> bool:
    """Return whether an id is chosen by `--only` GLOB. Without a glob, all ids are."""
    return not only or any(fnmatchcase(model_id, glob) for glob in only)


def unmatched(only: tuple[str, ...], model_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the globs that match none of the ids, each once."""
    known = sorted(model_ids)
    globs = dict.fromkeys(only)
    return tuple(
        glob for glob in globs if not any(matches(model_id, (glob,)) for model_id in known)
    )


def _is_odd(char: str) -> bool:
    category = unicodedata.category(char)
    return category in _UNPRINTABLE or char == "\ufffd" or (category == "Zs" and char != " ")


@cache  # thousands of ids share their segments
def _check_segment(segment: str) -> str | None:
    reserved = sorted(set(segment) & set(_RESERVED_CHARACTERS))
    checks = (
        (not segment, "has an empty segment (a slash at an end, or two in a row)"),
        (segment in {".", ".."}, "would leave its folder"),
        (bool(reserved), f"holds {' '.join(reserved)}, which no folder on Windows can"),
        (segment != segment.strip(" ."), f"has a space or dot at an end of {segment!r}"),
        (bool(_DEVICE.match(segment)), f"holds {segment!r}, the name of a device on Windows"),
        (_length(segment) > MAX_SEGMENT, f"has a segment longer than {MAX_SEGMENT} bytes"),
    )
    return next((why for wrong, why in checks if wrong), None)


def _length(segment: str) -> int:
    """Return the bytes of a segment or of its Python name, in which U+FDFA becomes 18 letters."""
    return len(max(segment, unicodedata.normalize("NFKC", segment), key=len).encode())
