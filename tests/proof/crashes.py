"""Commands killed at random points: does the next run end as if nothing had happened?

python -m tests.proof crashes 300
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from .processes import ended, killed
from .table import Row
from .works import Projects, Work, copied, tree, wrong_at_the_end, wrong_meanwhile

FULL = 200  # kills of each command


def main(count: int) -> list[Row]:
    """count: how often each command is killed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        return [_killed(work, count, root / "tried") for work in Projects(root).works()]


def _killed(work: Work, count: int, box: Path) -> Row:
    dice = Random(work.name)
    log = box.with_suffix(".log")
    usual = ended(work.action, copied(work.before, box), log)
    failures: list[str] = []
    kills = 0
    for number in range(count):
        copied(work.before, box)
        wrong: list[str] = []
        for _ in range(dice.choice((1, 1, 1, 2))):  # some are killed again before they can mend it
            one = killed(work.action, box, log, usual, dice)
            kills += one.killed
            wrong += ["it left a process behind"] if one.orphaned else []
            wrong += wrong_meanwhile(work, tree(box))
        last = ended(work.action, box, log)
        if last.code != work.code or "Traceback" in last.said:
            wrong.append(f"the next run ended with {last.code}: {last.said[-300:]}")
        wrong += wrong_at_the_end(work, tree(box))
        failures += [f"try {number}: {each}" for each in wrong]
    return Row(f"kill {work.name}", "SIGKILL, then the command again", kills, failures)
