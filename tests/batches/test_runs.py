"""A batch from its requests to its files, and the same batch again."""

from __future__ import annotations

import asyncio
import pickle
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from runcomfy import (
    AsyncRunComfy,
    ConfigurationError,
    ConnectionFailed,
    DownloadError,
    InvalidRequestError,
    JobFailed,
    Journal,
    JournalError,
    Outcome,
    RunComfy,
    RunComfyError,
    ServerValidationError,
    SubmitOutcomeUnknown,
)
from runcomfy.testing import Behaviour, Emulator
from runcomfy.testing._media import png

from .support import MODEL_ID, Batches, is_submit, opened, requests, submits, until


async def test_each_request_has_its_result_and_its_files(
    batches: Batches, emulator: Emulator
) -> None:
    report = await batches.run(requests(5), concurrency=3)
    assert report.is_complete
    assert [outcome.key for outcome in report.outcomes] == ["1", "2", "3", "4", "5"]
    assert str(report) == "5 completed; cost $0.20"
    for outcome in report.outcomes:
        assert outcome.result
        assert outcome.result.urls
        assert outcome.cost == outcome.result.cost == 0.04
        job = emulator.jobs[outcome.request_id or ""]
        assert job.body["prompt"] == outcome.key
        [path] = outcome.files
        assert path == batches.folder / f"{outcome.key}.png"
        assert path.read_bytes() == job.files["image"][0].content
    assert sorted(path.name for path in batches.folder.iterdir()) == [
        f"{n}.png" for n in range(1, 6)
    ]


async def test_the_same_batch_again_asks_nobody(batches: Batches, emulator: Emulator) -> None:
    before = await batches.run(requests(3))
    emulator.received.clear()
    after = await batches.run(requests(3))
    assert emulator.received == []
    assert after == before


async def test_requests_at_the_end_are_new_ones(batches: Batches, emulator: Emulator) -> None:
    await batches.run(requests(2))
    report = await batches.run(requests(4))
    assert len(report.outcomes) == 4
    assert sorted(submits(emulator)) == ["1", "2", "3", "4"]


async def test_fewer_requests_leave_the_others_alone(batches: Batches, emulator: Emulator) -> None:
    await batches.run(requests(3))
    report = await batches.run(requests(1))
    assert [outcome.key for outcome in report.outcomes] == ["1"]
    assert batches.states() == dict.fromkeys("123", "completed")


async def test_keys_of_your_own_survive_any_order(batches: Batches, emulator: Emulator) -> None:
    one, two, three = requests(3)
    await batches.run({"a/b": one, "c": two})
    report = await batches.run({"d": three, "c": two, "a/b": one})
    assert [outcome.key for outcome in report.outcomes] == ["d", "c", "a/b"]
    assert report.outcomes[2].files == (batches.folder / "a_b.png",)
    assert len(emulator.jobs) == 3


async def test_a_request_that_changed_is_refused(batches: Batches, emulator: Emulator) -> None:
    given = requests(3)
    await batches.run(given)
    given.insert(0, {"model_id": MODEL_ID, "input": {"prompt": "new"}})
    with pytest.raises(JournalError, match="not what was submitted under their keys: 1, 2, 3"):
        await batches.run(given)
    assert len(emulator.jobs) == 3


