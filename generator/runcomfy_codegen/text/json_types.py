"""Narrowing of parsed JSON; the SDK's runtime has the same need and two thirds of it."""

from __future__ import annotations

from typing import TypeGuard

from ..runtime._base.json_values import is_array, is_object


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a JSON value is a number; a bool is none, whatever Python thinks of it."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


__all__ = ["is_array", "is_number", "is_object"]
