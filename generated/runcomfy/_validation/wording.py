# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The words of validation messages: what a value must be, and what was given instead."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from .._base.json_values import is_array, is_object
from .._base.text import counted, cut
from ..media import is_media

_SHOWN = 60  # characters of a wrong value
_SHOWN_BITS = 200  # of an integer, which are as many digits
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Finding:
    """A problem of a value.

    Attributes:
        text: The message, without the name of the field.
        expected: What the value must be, where it is something else altogether.
        choices: The values that it must be one of.
    """

    text: str
    expected: str = ""
    choices: tuple[Any, ...] = ()


class Hidden:
    """A placeholder for the value of a secret field; only its length is known."""

    def __init__(self, value: Any) -> None:
        is_sized = isinstance(value, (str, bytes)) or is_array(value) or is_object(value)
        self._length = len(value) if is_sized else 0

    def __len__(self) -> int:
        return self._length

    def __str__(self) -> str:
        return "a value that is not shown"


def finding_for(kind: str, context: Mapping[str, Any], value: Any, fallback: str) -> Finding:
    """Put an error of pydantic into words.

    Args:
        kind: The type of the error.
        context: What pydantic adds to it.
        value: The wrong value, or `Hidden`.
        fallback: The message for a type that has no words of ours.
    """
    if kind == "literal_error":
        return _one_of(context["choices"], value)
    if kind == "media_input" and not is_media(value):
        return _must_be(context["expected"], value)
    if kind in _EXPECTED:
        return _must_be(_EXPECTED[kind], value)
    describe = _MESSAGES.get(kind)
    return Finding(describe(context, value) if describe else fallback)


def joined(findings: list[Finding], value: Any) -> str:
    """Return one message for all findings about a value: what its type may be, or each."""
    if all(finding.choices for finding in findings):
        choices = chain.from_iterable(finding.choices for finding in findings)
        return _one_of([*dict.fromkeys(choices)], value).text
    expected = [finding.expected for finding in findings if finding.expected]
    if len(findings) == len(expected) > 1:
        return _must_be(", or ".join(expected), value).text
    return "; or ".join(finding.text for finding in findings)


def any_of(choices: Sequence[Any]) -> str:
    """Name the choices of a field as JSON."""
    shown = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)
    return f"one of {shown}" if len(choices) > 1 else shown


def _one_of(choices: Sequence[Any], value: Any) -> Finding:
    finding = _must_be(any_of(choices), value, _choice_hint(choices, value))
    return replace(finding, choices=tuple(choices))


def _must_be(expected: str, value: Any, hint: str = "") -> Finding:
    advice = hint or _hint(expected, value)
    return Finding(f"must be {expected}; got {show(value)}{advice}", expected)


def _hint(expected: str, value: Any) -> str:
    if expected == "a list" and (is_media(value) or is_object(value)):
        return "; put it into a list"
    if expected.endswith("a list") and not is_media(value) and hasattr(value, "__iter__"):
        return "; make a list of it: list(...)"
    if expected in ("a number", "an integer") and _is_number_as_text(value):
        return f"; give the number: {value}"
    if expected == "text (str)" and type(value) in (int, float):
        return f'; give it as text: "{_number(value)}"'
    return ""


def _is_number_as_text(value: Any) -> bool:
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None


def _choice_hint(choices: Sequence[Any], value: Any) -> str:
    numbers = [_number(choice) for choice in choices if not isinstance(choice, str)]
    if isinstance(value, str) and value in numbers:
        return f"; give the number: {value}"
    if type(value) in (int, float) and _number(value) in choices:
        return f'; give it as text: "{_number(value)}"'
    return ""


_EXPECTED = {
    "none_required": "null (None)",
    "string_type": "text (str)",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "True or False",
    "list_type": "a list",
    "dict_type": "a dict",
    "model_type": "an object (dict)",
    "model_attributes_type": "an object (dict)",
}

Describe = Callable[[Mapping[str, Any], Any], str]


def _bound(text: str, limit: str) -> Describe:
    return lambda context, value: f"must be {text} {_number(context[limit])}; got {_number(value)}"


def _length(text: str, limit: str, unit: str) -> Describe:
    def describe(context: Mapping[str, Any], value: Any) -> str:
        return f"must have {text} {counted(context[limit], unit)}; got {len(value):,}"

    return describe


_MESSAGES: dict[str, Describe] = {
    "missing": lambda _, __: "is required",
    "greater_than_equal": _bound("at least", "ge"),
    "greater_than": _bound("more than", "gt"),
    "less_than_equal": _bound("at most", "le"),
    "less_than": _bound("less than", "lt"),
    "multiple_of": _bound("a multiple of", "multiple_of"),
    "too_long": _length("at most", "max_length", "item"),
    "too_short": _length("at least", "min_length", "item"),
    "string_too_long": _length("at most", "max_length", "character"),
    "string_too_short": _length("at least", "min_length", "character"),
    "media_input": lambda context, _: str(context["reason"]),
}


def _number(value: Any) -> str:
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return f"an integer of {value.bit_length():,} bits"  # Python refuses to print the longest
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value) if is_whole else value)


def show(value: Any) -> str:
    """Show a value in short. Its repr may be megabytes, or an address in memory."""
    if type(value) is int:
        return _number(value)
    if value is None or isinstance(value, (bool, int, float, Hidden)):
        return str(value)
    if isinstance(value, str):
        dots = "..." if len(value) > _SHOWN else ""
        return json.dumps(value[:_SHOWN], ensure_ascii=False) + dots
    if is_array(value):
        return f"a list of {counted(len(value), 'item')}"
    if is_object(value):
        return f"a dict with {_names(value)}" if value else "an empty dict"
    if isinstance(value, (bytes, bytearray)):
        return counted(len(value), "byte")
    return f"an object of type {type(value).__name__}"


def _names(names: Iterable[Any]) -> str:
    first = islice(names, _SHOWN)
    text = ", ".join(json.dumps(str(name)[:_SHOWN], ensure_ascii=False) for name in first)
    return cut(text, _SHOWN)
