"""All that `lint` says of a set of endpoints, and its layouts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from ..names import EndpointName
from ..overlays import apply_overlay
from ..parts import read_parts
from ..problems import Problem, counted
from ..schemas_folder import EndpointSource
from ..untrusted import on_one_line
from . import RULES, run
from .words import Word, words_of


@dataclass(frozen=True)
class Report:
    """findings: in the order of the files; dialect: as it was read, corrections made."""

    findings: tuple[Problem, ...]
    dialect: tuple[Word, ...]


def examine(sources: Iterable[EndpointSource], others: Iterable[Problem] = ()) -> Report:
    """Overlay, lint and normalise, without generating. others: what reading found."""
    findings = set(others)
    corrected: list[EndpointSource] = []
    for source in sources:
        good, found = apply_overlay(source)
        corrected.append(good)
        findings.update(found, run([good]), _unreadable(good))
    return Report(tuple(sorted(findings)), tuple(words_of(corrected)))


def _unreadable(source: EndpointSource) -> list[Problem]:
    """What the normaliser refuses, whatever the names."""
    return read_parts(source, EndpointName("", ""), _as_published)[-1]


def _as_published(_class: str, wires: Sequence[str]) -> dict[str, str]:
    return {wire: wire for wire in wires}


def _text(report: Report) -> str:
    lines = [str(problem) for problem in report.findings]
    if report.dialect:
        rows = [("dialect", "read as", "endpoints")]
        rows += [
            (on_one_line(f"{each.kind} {each.word:.60}"), each.reading, str(each.endpoints))
            for each in report.dialect
        ]
        lines += ["", *table(rows)]
    return "".join(f"{line}\n" for line in lines)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns wide enough for what is in them."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = (map(str.ljust, row, widths) for row in rows)
    return ["  ".join(row).rstrip() for row in padded]


def _json(report: Report) -> str:
    # ASCII: programs do not mind, and a terminal obeys none of it.
    findings = [each._asdict() for each in report.findings]
    dialect = [asdict(each) for each in report.dialect]
    return json.dumps({"findings": findings, "dialect": dialect}, indent=2) + "\n"


def _github(report: Report) -> str:
    """Workflow commands, shown by GitHub at the line in question."""
    lines: list[str] = []
    levels = {"error": "error", "warning": "warning", "note": "notice"}
    for problem in report.findings:
        # A property ends at a comma, a command at the end of the line.
        title = f"runcomfy-codegen {problem.rule}"
        file, title = (_percent(on_one_line(text), "%:,") for text in (problem.file, title))
        place = f"line={max(problem.line, 1)},col={max(problem.column, 1)}"
        hint = f"; {problem.hint}" if problem.hint else ""
        text = _percent(on_one_line(problem.message + hint), "%")
        lines.append(f"::{levels[problem.severity]} file={file},{place},title={title}::{text}\n")
    return "".join(lines)


def _percent(text: str, special: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in special else char for char in text)


def rules_as_text() -> str:
    """A table of all rules."""
    rows = [("rule", "severity", "what", "why")]
    rows += [(rule.id, rule.severity, rule.what, rule.why) for rule in RULES]
    return "".join(f"{line}\n" for line in [*table(rows), "", counted(len(RULES), "rule")])


def rules_as_json() -> str:
    """The same as a list of objects."""
    keys = ("id", "severity", "what", "why")
    rows = [{key: getattr(rule, key) for key in keys} for rule in RULES]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


LAYOUTS: Mapping[str, Callable[[Report], str]] = {"text": _text, "json": _json, "github": _github}
RULE_LAYOUTS: Mapping[str, Callable[[], str]] = {"text": rules_as_text, "json": rules_as_json}
