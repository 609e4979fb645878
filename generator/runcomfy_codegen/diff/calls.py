"""A request as the Python call that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..build.reading import Reading
from ..text.json_types import is_array, is_object
from ..text.untrusted import literal

_SHORT = 40  # characters of a text, and
_FEW = 3  # elements of a list that are written out even if they are all alike


def call_text(reading: Reading, body: Mapping[str, Any]) -> str:
    """`client.openai.gpt_image_2.edit.submit(prompt="a dog", ...)`; runs of one thing as `"x" * 5000`."""
    names = {field.wire: field.name for field in reading.input.cls.fields}
    arguments = ", ".join(f"{names[wire]}={_text(value)}" for wire, value in body.items())
    return f"client.{reading.name.attribute_path}.submit({arguments})"


def _text(value: Any) -> str:
    if isinstance(value, str) and len(value) > _SHORT and len(set(value)) == 1:
        return f"{literal(value[0])} * {len(value)}"
    if is_object(value):
        pairs = (f"{literal(key)}: {_text(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if is_array(value):
        if len(value) > _FEW and all(each == value[0] for each in value):
            return f"[{_text(value[0])}] * {len(value)}"
        return f"[{', '.join(map(_text, value))}]"
    return literal(value)
