"""Choose the field that names a choice, where several fields of an endpoint could.

A choice has an alias that is called after its field. Of two fields of one name, the published one keeps it.
A field whose name follows from the alias needs no record, as only one field of a request can have that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..ir.model import ObjectType, Type, inner_types
from .nested import CHOICE, Remembered
from .rules import camel_case, is_class_prefix

_PLAIN = re.compile(r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*")


class ChoiceField(NamedTuple):
    """A field with a choice. prefix: the class around it; empty for the request itself."""

    name: str
    prefix: str

    @property
    def alias(self) -> str:
        """The alias that is called after it."""
        return self.prefix + camel_case(self.name)


Holders = Mapping[str, ChoiceField]
"""Alias -> the field that it is called after."""


def choice_holders(
    class_prefix: str, classes: Iterable[tuple[str, ObjectType]], remembered: Remembered
) -> Holders:
    """Return the field of each alias, and remember those that cannot be told from the alias.

    Args:
        class_prefix: The beginning of all classes of the endpoint.
        classes: Its classes, each with what its aliases begin with.
        remembered: Names that the endpoint once got; new ones are added.
    """
    wanted: dict[str, set[ChoiceField]] = {}
    for prefix, cls in classes:
        for field in cls.fields:
            if _is_choice(field.type):
                choice = ChoiceField(field.name, prefix)
                wanted.setdefault(choice.alias, set()).add(choice)
    holders: dict[str, ChoiceField] = {}
    for alias, fields in sorted(wanted.items()):
        known = [field for field in fields if _record(field, class_prefix) == remembered.get(alias)]
        holder = known[0] if known else min(fields, key=_rank)
        holders[alias] = holder
        if not _is_plain(holder) and is_class_prefix(alias):
            remembered[alias] = _record(holder, class_prefix)
    return holders


def _record(field: ChoiceField, class_prefix: str) -> str:
    inside = field.prefix.removeprefix(class_prefix)
    return f"{CHOICE}{inside}.{field.name} {{}}"


def _rank(field: ChoiceField) -> tuple[bool, ChoiceField]:
    return not _is_plain(field), field


def _is_plain(field: ChoiceField) -> bool:
    return not field.prefix and _PLAIN.fullmatch(field.name) is not None


def _is_choice(type_: Type) -> bool:
    """Return whether a type has exactly one choice that has no definition of its own."""
    choices = [part for part in inner_types(type_) if "enum" in part]
    return len(choices) == 1 and "name" not in choices[0]
