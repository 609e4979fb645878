"""Published validation rules: their shape, their names, and their texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..dialect import words as dialect
from ..text.documents import pointer_to
from ..text.json_types import is_array
from ..text.patterns import Pattern
from .node import Node
from .rule import LintFinding, node_rule

_NUMBER = Pattern(r"\d[\d,]{0,20}(?:\.\d{1,20})?")
_RATIO = Pattern(r"(\d{1,9}(?:\.\d{1,9})?)\s*[:/]\s*(\d{1,9}(?:\.\d{1,9})?)")
_OTHER_UNITS = Pattern(r"(?i)\d\s*(?:[kgt]i?b|bytes|%|percent)\b")


def _entries(node: Node) -> Iterator[tuple[str, Any]]:
    entries = node.schema["validations"]
    for index, entry in enumerate(entries if is_array(entries) else ()):
        yield pointer_to("validations", index), entry


def _rules(node: Node) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the well-formed entries."""
    for at, entry in _entries(node):
        if dialect.is_rule(entry):
            yield at, entry


@node_rule(
    id="rule-shape",
    severity="warning",
    what="a validation without a name and a number",
    why="it cannot be enforced",
    on="validations",
)
def rule_shape(node: Node) -> Iterator[LintFinding]:
    if not is_array(node.schema["validations"]):
        yield LintFinding("validations must be a list", "/validations", "not enforced")
    for at, entry in _entries(node):
        if not dialect.is_rule(entry):
            yield LintFinding(
                "must be an object with validation_rule and a numeric validation_value",
                at,
                "not enforced",
            )


@node_rule(
    id="rule-unknown",
    severity="warning",
    what="an unknown validation",
    why="it is shown, not checked",
    on="validations",
)
def rule_unknown(node: Node) -> Iterator[LintFinding]:
    for at, entry in _rules(node):
        if not dialect.is_known_rule(name := entry["validation_rule"]):
            message = f"unknown rule {name!r}"
            yield LintFinding(message, f"{at}/validation_rule", "shown, not enforced")


@node_rule(
    id="rule-without-media",
    severity="warning",
    what="a media validation on a property that is not media",
    why="there is nothing to measure",
    on="validations",
)
def rule_without_media(node: Node) -> Iterator[LintFinding]:
    for at, entry in _rules(node):
        if dialect.is_known_rule(entry["validation_rule"]) and not node.is_media:
            yield LintFinding("a media rule on a property that is not media", at, "not enforced")


@node_rule(
    id="rule-text",
    severity="warning",
    what="a validation whose message names another number",
    why="the two disagree; the value is used",
    on="validations",
)
def rule_text(node: Node) -> Iterator[LintFinding]:
    for at, entry in _rules(node):
        text, value = entry.get("validation_error"), entry["validation_value"]
        numbers = _numbers(text) if isinstance(text, str) else []
        if numbers and not any(_close(number, value) for number in numbers):
            message = f"the value of {entry['validation_rule']} is {value:g}, but its message says {text!r}"
            hint = "the value is used; both are shown to the user"
            yield LintFinding(message, f"{at}/validation_error", hint)


def _numbers(text: str) -> list[float]:
    """Return the numbers of a message; none if it counts in other units than the rule."""
    if _OTHER_UNITS.search(text):
        return []
    numbers = [float(number.replace(",", "")) for number in _NUMBER.findall(text)]
    ratios = [
        (float(wide), float(high))
        for wide, high in (match.groups() for match in _RATIO.finditer(text))
    ]
    return numbers + [wide / high for wide, high in ratios if high]


def _close(number: float, value: float) -> bool:
    """Tell whether a message means the value, perhaps rounded."""
    return abs(number - value) <= 0.005 * abs(value)


@node_rule(
    id="rule-empty",
    severity="warning",
    what="validations that no media can pass",
    why="their bounds exclude each other",
    on="validations",
)
def rule_empty(node: Node) -> Iterator[LintFinding]:
    least: dict[str, float] = {}
    most: dict[str, tuple[float, str]] = {}
    for at, entry in _rules(node):
        name, comparison = dialect.parse_rule(entry["validation_rule"])
        value = entry["validation_value"]
        if comparison.startswith(">"):
            least[name] = max(value, least.get(name, value))
        elif comparison.startswith("<"):
            most[name] = min((value, at), most.get(name, (value, at)))
    for name in least.keys() & most.keys():
        bound, at = most[name]
        if least[name] > bound:
            yield LintFinding(
                f"{name} must be over {least[name]:g} and under {bound:g}: nothing fits", at
            )
