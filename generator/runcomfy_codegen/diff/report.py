"""Show a difference: for a terminal, for a changelog, for programs.

Published text may hold terminal escapes and markdown, so all of it is escaped here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..runtime._base.text import cut
from ..text.problems import counted
from ..text.untrusted import printable
from .changes import Counterexample, Difference, SchemaChange
from .rules import SECTIONS, SEVERITIES, Severity

NEW_ENDPOINT = "endpoint-added"
_MAX_LINE = 400  # characters of a message
_MAX_CALL = 2000  # characters of a call; the whole body is in the json layout
# Characters with a meaning inside a line of Markdown, and links that GitHub makes of bare text.
_MARKDOWN = re.compile(r"[\\`*_\[\]<|~&$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_NOUNS = {
    "breaking": "breaking change",
    "possibly breaking": "possibly breaking change",
    "warning": "warning",
    "price": "change of price",
    "additive": "addition",
    "docs-only": "change of documentation",
}


def summary(difference: Difference) -> str:
    """Return one line, such as `3 new endpoints, 1 breaking change; suggested version: major (...)`."""
    new = sum(change.rule_id == NEW_ENDPOINT for change in difference.changes)
    counts = difference.counts
    counts["additive"] -= new
    parts = [counted(new, "new endpoint")] if new else []
    parts += (
        _counted(counts[severity], _NOUNS[severity]) for severity in SEVERITIES if counts[severity]
    )
    if difference.problems:
        parts.append(counted(len(difference.problems), "error"))
    step, reason = difference.version
    return f"{', '.join(parts) or 'no change'}; suggested version: {step} ({reason})"


def _counted(number: int, noun: str) -> str:
    head, of, tail = noun.partition(" of ")
    return counted(number, head) + of + tail


def text(difference: Difference) -> str:
    """Return the layout for a terminal, the most important changes first."""
    lines: list[str] = []
    new = {change.model_id for change in difference.changes if change.rule_id == NEW_ENDPOINT}
    for severity in SEVERITIES:
        chosen = [change for change in difference.changes if change.severity == severity]
        for model_id, changes in _by_endpoint(chosen):
            lines += _text_of_endpoint(severity, model_id, changes)
    for model_id, effects in sorted(difference.surface.items()):
        if model_id in new:
            continue
        lines.append(f"in Python: {one_line(model_id)}")
        lines += (f"  {one_line(effect)}" for effect in effects)
    for notice in difference.notices:
        lines.append(f"overlay: {one_line(str(notice))}")
    for problem in difference.problems:
        first, *advice = str(problem).splitlines()
        lines += (one_line(first), *(f"    {one_line(line)}" for line in advice))
    return "".join(f"{line}\n" for line in (*lines, summary(difference)))


def _text_of_endpoint(
    severity: Severity, model_id: str, changes: list[SchemaChange]
) -> Iterator[str]:
    if changes[0].rule_id == NEW_ENDPOINT:
        yield f"{severity}: {one_line(model_id)}: {_summary_of(changes[0])}"
        return
    yield f"{severity}: {one_line(model_id)}"
    for change in changes:
        yield from change_lines(change)


def change_lines(change: SchemaChange) -> Iterator[str]:
    """Yield the lines of a change: what it is, where, and its counterexample."""
    place = f"{one_line(change.place)}: " if change.place else ""
    ours = " (by our overlay)" if change.by_overlay else ""
    yield f"  {place}{one_line(change.message)}{ours} [{change.rule_id}]"
    if change.line:
        at = f" (at {one_line(change.pointer)})" if change.pointer else ""
        yield f"    {one_line(change.file)}:{change.line}:{change.column}{at}"
    if change.counterexample:
        yield f"    {_what_shows(change)}:"
        yield f"      {_shown(change.counterexample)}"
    elif change.no_counterexample:
        yield f"    no counterexample: {one_line(change.no_counterexample)}"


def _summary_of(change: SchemaChange) -> str:
    """Describe a new endpoint on one line."""
    return f"{one_line(change.message)} [{change.rule_id}]"


def _what_shows(change: SchemaChange) -> str:
    """Say what the counterexample of a change is."""
    is_request = change.rule_id.startswith("input-")
    return "was valid, is refused now" if is_request else "breaks code such as"


UNRELEASED = "## Unreleased"


def changelog_section(difference: Difference) -> str:
    """Return a section of the SDK's CHANGELOG.md in markdown; empty where nothing changed."""
    if not difference.changes:
        return ""
    step, reason = difference.version
    lines = [UNRELEASED, "", f"Suggested version: {step} ({reason})."]
    for section in SECTIONS:
        chosen = [change for change in difference.changes if change.section == section]
        if not chosen:
            continue
        lines += ("", f"### {section}", "")
        for model_id, changes in _by_endpoint(chosen):
            if changes[0].rule_id == NEW_ENDPOINT:
                lines.append(f"- {_code(model_id)}: {_markdown(changes[0].message)}")
                continue
            lines.append(f"- {_code(model_id)}")
            for change in changes:
                lines += _markdown_of(change)
            if section == "Breaking":
                effects = difference.surface.get(model_id, ())
                lines += (f"  - In Python: {_code(effect)}" for effect in effects)
    return "".join(f"{line}\n" for line in lines)