async def test_what_was_never_accepted_may_change(batches: Batches, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(submit_fault="permission_denied")
    report = await batches.run(requests(1))
    assert report.outcomes[0].state == "refused"
    emulator.behaviour = Behaviour()
    report = await batches.run([{"model_id": MODEL_ID, "input": {"prompt": "other"}}])
    assert report.is_complete
    assert [job.body["prompt"] for job in emulator.jobs.values()] == ["other"]


async def test_outcomes_come_as_they_complete(
    kind: str, batches: Batches, emulator: Emulator
) -> None:
    keys: list[str] = []
    batch = batches.batch(requests(4), concurrency=2)
    if kind == "async":
        async for outcome in batch.as_completed():
            keys.append(outcome.key)
    else:
        await asyncio.to_thread(lambda: keys.extend(each.key for each in batch.as_completed()))
    assert sorted(keys) == ["1", "2", "3", "4"]
    again: list[str] = []
    report = await batches.run_telling(requests(4), lambda outcome: again.append(outcome.key))
    assert sorted(again) == sorted(keys)
    assert report.is_complete


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


async def test_a_wait_that_ends_early_is_taken_up_again(
    batches: Batches, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(statuses=("in_progress",))
    [outcome] = (await batches.run(requests(1), timeout=0.2)).outcomes
    assert (outcome.state, type(outcome.error).__name__) == ("submitted", "WaitTimeout")
    job = next(iter(emulator.jobs.values()))
    job.move_to("completed")
    job.course = replace(job.course, statuses=("completed",))
    report = await batches.run(requests(1))
    assert report.is_complete
    assert len(emulator.jobs) == 1


async def test_files_that_are_missing_are_fetched_again(
    batches: Batches, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(output_fault="truncated", fault_count=1)
    [outcome] = (await batches.run(requests(1))).outcomes
    assert outcome.state == "completed"
    assert outcome.result
    assert isinstance(outcome.error, DownloadError)
    assert outcome.files == ()
    report = await batches.run(requests(1))
    assert report.is_complete
    [path] = report.outcomes[0].files
    path.unlink()
    report = await batches.run(requests(1))
    assert report.outcomes[0].files == (path,)
    assert path.is_file()
    assert len(emulator.jobs) == 1


async def test_nothing_is_overwritten(batches: Batches, emulator: Emulator) -> None:
    batches.folder.mkdir()
    (batches.folder / "1.png").write_text("mine")
    report = await batches.run(requests(1))
    assert report.outcomes[0].files == (batches.folder / "1-1.png",)
    assert (batches.folder / "1.png").read_text() == "mine"


async def test_a_file_that_was_saved_but_not_noted_is_recognised(batches: Batches) -> None:
    report = await batches.run(requests(1))
    with Journal(batches.journal) as journal:
        journal.saved("1", [])  # as if it had been killed just before
    (batches.folder / f".{report.outcomes[0].request_id}.part").mkdir()
    assert (await batches.run(requests(1))).outcomes == report.outcomes
    assert [path.name for path in batches.folder.iterdir()] == ["1.png"]


@pytest.mark.parametrize("fault", ["rate_limited", "rate_limited_without_retry_after"])
async def test_a_rate_limit_holds_up_the_whole_batch(
    batches: Batches, emulator: Emulator, fault: Any
) -> None:
    emulator.behaviour = Behaviour(submit_fault=fault, fault_count=1)
    report = await batches.run(requests(6), concurrency=2)
    assert report.is_complete
    times = [each.at for each in emulator.received if is_submit(each)]
    assert len(times) == 7
    # Two were under way; all others wait for what the one that was refused was told, or half a second.
    assert times[2] - times[0] > 0.3


async def test_no_other_request_is_sent_when_none_would_fare_better(
    batches: Batches, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(submit_fault="insufficient_balance")
    report = await batches.run(requests(9), concurrency=1)
    assert {type(outcome.error).__name__ for outcome in report.outcomes} == {
        "InsufficientBalanceError"
    }
    assert [outcome.state for outcome in report.outcomes] == ["refused"] + ["pending"] * 8
    assert len(submits(emulator)) == 1
    emulator.behaviour = Behaviour()
    assert (await batches.run(requests(9))).is_complete


async def test_without_a_connection_it_gives_up_after_a_while(
    batches: Batches, emulator: Emulator
) -> None:
    emulator.stop()
    report = await batches.run(requests(3))
    for outcome in report.outcomes:
        assert isinstance(outcome.error, ConnectionFailed)
        assert outcome.state == "refused"


async def test_two_batches_cannot_share_a_journal(batches: Batches, emulator: Emulator) -> None:
    with Journal(batches.journal, create=True), pytest.raises(JournalError, match="another"):
        await batches.run(requests(1))
    assert emulator.received == []


async def test_a_journal_belongs_to_one_service(batches: Batches, tmp_path: Path) -> None:
    await batches.run(requests(1))
    with Emulator([]) as other:
        async with opened(batches.kind, other, tmp_path) as elsewhere:
            with pytest.raises(JournalError, match="belongs to http://127"):
                await elsewhere.run(requests(1))
        assert other.received == []


async def test_a_journal_that_has_to_exist(batches: Batches, emulator: Emulator) -> None:
    with pytest.raises(JournalError, match="no such journal"):
        await batches.run(requests(1), create=False)
    batches.journal.touch()
    with pytest.raises(JournalError, match="not a journal"):
        await batches.run(requests(1), create=False)
    assert emulator.received == []


async def test_all_that_is_wrong_is_told_before_anything_is_sent(
    batches: Batches, emulator: Emulator
) -> None:
    given = {
        "a": {"model_id": MODEL_ID, "input": {"x": float("nan")}},
        "b": {"model_id": "openai/gpt-image-2/edit", "input": {"prompt": 1, "qualty": "low"}},
        "c": {"model": MODEL_ID, "input": []},
        "d": {"model_id": "nonsense", "input": {}},
        "e": "a request",
        "": {"model_id": MODEL_ID, "input": {}},
        "f": {"model_id": "openai/gpt-4o-image/edit", "input": {"prompt": "x", "image": [Path("no.png")]}},
    }  # fmt: skip
    with pytest.raises(InvalidRequestError) as caught:
        batches.batch(given)
    fields = {problem.field for problem in caught.value.problems}
    assert fields >= {
        "requests[a].input", "requests[b].prompt", "requests[b].qualty", "requests[b].images",
        "requests[c].model", "requests[c].model_id", "requests[c].input", "requests[d].model_id",
        "requests[e]", "requests['']", "requests[f].image[0]",
    }  # fmt: skip
    assert emulator.received == []
    assert not batches.journal.exists()


@pytest.mark.parametrize("options", [
    {"concurrency": 0}, {"concurrency": True}, {"concurrency": 10**6}, {"max_cost_usd": -1},
    {"max_cost_usd": float("nan")}, {"max_cost_usd": "5"}, {"timeout": 0},
])  # fmt: skip
async def test_wrong_options(batches: Batches, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        batches.batch(requests(1), **options)
    with pytest.raises(ConfigurationError, match="requests: expected"):
        batches.batch(7)


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


def saved_picture(folder: Path) -> Path:
    path = folder / "a.png"
    path.write_bytes(png(8, 8, (255, 0, 0), (0, 0, 255)))
    return path


def test_typed_requests_give_typed_results(tmp_path: Path) -> None:
    from runcomfy.models.openai.gpt_4o_image.edit import Gpt4oImageEditRequest

    picture = saved_picture(tmp_path)
    with Emulator() as emulator, RunComfy(emulator.token, base_url=emulator.base_url) as client:
        request = Gpt4oImageEditRequest(prompt="x", image=picture)
        batch = client.batch([request], journal=tmp_path / "j.sqlite")
        [outcome] = batch.run().outcomes
        assert outcome.result
        assert outcome.result.output.image
        [submit] = [each for each in emulator.received if is_submit(each)]
        assert submit.body["image"].startswith("data:image/png;base64,")
        # Another picture under the same name makes another request.
        picture.write_bytes(picture.read_bytes() + b"x")
        with pytest.raises(JournalError, match="not what was submitted"):
            client.batch([request], journal=tmp_path / "j.sqlite").run()
    with Journal(tmp_path / "j.sqlite") as journal:
        assert journal.entry("1").input["image"] == picture.as_uri()


def test_everything_can_be_pickled(emulator: Emulator, tmp_path: Path) -> None:
    from runcomfy.models.openai.gpt_4o_image.edit import Gpt4oImageEditRequest

    request = Gpt4oImageEditRequest(prompt="x", image=Path("a.png"))
    assert pickle.loads(pickle.dumps(request)) == request
    emulator.behaviour = Behaviour(submit_fault="drop_after_accept", fault_count=1)
    with RunComfy(emulator.token, base_url=emulator.base_url, pickle_token=True) as client:
        report = client.batch(requests(2), journal=tmp_path / "j.sqlite", concurrency=1).run()
        job = client.untyped(MODEL_ID).submit({"prompt": "x"})
        assert pickle.loads(pickle.dumps(job)).request_id == job.request_id
    copy = pickle.loads(pickle.dumps(report))
    assert copy.outcomes[1] == report.outcomes[1]
    assert str(copy.outcomes[0].error) == str(report.outcomes[0].error)


async def test_who_stops_listening_stops_the_batch(
    kind: str, batches: Batches, emulator: Emulator
) -> None:
    batch = batches.batch(requests(50), concurrency=2)

    def first() -> Outcome[Any]:
        outcomes = batch.as_completed()
        found: Outcome[Any] = next(outcomes)
        outcomes.close()
        return found

    if kind == "async":
        outcomes = batch.as_completed()
        assert (await anext(outcomes)).state == "completed"
        await outcomes.aclose()
    else:
        assert (await asyncio.to_thread(first)).state == "completed"
    assert not [thread for thread in threading.enumerate() if "runcomfy-batch" in thread.name]
    states = list(batches.states().values())
    assert "unknown" not in states
    assert states.count("pending") > 40
    assert len(emulator.jobs) == 50 - states.count("pending")
    report = await batches.run(requests(50))
    assert report.is_complete
    assert len(emulator.jobs) == 50


async def test_a_cancelled_task_waits_for_replies_to_submits(
    emulator: Emulator, tmp_path: Path
) -> None:
    emulator.behaviour = Behaviour(delay=0.5)
    async with opened("async", emulator, tmp_path) as batches:
        task = asyncio.create_task(batches.run(requests(5), concurrency=3))
        await until(lambda: submits(emulator))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    states = list(batches.states().values())
    assert "unknown" not in states
    assert states.count("submitted") == len(emulator.jobs) > 0


def test_an_httpx_client_of_your_own_is_used(emulator: Emulator, tmp_path: Path) -> None:
    seen: list[str] = []
    hooks = {"request": [lambda request: seen.append(request.method)]}
    with (
        httpx.Client(event_hooks=hooks) as http,
        RunComfy(emulator.token, base_url=emulator.base_url, http_client=http) as client,
    ):
        assert client.batch(requests(2), journal=tmp_path / "j.sqlite").run().is_complete
    assert seen.count("POST") == 2


async def test_an_empty_batch(batches: Batches) -> None:
    report = await batches.run([])
    assert report.is_complete
    assert str(report) == "nothing to do; cost $0.00"
    assert len(batches.batch([])) == 0
    assert isinstance(batches.client, (RunComfy, AsyncRunComfy))
