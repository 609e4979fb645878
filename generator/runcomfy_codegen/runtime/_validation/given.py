"""Checks of what a caller gives beside the fields of a request: times, dollars, counts, paths."""

from __future__ import annotations

import math
from pathlib import Path

from .._base.brief import brief
from .._base.json_values import finite
from .._base.paths import given_path
from .._base.text import is_text
from ..errors import ConfigurationError, JournalError


def check_seconds(name: str, value: object) -> float:
    """Return a finite number of seconds above 0, so that nothing waits without end.

    Raises:
        ConfigurationError: If the value is anything else.
    """
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise ConfigurationError(f"must be a number of seconds; got {brief(value)}", parameter=name)
    seconds = finite(value)
    if seconds is None or seconds <= 0:
        raise ConfigurationError(
            f"must be a finite number above 0; got {brief(value)}", parameter=name
        )
    return seconds


def check_dollars(name: str, value: object) -> float:
    """Return US dollars, at least 0. Raises ConfigurationError for anything else."""
    usd = finite(value)
    if usd is None or usd < 0:
        raise ConfigurationError(
            f"must be US dollars, at least 0; got {brief(value)}", parameter=name
        )
    return usd


def check_whole(name: str, value: object, *, most: float = math.inf) -> int:
    """Return a whole number from 1 to the highest. Raises ConfigurationError for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
        return value
    limits = "of at least 1" if most == math.inf else f"from 1 to {most}"
    raise ConfigurationError(f"must be a whole number {limits}; got {brief(value)}", parameter=name)


def check_text(name: str, value: object) -> str:
    """Return a text that a URL can hold. Raises ConfigurationError for anything else."""
    if isinstance(value, str) and is_text(value):
        return value
    raise ConfigurationError(f"must be a text; got {brief(value)}", parameter=name)


def check_path(name: str, value: object) -> Path:
    """Return the path of a file or folder. Raises ConfigurationError for anything else."""
    path = None if isinstance(value, bytes) else given_path(value)
    if path is not None:
        return path
    raise ConfigurationError(
        f"must be the path of a file or folder; got {brief(value)}", parameter=name
    )


def check_journal(name: str, value: object) -> Path:
    """Return the path of a journal.

    Raises:
        ConfigurationError: If it is not a path.
        JournalError: If no file can have this name.
    """
    is_name = isinstance(value, str) and value != ""
    if is_name and given_path(value) is None:
        raise JournalError(
            f"{name}: the journal cannot be written: no file has the name {brief(value)}\n"
            "Give the journal another name."
        )
    return check_path(name, value)
