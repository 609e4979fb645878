"""Compare which choices of properties two sets of demands take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from ..ir.model import ObjectType
from ..runtime._validation.demands import Demand

_MOST = 10  # names whose choices are all tried
_MOST_TRIED = 20_000

Choice = Mapping[str, Any]
"""Wire names that are given, with their values where those tell forms apart, else None."""


def lost_choice(old: ObjectType, new: ObjectType) -> Choice | None:
    """Return a choice of properties that the old demands take and the new ones refuse."""
    if old.demands == new.demands:
        return None
    new_wires = {field.wire for field in new.fields}
    known = [field.wire for field in old.fields if field.wire in new_wires]
    required = [field.wire for field in (*old.fields, *new.fields) if field.required]
    demands = (*old.demands, *new.demands)
    asked, values = set(_asked(demands)), _values(demands)
    names = [name for name in known if name in asked and name not in required]
    for tried, chosen in enumerate(_choices(names[:_MOST], required, values)):
        if tried > _MOST_TRIED:
            break
        request = {**dict.fromkeys(required), **chosen}
        if _takes(old.demands, request) and not _takes(new.demands, request):
            return chosen
    return None


def _asked(demands: Iterable[Demand]) -> Iterator[str]:
    for demand in demands:
        for names in (*demand.forms, *demand.only):
            yield from names
    yield from _values(demands)


def _values(demands: Iterable[Demand]) -> dict[str, list[Any]]:
    """Return all values of the names whose values tell forms apart."""
    values: dict[str, list[Any]] = {}
    for demand in demands:
        for choices in demand.values:
            for name, listed in choices:
                known = values.setdefault(name, [])
                known += [value for value in listed if value not in known]
    return values


def _choices(
    names: Sequence[str], required: Sequence[str], values: Mapping[str, list[Any]]
) -> Iterator[Choice]:
    always = [name for name in dict.fromkeys(required) if name in values]
    for count in range(len(names) + 1):
        for chosen in combinations(names, count):
            together = (*always, *chosen)
            for row in product(*(values.get(name, [None]) for name in together)):
                yield dict(zip(together, row, strict=True))


def _takes(demands: Iterable[Demand], request: Mapping[str, Any]) -> bool:
    return all(demand.is_met(request) for demand in demands)