def _markdown_of(change: SchemaChange) -> Iterator[str]:
    place = f"{_code(change.place)}: " if change.place else ""
    ours = " (by an overlay of this project)" if change.by_overlay else ""
    yield f"  - {place}{_markdown(change.message)}{ours}"
    if change.counterexample:
        is_code = change.counterexample.body is not None or change.counterexample.is_code
        shown = (
            _code(_shown(change.counterexample))
            if is_code
            else _markdown(change.counterexample.words)
        )
        yield f"    - {_what_shows(change).capitalize()}: {shown}"
    elif change.no_counterexample:
        yield f"    - No counterexample: {_markdown(change.no_counterexample)}"


def as_json(difference: Difference) -> str:
    """Return the layout for programs, which holds everything in full."""
    step, reason = difference.version
    report = {
        "summary": {severity: difference.counts[severity] for severity in SEVERITIES},
        "version": {"step": step, "reason": reason},
        "changes": [_json_of(change) for change in difference.changes],
        "python": {key: list(effects) for key, effects in sorted(difference.surface.items())},
        "overlays": [str(notice) for notice in difference.notices],
        "errors": [str(problem) for problem in difference.problems],
    }
    return json.dumps(report, indent=2, ensure_ascii=True) + "\n"


def _json_of(change: SchemaChange) -> dict[str, Any]:
    counterexample = change.counterexample
    return {
        "rule": change.rule_id,
        "severity": change.severity,
        "model_id": change.model_id,
        "place": change.place,
        "message": change.message,
        "file": change.file,
        "line": change.line,
        "column": change.column,
        "pointer": change.pointer,
        "old": change.old,
        "new": change.new,
        "by_overlay": change.by_overlay,
        "witness": counterexample
        and {
            "words": counterexample.words,
            "body": counterexample.body,
            "call": counterexample.call,
        },
        "no_witness": change.no_counterexample,
    }


def _by_endpoint(changes: Iterable[SchemaChange]) -> list[tuple[str, list[SchemaChange]]]:
    grouped: dict[str, list[SchemaChange]] = {}
    for change in changes:
        grouped.setdefault(change.model_id, []).append(change)
    return sorted(grouped.items())


def _shown(counterexample: Counterexample) -> str:
    if len(counterexample.call) > _MAX_CALL:
        return "too long to be shown: --format json has it"
    return printable(counterexample.call or counterexample.words)


def one_line(text: str) -> str:
    """Return the text on one line, without escapes that a terminal obeys."""
    return cut(printable(" ".join(text.split())), _MAX_LINE)


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", one_line(text))


def _code(text: str) -> str:
    """Return a code span that its text cannot end (CommonMark, section 6.1)."""
    line = printable(" ".join(text.split()))
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{line}{pad}{fence}"


LAYOUTS: dict[str, Callable[[Difference], str]] = {
    "text": text,
    "markdown": changelog_section,
    "json": as_json,
}
