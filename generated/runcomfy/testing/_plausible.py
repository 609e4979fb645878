# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Texts that the schema allows and nobody means: the emulator refuses what the SDK refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from .._implausible import needs_text
from .._json import as_array, as_object, is_array, is_object
from .._measure import check_text
from .._mime import UnusableMediaError
from ..media import MediaItem, MediaKind

_FORMAT = re.compile("(image|video|audio)_uris?")


def implausible(schema: Mapping[str, Any], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is wrong with the texts of a body, as details of a refusal.

    Args:
        schema: The input schema as published.
        body: A body that the schema allows.
    """
    problems: list[dict[str, Any]] = []
    required = as_array(schema.get("required"))
    properties = as_object(schema.get("properties"))
    for name, value in body.items():
        published = as_object(properties.get(name))
        is_required = name in required
        if is_required and value == "" and needs_text(name, published):
            problems.append({"loc": ["body", name], "msg": "must not be blank"})
        problems += _in_value(published, value, ["body", name], optional=not is_required)
    return problems


def _in_value(
    schema: Mapping[str, Any], value: Any, place: list[Any], *, optional: bool
) -> Iterator[dict[str, Any]]:
    if kind := _kind(schema):
        yield from _in_media(kind, value, place, optional=optional)
    elif is_array(value):
        items = as_object(schema.get("items"))
        for index, item in enumerate(value):
            yield from _in_value(items, item, [*place, index], optional=False)
    elif is_object(value):
        properties = as_object(schema.get("properties"))
        required = as_array(schema.get("required"))
        for name, item in value.items():
            inner = as_object(properties.get(name))
            yield from _in_value(inner, item, [*place, name], optional=name not in required)


def _kind(schema: Mapping[str, Any]) -> MediaKind | None:
    for part in (schema, as_object(schema.get("items"))):
        found = _FORMAT.fullmatch(str(part.get("format")))
        if found:
            return cast("MediaKind", found[1])
    return None


def _in_media(
    kind: MediaKind, value: Any, place: list[Any], *, optional: bool
) -> Iterator[dict[str, Any]]:
    is_list = is_array(value)
    for index, text in enumerate(value if is_list else [value]):
        if not isinstance(text, str):
            continue
        try:
            check_text(MediaItem("", kind, text, optional=optional and not is_list), text)
        except UnusableMediaError as error:
            yield {"loc": [*place, index] if is_list else place, "msg": str(error)}
