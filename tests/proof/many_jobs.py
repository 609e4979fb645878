"""Paid jobs through an emulator that fails at random, as a part of the table."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from tests.e2e import killed_batch
from tests.e2e.many_jobs import prove, summary

from .table import Row

FULL = 10_000  # jobs


def main(count: int) -> list[Row]:
    """count: jobs."""
    logging.getLogger("runcomfy").setLevel(logging.CRITICAL)  # the table says it in short
    runs, service, wrong = prove(count)
    print(summary(runs, service), file=sys.stderr)
    rows = [Row("many jobs", "random faults, both clients", count, wrong)]
    requests, kills = max(count // 10, 20), max(count // 500, 2)
    with tempfile.TemporaryDirectory() as home:
        tally, wrong = killed_batch.prove(Path(home), requests, kills, within=requests / 250)
    print(tally, file=sys.stderr)
    tried = f"requests, random faults, {tally.kills} kills"
    return [*rows, Row("a batch that is killed", tried, requests, wrong)]
