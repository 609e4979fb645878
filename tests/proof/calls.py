"""Thousands of calls of one client, as a part of the table."""

from __future__ import annotations

import asyncio
import logging

from tests._support.many_calls import kept
from tests._support.runtime import KINDS

from .table import Row

FULL = 10_000  # calls of each client


def main(count: int) -> list[Row]:
    """count: calls of each client."""
    logging.disable()
    tried = "objects and memory, before and after"
    return [Row(f"calls, {kind}", tried, count, asyncio.run(kept(kind, count))) for kind in KINDS]
