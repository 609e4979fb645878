"""Types that are several types: any of them, or null, with the choices of all in one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from ..ir.model import Type

NULL: Type = {"type": "null"}


def any_of(types: list[Type]) -> Type:
    """Return a type that takes what any of them takes; without any, whatever there is."""
    if not types:
        return {}
    return types[0] if len(types) == 1 else {"anyOf": types}


def joined_choices(types: list[Type]) -> list[Type]:
    """Return the branches of a union with the choices of several in one."""
    plain = [type_ for type_ in types if list(type_) == ["enum"]]
    if len(plain) < 2:
        return types
    values = distinct_values(chain.from_iterable(type_["enum"] for type_ in plain))
    others = [type_ for type_ in types if type_ not in plain]
    return [{"enum": values}, *others]


def distinct_values(values: Iterable[Any]) -> list[Any]:
    """Return each value once. In Python True == 1, in JSON they differ."""
    return list({(type(value).__name__, value): value for value in values}.values())


def or_null(type_: Type, nullable: bool) -> Type:
    """Return the type, with null among its values if it is nullable."""
    return {"anyOf": [type_, NULL]} if nullable and type_ not in ({}, NULL) else type_
