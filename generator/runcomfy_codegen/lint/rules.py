"""Published validation rules (API.md §6.3): their shape, their names, and their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .. import dialect
from ..json_types import is_array
from ..problems import Problem
from .property import Property

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _entries(prop: Property) -> Iterator[tuple[str, Any]]:
    entries = prop.schema.get("validations")
    for index, entry in enumerate(entries if is_array(entries) else ()):
        yield f"validations/{index}", entry


def malformed(prop: Property) -> Iterator[Problem]:
    if "validations" in prop.schema and not is_array(prop.schema["validations"]):
        yield prop.finding(
            "rule-shape", "warning", "validations is no list", "validations", "not enforced"
        )
    for at, entry in _entries(prop):
        if not dialect.is_rule(entry):
            yield prop.finding(
                "rule-shape", "warning", "not a rule with a name and a number", at, "not enforced"
            )


def unknown_rule(prop: Property) -> Iterator[Problem]:
    for at, entry in _entries(prop):
        if not dialect.is_rule(entry):
            continue
        if not dialect.is_known_rule(entry["validation_rule"]):
            yield prop.finding(
                "rule-unknown",
                "warning",
                f"rule {entry['validation_rule']!r} has no meaning here",
                at,
                "shown, not enforced",
            )
        elif not prop.is_media:
            yield prop.finding(
                "rule-without-media", "warning", "a media rule on a property that is no media", at
            )


def text_against_value(prop: Property) -> Iterator[Problem]:
    """The number in the rule's own message is another one: 25 against "16 MB" (seed page of gpt-4o-image/edit)."""
    for at, entry in _entries(prop):
        text = entry.get("validation_error") if dialect.is_rule(entry) else None
        numbers = (
            [float(number) for number in _NUMBER.findall(text)] if isinstance(text, str) else []
        )
        if numbers and entry["validation_value"] not in numbers:
            yield prop.finding(
                "rule-text",
                "warning",
                f"the rule says {entry['validation_value']:g}, its text says {text!r}",
                f"{at}/validation_error",
                "the value rules; both are shown to the user",
            )
