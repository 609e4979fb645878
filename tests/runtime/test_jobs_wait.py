"""The wait: its end, its pace, its deadline and its interruptions."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime.jobs import JobStatus

from .._support.fault_server import Act, FaultServer, accepted, drip, hang_up, reply, stall, state
from .._support.runtime import KINDS, MODEL_ID, Kind, opened, settled

DONE = state("completed", output={"image": "https://x.example/a.png"})


def paths(server: FaultServer) -> list[str]:
    return [request.target.rsplit("/", 1)[-1] for request in server.received]


async def outcome(kind: Kind, acts: Sequence[Act], **options: Any) -> tuple[Any, FaultServer]:
    """Return what a wait gives or raises, and the peer that it asked."""
    wait = {"timeout": 5.0, **options.pop("wait", {})}
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url, **options) as client:
            try:
                return await settled(client.untyped(MODEL_ID).job("r-1").wait(**wait)), server
            except Exception as error:
                return error, server


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("completed", "Result"),
        ("Succeeded", "Result"),
        ("failed", "JobFailed"),
        ("FAILED", "JobFailed"),
        ("cancelled", "JobCancelled"),
        ("Canceled", "JobCancelled"),
    ],
)
async def test_every_terminal_state_ends_the_wait_at_once(
    name: str, expected: str, kind: Kind
) -> None:
    acts = [state(name), state(name, output={"image": "x"} if expected == "Result" else None)]
    found, server = await outcome(kind, acts)
    assert type(found).__name__ == expected
    assert found.request_id == "r-1"
    assert len(server.received) == (1 if expected == "JobCancelled" else 2)
    assert paths(server)[0] == "status"


@pytest.mark.parametrize("kind", KINDS)
async def test_unknown_and_odd_states_keep_waiting(kind: Kind) -> None:
    odd = [state("pending"), state("brand-new"), reply(200, {}), reply(200, {"status": 7})]
    found, server = await outcome(kind, [*odd, state("completed"), DONE])
    assert found.status == "completed"
    assert paths(server) == ["status"] * 5 + ["result?include_cost=true"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_result_that_lags_behind_the_status_is_waited_for(kind: Kind) -> None:
    lag = reply(400, {"error_code": 400005, "error_message": "not ready"})
    found, _ = await outcome(kind, [state("completed"), lag, state("completed"), DONE])
    assert found.status == "completed"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "nothing", [None, {}, [], "", {"image": None}, {"images": [], "video": ""}]
)
async def test_completed_without_usable_output_is_its_own_error(nothing: Any, kind: Kind) -> None:
    empty = state("completed", output=nothing, error={"message": "lost"})
    found, _ = await outcome(kind, [state("completed"), empty])
    assert isinstance(found, errors.OutputMissing)
    assert "lost" in str(found)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", ["too dark", {"type": "x", "message": "too dark"}, ["too dark"]])
async def test_the_reason_of_a_failure_in_either_place(error: Any, kind: Kind) -> None:
    for acts in ([state("failed", error=error)], [state("failed"), state("failed", error=error)]):
        found, server = await outcome(kind, acts)
        assert isinstance(found, errors.JobFailed)
        assert "too dark" in str(found)
        assert found.details == error
        assert len(server.received) == len(acts)


@pytest.mark.parametrize("kind", KINDS)
async def test_failure_without_a_readable_reason_is_a_failure(kind: Kind) -> None:
    found, _ = await outcome(kind, [state("failed"), reply(404, {"error_code": 404001})])
    assert isinstance(found, errors.JobFailed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "unready", [reply(400, {"error_code": 400005}), state("in_progress")], ids=["400005", "state"]
)
async def test_a_failure_whose_result_is_never_ready_ends_the_wait(
    unready: Act, kind: Kind
) -> None:
    """End the wait: what a result read says of a failed job is not documented."""
    found, server = await outcome(kind, [state("failed"), unready])
    assert isinstance(found, errors.JobFailed)
    assert paths(server) == ["status", "result?include_cost=true"]


@pytest.mark.parametrize("kind", KINDS)
async def test_updates_come_on_change_only(kind: Kind) -> None:
    queue = [state("in_queue", queue_position=position) for position in (2, 2, 1, True)]
    acts = [*queue, state("In_Progress"), state("in_progress"), state("completed"), DONE]
    seen: list[JobStatus] = []
    await outcome(kind, acts, wait={"on_update": seen.append})
    assert [(status.state, status.queue_position) for status in seen] == [
        ("in_queue", 2),
        ("in_queue", 1),
        ("in_queue", None),
        ("in_progress", None),
        ("completed", None),
    ]
    assert seen[3].raw_state == "In_Progress"
    assert [status.elapsed for status in seen] == sorted(status.elapsed for status in seen)
    assert "in_queue, queue position 2" in str(seen[0])


@pytest.mark.parametrize("kind", KINDS)
async def test_an_error_of_the_callback_is_not_taken_for_ours(kind: Kind) -> None:
    for mine in (TimeoutError("mine"), errors.TransportError("mine")):

        def on_update(_: JobStatus, mine: Exception = mine) -> None:
            raise mine

        found, _ = await outcome(kind, [state("in_queue")], wait={"on_update": on_update})
        assert found is mine


async def test_a_coroutine_callback_is_awaited() -> None:
    seen: list[str] = []

    async def on_update(status: JobStatus) -> None:
        await asyncio.sleep(0)
        seen.append(status.state)

    await outcome("async", [state("completed"), DONE], wait={"on_update": on_update})
    assert seen == ["completed"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", [state("in_queue"), stall, drip, hang_up, reply(502, b"<html>")])
async def test_the_deadline_holds_and_says_how_to_resume(act: Act, kind: Kind) -> None:
    begin = time.monotonic()
    found, _ = await outcome(kind, [act], wait={"timeout": 0.2})
    assert isinstance(found, errors.WaitTimeout)
    assert isinstance(found, TimeoutError)
    assert ".job('r-1')" in str(found)
    assert MODEL_ID in str(found)
    assert found.retry_safe
    assert time.monotonic() - begin < 4


@pytest.mark.parametrize("kind", KINDS)
async def test_a_long_pause_is_cut_for_a_last_look(kind: Kind) -> None:
    policy = RetryPolicy(first_poll=60, longest_poll=60)
    found, server = await outcome(
        kind, [state("in_queue")], retry_policy=policy, wait={"timeout": 0.2}
    )
    assert isinstance(found, errors.WaitTimeout)
    assert paths(server) == ["status", "status"]


@pytest.mark.parametrize("kind", KINDS)
async def test_retry_after_of_a_day_parks_nobody(kind: Kind) -> None:
    busy = reply(429, {}, {"Retry-After": "86400"})
    found, _ = await outcome(kind, [busy, state("completed"), DONE])
    assert found.status == "completed"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("timeout", [0, -1, float("inf"), float("nan"), "5", True])
async def test_a_wait_is_never_without_end(timeout: Any, kind: Kind) -> None:
    found, server = await outcome(kind, [DONE], wait={"timeout": timeout})
    assert isinstance(found, errors.ConfigurationError)
    assert server.connections == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("act", "error"),
    [
        (reply(404, {"error_code": 404001}), errors.NotFoundError),
        (reply(200, {"error_code": 400004}), errors.AuthenticationError),
        (reply(403, b"<html>"), errors.PermissionDeniedError),
        (reply(418, b"<html>"), errors.APIError),
    ],
)
async def test_a_final_refusal_ends_the_wait(
    act: Act, error: type[errors.APIError], kind: Kind
) -> None:
    found, server = await outcome(kind, [act])
    assert type(found) is error
    assert found.request_id == "r-1"
    assert len(server.received) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_run_is_never_safe_to_repeat_after_the_submit(kind: Kind) -> None:
    with FaultServer([accepted(), state("in_queue")]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.WaitTimeout) as caught:
                await settled(client.untyped(MODEL_ID).run({}, timeout=0.3))
    assert not caught.value.retry_safe
    assert caught.value.request_id == "r-1"
    assert server.posts == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_an_interrupted_run_says_how_to_resume_and_stays_usable(
    kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    def interrupt(_: JobStatus) -> None:
        raise KeyboardInterrupt if kind == "sync" else asyncio.CancelledError

    acts = [accepted(), state("in_queue"), state("completed"), DONE]
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url) as client:
            endpoint = client.untyped(MODEL_ID)
            with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)):
                await settled(endpoint.run({}, on_update=interrupt))
            assert ".job('r-1')" in caplog.text
            assert (await settled(endpoint.job("r-1").wait(timeout=5))).request_id == "r-1"
    assert server.posts == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_error_about_another_job_does_not_hide_this_job(
    kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    def on_update(_: JobStatus) -> None:
        raise errors.RateLimitError("mine", request_id="r-2", retry_safe=True)

    with FaultServer([accepted(), state("in_queue")]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.RateLimitError, match="mine") as caught:
                await settled(client.untyped(MODEL_ID).run({}, on_update=on_update))
    assert ".job('r-1')" in caplog.text
    assert not caught.value.retry_safe


@pytest.mark.parametrize("kind", KINDS)
async def test_a_callback_that_is_no_function_costs_nothing(kind: Kind) -> None:
    with FaultServer([accepted(), state("in_queue")]).running() as server:
        async with opened(kind, server.url) as client:
            for call in (client.untyped(MODEL_ID).run, client.untyped(MODEL_ID).job("r-1").wait):
                options: dict[str, Any] = {"body": {}} if call.__name__ == "run" else {}
                with pytest.raises(errors.ConfigurationError, match="on_update"):
                    await settled(call(**options, on_update="print"))
    assert server.connections == 0


async def test_a_cancelled_task_leaves_the_job_usable() -> None:
    stalled = threading.Event()

    def stall_visibly(peer: socket.socket) -> None:
        stalled.set()
        stall(peer)

    acts = [state("in_queue"), stall_visibly, state("completed"), DONE]
    with FaultServer(acts).running() as server:
        async with opened("async", server.url) as client:
            job = client.untyped(MODEL_ID).job("r-1")
            task = asyncio.create_task(job.wait(timeout=60))
            await asyncio.to_thread(stalled.wait, 5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await job.wait(timeout=5)).status == "completed"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (0, 0.0),
        (0.5, 0.5),
        (True, None),
        (-1, None),
        ("1", None),
        (float("nan"), None),
        (None, None),
    ],
)
async def test_cost(cost: Any, expected: float | None, kind: Kind) -> None:
    found, _ = await outcome(kind, [state("completed"), state("completed", output="x", cost=cost)])
    assert found.cost == expected
    assert found.output == "x"


@pytest.mark.parametrize("kind", KINDS)
async def test_urls_of_an_output(kind: Kind) -> None:
    a, b, data = "https://x.example/a", "HTTP://x.example/b", "data:image/png;base64,AA=="
    output = {"images": [a, {"deep": b}], "video": a, "text": "see https://", "image": data, "n": 1}
    found, _ = await outcome(kind, [state("completed"), state("completed", output=output)])
    assert found.urls == (a, b, data)


def test_the_pace_grows_and_minds_the_queue() -> None:
    policy = RetryPolicy()
    pauses = [policy.poll_pause(polls, None) for polls in (1, 5, 50, 10_000)]
    assert pauses[0] < 1 < pauses[1] < pauses[2]
    assert max(pauses) <= policy.longest_poll * 1.25
    assert policy.poll_pause(1, 1000) > 3
    assert policy.retry_pause(10_000, None) <= policy.longest_retry * 1.25
    assert policy.retry_pause(1, 86400.0) == policy.longest_retry_after
