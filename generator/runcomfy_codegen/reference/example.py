"""Choose a request body to show: the published example as far as it fits, else plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..ir.model import Field, ObjectType, Type
from ..ir.values import Classes, fits, is_small, meeting_demands, sample
from ..text.json_types import is_object


def example_body(request: ObjectType, classes: Classes, published: Any) -> dict[str, Any]:
    """Return a body with all that is required, and what else the published example has."""
    known: Mapping[str, Any] = published if is_object(published) else {}
    body: dict[str, Any] = {}
    for field in request.fields:
        # A published default on a required property is a sample.
        sample_default = field.default if field.required else None
        values = [
            known.get(field.wire),
            sample_default,
            *(field.examples if field.required else ()),
        ]
        value = next(
            (candidate for candidate in values if _is_shown(field, candidate, classes)), None
        )
        if value is None and field.required:
            value = sample(field.type, classes)
        if value is not None and is_small(value):
            body[field.wire] = value
    return meeting_demands(request, body, classes)


def media_of(type_: Type) -> Iterator[str]:
    """Yield the kinds of media that a property itself takes."""
    if "media" in type_:
        yield str(type_["media"])
    inner: Any = type_.get("items")
    for branch in (*type_.get("anyOf", ()), *((inner,) if is_object(inner) else ())):
        yield from media_of(branch)


def with_media(request: ObjectType, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the body with a medium in it, if the request takes any."""
    media = [field for field in request.fields if any(media_of(field.type))]
    if not media or any(field.wire in body for field in media):
        return body
    return {**body, media[0].wire: sample(_only_media(media[0].type), {})}


def _only_media(type_: Type) -> Type:
    """Return the part of a type that takes media."""
    if "anyOf" in type_:
        return _only_media(next(branch for branch in type_["anyOf"] if any(media_of(branch))))
    return type_ if "media" in type_ else {**type_, "items": _only_media(type_["items"])}


def _is_shown(field: Field, value: Any, classes: Classes) -> bool:
    return value not in (None, "", []) and is_small(value) and fits(field.type, value, classes)
