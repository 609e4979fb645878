"""Hostile schemas through the whole program, as a part of the table."""

from __future__ import annotations

from . import hostile_run as run
from .table import Row

FULL = 10_000  # cases drawn at random


def main(count: int) -> list[Row]:
    """count: cases drawn at random; what is listed is tried in any case."""
    rows: list[Row] = []
    for each in run.everything(count):
        said = ", ".join(f"{number:,} {name}" for name, number in sorted(each.outcomes.items()))
        tried = f"slowest {each.slowest:.1f} s"
        rows.append(Row(f"hostile: {each.name}", tried, each.outcomes.total(), each.failures, said))
    memory = run.memory()
    failures = [f"it took {memory:.0f} MB"] if memory > run.MOST_MEMORY else []
    return [*rows, Row("hostile: memory", f"at most {memory:.0f} MB", 1, failures)]
