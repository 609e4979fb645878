"""Two commands at once on one project: is the end what one after the other would have made?

python -m tests.proof together 50
"""

from __future__ import annotations

import tempfile
from itertools import combinations_with_replacement
from pathlib import Path
from random import Random

from .processes import Running
from .table import Row
from .works import LOG, Projects, Tree, command, copied, in_process, tree

FULL = 30  # times that each pair is run

WRITERS = {
    "generate": command("generate"),
    "generate --only": command("generate", "--only", "acme/ant/*", "--out", "other"),
    "sync": command("sync", "--from", "new.json", "--prune"),
    "add": command("add", "one.txt", "two.txt"),
}


def main(count: int) -> list[Row]:
    """count: how often each pair is run."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        projects = Projects(root)
        projects.published()
        before = root / "captured"  # no name is given yet, and no file generated
        pairs = combinations_with_replacement(WRITERS, 2)
        return [_together(pair, before, count, root / "tried") for pair in pairs]


def _together(pair: tuple[str, str], before: Path, count: int, box: Path) -> Row:
    dice = Random("+".join(pair))
    allowed = [_in_turn(order, before, box) for order in (pair, pair[::-1])]
    failures: list[str] = []
    for number in range(count):
        copied(before, box)
        logs = [box / f"{LOG}.{position}" for position in (0, 1)]
        order = dice.sample(pair, 2)
        both = [Running(WRITERS[name], box, log) for name, log in zip(order, logs, strict=True)]
        for name, end in zip(order, [running.wait() for running in both], strict=True):
            if end.code or "Traceback" in end.said:
                failures.append(f"try {number}: {name} ended with {end.code}: {end.said[-300:]}")
        found = tree(box)
        if found not in allowed:
            closest = min((_difference(found, each) for each in allowed), key=len)
            failures.append(f"try {number}: differs in {', '.join(closest[:5])}")
    return Row(f"{pair[0]} beside {pair[1]}", "both at once on one project", count, failures)


def _in_turn(order: tuple[str, ...], before: Path, box: Path) -> Tree:
    copied(before, box)
    for name in order:
        assert in_process(WRITERS[name], box) == 0, (box / LOG).read_text()
    return tree(box)


def _difference(one: Tree, other: Tree) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
