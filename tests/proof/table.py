"""One row for each thing that was proved, and how rows are printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """tried: what; times: how often; failures: a line each; intended: what differs on purpose, or was skipped."""

    name: str
    tried: str
    times: int
    failures: Sequence[str] = ()
    intended: str = ""


_SHOWN = 20  # failures of a row that are printed in full


def table(rows: Iterable[Row]) -> str:
    """Aligned columns, then the first failures of each row that has any."""
    found = list(rows)
    head = ("name", "tried", "count", "failures", "intended")
    cells = [head] + [
        (row.name, row.tried, f"{row.times:,}", f"{len(row.failures):,}", row.intended)
        for row in found
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    lines = [
        "  ".join(
            text.rjust(width) if column in (2, 3) else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    for row in found:
        lines += [f"{row.name}: {failure}" for failure in row.failures[:_SHOWN]]
    return "\n".join(lines)
