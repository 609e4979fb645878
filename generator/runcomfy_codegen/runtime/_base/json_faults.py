"""The place and the reason where a Python value has no JSON form."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import Any

from .json_values import is_array, is_object

MAX_DEPTH = 100  # lists and objects within one another; no endpoint has ten
TOO_DEEP = f"must be nested at most {MAX_DEPTH} levels deep"
_MAX_BITS = 14_000  # Python writes integers of up to 4,300 digits (sys.set_int_max_str_digits)


def json_fault(
    value: Any, path: str = "", depth: int = 0, *, checked: type | tuple[()] = ()
) -> tuple[str, str] | None:
    """Return the place and the fault of the first part without a JSON form; None if all have one.

    Args:
        value: Anything that was let through as JSON.
        path: Where it stands, such as `meta.a[2]`.
        depth: In how many lists and objects it stands.
        checked: The type of parts that were checked when they were made.
    """
    if depth > MAX_DEPTH:
        return path, TOO_DEEP
    if is_object(value) or is_array(value):
        for place, part in _parts(value, path):
            if place is _NO_PLACE:
                return path, _key_fault(value)
            if inner := json_fault(part, place, depth + 1, checked=checked):
                return inner
        return None
    if isinstance(value, checked):
        return None
    fault = _fault(value)
    return (path, fault) if fault else None


def python_number(value: Any) -> Any:
    """Return a numpy scalar as a Python value, and anything else as it is."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        return value.item()
    return value


_NO_PLACE = "\0"


def _parts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if is_array(value):
        yield from ((f"{path}[{index}]", item) for index, item in enumerate(value))
        return
    for key, item in value.items():
        is_name = isinstance(key, str) and not _fault(key)
        yield (f"{path}.{key}".removeprefix(".") if is_name else _NO_PLACE), item


def _key_fault(value: Any) -> str:
    odd = next(key for key in value if not isinstance(key, str) or _fault(key))
    if isinstance(odd, str):
        return f"has a name that {_fault(odd)}"
    return f"the keys of a dict are text (str), not {type(odd).__name__}"


def _fault(value: Any) -> str:
    if isinstance(value, str):
        return "" if value.isascii() else _text_fault(value)
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return "" if math.isfinite(value) else f"{value} is not a number in JSON"
    if isinstance(value, int):
        if value.bit_length() <= _MAX_BITS:
            return ""
        return f"an integer of {value.bit_length():,} bits is too long for Python to write"
    return f"{type(value).__name__} has no JSON form; give text, numbers, lists, dicts"


def _text_fault(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        half = ascii(value[error.start])[1:-1]
        return f"holds half of a character ({half} at {error.start}), which cannot be sent"
    return ""
