"""Name nested classes and the aliases of definitions.

A name follows from the place and the contents of a class, never from the order in which branches or
properties are written. Names that were given once are remembered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from ..text.json_types import is_object
from .rules import camel_case, unique

Remembered = dict[str, str]
"""Class -> its place, with the properties that it had; alias of a choice -> its field."""
CHOICE = "choice "
"""The place of a field, not of a class, begins so."""


def is_choice_record(place: str) -> bool:
    """Return whether the lock remembers the alias of a choice, and not a class."""
    return place.startswith(CHOICE)


@dataclass(eq=False)
class Nested:
    """A class that needs a name.

    Attributes:
        path: Its place, without the numbers of branches.
        suffix: What it adds to the name of its parent.
        parent: The class around it.
        content: Its schema as text.
        members: Its properties.
        name: Its name, empty until it has one.
    """

    path: str
    suffix: str
    parent: Nested | None
    content: str
    members: frozenset[str]
    name: str = field(default="")

    @property
    def place(self) -> str:
        """The place and the properties, as the lock remembers them."""
        return f"{self.path} {{{','.join(sorted(self.members))}}}"


def nested(path: str, suffix: str, parent: Nested | None, schema: Mapping[str, Any]) -> Nested:
    """Return a class that needs a name."""
    properties: Any = schema.get("properties")
    members = frozenset[str](properties if is_object(properties) else ())
    content = json.dumps(schema, sort_keys=True, ensure_ascii=False)
    return Nested(path, suffix, parent, content, members)


def give_names(
    classes: Iterable[Nested], prefix: str, taken: set[str], remembered: Remembered
) -> None:
    """Name every class; new names are added to those that are taken and remembered.

    Args:
        classes: The classes of one schema.
        prefix: The beginning of every name.
        taken: Names that other classes of the module have.
        remembered: Names that classes of this endpoint once got.
    """
    by_path: dict[str, list[Nested]] = {}
    for cls in classes:
        by_path.setdefault(cls.path, []).append(cls)
    before: dict[str, dict[str, frozenset[str]]] = {}
    for name, place in remembered.items():
        path, _, members = place.rpartition(" {")
        listed = members.removesuffix("}").split(",")
        before.setdefault(path, {})[name] = frozenset(filter(None, listed))
    taken.update(remembered)
    for path, group in sorted(by_path.items()):
        group.sort(key=lambda cls: (sorted(cls.members), cls.content))
        _recognise(group, before.get(path, {}))
        for cls in group:
            if not cls.name:
                start = cls.parent.name if cls.parent else prefix
                wanted = camel_case(f"{start}_{cls.suffix}")
                cls.name = unique(wanted, taken, separator="")
            taken.add(cls.name)
            remembered[cls.name] = cls.place


def _recognise(group: list[Nested], before: Mapping[str, frozenset[str]]) -> None:
    """Give the classes at one place the names that the most similar ones had."""
    if len(group) == len(before) == 1:
        group[0].name = next(iter(before))
        return
    pairs = product(enumerate(group), before.items())
    similar = sorted(
        (-_overlap(cls.members, members), name, index) for (index, cls), (name, members) in pairs
    )
    used: set[str] = set()
    for overlap, name, index in similar:
        if overlap and name not in used and not group[index].name:
            group[index].name = name
            used.add(name)


def _overlap(members: frozenset[str], earlier: frozenset[str]) -> float:
    return len(members & earlier) / len(members | earlier) if members | earlier else 1.0
