"""The proof that the generated classes mean what the schemas say: the oracle and the suite."""

from __future__ import annotations

import sys
from collections import Counter

from . import oracle, suite
from .table import Row

FULL = 2000  # instances of each endpoint


def main(count: int) -> list[Row]:
    """count: instances of each endpoint, and schemas that are made up."""
    tallies = {
        "published": oracle.prove(oracle.published(), count),
        "dialect": oracle.prove(oracle.constructs(), count),
        "made up": oracle.prove(oracle.made_up(count), 100),
    }
    print(oracle.summary(tallies), file=sys.stderr)
    rows: list[Row] = []
    for name, found in tallies.items():
        whole = oracle.Tally()
        for tally in found.values():
            whole.add(tally)
        tried = f"instances of {len(found):,} endpoints"
        intended = _sum(whole.intended)
        rows.append(Row(f"oracle, {name}", tried, whole.tried, whole.wrong, intended))
    results = list(suite.judged(suite.FOLDER)) if suite.FOLDER.is_dir() else []
    classes = Counter(str(found.outcome).partition(":")[0] for _, found in results)
    said = ", ".join(f"{number} {name}" for name, number in sorted(classes.items()))
    missing = f"skipped: {suite.FOLDER.name} of the shared corpus is missing"
    wrong = suite.disagreements(results)
    rows.append(Row("JSON-Schema-Test-Suite", "groups", len(results), wrong, said or missing))
    return rows


def _sum(intended: Counter[str]) -> str:
    return f"{intended.total():,} by {len(intended)} rules" if intended else ""
