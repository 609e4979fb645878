"""A job that is written down and picked up again."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from .._support.sdk import Sdk, settled


def fields(sdk: Sdk) -> tuple[str, dict[str, Any]]:
    """Return an endpoint's fields and a body that it takes."""
    return next(
        (model_id, {"prompt": "a"})
        for model_id in sdk.module().list_endpoints()
        if sdk.module().get_endpoint(model_id).input_schema.get("required") == ["prompt"]
    )


async def test_a_job_survives_as_json(sdk: Sdk, emulator: Emulator, either: Any) -> None:
    model_id, body = fields(sdk)
    job = await settled(either.untyped(model_id).submit(body))
    saved = json.loads(json.dumps(job.to_dict()))
    assert saved == {"model_id": model_id, "request_id": job.request_id}
    again = type(job).from_dict({**saved, "of a later version": 1}, either)
    assert (type(again), again.to_dict()) == (type(job), saved)
    result = await settled(again.wait(timeout=20))
    assert isinstance(result.output, sdk.module().get_endpoint(model_id).output_type)
    assert len(emulator.jobs) == 1
    assert copy.deepcopy(again).to_dict() == saved


async def test_a_job_of_an_endpoint_that_this_sdk_does_not_have(sdk: Sdk, either: Any) -> None:
    data = {"model_id": "new/model", "request_id": "r-1"}
    kind = type(either.untyped("new/model").job("r-1"))
    assert kind.from_dict(data, either).to_dict() == data


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({}, ["model_id", "request_id"]),
        ("r-1", ["model_id", "request_id"]),
        ({"model_id": "a/b", "request_id": 7}, ["request_id"]),
        ({"model_id": "a/b", "request_id": "../r-1"}, ["request_id"]),
        ({"model_id": "../..", "request_id": "r-1"}, ["model_id"]),
    ],
)
def test_what_is_no_job_is_refused(sdk: Sdk, client: Any, data: Any, wrong: list[str]) -> None:
    with pytest.raises(sdk.module().InvalidRequestError) as caught:
        sdk.module().Job.from_dict(data, client)
    assert [problem.field for problem in caught.value.problems] == wrong


async def test_a_client_of_the_other_kind_is_refused(sdk: Sdk, either: Any) -> None:
    """Its calls would give coroutines that nobody awaits, or block the event loop."""
    module = sdk.module()
    other = module.AsyncJob if isinstance(either, module.RunComfy) else module.Job
    for wrong in (either, None):
        with pytest.raises(module.ConfigurationError, match="client: must be"):
            other.from_dict({"model_id": "a/b", "request_id": "r-1"}, wrong)
