"""Narrowing of decoded JSON, in the one form that both type checkers read alike."""

from __future__ import annotations

import json
import math
from typing import Any, TypeGuard

_MOST_DIGITS = 400  # more than a float can hold; Python refuses to read integers of over 4300


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a JSON array."""
    return isinstance(value, list)


def is_number(value: object) -> TypeGuard[int | float]:
    """Return whether a value is a JSON number; a bool, which Python counts as one, is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def whole(value: Any) -> Any:
    """Return 5.0 as the integer 5 that it is in JSON Schema; any other value as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_object(value: object) -> dict[str, Any]:
    """Return a JSON object as it is, and an empty one for any other value."""
    return value if is_object(value) else {}


def as_array(value: object) -> list[Any]:
    """Return a JSON array as it is, and an empty one for any other value."""
    return value if is_array(value) else []


def finite(value: object) -> float | None:
    """Return a number as a finite float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer beyond all floats
        return None
    return number if math.isfinite(number) else None


def loads(content: bytes) -> Any:
    """Decode JSON with numbers of any length. Raises ValueError, RecursionError."""
    return json.loads(content, parse_int=_integer)


def _integer(text: str) -> int | float:
    return int(text) if len(text) < _MOST_DIGITS else float(text)


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is given twice, of which Python would take the last. Raises ValueError.

    For `json.loads(object_pairs_hook=)`.
    """
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is given twice")
    return values
