"""Settle which of two things keeps a name that two branches gave to both.

A published name is kept. Of two new ones, the id that sorts first keeps its name, so that every merge of the
same branches ends in the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .former import EndpointName
from .lock import Names, importable


def settle(names: Names, published: Names) -> Iterator[tuple[str, str]]:
    """Give new names where two things have the same one.

    Args:
        names: Changed in place.
        published: What users of the SDK may rely on.

    Yields:
        The section of the lock and what was settled in it.
    """
    yield from _settle_endpoints(names, published)
    yield from _settle_properties(names, published)
    yield from _settle_namespaces(names, published)


def has_clashes(names: Names) -> bool:
    """Return whether two things have the same name."""
    return any(settle(names.copy(), Names()))


def _settle_endpoints(names: Names, published: Names) -> Iterator[tuple[str, str]]:
    holders: dict[str, str] = {}
    lost: dict[str, tuple[EndpointName, str, str]] = {}
    for model_id in _by_right(names.endpoints, published.endpoints):
        name = names.endpoints[model_id]
        wanted = [name.attribute_path, *sorted(importable(name.class_prefix))]
        taken = next((candidate for candidate in wanted if candidate in holders), None)
        if taken is None:
            holders |= dict.fromkeys(wanted, model_id)
        else:
            lost[model_id] = (name, taken, holders[taken])
    if not lost:
        return
    for model_id in lost:
        del names.endpoints[model_id]
    names.add_endpoints(lost)
    for model_id, (old, taken, holder) in lost.items():
        new = names.endpoints[model_id]
        if old not in names.endpoints.values():
            names.move_parts(old, new)
        yield "endpoints", f"{taken} is the name of {holder}: {model_id} is called {new} now"


def _settle_properties(names: Names, published: Names) -> Iterator[tuple[str, str]]:
    for cls, python_names in names.properties.items():
        holders: dict[str, str] = {}
        for wire in _by_right(python_names, published.properties.get(cls, {})):
            holder = holders.setdefault(python_names[wire], wire)
            if holder != wire:
                message = f"{python_names[wire]} is the name of {holder!r} in {cls}: {wire!r} gets another"
                yield "properties", message
        names.properties[cls] = {wire: python_names[wire] for wire in sorted(holders.values())}


def _settle_namespaces(names: Names, published: Names) -> Iterator[tuple[str, str]]:
    holders: dict[str, str] = {}
    for path in _by_right(names.namespaces, published.namespaces):
        cls = names.namespaces[path]
        if (holder := holders.setdefault(cls, path)) != path:
            yield "namespaces", f"{cls} is the class of {holder}: {path} gets another"
    names.namespaces = {path: names.namespaces[path] for path in sorted(holders.values())}


def _by_right(named: Mapping[str, object], published: Mapping[str, object]) -> list[str]:
    """Return the keys, those first whose names are published."""
    return sorted(named, key=lambda key: (published.get(key) != named[key], key))
