"""A short text for any value, for a repr or a message: it may hold megabytes, or have no repr."""

from __future__ import annotations

import os
from itertools import islice
from typing import Any, cast

from .json_values import is_array, is_object
from .text import cut, inert

_TEXT = 80  # characters of a text
_ITEMS = 5  # of a list or an object
_DEPTH = 3
_ALL = 600  # characters of one value


class Brief:
    """A value whose repr is short."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def brief(value: Any) -> Brief:
    """Return a stand-in for a value that shows what it is, and its beginning."""
    try:
        return Brief(cut(_shown(value, _DEPTH), _ALL))
    except Exception:  # whatever somebody else's methods raise
        return Brief(f"<{type(value).__name__}>")


def _shown(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bytes):
        return f"<{len(value):,} bytes>"
    if value is None or isinstance(value, (bool, float)):
        return repr(value)
    if isinstance(value, int):
        is_long = value.bit_length() > 200
        return f"<integer of {value.bit_length():,} bits>" if is_long else repr(value)
    if is_array(value) or is_object(value):
        return _collection(value, depth)
    if isinstance(value, os.PathLike):
        return _path(cast("os.PathLike[str]", value))
    if hasattr(value, "__repr_args__"):
        return repr(value) if depth else f"{type(value).__name__}(...)"
    return f"<{type(value).__name__}>"


def _collection(value: Any, depth: int) -> str:
    opening, closing = "[]" if is_array(value) else "{}"
    if not depth and value:
        return f"{opening}...{closing}"
    first = list(islice(value, _ITEMS))
    if is_object(value):
        parts = [f"{_text(str(key))}: {_shown(value[key], depth - 1)}" for key in first]
    else:
        parts = [_shown(item, depth - 1) for item in first]
    if len(value) > _ITEMS:
        parts.append(f"... {len(value):,} in all")
    return f"{opening}{', '.join(parts)}{closing}"


def _path(value: os.PathLike[Any]) -> str:
    return f"Path({_text(inert(os.fsdecode(value)))})"


def _text(value: str) -> str:
    if len(value) <= _TEXT:
        return repr(value)
    return f"{value[:_TEXT]!r}... ({len(value):,} characters)"
