"""Values as JSON has them: any sequence is an array, any scalar a plain one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

from .._base.json_faults import python_number
from .._base.json_values import is_array, is_object


class NotRead:
    """A placeholder for a value that is nested too deeply, or within itself."""


NOT_READ = NotRead()


class _TooDeepError(Exception):
    pass


def as_json(value: Any, levels: int) -> Any:
    """Return the value as JSON has it: any sequence is an array, any scalar a plain one."""
    try:
        return _plain(value, levels)
    except _TooDeepError:
        return NOT_READ


def _is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, (bytearray, memoryview))


_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


def _plain(value: Any, levels: int) -> Any:
    if type(value) in _PLAIN or isinstance(value, (str, bytes)):
        return value
    if is_object(value):
        if not levels:
            raise _TooDeepError
        return {name: _plain(item, levels - 1) for name, item in value.items()}
    if is_array(value) or _is_sequence(value):
        if not levels:
            raise _TooDeepError
        return [_plain(item, levels - 1) for item in value]
    return python_number(value)  # pyright: ignore[reportUnknownVariableType]
