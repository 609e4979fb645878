# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The table of media rules: what a published validation can measure, and how texts speak of it.

The request classes, the emulator, lint, diff and the docs read it. Another rule is another row.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

MB = 2**20
"""Bytes of the published unit, which nobody defined: the larger reading never refuses a valid file."""


class FileFacts(NamedTuple):
    """The facts of a file: its size in bytes, and width and height where they were read."""

    size: int
    width: int = 0
    height: int = 0


def _megabytes(file: FileFacts) -> float:
    return file.size / MB


def _width(file: FileFacts) -> float:
    return file.width


def _height(file: FileFacts) -> float:
    return file.height


def _ratio(file: FileFacts) -> float:
    return file.width / file.height


def _no_detail(_value: float) -> str:
    return ""


def _in_bytes(value: float) -> str:
    # Near the limit the rounded value would look allowed.
    return f" ({round(value * MB):,} bytes)"


class Quantity(NamedTuple):
    """A quantity that rules limit.

    Attributes:
        name: The word of a rule before its operator.
        measure: Computes it.
        needs_pixels: Whether the width and the height must be known.
        subject: How a message begins.
        unit: Follows a value, with its space.
        example: Follows the word for a file that has such a value.
        is_whole: Whether every value is a whole number.
        digits: The format of a measured value.
        detail: Says a measured value more exactly.
        units_in_text: A pattern of the unit in descriptions; empty where none states the limit.
    """

    name: str
    measure: Callable[[FileFacts], float]
    needs_pixels: bool
    subject: str
    unit: str
    example: str
    is_whole: bool = False
    digits: str = ".6g"
    detail: Callable[[float], str] = _no_detail
    units_in_text: str = ""

    def shown(self, value: float) -> str:
        """Return a measured value as messages show it."""
        return f"{value:{self.digits}}{self.unit}{self.detail(value)}"


class Operator(NamedTuple):
    """An operator of a rule: the check, and how a message asks for it."""

    holds: Callable[[float, float], bool]
    demand: str


_ROWS = (
    Quantity(
        "file_size_mb",
        measure=_megabytes,
        needs_pixels=False,
        subject="the file is",
        unit=" MB",
        example="of {value:g} MB",
        digits=".1f",
        detail=_in_bytes,
        units_in_text="MB|MiB",
    ),
    Quantity(
        "width_pixels",
        measure=_width,
        needs_pixels=True,
        subject="the width is",
        unit=" pixels",
        example="that is {value:g} pixels wide",
        is_whole=True,
    ),
    Quantity(
        "height_pixels",
        measure=_height,
        needs_pixels=True,
        subject="the height is",
        unit=" pixels",
        example="that is {value:g} pixels high",
        is_whole=True,
    ),
    Quantity(
        "width/height",
        measure=_ratio,
        needs_pixels=True,
        subject="width/height is",
        unit="",
        example="whose width is {value:g} times its height",
    ),
)
QUANTITIES: Mapping[str, Quantity] = {row.name: row for row in _ROWS}
COMPARISONS: Mapping[str, Operator] = {
    "<": Operator(operator.lt, "must be under"),
    "<=": Operator(operator.le, "must be at most"),
    ">": Operator(operator.gt, "must be over"),
    ">=": Operator(operator.ge, "must be at least"),
    "==": Operator(operator.eq, "must be exactly"),
    "!=": Operator(operator.ne, "must not be"),
}
_RULE = re.compile(r"(?P<name>[^<>=!\s]+)\s*(?P<operator><=|>=|==|!=|<|>)")


def parse_rule(rule: str) -> tuple[str, str]:
    """Return the name and the operator of a rule; the operator is empty where there is none."""
    match = _RULE.fullmatch(rule.strip())
    return (match["name"], match["operator"]) if match else (rule, "")


def is_known_rule(rule: str) -> bool:
    """Return whether the SDK enforces a rule, such as `file_size_mb<`."""
    name, comparison = parse_rule(rule)
    return comparison in COMPARISONS and name in QUANTITIES
