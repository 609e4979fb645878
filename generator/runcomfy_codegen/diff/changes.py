"""The findings of `diff`, as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..ir.model import Type
from ..text.problems import Problem
from ..text.versions import Version
from .rules import BY_ID, SECTION_OF, SEVERITIES, Aspect, DiffRule, Direction, Section, Severity

Path = tuple[str | int, ...]
"""Where in a body: property names, 0 for the elements of an array, "*" for the values of a dict."""


@dataclass(frozen=True)
class Delta:
    """One comparison that came out unequal.

    keyword: the word of the schema that says it; old, new: what it says on the two sides; type: how the
    old side reads the place, for the search of a counterexample.
    """

    aspect: Aspect
    direction: Direction
    path: Path
    message: str
    keyword: str = ""
    old: Any = None
    new: Any = None
    type: Type = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Counterexample:
    """A counterexample: what was valid and no longer is.

    body: a request, checked against both published schemas, and call: the same in Python; words: where no
    request can show it; is_code: whether the words are Python.
    """

    words: str = ""
    is_code: bool = False
    body: Mapping[str, Any] | None = None
    call: str = ""


@dataclass(frozen=True)
class SchemaChange:
    """A difference, judged.

    Attributes:
        rule_id: The rule that it falls under.
        model_id: The endpoint.
        place: The place, such as `loras[].scale`; empty for the endpoint itself.
        message: The change in words.
        file: The file that has it.
        line: The line in the file.
        column: The column in the line.
        pointer: The place in the file.
        old: The JSON value before.
        new: The JSON value after.
        by_overlay: Whether it comes out of our corrections: the published schemas do not have it.
        counterexample: A request that was valid before and is not after.
        no_counterexample: Why there is none, for a breaking change of the input.
    """

    rule_id: str
    model_id: str
    place: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    pointer: str = ""
    old: Any = None
    new: Any = None
    by_overlay: bool = False
    counterexample: Counterexample | None = None
    no_counterexample: str = ""

    @property
    def rule(self) -> DiffRule:
        return BY_ID[self.rule_id]

    @property
    def severity(self) -> Severity:
        """The severity. An input change breaks only if a counterexample shows it."""
        unproven = self.rule_id.startswith("input-") and self.counterexample is None
        if self.rule.severity == "breaking" and unproven:
            return "possibly breaking"
        return self.rule.severity

    @property
    def section(self) -> Section:
        """The section of a changelog that lists it."""
        if self.severity == self.rule.severity:
            return self.rule.section
        return SECTION_OF[self.severity]

    @property
    def sort_key(self) -> tuple[int, str, str, str, str]:
        """Most important first."""
        severity = SEVERITIES.index(self.severity)
        return severity, self.model_id, self.place, self.rule_id, self.message


@dataclass(frozen=True)
class Difference:
    """The changes between two sides.

    surface: model id -> what changes for Python code; problems: what cannot be read; notices: overlays
    that expired; release: the newest release of the SDK, or None if nothing is known of it.
    """

    changes: tuple[SchemaChange, ...]
    surface: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]
    release: Version | None = None

    @property
    def breaks(self) -> bool:
        return any(change.severity == "breaking" for change in self.changes)

    @property
    def counts(self) -> Counter[str]:
        """Changes by severity."""
        return Counter(change.severity for change in self.changes)

    @property
    def version(self) -> tuple[str, str]:
        """The step that semantic versioning (semver.org) asks for, and why."""
        counts = self.counts
        if self.problems and not counts["breaking"]:
            return "unknown", "not all endpoints can be read"
        for severity, step, reason in _STEPS:
            if not counts[severity]:
                continue
            if step == "major" and self.release and self.release.major == 0:
                return "minor", f"{reason}; below 1.0 that is a minor version"
            return step, reason
        return "none", "nothing that the SDK is made of changed"


_STEPS = (
    ("breaking", "major", "code that works today may stop working"),
    ("possibly breaking", "minor", "no request was found that is refused now, but one may exist"),
    ("warning", "minor", "no code breaks, but results or support may change"),
    ("additive", "minor", "only additions"),
    ("price", "patch", "only prices and documentation"),
    ("docs-only", "patch", "only documentation"),
)
