"""One journal in many hands: threads, tasks, toolboxes and programs that are cut off."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from ..._support.sdk import Sdk
from ..._support.toolboxes import PAINTER, Box, opened, submits, until

DOG = {"prompt": "a dog"}


async def test_the_same_call_at_the_same_time_is_paid_once(box: Box, emulator: Emulator) -> None:
    emulator.behaviour = replace(emulator.behaviour, delay=0.05)
    others = [box.another() for _ in range(3)]
    answers = await asyncio.gather(
        *(box.call(PAINTER, DOG, toolbox=toolbox) for toolbox in (*others, *others))
    )
    assert len({answer.data["request_id"] for answer in answers}) == 1
    assert [answer.data["is_new"] for answer in answers].count(True) == 1
    assert len(submits(emulator)) == 1
    assert len({answer.data["files"][0] for answer in answers}) == 1


async def test_calls_at_the_same_time_keep_to_the_budget(box: Box, emulator: Emulator) -> None:
    emulator.behaviour = replace(emulator.behaviour, delay=0.05)
    boxes = [box.another(max_cost_usd=0.09) for _ in range(6)]
    answers = await asyncio.gather(
        *(
            box.call(PAINTER, {"prompt": str(number)}, toolbox=toolbox)
            for number, toolbox in enumerate(boxes)
        )
    )
    states = sorted(answer.data["state"] for answer in answers)
    assert states == 2 * ["completed"] + 4 * ["over_budget"]
    assert len(submits(emulator)) == 2


async def test_no_lock_files_are_left(box: Box) -> None:
    await box.call(PAINTER, DOG)
    assert [path.name for path in box.home.iterdir() if path.is_file()] == ["agent.sqlite"]


async def test_a_running_batch_keeps_the_journal(box: Box, emulator: Emulator) -> None:
    """The answer says so, and nothing is sent."""
    journal = box.sdk.module().Journal(box.home / "agent.sqlite", create=True)
    calls = box.sdk.module("tools._calls")
    patience, calls._PATIENCE = calls._PATIENCE, 0.1
    try:
        answer = await box.call(PAINTER, DOG)
    finally:
        calls._PATIENCE = patience
        journal.close()
    assert answer.is_error
    assert "uses this journal" in answer.text
    assert submits(emulator) == []


async def test_a_journal_of_another_service_is_refused(
    sdk: Sdk, box: Box, emulator: Emulator
) -> None:
    await box.call(PAINTER, DOG)
    with Emulator(emulator.endpoints, token=emulator.token) as other:
        async with opened(sdk, box.kind, other, box.home) as elsewhere:
            answer = await elsewhere.call(PAINTER, {"prompt": "a cat"})
        assert "this journal belongs to" in answer.text
        assert submits(other) == []


async def test_a_cancelled_call_finds_its_job(sdk: Sdk, emulator: Emulator, tmp_path: Path) -> None:
    """A client that gives up a call cancels it; its submit is not cut off."""
    emulator.behaviour = replace(emulator.behaviour, delay=0.3)
    async with opened(sdk, "async", emulator, tmp_path) as box:
        task = asyncio.ensure_future(box.call(PAINTER, DOG))
        await until(lambda: submits(emulator))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        emulator.behaviour = replace(emulator.behaviour, delay=0.0)
        answer = await box.call(PAINTER, DOG)
        assert answer.data["state"] == "completed"
    assert len(submits(emulator)) == 1


async def test_closing_waits_for_a_submit_of_a_cancelled_call(
    sdk: Sdk, emulator: Emulator, tmp_path: Path
) -> None:
    emulator.behaviour = replace(emulator.behaviour, delay=0.3)
    async with opened(sdk, "async", emulator, tmp_path) as box:
        task = asyncio.ensure_future(box.call(PAINTER, DOG))
        await until(lambda: submits(emulator))
        task.cancel()
    assert set(box.states().values()) == {"submitted"}


async def test_a_repeated_again_finds_the_job_whose_answer_was_lost(
    sdk: Sdk, emulator: Emulator, tmp_path: Path
) -> None:
    """Else a call with again=true that times out, and is repeated, would pay twice."""
    async with opened(sdk, "async", emulator, tmp_path) as box:
        await box.call(PAINTER, DOG)
        emulator.behaviour = replace(emulator.behaviour, statuses=("in_queue",))
        task = asyncio.ensure_future(box.call(PAINTER, {**DOG, "again": True}))
        await until(lambda: "submitted" in box.states().values())
        task.cancel()
        hasty = box.another(wait_seconds=0.1)
        repeated = await box.call(PAINTER, {**DOG, "again": True}, toolbox=hasty)
        assert "its answer may have been lost" in repeated.text
        assert len(submits(emulator)) == 2
        wanted = await box.call(PAINTER, {**DOG, "again": True}, toolbox=hasty)
        assert wanted.data["is_new"]
    assert len(submits(emulator)) == 3


async def test_ctrl_c_while_posting_leaves_the_outcome_unknown(
    sdk: Sdk, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sdk, "sync", emulator, tmp_path) as box:
        perform = box.client._driver._perform

        def interrupted(effect: Any) -> Any:
            if getattr(effect, "method", "") == "POST":
                perform(effect)
                effect.progress.head = None  # the reply was lost on its way
                raise KeyboardInterrupt
            return perform(effect)

        with monkeypatch.context() as patch:
            patch.setattr(box.client._driver, "_perform", interrupted)
            with pytest.raises(KeyboardInterrupt):
                box.toolbox.call(PAINTER, DOG)
        answer = await box.call(PAINTER, DOG)
        assert answer.text.startswith("unknown: ")
    assert len(submits(emulator)) == 1
