"""Which choices of properties two sets of demands take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from ..ir.model import ObjectType
from ..runtime._validation.demands import Demand

_MOST = 10  # names whose choices are all tried

Names = tuple[str, ...]


def lost_choice(old: ObjectType, new: ObjectType) -> Names | None:
    """Return a choice of properties that the old demands take and the new ones refuse."""
    if old.demands == new.demands:
        return None
    known = [
        field.wire for field in old.fields if any(each.wire == field.wire for each in new.fields)
    ]
    required = {field.wire for cls in (old, new) for field in cls.fields if field.required}
    asked = set(_asked((*old.demands, *new.demands)))
    names = [name for name in known if name in asked and name not in required]
    for chosen in _choices(names[:_MOST]):
        given = required | {*chosen}
        if _takes(old.demands, given) and not _takes(new.demands, given):
            return chosen
    return None


def _asked(demands: Iterable[Demand]) -> Iterator[str]:
    for demand in demands:
        for names in (*demand.forms, *demand.only):
            yield from names


def _choices(names: Sequence[str]) -> Iterator[Names]:
    for count in range(len(names) + 1):
        yield from combinations(names, count)


def _takes(demands: Iterable[Demand], given: set[str]) -> bool:
    return all(demand.is_met(given) for demand in demands)
