"""A batch that is killed four times; `killed_batch.py 1000 10` is the full proof."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from runcomfy.batches import Entry
from runcomfy.testing import Behaviour, EmulatedEndpoint
from runcomfy.testing._jobs import Job

from .killed_batch import ENDPOINT, problems, prove

REQUESTS, KILLS = 30, 3


def test_each_request_is_paid_once_and_every_result_saved(tmp_path: Path) -> None:
    tally, wrong = prove(tmp_path, REQUESTS, KILLS)
    assert wrong == [], tally
    assert tally.kills == KILLS
    assert tally.states.total() == REQUESTS
    assert tally.files >= REQUESTS // 2


def completed(prompt: str, endpoint: EmulatedEndpoint = ENDPOINT) -> Job:
    job = Job(f"id-{prompt}", endpoint, {"prompt": prompt}, Behaviour(statuses=("completed",)))
    job.move_to("completed")
    return job


def test_the_accounts_notice_what_is_wrong(tmp_path: Path) -> None:
    job = completed("1")
    [file] = [file for files in job.files.values() for file in files]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "1.png").write_bytes(file.content)
    entry = Entry("1", ENDPOINT.model_id, {}, "", "completed", "id-1", files=("out/1.png",))
    jobs = {"1": [job]}
    assert problems([entry], jobs, tmp_path) == []
    for entries, accepted, words in (
        ([entry], {"1": [job, job]}, "accepted 2 times"),
        ([entry], {**jobs, "2": [completed("2")]}, "not in the journal"),
        ([replace(entry, request_id="r-2")], jobs, "known as r-2"),
        ([replace(entry, state="failed")], jobs, "1: failed, but the job is completed"),
        ([replace(entry, files=())], jobs, "its files are not those"),
        ([replace(entry, files=("out/2.png",))], jobs, "its files are not those"),
    ):
        assert any(words in problem for problem in problems(entries, accepted, tmp_path)), words
    (tmp_path / "out" / ".id-1.part").mkdir()
    assert "belong to nobody" in problems([entry], jobs, tmp_path)[0]
