"""Paths as people write them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast


def home_expanded(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> Path:
    """Return a path whose leading `~` is the home folder, where there is one."""
    return Path(os.path.expanduser(os.fsdecode(path)))  # noqa: PTH111 - Path's raises for `~nobody`


def given_path(value: object) -> Path | None:
    """Return the path that a caller gave, expanded; None for what no file system takes as a name."""
    path = cast("os.PathLike[str]", value)
    try:
        is_name = b"\0" not in os.fsencode(path) != b""
    except (TypeError, UnicodeError):  # neither text nor a path; half of a character
        return None
    return home_expanded(path) if is_name else None
