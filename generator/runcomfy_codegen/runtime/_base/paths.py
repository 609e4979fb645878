"""Paths as people write them."""

from __future__ import annotations

import os
from pathlib import Path


def home_expanded(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> Path:
    """Return a path whose leading `~` is the home folder, where there is one."""
    return Path(os.path.expanduser(os.fsdecode(path)))  # noqa: PTH111 - Path's raises for `~nobody`
