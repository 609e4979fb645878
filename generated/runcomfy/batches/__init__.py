"""Batches of requests with a journal, so that none is paid for twice; see `SyncClient.batch`."""

from __future__ import annotations

from ._entry import Entry, State
from ._outcomes import Outcome, Report
from .journal import Journal
from .runs import AsyncBatch, Batch

__all__ = ["AsyncBatch", "Batch", "Entry", "Journal", "Outcome", "Report", "State"]
