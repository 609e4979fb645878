"""Published defaults (and examples) against the type, the choices, the bounds and the words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ..json_types import is_array, is_number, is_object
from ..problems import Problem
from .property import Property

IS_TYPE: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: not isinstance(value, bool)
    and (isinstance(value, int) or (isinstance(value, float) and value.is_integer())),
    "number": lambda value: is_number(value),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: is_array(value),
    "object": lambda value: is_object(value),
}

# "Detected automatically" in the ten languages of the site (API.md §6.5).
_AUTOMATIC = re.compile(
    r"\bauto(?:-?detect|matic|matisch|matique|matico|mático|mática|maticamente|máticamente)"
    r"|automat|自动|自動|자동|автомат",
    re.IGNORECASE,
)


def wrong_type(prop: Property) -> Iterator[Problem]:
    """A default or an example whose JSON type is not the published one (seed page of gpt-4o-image/edit)."""
    fits = IS_TYPE.get(prop.type)
    for keyword, value in (("default", prop.schema.get("default")), ("", prop.example)):
        if value is None or fits is None or fits(value):
            continue
        what = "the default" if keyword else "the published example"
        single = prop.type == "array" and isinstance(value, str)
        reading = (
            "one value or a list of them are both accepted and sent as given" if single else ""
        )
        yield prop.finding(
            "default-type" if keyword else "example-type",
            "warning",
            f"{what} {_short(value)} is no {prop.type}",
            keyword,
            reading or "it is documented, never sent",
        )


def not_in_enum(prop: Property) -> Iterator[Problem]:
    default, choices = prop.schema.get("default"), prop.schema.get("enum")
    if default is not None and is_array(choices) and default not in choices:
        yield prop.finding(
            "default-enum",
            "warning",
            f"the default {_short(default)} is not in the enum",
            "default",
        )


def out_of_bounds(prop: Property) -> Iterator[Problem]:
    default = prop.schema.get("default")
    if not is_number(default):
        return
    for keyword, wrong in (("minimum", "below"), ("maximum", "above")):
        bound = prop.schema.get(keyword)
        if is_number(bound) and ((default < bound) if wrong == "below" else (default > bound)):
            yield prop.finding(
                "default-bounds",
                "warning",
                f"the default {default} is {wrong} {keyword} {bound}",
                "default",
            )


def on_required(prop: Property) -> Iterator[Problem]:
    """A default on a required property is a sample: it is never filled in (DESIGN.md §4)."""
    if prop.required and prop.schema.get("default") is not None:
        yield prop.finding(
            "default-on-required",
            "note",
            "required, and yet it has a default",
            "default",
            "read as a sample; the caller must give a value",
        )


def against_omission(prop: Property) -> Iterator[Problem]:
    """A concrete default where the text says that leaving it out means automatic (API.md §7 rows 4 and 8)."""
    default, text = prop.schema.get("default"), prop.schema.get("description")
    if default in (None, "", "auto") or not isinstance(text, str) or not _AUTOMATIC.search(text):
        return
    yield prop.finding(
        "default-against-omission",
        "warning",
        f"the default is {_short(default)}, but the text says that it is found automatically when left out",
        "default",
        "left out stays left out: the default is documented, never sent",
    )


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
