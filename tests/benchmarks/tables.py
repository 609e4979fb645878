"""Helpers of benchmarks: whole commands timed in turns, and a table of ratios against targets."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Run:
    """One finished command. peak: MB of the largest of its processes."""

    seconds: float
    peak: float
    output: str


def run(command: Sequence[object], **variables: str) -> Run:
    """Run a command. Raise AssertionError with its output if it fails. POSIX only.

    The kernel counts as the peak of a process also what its parent had when it was started, so this
    process has to stay small.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **variables},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        too_long = threading.Timer(_TOO_LONG, process.kill)
        too_long.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        too_long.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read()
    told = " ".join(map(str, command))
    assert process.returncode == 0, f"{told}: exit code {process.returncode}\n{output}"
    return Run(seconds, usage.ru_maxrss / _RSS_UNITS_IN_MB, output)


def in_turns(rounds: int, *measured: Callable[[], float]) -> list[float]:
    """Return the least time of each, taken in turns so that a noisy machine disturbs all alike."""
    taken = [[each() for each in measured] for _ in range(rounds)]
    return [min(column) for column in zip(*taken, strict=True)]


_TOO_LONG = 900  # seconds
_RSS_UNITS_IN_MB = 1e6 if sys.platform == "darwin" else 1e3


@dataclass(frozen=True)
class Row:
    """One line: a value of ours, what it is held against, and the most that their ratio may be.

    unit: of both values. against: None where the target is a bound on the value itself; at_most: None
    where there is no target.
    """

    what: str
    ours: float
    against: float | None
    at_most: float | None = None
    unit: str = "s"

    @property
    def measure(self) -> float:
        return self.ours if self.against is None else self.ours / self.against

    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.against is None else f"{self.measure:.3f}"
        against = "" if self.against is None else f"{self.against:.2f} {self.unit}"
        if self.at_most is None:
            bound = verdict = ""
        else:
            bound = f"{self.at_most:g}{f' {self.unit}' if self.against is None else ''}"
            verdict = "" if self.measure <= self.at_most else "MISSED"
        return self.what, f"{self.ours:.2f} {self.unit}", against, ratio, bound, verdict


@dataclass
class Table:
    rows: list[Row] = field(default_factory=list[Row])

    def __str__(self) -> str:
        head = ("what", "ours", "against", "ratio", "at most", "")
        lines = [head, *(row.cells() for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        first, *others = widths
        text = [
            "  ".join([line[0].ljust(first), *map(str.rjust, line[1:], others)]).rstrip()
            for line in lines
        ]
        text.insert(1, "-" * len(text[0]))
        return "\n".join([*text, _machine()])


def _machine() -> str:
    """Describe the machine that the figures hold for; under other work they are noise."""
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0]
    busy = ", busy with other work: measure again when it is idle" if load > cores + 1 else ""
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, load {load:.1f}{busy}"
