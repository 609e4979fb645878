"""What a rule is: what it looks for and why, and the function that finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..schemas.folder import EndpointSource
from ..text.documents import Document
from ..text.problems import Severity
from .node import Node


class Found(NamedTuple):
    """One finding of a rule.

    at: JSON pointer below the node, or from the top of document where one is given.
    """

    message: str
    at: str = ""
    hint: str = ""
    document: Document | None = None


@dataclass(frozen=True)
class Rule:
    """id: stable, in kebab case; severity: the worst it is reported with; why: also its source."""

    id: str
    severity: Severity
    what: str
    why: str


@dataclass(frozen=True)
class NodeRule(Rule):
    """Looks at one schema.

    on: keywords of which it must have one, `EXAMPLE` where it must have a published sample; outputs:
    whether it looks at output.json as well.
    """

    check: Callable[[Node], Iterator[Found]]
    on: frozenset[str] = frozenset()
    outputs: bool = False


@dataclass(frozen=True)
class EndpointRule(Rule):
    """Looks at a whole endpoint; in endpoint.json where a finding names no document."""

    check: Callable[[EndpointSource], Iterator[Found]]


@dataclass(frozen=True)
class NodesRule(Rule):
    """Looks at all schemas of an endpoint together."""

    check: Callable[[Sequence[Node]], Iterator[Found]]


@dataclass(frozen=True)
class TextRule(Rule):
    """Looks at the published texts of some keywords.

    excerpt: what to show of a bad one, or None; beyond_ascii: whether plain ASCII is never bad.
    """

    excerpt: Callable[[str], str | None]
    keywords: frozenset[str]
    hint: str = ""
    beyond_ascii: bool = False


def node_rule(
    id_: str, severity: Severity, what: str, why: str, *, on: str = "", outputs: bool = False
) -> Callable[[Callable[[Node], Iterator[Found]]], NodeRule]:
    """Makes a rule of a function; on: keywords, separated by spaces."""
    return lambda check: NodeRule(id_, severity, what, why, check, frozenset(on.split()), outputs)


def endpoint_rule(
    id_: str, severity: Severity, what: str, why: str
) -> Callable[[Callable[[EndpointSource], Iterator[Found]]], EndpointRule]:
    """Makes a rule of a function."""
    return lambda check: EndpointRule(id_, severity, what, why, check)


def nodes_rule(
    id_: str, severity: Severity, what: str, why: str
) -> Callable[[Callable[[Sequence[Node]], Iterator[Found]]], NodesRule]:
    """Make a rule of a function."""
    return lambda check: NodesRule(id_, severity, what, why, check)
