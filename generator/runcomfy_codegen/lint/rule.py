"""Rules of lint: what each looks for, why, and the function that finds it.

A decorator makes a rule of a function and registers it, so a new rule needs nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from ..schemas.folder import EndpointSource
from ..text.documents import Document
from ..text.problems import Severity
from .node import Node


class LintFinding(NamedTuple):
    """One finding of a rule.

    Attributes:
        message: What is wrong.
        at: JSON pointer below the node, or from the top of `document` where one is given.
        hint: What follows from it, or what to do.
        document: The document, if it is not that of the node.
    """

    message: str
    at: str = ""
    hint: str = ""
    document: Document | None = None


@dataclass(frozen=True)
class LintRule:
    """A rule, as `lint --rules` lists it.

    Attributes:
        id: A stable name in kebab case.
        severity: The worst severity that it reports.
        what: What it finds.
        why: Why that matters.
    """

    id: str
    severity: Severity
    what: str
    why: str


NodeCheck = Callable[[Node], Iterator[LintFinding]]
EndpointCheck = Callable[[EndpointSource], Iterator[LintFinding]]
NodesCheck = Callable[[Sequence[Node]], Iterator[LintFinding]]


@dataclass(frozen=True)
class NodeRule(LintRule):
    """A rule about one schema.

    Attributes:
        check: Yields what it finds.
        on: Keywords of which the schema must have one; `EXAMPLE` if it must have a published sample.
        outputs: Whether it looks at output.json as well.
    """

    check: NodeCheck
    on: frozenset[str] = frozenset()
    outputs: bool = False


@dataclass(frozen=True)
class EndpointRule(LintRule):
    """A rule about a whole endpoint. Findings that name no document are in endpoint.json."""

    check: EndpointCheck


@dataclass(frozen=True)
class NodesRule(LintRule):
    """A rule about all schemas of an endpoint together."""

    check: NodesCheck


@dataclass(frozen=True)
class TextRule(LintRule):
    """A rule about the published texts of some keywords.

    Attributes:
        excerpt: Returns the part of a bad text to show, None for a good one.
        keywords: The keywords whose texts it looks at.
        hint: What follows from a finding.
        beyond_ascii: Whether a text in ASCII is always good.
    """

    excerpt: Callable[[str], str | None]
    keywords: frozenset[str]
    hint: str = ""
    beyond_ascii: bool = False


_registered: dict[str, list[LintRule]] = defaultdict(list)
_Rule = TypeVar("_Rule", bound=LintRule)


def rules_of(module: str) -> tuple[LintRule, ...]:
    """Return the rules that a module has registered, in the order of its text."""
    return tuple(_registered[module])


def _register(rule: _Rule, module: str) -> _Rule:
    _registered[module].append(rule)
    return rule


def node_rule(
    *, id: str, severity: Severity, what: str, why: str, on: str = "", outputs: bool = False
) -> Callable[[NodeCheck], NodeRule]:
    """Make a rule of a function that checks one schema.

    Args:
        id: See `LintRule`.
        severity: See `LintRule`.
        what: See `LintRule`.
        why: See `LintRule`.
        on: Keywords, separated by spaces, of which the schema must have one.
        outputs: Whether the rule looks at output.json as well.

    Returns:
        A decorator.
    """
    keywords = frozenset(on.split())
    return lambda check: _register(
        NodeRule(id, severity, what, why, check, keywords, outputs), check.__module__
    )


def endpoint_rule(
    *, id: str, severity: Severity, what: str, why: str
) -> Callable[[EndpointCheck], EndpointRule]:
    """Make a rule of a function that checks an endpoint. For the arguments, see `LintRule`."""
    return lambda check: _register(EndpointRule(id, severity, what, why, check), check.__module__)


def nodes_rule(
    *, id: str, severity: Severity, what: str, why: str
) -> Callable[[NodesCheck], NodesRule]:
    """Make a rule of a function that checks all schemas. For the arguments, see `LintRule`."""
    return lambda check: _register(NodesRule(id, severity, what, why, check), check.__module__)
