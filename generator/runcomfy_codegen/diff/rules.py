"""The rules of `diff`, in one table: what a change means to users of the SDK.

The direction decides. An input that narrows refuses requests that were valid, and an output that loses
something breaks code that reads it. The other way round nothing breaks, as replies are read tolerantly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal, get_args

Severity = Literal["breaking", "possibly breaking", "warning", "price", "additive", "docs-only"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
Section = Literal[
    "Breaking",
    "Possibly breaking",
    "Changed defaults",
    "Deprecated",
    "To look at",
    "Prices",
    "Added",
    "Docs",
]
SECTIONS: tuple[Section, ...] = get_args(Section)


class Side(Enum):
    """The part of an endpoint that changes: the request, its result, or the endpoint as a whole."""

    INPUT = "input"
    OUTPUT = "output"
    ENDPOINT = "endpoint"


class Direction(Enum):
    """The way in which the possible values change: fewer, more, or others."""

    NARROWER = "narrower"
    WIDER = "wider"
    CHANGED = "changed"


class Aspect(Enum):
    """The property of a place that differs."""

    MODEL = "model"
    PATH = "path"
    CLASS = "class"
    NESTED = "nested"
    NAME = "name"
    PROPERTY = "property"
    DEMAND = "demand"
    REQUIRED = "required"
    TYPE = "type"
    MEDIA = "media"
    CHOICE = "choice"
    BOUND = "bound"
    LENGTH = "length"
    COUNT = "count"
    COMBINATION = "combination"
    RULE = "rule"
    NULL = "null"
    GONE = "gone"
    DEFAULT = "default"
    UNREAD = "unread"
    PRICE = "price"
    FACTS = "facts"
    EXAMPLE = "example"
    SAMPLE = "sample"
    TEXT = "text"
    SPELLING = "spelling"


SECTION_OF: dict[Severity, Section] = {
    "breaking": "Breaking",
    "possibly breaking": "Possibly breaking",
    "warning": "To look at",
    "price": "Prices",
    "additive": "Added",
    "docs-only": "Docs",
}
_BY_RULE: dict[str, Section] = {
    "input-default-changed": "Changed defaults",
    "endpoint-gone": "Deprecated",
    "endpoint-renamed": "Deprecated",
}


Judged = tuple[Side, Aspect, Direction]
"""A comparison that a rule judges."""


@dataclass(frozen=True)
class DiffRule:
    """A kind of change, and what it means.

    Attributes:
        id: A stable name in kebab case.
        severity: How much it matters.
        what: What changed, for `--rules`.
        on: The comparisons that it judges.
    """

    id: str
    severity: Severity
    what: str
    on: tuple[Judged, ...]

    @property
    def section(self) -> Section:
        """The section of a changelog that lists it."""
        return _BY_RULE.get(self.id, SECTION_OF[self.severity])


def _rules(severity: Severity, *rows: tuple[str, str, *tuple[Judged, ...]]) -> Iterator[DiffRule]:
    """Yield a rule for each row of id, what, and one or more comparisons."""
    for id_, what, *judged in rows:
        yield DiffRule(id_, severity, what, tuple(judged))


_IN, _OUT, _ENDPOINT = Side
_NARROWER, _WIDER, _CHANGED = Direction

RULES: tuple[DiffRule, ...] = (
    *_rules(
        "breaking",
        ("endpoint-removed", "the endpoint is gone", (_ENDPOINT, Aspect.MODEL, _NARROWER)),
        ("python-path-changed", "the attribute path changed", (_ENDPOINT, Aspect.PATH, _CHANGED)),
        ("python-class-renamed", "a class has another name", (_ENDPOINT, Aspect.CLASS, _CHANGED)),
        (
            "python-class-removed",
            "a class or an alias is gone or renamed",
            (_ENDPOINT, Aspect.NESTED, _NARROWER),
        ),
        ("python-parameter-renamed", "a parameter has another name", (_IN, Aspect.NAME, _CHANGED)),
        (
            "python-attribute-renamed",
            "an attribute has another name",
            (_OUT, Aspect.NAME, _CHANGED),
        ),
        ("input-property-removed", "a property is gone", (_IN, Aspect.PROPERTY, _NARROWER)),
        ("input-property-required", "a new property is required", (_IN, Aspect.DEMAND, _NARROWER)),
        ("input-required", "a property became required", (_IN, Aspect.REQUIRED, _NARROWER)),
        ("input-type-changed", "other types are accepted", (_IN, Aspect.TYPE, _CHANGED)),
        ("input-type-narrowed", "fewer types are accepted", (_IN, Aspect.TYPE, _NARROWER)),
        ("input-media-changed", "the kind of media changed", (_IN, Aspect.MEDIA, _CHANGED)),
        ("input-choice-removed", "allowed values are gone", (_IN, Aspect.CHOICE, _NARROWER)),
        ("input-bound-tightened", "fewer numbers are accepted", (_IN, Aspect.BOUND, _NARROWER)),
        ("input-length-tightened", "fewer lengths are accepted", (_IN, Aspect.LENGTH, _NARROWER)),
        ("input-count-tightened", "fewer counts are accepted", (_IN, Aspect.COUNT, _NARROWER)),
        (
            "input-combination-tightened",
            "fewer choices of properties are accepted",
            (_IN, Aspect.COMBINATION, _NARROWER),
        ),
        (
            "input-constraint-tightened",
            "a constraint that only the server checks is new or another",
            (_IN, Aspect.UNREAD, _NARROWER),
        ),
        ("input-rule-tightened", "a validation is new or stricter", (_IN, Aspect.RULE, _NARROWER)),
        ("input-null-removed", "null is no longer accepted", (_IN, Aspect.NULL, _NARROWER)),
        ("output-property-removed", "a property is gone", (_OUT, Aspect.PROPERTY, _NARROWER)),
        (
            "output-type-changed",
            "other types come",
            (_OUT, Aspect.TYPE, _CHANGED),
            (_OUT, Aspect.TYPE, _WIDER),
        ),
        ("output-media-changed", "the kind of media changed", (_OUT, Aspect.MEDIA, _CHANGED)),
    ),
    *_rules(
        "warning",
        ("endpoint-renamed", "another id, and the names stay", (_ENDPOINT, Aspect.MODEL, _CHANGED)),
        (
            "endpoint-gone",
            "no longer in the catalogue, still here",
            (_ENDPOINT, Aspect.GONE, _NARROWER),
        ),
        # It changes results silently, where the server fills it in.
        ("input-default-changed", "the published default changed", (_IN, Aspect.DEFAULT, _CHANGED)),
        ("input-unread-changed", "not interpreted", (_IN, Aspect.UNREAD, _CHANGED)),
        # All attributes of generated output classes are optional anyway.
        (
            "output-promise-weaker",
            "may be missing or null",
            (_OUT, Aspect.REQUIRED, _WIDER),
            (_OUT, Aspect.NULL, _WIDER),
        ),
    ),
    *_rules(
        "additive",
        ("endpoint-added", "a new endpoint", (_ENDPOINT, Aspect.MODEL, _WIDER)),
        ("endpoint-returned", "in the catalogue again", (_ENDPOINT, Aspect.GONE, _WIDER)),
        ("input-property-added", "a new optional property", (_IN, Aspect.PROPERTY, _WIDER)),
        ("input-optional", "a property became optional", (_IN, Aspect.REQUIRED, _WIDER)),
        ("input-type-widened", "more types are accepted", (_IN, Aspect.TYPE, _WIDER)),
        ("input-choice-added", "more values are allowed", (_IN, Aspect.CHOICE, _WIDER)),
        ("input-bound-relaxed", "more numbers are accepted", (_IN, Aspect.BOUND, _WIDER)),
        ("input-length-relaxed", "more lengths are accepted", (_IN, Aspect.LENGTH, _WIDER)),
        ("input-count-relaxed", "more counts are accepted", (_IN, Aspect.COUNT, _WIDER)),
        (
            "input-combination-relaxed",
            "more choices of properties are accepted",
            (_IN, Aspect.COMBINATION, _WIDER),
        ),
        ("input-rule-relaxed", "a validation is gone or milder", (_IN, Aspect.RULE, _WIDER)),
        ("input-null-added", "null is accepted", (_IN, Aspect.NULL, _WIDER)),
        (
            "output-property-added",
            "a new property",
            (_OUT, Aspect.PROPERTY, _WIDER),
            (_OUT, Aspect.DEMAND, _NARROWER),
        ),
        ("output-choice-added", "more values may come", (_OUT, Aspect.CHOICE, _WIDER)),
        ("output-type-narrowed", "fewer types come", (_OUT, Aspect.TYPE, _NARROWER)),
    ),
    *_rules(
        "price",
        ("price-changed", "the price, or its unit", (_ENDPOINT, Aspect.PRICE, _CHANGED)),
    ),
    *_rules(
        "docs-only",
        (
            "endpoint-facts-changed",
            "facts of the catalogue",
            (_ENDPOINT, Aspect.FACTS, _CHANGED),
        ),
        ("example-changed", "the example request", (_ENDPOINT, Aspect.EXAMPLE, _CHANGED)),
        # A default on a required property is a sample.
        ("input-sample-changed", "the sample value", (_IN, Aspect.SAMPLE, _CHANGED)),
        ("input-text-changed", "title or description", (_IN, Aspect.TEXT, _CHANGED)),
        (
            "input-spelling-changed",
            "written differently, read the same",
            (_IN, Aspect.SPELLING, _CHANGED),
        ),
        ("output-choice-removed", "fewer values come", (_OUT, Aspect.CHOICE, _NARROWER)),
        (
            "output-promise-stronger",
            "always there, or never null",
            (_OUT, Aspect.REQUIRED, _NARROWER),
            (_OUT, Aspect.NULL, _NARROWER),
        ),
        (
            "output-limits-changed",
            "limits of a reply, which nobody checks",
            (_OUT, Aspect.BOUND, _NARROWER),
            (_OUT, Aspect.BOUND, _WIDER),
            (_OUT, Aspect.LENGTH, _NARROWER),
            (_OUT, Aspect.LENGTH, _WIDER),
            (_OUT, Aspect.COUNT, _NARROWER),
            (_OUT, Aspect.COUNT, _WIDER),
            (_OUT, Aspect.RULE, _NARROWER),
            (_OUT, Aspect.RULE, _WIDER),
            (_OUT, Aspect.COMBINATION, _NARROWER),
            (_OUT, Aspect.COMBINATION, _WIDER),
        ),
        (
            "output-text-changed",
            "title, description or sample",
            (_OUT, Aspect.TEXT, _CHANGED),
            (_OUT, Aspect.DEFAULT, _CHANGED),
            (_OUT, Aspect.SAMPLE, _CHANGED),
        ),
        (
            "output-spelling-changed",
            "written differently, read the same",
            (_OUT, Aspect.SPELLING, _CHANGED),
            (_OUT, Aspect.UNREAD, _CHANGED),
            (_OUT, Aspect.UNREAD, _NARROWER),
        ),
    ),
)

BY_ID = {rule.id: rule for rule in RULES}
_BY_COMPARISON: dict[Judged, DiffRule] = {}
for _rule in RULES:
    _BY_COMPARISON.update(dict.fromkeys(_rule.on, _rule))


def rule_for(side: Side, aspect: Aspect, direction: Direction) -> DiffRule:
    """Return the rule that judges a comparison."""
    return _BY_COMPARISON[side, aspect, direction]
