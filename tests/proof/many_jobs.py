"""Paid jobs through an emulator that fails at random, as a part of the table."""

from __future__ import annotations

import logging
import sys

from tests.e2e.many_jobs import prove, summary

from .table import Row

FULL = 10_000  # jobs


def main(count: int) -> list[Row]:
    """count: jobs."""
    logging.getLogger("runcomfy").setLevel(logging.CRITICAL)  # the table says it in short
    runs, service, wrong = prove(count)
    print(summary(runs, service), file=sys.stderr)
    return [Row("many jobs", "random faults, both clients", count, wrong)]
