"""Find contradictions and oddities in the captured schemas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..schemas.folder import EndpointSource
from ..text.documents import Document
from ..text.problems import Problem
from . import (
    conditions,
    dialect_words,
    facts,
    limits,
    omission,
    prose,
    samples,
    structure,
    texts,
    validations,
)
from .node import nodes_of
from .rule import EndpointRule, LintFinding, LintRule, NodeRule, NodesRule, rules_of
from .stages import STAGE_RULES

RULES: tuple[LintRule, ...] = (
    *STAGE_RULES,
    *rules_of(facts.__name__),
    *rules_of(structure.__name__),
    *rules_of(samples.__name__),
    *rules_of(dialect_words.__name__),
    *rules_of(validations.__name__),
    *texts.TEXT_RULES,
    *rules_of(limits.__name__),
    *rules_of(conditions.__name__),
    *rules_of(prose.__name__),
    *rules_of(omission.__name__),
)
_ENDPOINT_RULES = [rule for rule in RULES if isinstance(rule, (EndpointRule, NodesRule))]
_NODE_RULES = [rule for rule in RULES if isinstance(rule, NodeRule)]


MAX_FINDINGS = 1000
"""The most findings of one rule in one endpoint that are listed."""


def run(sources: Iterable[EndpointSource]) -> Iterator[Problem]:
    """Yield all findings, endpoint by endpoint."""
    for source in sources:
        counts = Counter[str]()
        for rule, finding, document in _once_each(_findings(source)):
            counts[rule.id] += 1
            if counts[rule.id] == MAX_FINDINGS:
                finding = LintFinding(
                    f"{finding.message}; further findings of this rule are not listed", finding.at
                )
            if counts[rule.id] <= MAX_FINDINGS:
                yield _problem(rule, finding, document)


def _once_each(
    findings: Iterable[tuple[LintRule, LintFinding, Document]],
) -> Iterator[tuple[LintRule, LintFinding, Document]]:
    """Yield what is wrong with a definition once, however often it is used."""
    seen: set[tuple[str, str, str, str]] = set()
    for rule, finding, document in findings:
        place = document.published(finding.at)
        if place != finding.at:
            key = (rule.id, document.file, place, finding.message.rpartition(": ")[2])
            if key in seen:
                continue
            seen.add(key)
        yield rule, finding, document


def _findings(source: EndpointSource) -> Iterator[tuple[LintRule, LintFinding, Document]]:
    nodes = tuple(nodes_of(source))
    for rule in _ENDPOINT_RULES:
        for finding in rule.check(nodes) if isinstance(rule, NodesRule) else rule.check(source):
            yield rule, finding, finding.document or source.endpoint
    for text_rule, finding in texts.text_findings(source):
        yield text_rule, finding, finding.document or source.endpoint
    for node in nodes:
        for node_rule in _rules_for(node.conditions, node.in_output):
            for finding in node_rule.check(node):
                at = finding.at if finding.document else node.pointer + finding.at
                placed = finding._replace(message=f"{node.label}{finding.message}", at=at)
                yield node_rule, placed, finding.document or node.document


@lru_cache(maxsize=1000)
def _rules_for(conditions: frozenset[str], in_output: bool) -> tuple[NodeRule, ...]:
    """Return the rules that can find something. Cached, as few sets of keywords are ever published."""
    return tuple(
        rule
        for rule in _NODE_RULES
        if (rule.outputs or not in_output) and (not rule.on or rule.on & conditions)
    )


def _problem(rule: LintRule, finding: LintFinding, document: Document) -> Problem:
    return document.problem(rule.id, rule.severity, finding.message, finding.at, finding.hint)


__all__ = ["RULES", "STAGE_RULES", "LintRule", "run"]
