"""A call of a tool pays once, and the agent learns the truth."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from ..._support.toolboxes import EDITOR, PAINTER, SKETCHER, Box, submits

DOG = {"prompt": "a dog"}


async def test_a_call_returns_text_facts_and_files(box: Box) -> None:
    answer = await box.call(PAINTER, DOG)
    assert not answer.is_error
    assert answer.text.startswith("completed: acme/painter/text-to-image, request ")
    [file] = answer.data["files"]
    assert file.startswith(str(box.home / "out"))
    assert f"file: {file}" in answer.text
    assert answer.data["cost_usd"] == pytest.approx(0.04)
    assert "all calls so far: $0.04 of $10.00" in answer.text


async def test_a_repeated_call_is_not_paid_again(box: Box, emulator: Emulator) -> None:
    first = await box.call(PAINTER, DOG)
    again = await box.call(PAINTER, json.dumps({"size": None, **DOG}))
    assert len(submits(emulator)) == 1
    assert again.data["request_id"] == first.data["request_id"]
    assert again.data["files"] == first.data["files"]
    assert "was not paid again" in again.text


async def test_again_pays_for_another_job(box: Box, emulator: Emulator) -> None:
    first = await box.call(PAINTER, DOG)
    second = await box.call(PAINTER, {**DOG, "again": True})
    assert len(submits(emulator)) == 2
    assert second.data["request_id"] != first.data["request_id"]
    third = await box.call(PAINTER, DOG)
    assert third.data["request_id"] == second.data["request_id"]


async def test_a_model_that_has_a_field_again(box: Box, emulator: Emulator) -> None:
    await box.call(SKETCHER, {"prompt": "a", "again": "of the model"})
    answer = await box.call(SKETCHER, {"prompt": "a", "again": "of the model", "again_": True})
    assert [request.body for request in submits(emulator)] == 2 * [
        {"prompt": "a", "again": "of the model"}
    ]
    assert answer.data["is_new"]


async def test_wrong_input_lists_all_problems_and_sends_nothing(
    box: Box, emulator: Emulator
) -> None:
    answer = await box.call(PAINTER, {"num_images": 9, "size": "8k", "colour": "red", "again": 1})
    assert answer.is_error
    assert answer.data["state"] == "invalid"
    for name in ("prompt", "num_images", "size", "colour", "again"):
        assert f"\n  {name}: " in answer.text
    assert "nothing was sent" in answer.text
    assert emulator.received == []
    assert not (box.home / "agent.sqlite").exists()


@pytest.mark.parametrize(
    "arguments", ["[1]", "{", '{"prompt": "a", "prompt": "b"}', 7, [], "[" * 100_000]
)
async def test_arguments_that_are_no_object(box: Box, emulator: Emulator, arguments: Any) -> None:
    answer = await box.call(PAINTER, arguments)
    assert answer.is_error
    assert "must be a JSON object" in answer.text
    assert emulator.received == []


async def test_an_unknown_tool_names_the_nearest(box: Box) -> None:
    answer = await box.call("acme_painter_text_to_imag", DOG)
    assert answer.is_error
    assert f"did you mean '{PAINTER}'?" in answer.text


async def test_a_long_job_answers_and_job_status_goes_on(box: Box, emulator: Emulator) -> None:
    emulator.behaviour = replace(emulator.behaviour, statuses=("in_queue",))
    hasty = box.another(wait_seconds=0.1)
    answer = await box.call(PAINTER, DOG, toolbox=hasty)
    assert not answer.is_error
    assert answer.data["state"] == "submitted"
    assert answer.data["status"] == "in_queue"
    request_id = answer.data["request_id"]
    assert f'Call job_status with request_id "{request_id}"' in answer.text
    still = await box.call("job_status", {"request_id": request_id}, toolbox=hasty)
    assert still.data["status"] == "in_queue"
    emulator.jobs[request_id].move_to("completed")
    done = await box.call("job_status", {"request_id": request_id})
    assert done.data["state"] == "completed"
    assert len(done.data["files"]) == 1
    assert len(submits(emulator)) == 1


async def test_job_status_without_an_id_lists_the_calls(box: Box) -> None:
    await box.call(PAINTER, DOG)
    done = await box.call(PAINTER, {"prompt": "a cat"})
    answer = await box.call("job_status")
    assert answer.text.startswith("2 calls so far, newest first:\ncompleted, ")
    assert answer.text.index('"a cat"') < answer.text.index('"a dog"')
    assert answer.data["calls"][0]["request_id"] == done.data["request_id"]


async def test_a_job_that_is_not_the_agents_is_refused(box: Box, emulator: Emulator) -> None:
    for tool in ("job_status", "cancel_job"):
        answer = await box.call(tool, {"request_id": "11111111"})
        assert answer.is_error
        assert "no call of this journal has this id" in answer.text
    assert emulator.received == []


async def test_cancel_says_what_came_of_it(box: Box, emulator: Emulator) -> None:
    emulator.behaviour = replace(emulator.behaviour, statuses=("in_queue",))
    waiting = await box.call(PAINTER, DOG, toolbox=box.another(wait_seconds=0.1))
    job = {"request_id": waiting.data["request_id"]}
    answer = await box.call("cancel_job", job)
    assert answer.data["outcome"] == "cancelled"
    repeated = await box.call(PAINTER, DOG)
    assert repeated.is_error
    assert repeated.text.startswith("failed: ")
    assert len(submits(emulator)) == 1


async def test_a_job_that_has_ended_cannot_be_cancelled(box: Box) -> None:
    done = await box.call(PAINTER, DOG)
    late = await box.call("cancel_job", {"request_id": done.data["request_id"]})
    assert late.is_error
    assert late.text.startswith("not_cancellable: ")
    assert "is charged" in late.text


async def test_a_failed_job_is_not_paid_again(box: Box, emulator: Emulator) -> None:
    emulator.behaviour = replace(emulator.behaviour, statuses=("failed",))
    for _ in range(2):
        answer = await box.call(PAINTER, DOG)
        assert answer.is_error
        assert "the model could not process this input" in answer.text
        assert "It may have been charged." in answer.text
    assert len(submits(emulator)) == 1


async def test_an_unknown_outcome_is_told_and_not_repeated(box: Box, emulator: Emulator) -> None:
    emulator.behaviour = replace(
        emulator.behaviour, submit_fault="drop_after_accept", fault_count=1
    )
    for _ in range(2):
        answer = await box.call(PAINTER, DOG)
        assert answer.is_error
        assert answer.text.startswith("unknown: ")
        assert "may be charged" in answer.text
        assert "It was not sent again." in answer.text
    assert len(submits(emulator)) == 1
    another = await box.call(PAINTER, {**DOG, "again": True})
    assert another.data["state"] == "completed"
    assert len(submits(emulator)) == 2


async def test_a_person_attaches_a_job_of_unknown_outcome(box: Box, emulator: Emulator) -> None:
    emulator.behaviour = replace(
        emulator.behaviour, submit_fault="drop_after_accept", fault_count=1
    )
    unknown = await box.call(PAINTER, DOG)
    with box.sdk.module().Journal(box.home / "agent.sqlite") as journal:
        journal.attach(unknown.data["call"], next(iter(emulator.jobs)))
    answer = await box.call(PAINTER, DOG)
    assert answer.data["state"] == "completed"
    assert len(submits(emulator)) == 1


@pytest.mark.parametrize("fault", ["insufficient_balance", "permission_denied"])
async def test_a_refused_call_may_be_tried_again(box: Box, emulator: Emulator, fault: Any) -> None:
    emulator.behaviour = replace(emulator.behaviour, submit_fault=fault, fault_count=1)
    refused = await box.call(PAINTER, DOG)
    assert refused.is_error
    assert set(box.states().values()) == {"refused"}
    answer = await box.call(PAINTER, DOG)
    assert answer.data["state"] == "completed"
    assert len(box.states()) == 1


async def test_files_that_were_not_saved_are_saved_later(box: Box, emulator: Emulator) -> None:
    emulator.behaviour = replace(emulator.behaviour, output_fault="gone")
    answer = await box.call(PAINTER, DOG)
    assert answer.data["state"] == "completed"
    assert answer.data["files"] == []
    assert "done and paid for" in answer.text
    emulator.behaviour = replace(emulator.behaviour, output_fault=None)
    done = await box.call("job_status", {"request_id": answer.data["request_id"]})
    assert len(done.data["files"]) == 1
    assert len(submits(emulator)) == 1


async def test_without_a_folder_the_answer_has_urls(box: Box) -> None:
    answer = await box.call(PAINTER, DOG, toolbox=box.another(folder=None))
    assert answer.data["files"] == []
    assert f"url: {answer.data['urls'][0]}" in answer.text
    assert not (box.home / "out").exists()


async def test_small_pictures_come_with_the_answer(box: Box) -> None:
    answer = await box.call(PAINTER, DOG)
    [preview] = answer.previews
    assert preview.media_type in ("image/jpeg", "image/png")
    text, picture = answer.content("mcp")
    assert text == {"type": "text", "text": answer.text}
    assert picture == {"type": "image", "data": preview.base64, "mimeType": preview.media_type}
    source = {"type": "base64", "media_type": preview.media_type, "data": preview.base64}
    assert answer.content("anthropic")[1] == {"type": "image", "source": source}
    assert answer.content() == str(answer) == answer.text


async def test_other_media_make_another_call(box: Box, emulator: Emulator) -> None:
    """The content of a file counts, not its name."""
    picture = box.picture()
    await box.call(EDITOR, {"prompt": "a", "image": str(picture)})
    picture.rename(picture.with_name("b.png"))
    await box.call(EDITOR, {"prompt": "a", "image": "b.png"})
    assert len(submits(emulator)) == 1
    box.picture(size=16)
    await box.call(EDITOR, {"prompt": "a", "image": "a.png"})
    assert len(submits(emulator)) == 2


async def test_an_output_is_the_input_of_another_call(box: Box, emulator: Emulator) -> None:
    painted = await box.call(PAINTER, DOG)
    answer = await box.call(EDITOR, {"prompt": "a", "image": painted.data["files"][0]})
    assert answer.data["state"] == "completed"
    assert submits(emulator)[1].body["image"].startswith("data:image/")
