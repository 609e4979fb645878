"""A toolbox spends nothing without permission, and never more than its budget."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from ..._support.toolboxes import PAINTER, SKETCHER, Box, submits

DOG = {"prompt": "a dog"}


async def test_nothing_is_spent_without_leave(box: Box, emulator: Emulator) -> None:
    tight = box.another(max_cost_usd=None)
    answer = await box.call(PAINTER, DOG, toolbox=tight)
    assert answer.is_error
    assert "not submitted: no budget was set" in answer.text
    assert "--max-cost-usd" in answer.text
    assert submits(emulator) == []


async def test_an_earlier_result_needs_no_leave(box: Box) -> None:
    done = await box.call(PAINTER, DOG)
    answer = await box.call(PAINTER, DOG, toolbox=box.another(max_cost_usd=None))
    assert answer.data["request_id"] == done.data["request_id"]


async def test_spending_may_be_allowed_without_a_budget(box: Box, emulator: Emulator) -> None:
    open_handed = box.another(max_cost_usd=None, allow_spending=True)
    answer = await box.call(PAINTER, DOG, toolbox=open_handed)
    assert answer.data["state"] == "completed"
    assert answer.text.endswith("all calls so far: $0.04")


async def test_a_call_over_the_budget_is_refused_with_figures(box: Box, emulator: Emulator) -> None:
    poor = box.another(max_cost_usd=0.1)
    await box.call(PAINTER, DOG, toolbox=poor)
    answer = await box.call(PAINTER, {"prompt": "more", "num_images": 2}, toolbox=poor)
    assert answer.is_error
    assert answer.data["state"] == "over_budget"
    for figure in ("$0.04", "$0.10", "$0.08"):
        assert figure in answer.text
    assert len(submits(emulator)) == 1
    cheaper = await box.call(PAINTER, {"prompt": "more"}, toolbox=poor)
    assert cheaper.data["state"] == "completed"


async def test_the_budget_counts_other_toolboxes_and_unknown_outcomes(
    box: Box, emulator: Emulator
) -> None:
    emulator.behaviour = replace(
        emulator.behaviour, submit_fault="drop_after_accept", fault_count=1
    )
    await box.call(PAINTER, DOG)
    answer = await box.call(PAINTER, {"prompt": "b"}, toolbox=box.another(max_cost_usd=0.07))
    assert answer.data["state"] == "over_budget"
    assert len(submits(emulator)) == 1


async def test_an_unpriced_model_is_tried_once_until_its_cost_is_known(
    box: Box, emulator: Emulator
) -> None:
    emulator.behaviour = replace(emulator.behaviour, statuses=("in_queue",))
    hasty = box.another(wait_seconds=0.1)
    first = await box.call(SKETCHER, {"prompt": "a"}, toolbox=hasty)
    second = await box.call(SKETCHER, {"prompt": "b"}, toolbox=hasty)
    assert "price is unknown" in second.text
    emulator.jobs[first.data["request_id"]].move_to("completed")
    await box.call("job_status", {"request_id": first.data["request_id"]})
    emulator.behaviour = replace(emulator.behaviour, statuses=("completed",))
    third = await box.call(SKETCHER, {"prompt": "b"})
    assert third.data["state"] == "completed"
    assert len(submits(emulator)) == 2


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("max_cost_usd", -1),
        ("max_cost_usd", "5"),
        ("max_cost_usd", float("nan")),
        ("max_cost_usd", True),
        ("allow_spending", "yes"),
        ("wait_seconds", 0),
        ("journal", ""),
        ("journal", b"a"),
        ("folder", 7),
        ("media_folders", ["/no/such/folder"]),
        ("only", ["acme/paint"]),
        ("only", []),
        ("colour", "red"),
    ],
)
async def test_wrong_options_are_refused(box: Box, option: str, value: Any) -> None:
    with pytest.raises(box.sdk.module().ConfigurationError) as caught:
        box.another(**{option: value})
    assert option in str(caught.value)
