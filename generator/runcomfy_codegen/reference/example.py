"""A request body to show: the published example as far as it fits, else plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..ir import Field, ObjectType
from ..json_types import is_object
from ..samples import Classes, fits, is_small, sample


def example_body(request: ObjectType, classes: Classes, published: Any) -> dict[str, Any]:
    """All that is required, and what else the published example has. classes: the nested ones."""
    known: Mapping[str, Any] = published if is_object(published) else {}
    body: dict[str, Any] = {}
    for field in request.fields:
        # A published default on a required property is a sample (DESIGN.md §4).
        values = [known.get(field.wire), field.default if field.required else None]
        value = next((each for each in values if _is_shown(field, each, classes)), None)
        if value is None and field.required:
            value = sample(field.type, classes)
        if value is not None and is_small(value):
            body[field.wire] = value
    return body


def _is_shown(field: Field, value: Any, classes: Classes) -> bool:
    return value not in (None, "", []) and is_small(value) and fits(field.type, value, classes)
