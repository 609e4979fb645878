"""The report of `lint`, and its layouts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from ..dialect.schema_classes import read_unnamed
from ..schemas.folder import EndpointSource
from ..schemas.overlays import apply_overlay
from ..text.problems import Problem, counted
from ..text.untrusted import on_one_line
from . import RULES, run
from .word_uses import Word, words_of


@dataclass(frozen=True)
class LintReport:
    """The report of `lint`.

    Attributes:
        findings: The findings to list, in the order of the files.
        dialect: Words that are not standard, and how each is read, with corrections applied.
        notes: How many notes of each rule are not listed.
    """

    findings: tuple[Problem, ...]
    dialect: tuple[Word, ...]
    notes: Mapping[str, int] = field(default_factory=dict[str, int])


def examine(sources: Iterable[EndpointSource], others: Iterable[Problem] = ()) -> LintReport:
    """Read the endpoints as `generate` does, and report everything that is found.

    Args:
        sources: The endpoints, as published.
        others: Problems that were found when the files were read.
    """
    findings = set(others)
    corrected: list[EndpointSource] = []
    for source in sources:
        good, faults = apply_overlay(source)
        corrected.append(good)
        *_, unreadable = read_unnamed(good)
        findings.update(faults, run([good]), unreadable)
    return LintReport(tuple(sorted(findings)), tuple(words_of(corrected)))


def select(report: LintReport, rules: Collection[str], *, notes: bool) -> LintReport:
    """Choose what to list: errors, warnings, and notes where they were asked for.

    Args:
        report: Everything that was found.
        rules: Ids of the rules to report; empty for all.
        notes: Whether to list notes too. Notes of `rules` are always listed.

    Returns:
        The report, with counts of the notes that are not listed.
    """
    chosen = [problem for problem in report.findings if not rules or problem.rule in rules]
    in_full = notes or bool(rules)
    listed = [problem for problem in chosen if in_full or problem.severity != "note"]
    counts = Counter(
        problem.rule for problem in chosen if not in_full and problem.severity == "note"
    )
    return replace(report, findings=tuple(listed), notes=dict(sorted(counts.items())))


def new_findings(
    now: Iterable[Problem], before: Iterable[Problem], roots: tuple[str, str]
) -> list[Problem]:
    """Return the findings that were not there before, wherever in their file they are now.

    Args:
        now: The findings of today.
        before: Those of an earlier state.
        roots: The folders that hold the files of either.
    """
    findings = list(now)
    # By pointer first: of two findings with one message, that at the new place is the new one.
    for key_of in (_placed_key, _key):
        known = Counter(key_of(finding, roots[1]) for finding in before)
        rest: list[Problem] = []
        for finding in findings:
            key = key_of(finding, roots[0])
            if known[key]:
                known[key] -= 1
            else:
                rest.append(finding)
        findings = rest
    return findings


def _key(problem: Problem, root: str) -> tuple[str, ...]:
    return problem.file.removeprefix(root), problem.rule, problem.message


def _placed_key(problem: Problem, root: str) -> tuple[str, ...]:
    return (*_key(problem, root), problem.pointer)


def _text(report: LintReport) -> str:
    lines = [str(problem) for problem in report.findings]
    if report.notes:
        summaries = {rule.id: rule.what for rule in RULES}
        rows = [("notes", "", "")]
        rows += [(f"  {rule}", str(n), summaries.get(rule, "")) for rule, n in report.notes.items()]
        lines += [*([""] if lines else []), *table(rows), "  --notes lists them"]
    if report.dialect:
        rows = [("dialect", "read as", "endpoints")]
        rows += [
            (on_one_line(f"{word.kind} {word.word:.60}"), word.reading, str(word.endpoints))
            for word in report.dialect
        ]
        lines += ["", *table(rows)]
    return "".join(f"{line}\n" for line in lines)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = (map(str.ljust, row, widths) for row in rows)
    return ["  ".join(row).rstrip() for row in padded]


def _json(report: LintReport) -> str:
    # ASCII: programs do not mind, and a terminal obeys none of it.
    findings = [finding._asdict() for finding in report.findings]
    dialect = [asdict(word) for word in report.dialect]
    whole = {"findings": findings, "notes": report.notes, "dialect": dialect}
    return json.dumps(whole, indent=2) + "\n"


def _github(report: LintReport) -> str:
    """Return workflow commands, which GitHub shows at the line."""
    lines: list[str] = []
    levels = {"error": "error", "warning": "warning", "note": "notice"}
    for problem in report.findings:
        place = f"line={max(problem.line, 1)},col={max(problem.column, 1)}"
        file, title = (_property(text) for text in (problem.file, f"{_TOOL} {problem.rule}"))
        hint = f"; {problem.hint}" if problem.hint else ""
        text = _percent(on_one_line(problem.message + hint), "%")
        lines.append(f"::{levels[problem.severity]} file={file},{place},title={title}::{text}")
    if report.notes:
        counts = ", ".join(f"{rule} {count}" for rule, count in report.notes.items())
        total = counted(sum(report.notes.values()), "note")
        lines.append(f"::notice title={_TOOL}::{total}: {counts}; lint --notes lists them")
    return "".join(f"{line}\n" for line in lines)


_TOOL = "runcomfy-codegen"


def _property(text: str) -> str:
    """Escape a value of a workflow command, which ends at a comma or colon."""
    return _percent(on_one_line(text), "%:,")


def _percent(text: str, special: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in special else char for char in text)


def rules_as_text() -> str:
    """Return a table of all rules."""
    rows = [("rule", "severity", "what", "why")]
    rows += [(rule.id, rule.severity, rule.what, rule.why) for rule in RULES]
    return "".join(f"{line}\n" for line in [*table(rows), "", counted(len(RULES), "rule")])


def rules_as_json() -> str:
    """Return a JSON list of all rules."""
    keys = ("id", "severity", "what", "why")
    rows = [{key: getattr(rule, key) for key in keys} for rule in RULES]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


LAYOUTS: Mapping[str, Callable[[LintReport], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}
RULE_LAYOUTS: Mapping[str, Callable[[], str]] = {"text": rules_as_text, "json": rules_as_json}
