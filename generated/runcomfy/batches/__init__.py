# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Batches of requests with a journal, so that none is paid for twice; see `SyncClient.batch`."""

from __future__ import annotations

from ._entry import Entry, State
from ._outcomes import Outcome, Report
from .journal import Journal
from .jsonl import read_jsonl
from .parts import Part, partition
from .runs import AsyncBatch, Batch
from .sheet import contact_sheet

__all__ = [
    "AsyncBatch",
    "Batch",
    "Entry",
    "Journal",
    "Outcome",
    "Part",
    "Report",
    "State",
    "contact_sheet",
    "partition",
    "read_jsonl",
]
