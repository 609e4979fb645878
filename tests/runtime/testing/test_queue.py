"""The documented queue: submit, status, result, cancel."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from runcomfy_codegen.runtime.testing import Behaviour, EmulatedEndpoint, Emulator

from ..._support.emulator import ENDPOINTS, IMAGE, Api, plain_request


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: e.model_id)
def test_every_kind_of_id_can_be_submitted_percent_encoded(
    api: Api, endpoint: EmulatedEndpoint
) -> None:
    reply = api.submit(quote(endpoint.model_id))
    assert reply.status_code == 202
    assert api.emulator.received[-1].path == "/v1/models/" + quote(endpoint.model_id)
    assert api.emulator.jobs[reply.json()["request_id"]].model_id == endpoint.model_id


def test_submit_reply(api: Api) -> None:
    body = api.submit().json()
    request_id = body["request_id"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,128}", request_id)
    assert {
        key: httpx.URL(body[key]).path for key in ("status_url", "result_url", "cancel_url")
    } == {
        f"{action}_url": f"/v1/requests/{request_id}/{action}"
        for action in ("status", "result", "cancel")
    }
    assert body["status_url"].startswith(api.emulator.base_url)


def test_submit_status_200(api: Api) -> None:
    api.emulator.behaviour = Behaviour(submit_status=200)
    assert api.submit().status_code == 200


def test_a_job_moves_one_step_a_read_and_stays_at_the_end(api: Api) -> None:
    api.emulator.behaviour = Behaviour(
        statuses=("in_queue", "in_queue", "in_queue", "in_progress", "completed")
    )
    request_id = api.job()
    replies = [api.status(request_id).json() for _ in range(7)]
    assert [reply["status"] for reply in replies] == [
        "in_queue", "in_queue", "in_queue", "in_progress", "completed", "completed", "completed",
    ]  # fmt: skip
    assert [reply.get("queue_position") for reply in replies[:4]] == [2, 1, 0, None]


def test_result_reads_move_the_job_too(api: Api) -> None:
    request_id = api.job()
    first, second, third = (api.result(request_id) for _ in range(3))
    assert (first.status_code, first.json()["status"]) == (200, "in_queue")
    assert second.json()["status"] == "in_progress"
    assert "output" not in second.json()
    done = third.json()
    assert done["status"] == "completed"
    assert (done["request_id"], done["model_id"]) == (request_id, IMAGE)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", done["created_at"])
    assert done["finished_at"] >= done["created_at"]
    assert done["output"]["image"].startswith(api.emulator.base_url + "/outputs/")


def test_result_before_the_end_as_400005(api: Api) -> None:
    api.emulator.behaviour = Behaviour(not_ready="400005")
    request_id = api.job()
    replies = [api.result(request_id) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [400, 400, 200]
    assert replies[0].json()["error_code"] == 400005


@pytest.mark.parametrize("end", ["succeeded", "COMPLETED", "Succeeded"])
def test_other_words_for_success(api: Api, end: str) -> None:
    api.emulator.behaviour = Behaviour(statuses=("QUEUED", end))
    request_id = api.job()
    assert api.status(request_id).json()["queue_position"] == 0
    result = api.result(request_id).json()
    assert result["status"] == end
    assert "image" in result["output"]


def test_failed(api: Api) -> None:
    api.emulator.behaviour = Behaviour(statuses=("failed",), failure="too dark")
    request_id = api.job()
    assert api.status(request_id).json()["error"] == "too dark"
    result = api.result(request_id).json()
    assert (result["status"], result["error"]["message"]) == ("failed", "too dark")
    assert "output" not in result


def test_unknown_states_pass_through(api: Api) -> None:
    api.emulator.behaviour = Behaviour(statuses=("thinking_hard", "completed"))
    request_id = api.job()
    assert api.result(request_id).json()["status"] == "thinking_hard"
    assert "output" in api.result(request_id).json()


def test_the_course_is_fixed_at_submit(api: Api) -> None:
    api.emulator.behaviour = Behaviour(statuses=("failed",))
    failing = api.job()
    api.emulator.behaviour = Behaviour()
    assert api.status(failing).json()["status"] == "failed"
    assert api.status(api.job()).json()["status"] == "in_queue"


def test_a_course_without_states_is_refused() -> None:
    with pytest.raises(ValueError, match="statuses: must have at least one status"):
        Behaviour(statuses=())


@pytest.mark.parametrize("switch", ["submit_fault", "read_fault", "output_fault"])
def test_a_misspelt_fault_is_refused(switch: str) -> None:
    with pytest.raises(ValueError, match=f"{switch}: must be one of .*; got 'html_503'"):
        Behaviour(**{switch: "html_503"})  # type: ignore[arg-type]


# -- cost ---------------------------------------------------------------------------------


def test_cost_is_the_price_of_all_outputs(api: Api) -> None:
    assert math.isclose(api.finished(num_images=3)["cost"], 0.12)
    assert api.finished("acme/demo/text-to-video")["cost"] == 0


def test_cost_only_when_asked_for(api: Api) -> None:
    api.emulator.behaviour = Behaviour(statuses=("completed",))
    assert "cost" not in api.result(api.job()).json()


@pytest.mark.parametrize(("cost", "seen"), [("late", [False, True]), ("never", [False, False])])
def test_cost_late_or_never(api: Api, cost: Any, seen: list[bool]) -> None:
    api.emulator.behaviour = Behaviour(statuses=("completed",), cost=cost)
    request_id = api.job()
    assert ["cost" in api.result(request_id, include_cost="true").json() for _ in seen] == seen


# -- cancel -------------------------------------------------------------------------------


def test_a_queued_job_is_cancelled_for_good(api: Api) -> None:
    request_id = api.job()
    assert api.cancel(request_id).json() == {
        "request_id": request_id,
        "status": "cancelled",
        "outcome": "cancelled",
    }
    assert api.status(request_id).json()["status"] == "cancelled"
    result = api.result(request_id).json()
    assert result["status"] == "cancelled"
    assert "output" not in result


@pytest.mark.parametrize("state", ["in_progress", "completed", "failed"])
def test_a_job_past_the_queue_is_not_cancellable(api: Api, state: str) -> None:
    api.emulator.behaviour = Behaviour(statuses=(state,))
    request_id = api.job()
    reply = api.cancel(request_id).json()
    assert (reply["status"], reply["outcome"]) == (state, "not_cancellable")
    assert api.status(request_id).json()["status"] == state


@pytest.mark.parametrize(
    ("manner", "reply", "then"),
    [
        ("no_outcome", {"status": "cancelled"}, "cancelled"),
        ("no_status", {"outcome": "cancelled"}, "cancelled"),
        ("not_cancellable", {"status": "in_progress", "outcome": "not_cancellable"}, "in_progress"),
        ("cancellation_requested", {"status": "cancellation_requested"}, "in_queue"),
    ],
)
def test_other_cancel_replies(api: Api, manner: Any, reply: dict[str, str], then: str) -> None:
    api.emulator.behaviour = Behaviour(cancel=manner)
    request_id = api.job()
    assert api.cancel(request_id).json() == {"request_id": request_id} | reply
    assert api.status(request_id).json()["status"] == then


def test_cancel_fails_on_the_server(api: Api) -> None:
    api.emulator.behaviour = Behaviour(cancel="server_error_500")
    request_id = api.job()
    assert api.cancel(request_id).status_code == 500
    assert api.status(request_id).json()["status"] == "in_queue"


# -- errors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", [None, "Bearer wrong", "emulator-token", "Bearer emulator-token2"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/v1/models/{IMAGE}"),
        ("GET", "/v1/models"),
        ("GET", "/v1/models/categories"),
        ("GET", "/v1/requests/r-1/status"),
        ("GET", "/prod/v2/balance"),
        ("GET", "/elsewhere"),
    ],
)
def test_every_call_needs_the_token(
    emulator: Emulator, header: str | None, method: str, path: str
) -> None:
    headers = {"Authorization": header} if header else {}
    reply = plain_request(method, emulator.base_url + path, headers=headers)
    assert (reply.status_code, reply.json()["error_code"]) == (401, 400004)


def test_unknown_model(api: Api) -> None:
    for reply in (api.submit("acme/nope"), api.http.get("/v1/models/acme/nope")):
        assert (reply.status_code, reply.json()["error_code"]) == (404, 400001)
    assert not api.emulator.jobs


def test_unknown_request(api: Api) -> None:
    for call in (api.status, api.result, api.cancel):
        reply = call("0f6c2f0e-1111-4222-8333-5b7f0c9a1234")
        assert (reply.status_code, reply.json()["error_code"]) == (404, 404001)


def test_unknown_path_and_wrong_method(api: Api) -> None:
    assert api.http.get("/v2/models").status_code == 404
    assert api.http.put(f"/v1/models/{IMAGE}").status_code == 405
    assert "error_code" in api.http.put(f"/v1/models/{IMAGE}").json()


# -- the record ---------------------------------------------------------------------------


def test_received_holds_everything_in_order(api: Api) -> None:
    request_id = api.job(num_images=2)
    api.result(request_id, include_cost="true")
    api.http.get("/v1/models", headers={"Authorization": "no"})
    submit, result, refused = api.emulator.received
    assert (submit.method, submit.path) == ("POST", f"/v1/models/{IMAGE}")
    assert submit.body == {"prompt": "a fox", "num_images": 2}
    assert submit.headers["authorization"] == f"Bearer {api.emulator.token}"
    assert submit.headers["content-type"] == "application/json"
    assert (result.method, result.query, result.body) == ("GET", "include_cost=true", None)
    assert refused.headers["authorization"] == "no"
    assert submit.at <= result.at <= refused.at


def test_reset_forgets_all(api: Api) -> None:
    api.job()
    api.emulator.behaviour = replace(api.emulator.behaviour, submit_status=200)
    api.emulator.reset()
    assert (api.emulator.received, api.emulator.jobs) == ([], {})
    assert api.emulator.behaviour == Behaviour()
