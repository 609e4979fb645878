"""Batches in parts: a request belongs to one journal, whoever runs it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from runcomfy import ConfigurationError, Journal, JournalError, RunComfy, partition
from runcomfy.testing import Emulator

from ..._support.batches import requests


def test_the_same_requests_are_dealt_out_in_the_same_way(tmp_path: Path) -> None:
    parts = partition(requests(5), tmp_path / "jobs", 2)
    assert [list(part.requests) for part in parts] == [["1", "3", "5"], ["2", "4"]]
    assert (
        pickle.loads(pickle.dumps(parts)) == parts == partition(requests(5), tmp_path / "jobs", 2)
    )
    longer = partition(requests(7), tmp_path / "jobs", 2)
    assert [list(part.requests) for part in longer] == [["1", "3", "5", "7"], ["2", "4", "6"]]
    assert all(Journal(part.journal).entries() == [] for part in parts)


def test_keys_go_to_the_same_part_in_any_order(tmp_path: Path) -> None:
    given = dict(zip("abcdefgh", requests(8), strict=True))
    parts = partition(given, tmp_path, 2)
    backwards = partition(dict(reversed(given.items())), tmp_path, 2)
    assert [dict(part.requests) for part in parts] == [dict(part.requests) for part in backwards]
    del given["a"]
    fewer = partition(given, tmp_path, 2)
    assert all(
        one.requests.items() >= two.requests.items() for one, two in zip(parts, fewer, strict=True)
    )
    assert all(len(part.requests) > 1 for part in parts)


def test_another_number_of_parts_would_submit_again(tmp_path: Path) -> None:
    partition(requests(5), tmp_path, 2)
    with pytest.raises(JournalError, match="divided into 2 parts, as before; got 3"):
        partition(requests(5), tmp_path, 3)


def test_a_journal_that_is_gone(tmp_path: Path, emulator: Emulator) -> None:
    parts = partition(requests(4), tmp_path, 2)
    parts[1].journal.unlink()
    with pytest.raises(JournalError, match=r"part-1\.sqlite is missing"):
        partition(requests(4), tmp_path, 2)
    with RunComfy(emulator.token, base_url=emulator.base_url) as client:
        with pytest.raises(JournalError, match="no such journal"):
            client.batch(parts[1].requests, journal=parts[1].journal, create=False).run()
        report = client.batch(parts[0].requests, journal=parts[0].journal, create=False).run()
    assert [outcome.key for outcome in report.outcomes] == ["1", "3"]
    assert len(emulator.jobs) == 2


def test_what_a_killed_run_left_is_completed(tmp_path: Path) -> None:
    Journal(tmp_path / "part-0.sqlite", create=True).close()
    assert len(partition(requests(4), tmp_path, 2)) == 2


@pytest.mark.parametrize("parts", [0, -1, True, 1.5])
def test_a_wrong_number(tmp_path: Path, parts: int) -> None:
    with pytest.raises(ConfigurationError, match="parts: must be"):
        partition(requests(1), tmp_path, parts)
    (tmp_path / "parts.json").write_text("{")
    with pytest.raises(JournalError, match=r"parts\.json: cannot be read"):
        partition(requests(1), tmp_path, 2)
