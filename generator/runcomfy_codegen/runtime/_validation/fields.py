"""Facts of request classes, read from their fields: wire names, nested classes, media and secrets."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from .._schemas.media_kinds import MediaKind
from ..media import Media
from .secret import Secret
from .url_length import UrlLength


def wire_names(cls: type[BaseModel]) -> dict[str, str]:
    """Return Python name -> wire name."""
    fields = cls.model_fields.items()
    return {name: name if field.alias is None else field.alias for name, field in fields}


def classes_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the request classes within an annotation."""
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield an annotation and everything inside it."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


@functools.cache
def _marks(cls: type[BaseModel]) -> dict[str, list[Any]]:
    """Return the parts of annotations and the metadata of each field, by Python name."""
    return {
        name: [*_parts(field.annotation), *field.metadata]
        for name, field in cls.model_fields.items()
    }


@functools.cache
def media_kinds(cls: type[BaseModel]) -> dict[str, MediaKind]:
    """Return the kinds of the fields that are media, alone or in a list, by Python name."""
    kinds: dict[str, MediaKind] = {}
    for name, marks in _marks(cls).items():
        kinds.update((name, mark.kind) for mark in marks if isinstance(mark, Media))
    return kinds


@functools.cache
def url_lengths(cls: type[BaseModel]) -> dict[str, UrlLength]:
    """Return the limits of the media fields' URLs, by Python name."""
    limits: dict[str, UrlLength] = {}
    for name, marks in _marks(cls).items():
        limits.update((name, mark) for mark in marks if isinstance(mark, UrlLength))
    return limits


@functools.cache
def secret_fields(cls: type[BaseModel]) -> frozenset[str]:
    """Return the Python names of the fields that are marked as secret."""
    return frozenset(
        name
        for name, marks in _marks(cls).items()
        if any(isinstance(mark, Secret) for mark in marks)
    )


@functools.cache
def has_secrets(cls: type[BaseModel]) -> bool:
    """Tell whether a class, or one within it, has a secret field."""
    seen: set[type[BaseModel]] = set()
    left = [cls]
    while left:
        owner = left.pop()
        if secret_fields(owner):
            return True
        seen.add(owner)
        for field in owner.model_fields.values():
            left += [part for part in classes_in(field.annotation) if part not in seen]
    return False


def classes_at(cls: type[BaseModel], path: tuple[str | int, ...]) -> Iterator[type[BaseModel]]:
    """Yield the classes that an object at a path may be of: a union has several."""
    if not path:
        yield cls
        return
    name_or_index, *rest = path
    if isinstance(name_or_index, int):
        yield from classes_at(cls, tuple(rest))
        return
    for name, wire in wire_names(cls).items():
        if name_or_index in (name, wire):
            for part in classes_in(cls.model_fields[name].annotation):
                yield from classes_at(part, tuple(rest))


def is_secret_at(cls: type[BaseModel], path: tuple[str | int, ...]) -> bool:
    """Tell whether a path leads to a secret field, or to something within one."""
    if not has_secrets(cls):
        return False
    for length, part in enumerate(path):
        for owner in classes_at(cls, path[:length]):
            names = {name for name, wire in wire_names(owner).items() if part in (name, wire)}
            if names & secret_fields(owner):
                return True
    return False
