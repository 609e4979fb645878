# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Hide the secrets of a request before it is written to a journal.

A later run gets its requests again and compares their digests, so that no secret needs to be stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from .._base.json_values import is_array, is_object
from .._validation.fields import classes_in, secret_fields, wire_names

HIDDEN = "***"


def without_secrets(kinds: Iterable[type[BaseModel]], value: Any) -> Any:
    """Return JSON with a placeholder for each value that its class marks as secret.

    Args:
        kinds: The possible classes of its objects.
        value: The JSON value, under wire names.
    """
    kinds = tuple(kinds)
    if not kinds:
        return value
    if is_array(value):
        return [without_secrets(kinds, item) for item in value]
    if not is_object(value):
        return value
    return {wire: _shown(kinds, wire, item) for wire, item in value.items()}


def _shown(kinds: tuple[type[BaseModel], ...], wire: str, value: Any) -> Any:
    inner: list[type[BaseModel]] = []
    is_known = False
    for kind in kinds:
        for name in _named(kind, wire):
            if name in secret_fields(kind):
                return HIDDEN
            is_known = True
            inner += classes_in(kind.model_fields[name].annotation)
    # Otherwise the name is the caller's own key, in a dict of such objects.
    return without_secrets(inner if is_known else kinds, value)


def _named(kind: type[BaseModel], wire: str) -> list[str]:
    return [name for name, wire_name in wire_names(kind).items() if wire_name == wire]
