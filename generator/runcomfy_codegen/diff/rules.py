"""Every rule of `diff`: what a change means to whoever uses the SDK, in one table.

Direction decides: an input that narrows refuses requests that were valid, an output that loses breaks who
reads it; the other way round nobody is hurt, as replies are read tolerantly.
"""

from __future__ import annotations

from dataclasses import dataclass
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
Side = Literal["input", "output", "endpoint"]
Direction = Literal["narrower", "wider", "changed"]

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


@dataclass(frozen=True)
class Rule:
    """id: stable; on: the comparisons that it judges, each `<side> <aspect> <direction>`."""

    id: str
    severity: Severity
    what: str
    on: tuple[str, ...]

    @property
    def section(self) -> Section:
        """Where a changelog puts it."""
        return _BY_RULE.get(self.id, SECTION_OF[self.severity])


def _rules(severity: Severity, *rows: tuple[str, str, str]) -> tuple[Rule, ...]:
    """Rows of (id, what, comparisons); comparisons are separated by commas."""
    return tuple(Rule(id_, severity, what, tuple(on.split(", "))) for id_, what, on in rows)


RULES: tuple[Rule, ...] = (
    *_rules(
        "breaking",
        ("endpoint-removed", "the endpoint is gone", "endpoint model narrower"),
        ("python-path-changed", "the client has it elsewhere", "endpoint path changed"),
        ("python-class-renamed", "a class has another name", "endpoint class changed"),
        (
            "python-class-removed",
            "a class or an alias is gone or renamed",
            "endpoint nested narrower",
        ),
        ("python-parameter-renamed", "a parameter has another name", "input name changed"),
        ("python-attribute-renamed", "an attribute has another name", "output name changed"),
        ("input-property-removed", "a property is gone", "input property narrower"),
        ("input-property-required", "a new property is required", "input demand narrower"),
        ("input-required", "a property became required", "input required narrower"),
        ("input-type-changed", "other types are taken", "input type changed"),
        ("input-type-narrowed", "fewer types are taken", "input type narrower"),
        ("input-media-changed", "the kind of media changed", "input media changed"),
        ("input-choice-removed", "allowed values are gone", "input choice narrower"),
        ("input-bound-tightened", "fewer numbers are taken", "input bound narrower"),
        ("input-length-tightened", "fewer lengths are taken", "input length narrower"),
        ("input-count-tightened", "fewer counts are taken", "input count narrower"),
        (
            "input-combination-tightened",
            "fewer choices of properties are taken",
            "input combination narrower",
        ),
        ("input-rule-tightened", "a validation is new or stricter", "input rule narrower"),
        ("input-null-removed", "null is no longer taken", "input null narrower"),
        ("output-property-removed", "a property is gone", "output property narrower"),
        ("output-type-changed", "other types come", "output type changed, output type wider"),
        ("output-media-changed", "the kind of media changed", "output media changed"),
    ),
    *_rules(
        "warning",
        ("endpoint-renamed", "another id, and the names stay", "endpoint model changed"),
        ("endpoint-gone", "no longer in the catalogue, still here", "endpoint gone narrower"),
        # It changes results silently, where the server fills it in.
        ("input-default-changed", "the published default changed", "input default changed"),
        ("input-unread-changed", "not interpreted", "input unread changed"),
        # The generated output classes hold every attribute to be optional anyway.
        (
            "output-promise-weaker",
            "may be missing or null",
            "output required wider, output null wider",
        ),
    ),
    *_rules(
        "additive",
        ("endpoint-added", "a new endpoint", "endpoint model wider"),
        ("endpoint-returned", "in the catalogue again", "endpoint gone wider"),
        ("input-property-added", "a new optional property", "input property wider"),
        ("input-optional", "a property became optional", "input required wider"),
        ("input-type-widened", "more types are taken", "input type wider"),
        ("input-choice-added", "more values are allowed", "input choice wider"),
        ("input-bound-relaxed", "more numbers are taken", "input bound wider"),
        ("input-length-relaxed", "more lengths are taken", "input length wider"),
        ("input-count-relaxed", "more counts are taken", "input count wider"),
        (
            "input-combination-relaxed",
            "more choices of properties are taken",
            "input combination wider",
        ),
        ("input-rule-relaxed", "a validation is gone or milder", "input rule wider"),
        ("input-null-added", "null is taken", "input null wider"),
        (
            "output-property-added",
            "a new property",
            "output property wider, output demand narrower",
        ),
        ("output-choice-added", "more values may come", "output choice wider"),
        ("output-type-narrowed", "fewer types come", "output type narrower"),
    ),
    *_rules(
        "price",
        ("price-changed", "the price, or what it is per", "endpoint price changed"),
    ),
    *_rules(
        "docs-only",
        ("endpoint-facts-changed", "what the catalogue says of it", "endpoint facts changed"),
        ("example-changed", "the example request", "endpoint example changed"),
        # A default on a required property is a sample.
        ("input-sample-changed", "the sample value", "input sample changed"),
        ("input-text-changed", "title or description", "input text changed"),
        ("input-spelling-changed", "written differently, read the same", "input spelling changed"),
        ("output-choice-removed", "fewer values come", "output choice narrower"),
        (
            "output-promise-stronger",
            "always there, or never null",
            "output required narrower, output null narrower",
        ),
        (
            "output-limits-changed",
            "limits of a reply, which nobody checks",
            "output bound narrower, output bound wider, output length narrower, output length wider, "
            "output count narrower, output count wider, output rule narrower, output rule wider, "
            "output combination narrower, output combination wider",
        ),
        (
            "output-text-changed",
            "title, description or sample",
            "output text changed, output default changed, output sample changed",
        ),
        (
            "output-spelling-changed",
            "written differently, read the same",
            "output spelling changed, output unread changed",
        ),
    ),
)

BY_ID = {rule.id: rule for rule in RULES}
_BY_COMPARISON = {comparison: rule for rule in RULES for comparison in rule.on}


def rule_for(side: Side, aspect: str, direction: Direction) -> Rule:
    """The rule that judges a comparison."""
    return _BY_COMPARISON[f"{side} {aspect} {direction}"]
