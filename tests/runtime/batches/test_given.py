"""The input of a batch: requests, a journal, options; and what may change until it is run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runcomfy import (
    ConfigurationError,
    InvalidRequestError,
    Journal,
    JournalError,
)
from runcomfy.testing import Behaviour, Emulator

from ..._support.batches import MODEL_ID, Batches, opened, requests, submits


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
    with pytest.raises(JournalError, match="from what was submitted under their keys: 1, 2, 3"):
        await batches.run(given)
    assert len(emulator.jobs) == 3


async def test_one_that_takes_the_place_of_another_is_no_new_one(
    batches: Batches, emulator: Emulator
) -> None:
    wrong, right = {"model_id": MODEL_ID, "input": {"prompt": 7}}, requests(1)[0]
    report = await batches.run([wrong, right])
    assert [outcome.state for outcome in report.outcomes] == ["refused", "completed"]
    with pytest.raises(JournalError, match=r"under their keys: 1 \(submitted as 2\)\. Nothing"):
        await batches.run([right])
    assert len(emulator.jobs) == 1
    assert (await batches.run([right, right])).is_complete, "twice is what was asked for"
    assert len(emulator.jobs) == 2


async def test_what_was_never_accepted_may_change(batches: Batches, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(submit_fault="permission_denied")
    report = await batches.run(requests(1))
    assert report.outcomes[0].state == "refused"
    emulator.behaviour = Behaviour()
    report = await batches.run([{"model_id": MODEL_ID, "input": {"prompt": "other"}}])
    assert report.is_complete
    assert [job.body["prompt"] for job in emulator.jobs.values()] == ["other"]


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
    with pytest.raises(JournalError, match="must be a journal"):
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
        "requests['a'].input", "requests['b'].prompt", "requests['b'].qualty", "requests['b'].images",
        "requests['c'].model", "requests['c'].model_id", "requests['c'].input", "requests['d'].model_id",
        "requests['e']", "requests['']", "requests['f'].image[0]",
    }  # fmt: skip
    assert emulator.received == []
    assert not batches.journal.exists()


@pytest.mark.parametrize("options", [
    {"concurrency": 0}, {"concurrency": True}, {"concurrency": 10**6}, {"max_cost_usd": -1},
    {"max_cost_usd": float("nan")}, {"max_cost_usd": "5"}, {"max_cost_usd": 10**400}, {"timeout": 0},
    {"journal": None}, {"journal": 7}, {"journal": b"j"}, {"journal": ""}, {"folder": 3},
])  # fmt: skip
async def test_wrong_options(batches: Batches, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        batches.batch(requests(1), **options)
    with pytest.raises(ConfigurationError, match="requests: must be"):
        batches.batch(7)
