# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What a journal shows of a request: all but its secrets.

A run that goes on is given its requests again and compares their digests, so that no secret needs to
be stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from .._base.json_values import is_array, is_object
from .._validation.fields import classes_in, secret_fields, wire_names

HIDDEN = "***"


def without_secrets(kinds: Iterable[type[BaseModel]], value: Any) -> Any:
    """Return JSON with a stand-in for each value that its class marks as secret.

    Args:
        kinds: The classes that the objects in it may be of.
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
    fields = [(kind, name) for kind in kinds for name in _named(kind, wire)]
    if any(name in secret_fields(kind) for kind, name in fields):
        return HIDDEN
    if not fields:  # a name of the caller's own, in a dict of such objects
        return without_secrets(kinds, value)
    annotations = [kind.model_fields[name].annotation for kind, name in fields]
    return without_secrets((part for each in annotations for part in classes_in(each)), value)


def _named(kind: type[BaseModel], wire: str) -> list[str]:
    return [name for name, each in wire_names(kind).items() if each == wire]
