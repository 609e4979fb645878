"""Hostile endpoints without end: does each become a clear problem, or harmless code?

Every case goes through the program as a user runs it (`sync`, `add`, `lint`, `generate`), and what it makes is
imported where nothing else may happen. `python -m tests.proof hostile 10000` draws so many at random.
"""

from __future__ import annotations

import resource
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from .hostile_judge import judge
from .hostile_routes import ROUTES, Route
from .hostile_schemas import Case, corpus, drawn, one_by_one
from .hostile_sizes import pumped, sizes

BATCH = 100  # endpoints of one run of the program
SLOW = 2.0  # seconds of CPU that a command takes for one case
MOST_MEMORY = 1024  # MB of this process and of those that import, at any time
SEED = 7


@dataclass
class Row:
    """A line of the table."""

    name: str
    outcomes: Counter[str] = field(default_factory=Counter[str])
    failures: list[str] = field(default_factory=list[str])
    slowest: float = 0.0


def prove(name: str, cases: Iterable[Case], batch: int, routes: Sequence[Route] = ROUTES) -> Row:
    """Judge all cases, some at a time; a batch that takes long is looked at case by case."""
    row = Row(name)
    for some in _batches(cases, batch):
        with tempfile.TemporaryDirectory() as folder:
            verdict = judge(some, Path(folder).resolve(), routes)
        row.outcomes.update(verdict.outcomes.values())
        row.failures += verdict.failures
        if len(some) > 1 and verdict.slowest > SLOW + len(some) * _USUAL:
            for case in some:
                alone = prove(name, [case], 1, routes)
                row.slowest = max(row.slowest, alone.slowest)
                row.failures += alone.failures
        else:
            row.slowest = max(row.slowest, verdict.slowest / len(some))
        if len(some) == 1 and verdict.slowest > SLOW:
            row.failures.append(f"{some[0].model_id!a}: took {verdict.slowest:.1f} s")
    return row


_USUAL = 0.05  # seconds that an ordinary case takes among others


def _batches(cases: Iterable[Case], size: int) -> Iterator[list[Case]]:
    rest = iter(cases)
    while some := list(islice(rest, size)):
        yield some


def memory() -> float:
    """MB that this process, or one that it started, had at most."""
    return (
        max(
            resource.getrusage(who).ru_maxrss
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        / 1024
    )


def everything(count: int) -> list[Row]:
    """Return what is listed, and so many cases drawn at random."""
    return [
        prove("every text in every slot", corpus(), BATCH, ("folder",)),
        prove("every name, every id", one_by_one(), BATCH),
        prove("sizes", sizes(), 1, ("folder",)),
        prove("texts for slow patterns", (pumped(SEED, each) for each in range(count // 50)), 1),
        prove("drawn at random", (drawn(SEED, each) for each in range(count)), BATCH),
    ]
