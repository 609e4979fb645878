"""A request as the Python call that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..build.reading import Reading
from ..text.json_types import is_array, is_object
from ..text.python_calls import Group, Value, on_one_line
from ..text.untrusted import literal

_SHORT = 40  # characters of a text, and
_FEW = 3  # elements of a list that are written out even if they are all alike


def call_text(reading: Reading, body: Mapping[str, Any]) -> str:
    """`client.openai.gpt_image_2.edit.submit(prompt="a dog", ...)`; runs of one thing as `"x" * 5000`."""
    names = {field.wire: field.name for field in reading.input.cls.fields}
    arguments = tuple((f"{names[wire]}=", _shortened(value)) for wire, value in body.items())
    return on_one_line(Group(f"client.{reading.name.attribute_path}.submit(", arguments, ")"))


def _shortened(value: Any) -> Value:
    if isinstance(value, str) and len(value) > _SHORT and len(set(value)) == 1:
        return f"{literal(value[0])} * {len(value)}"
    if is_object(value):
        members = ((f"{literal(key)}: ", _shortened(member)) for key, member in value.items())
        return Group("{", tuple(members), "}")
    if is_array(value):
        if len(value) > _FEW and all(item == value[0] for item in value):
            return f"[{on_one_line(_shortened(value[0]))}] * {len(value)}"
        return Group("[", tuple(("", _shortened(item)) for item in value), "]")
    return literal(value)
