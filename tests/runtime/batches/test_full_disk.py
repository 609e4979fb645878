"""A disk that is full in the middle of a batch: what cannot be written down is not submitted."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from runcomfy import Journal, RunComfy
from runcomfy.testing import Emulator

from ..._support.batches import python, requests

COUNT = 60
FULL = """
import resource, sys
from pathlib import Path
from runcomfy import JournalError, RunComfy
from tests._support.batches import requests
resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, 250_000))
with RunComfy() as client:
    try:
        client.batch(requests(int(sys.argv[2])), journal=sys.argv[1], concurrency=4).run()
    except JournalError as error:
        print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot limit the size of files")
def test_nothing_is_submitted_that_the_journal_cannot_hold(
    emulator: Emulator, tmp_path: Path
) -> None:
    journal = tmp_path / "jobs.sqlite"
    done = python("-c", FULL, journal, COUNT, emulator=emulator, seconds=100)
    assert "the journal cannot be used" in done.stdout, done.stderr
    accepted = {job.body["prompt"]: job.request_id for job in list(emulator.jobs.values())}
    assert 0 < len(accepted) < COUNT
    with Journal(journal) as opened:
        for entry in opened.entries():
            if entry.key in accepted:
                assert entry.state in ("submitted", "completed", "unknown")
        for entry in opened.entries("unknown"):
            if entry.key in accepted:
                opened.attach(entry.key, accepted[entry.key])
            else:
                opened.retry(entry.key)
    with RunComfy(emulator.token, base_url=emulator.base_url) as client:
        assert client.batch(requests(COUNT), journal=journal).run().is_complete
    assert set(Counter(job.body["prompt"] for job in emulator.jobs.values()).values()) == {1}
