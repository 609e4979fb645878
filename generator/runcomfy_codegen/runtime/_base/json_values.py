"""Narrowing of decoded JSON, in the one form that both type checkers read alike."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any, TypeGuard

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[{]|[\]}]', re.DOTALL)
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


def map_texts(value: Any, change: Callable[[str], Any]) -> Any:
    """Return JSON with every text replaced. The names of members stay."""
    if isinstance(value, str):
        return change(value)
    if is_array(value):
        return [map_texts(item, change) for item in value]
    if is_object(value):
        return {name: map_texts(item, change) for name, item in value.items()}
    return value


def finite(value: object) -> float | None:
    """Return a number as a finite float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer beyond all floats
        return None
    return number if math.isfinite(number) else None


def loads(content: bytes | str) -> Any:
    """Decode JSON with numbers of any length, and any bytes in texts.

    Raises:
        ValueError: It is not JSON.
        RecursionError: It is nested too deeply.
    """
    try:
        return json.loads(content, parse_int=_integer)
    except UnicodeDecodeError as error:
        return json.loads(error.object.decode("utf-8", "replace"), parse_int=_integer)


def shallow(text: str, levels: int) -> str:
    """Return JSON in which everything below some levels is the text of its JSON."""
    pieces: list[str] = []
    depth = written = begin = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            if depth == levels:
                begin = token.start()
            depth += 1
        elif token[0] in "]}":
            depth -= 1
            if depth == levels:
                pieces += text[written:begin], json.dumps(text[begin : token.end()])
                written = token.end()
    return "".join(pieces) + text[written:]


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
