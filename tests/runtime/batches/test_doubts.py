"""Failures in a batch: errors are values, and what may have been accepted is not sent again."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest
from runcomfy import (
    ConnectionFailed,
    JobFailed,
    Journal,
    RunComfy,
    RunComfyError,
    ServerValidationError,
    SubmitOutcomeUnknown,
)
from runcomfy.testing import Behaviour, Emulator

from ..._support.batches import MODEL_ID, Batches, opened, requests, saved_picture, submits

GPT_4O = "openai/gpt-4o-image/edit"


async def test_errors_are_values(batches: Batches, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(statuses=("in_queue", "failed"), failure="too dark")
    [failed] = (await batches.run(requests(1))).outcomes
    emulator.behaviour = Behaviour()
    given = [*requests(1), {"model_id": MODEL_ID, "input": {"prompt": 7}}, requests(3)[2]]
    report = await batches.run(given)
    assert [outcome.state for outcome in report.outcomes] == ["failed", "refused", "completed"]
    assert len(report.failures) == 2
    again, refused, _ = report.outcomes
    assert isinstance(failed.error, JobFailed)
    assert isinstance(again.error, JobFailed)
    assert "too dark" in str(again.error)
    assert (again.error.args, again.error.__dict__) == (failed.error.args, failed.error.__dict__)
    assert isinstance(refused.error, ServerValidationError)
    assert [problem.field for problem in refused.error.problems] == ["prompt"]
    assert not report.is_complete


async def test_what_is_in_doubt_is_never_submitted_again(
    batches: Batches, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(submit_fault="drop_after_accept", fault_count=2)
    report = await batches.run(requests(2))
    assert [outcome.state for outcome in report.in_doubt] == ["unknown", "unknown"]
    emulator.behaviour = Behaviour()
    again = await batches.run(requests(2))
    assert len(submits(emulator)) == 2
    for outcome in again.in_doubt:
        assert isinstance(outcome.error, SubmitOutcomeUnknown)
        assert len(outcome.error.body_hash) == 64
        assert abs(outcome.error.at - time.time()) < 600
    accepted = {job.body["prompt"]: job.request_id for job in emulator.jobs.values()}
    with Journal(batches.journal) as journal:
        journal.attach("1", accepted["1"])
        journal.retry("2")  # as if it were not there
    report = await batches.run(requests(2))
    assert report.is_complete
    assert report.outcomes[0].request_id == accepted["1"]
    assert sorted(submits(emulator)) == ["1", "2", "2"]


async def test_an_uploader_that_fails_costs_nothing(emulator: Emulator, tmp_path: Path) -> None:
    from runcomfy.models.openai.gpt_4o_image.edit import Gpt4oImageEditRequest

    def fails(_: object) -> str:
        raise OSError("the bucket is gone")

    picture = saved_picture(tmp_path)
    with RunComfy(emulator.token, base_url=emulator.base_url, uploader=fails) as client:
        batch = client.batch(
            [Gpt4oImageEditRequest(prompt="x", image=picture)], journal=tmp_path / "j.sqlite"
        )
        [outcome] = batch.run().outcomes
    assert outcome.state == "refused"
    assert isinstance(outcome.error, RunComfyError)
    assert "the bucket is gone" in str(outcome.error)
    assert emulator.received == []


class Interruption(logging.Filter):
    """Something of the caller's that fails once a request was accepted."""

    def filter(self, record: logging.LogRecord) -> bool:
        if "submitted as" in record.msg:
            raise MemoryError("no memory for the message")
        return True


async def test_what_breaks_after_the_submit_leaves_it_in_doubt(
    batches: Batches, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "runcomfy")
    breaks = Interruption()
    logging.getLogger("runcomfy").addFilter(breaks)
    try:
        report = await batches.run(requests(2))
    finally:
        logging.getLogger("runcomfy").removeFilter(breaks)
    assert [outcome.state for outcome in report.in_doubt] == ["unknown", "unknown"]
    for outcome in report.in_doubt:
        assert isinstance(outcome.error, SubmitOutcomeUnknown)
        assert "no memory for the message" in str(outcome.error)
        assert "may have been accepted" in str(outcome.error)
        assert len(outcome.error.body_hash) == 64
    assert len((await batches.run(requests(2))).in_doubt) == 2
    assert len(submits(emulator)) == 2


@pytest.mark.parametrize("kind_of_error", [SubmitOutcomeUnknown, ConnectionFailed])
async def test_what_an_uploader_met_is_not_what_the_submit_met(
    kind_of_error: type[RunComfyError], emulator: Emulator, tmp_path: Path
) -> None:
    calls: list[object] = []

    def fails(media: object) -> str:
        calls.append(media)
        raise kind_of_error("the bucket is far away")

    given = {"model_id": GPT_4O, "input": {"prompt": "x", "image": saved_picture(tmp_path)}}
    async with opened("sync", emulator, tmp_path, uploader=fails) as batches:
        report = await batches.run([given, *requests(1)])
    assert [outcome.state for outcome in report.outcomes] == ["refused", "completed"]
    assert "the bucket is far away" in str(report.outcomes[0].error)
    assert len(calls) == 1
