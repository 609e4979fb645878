"""Problems as values: every stage returns what it found, and one report shows them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, get_args

from ..runtime._base.text import counted as counted
from .untrusted import on_one_line

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class Problem(NamedTuple):
    """One finding, with everything a reader needs to act on it.

    file: path as the user knows it; line and column: 1-based, 0 where there is no position;
    pointer: JSON pointer (RFC 6901) into the file; hint: what to do about it.
    """

    file: str
    line: int
    column: int
    rule: str
    severity: Severity
    message: str
    pointer: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """Return the problem for a terminal, with invisible characters of the vendor's text shown."""
        where = self.file + (f":{self.line}:{self.column}" if self.line else "")
        at = f" (at {self.pointer})" if self.pointer else ""
        hint = f"\n    {on_one_line(self.hint)}" if self.hint else ""
        return on_one_line(f"{where}: {self.severity}: {self.message}{at} [{self.rule}]") + hint


def count_by_severity(problems: Iterable[Problem], more_notes: int = 0) -> str:
    """Return such as `1 error, 4 warnings`; empty if there are no problems."""
    counts = Counter[Severity](problem.severity for problem in problems)
    counts["note"] += more_notes
    return in_words(counts)


def in_words(counts: Mapping[Severity, int]) -> str:
    """Return the numbers of findings in words, the worst first."""
    return ", ".join(
        counted(counts[severity], severity) for severity in SEVERITIES if counts.get(severity)
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether at least one problem is an error."""
    return any(problem.severity == "error" for problem in problems)
