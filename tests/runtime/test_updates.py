"""Watching a job: its updates, a pace of one's own, a cancel when the time is over."""

from __future__ import annotations

import copy
import time
import warnings
from functools import partial
from typing import Any

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._client import SyncClient

from .._support.fault_server import FaultServer, accepted, reply, state
from .._support.runtime import KINDS, MODEL_ID, TOKEN, Kind, opened, settled

QUEUED, DONE = state("in_queue", queue_position=2), state("completed", output={"image": "x"})


async def collected(updates: Any) -> list[str]:
    if hasattr(updates, "__aiter__"):
        return [status.state async for status in updates]
    return [status.state for status in updates]


@pytest.mark.parametrize("kind", KINDS)
async def test_updates_end_with_the_job(kind: Kind) -> None:
    script = [QUEUED, QUEUED, state("in_queue", queue_position=1), state("in_progress"), DONE]
    with FaultServer(script).running() as server:
        async with opened(kind, server.url) as client:
            job = client.untyped(MODEL_ID).job("r-1")
            assert await collected(job.updates(timeout=20)) == [
                *("in_queue", "in_queue", "in_progress", "completed")
            ]
    assert len(server.received) == len(script)


@pytest.mark.parametrize("kind", KINDS)
async def test_updates_raise_when_the_time_is_over(kind: Kind) -> None:
    with FaultServer([QUEUED] * 99).running() as server:
        async with opened(kind, server.url) as client:
            job = client.untyped(MODEL_ID).job("r-1")
            with pytest.raises(errors.WaitTimeout) as caught:
                await collected(job.updates(timeout=0.2))
    assert (caught.value.request_id, caught.value.transient) == ("r-1", True)


@pytest.mark.parametrize("kind", KINDS)
async def test_updates_refuse_wrong_options_at_once(kind: Kind) -> None:
    async with opened(kind, "http://127.0.0.1:9") as client:
        job = client.untyped(MODEL_ID).job("r-1")
        with pytest.raises(errors.ConfigurationError, match="poll_interval"):
            job.updates(poll_interval=0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["wait", "run", "updates"])
async def test_the_caller_chooses_the_pace(kind: Kind, way: str) -> None:
    script = ([accepted()] if way == "run" else []) + [QUEUED, QUEUED, DONE, DONE]
    options = {"timeout": 20, "poll_interval": 0.15}
    with FaultServer(script).running() as server:
        async with opened(kind, server.url) as client:
            endpoint = client.untyped(MODEL_ID)
            begin = time.monotonic()
            if way == "run":
                await settled(endpoint.run({}, **options))
            elif way == "wait":
                await settled(endpoint.job("r-1").wait(**options))
            else:
                await collected(endpoint.job("r-1").updates(**options))
    assert time.monotonic() - begin >= 0.3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("outcome", ["cancelled", "not_cancellable"])
@pytest.mark.parametrize("way", ["wait", "run"])
async def test_a_cancel_follows_the_timeout_if_asked_for(
    kind: Kind, outcome: str, way: str
) -> None:
    cancel = reply(200, {"request_id": "r-1", "status": "in_queue", "outcome": outcome})
    script = ([accepted()] if way == "run" else []) + [QUEUED]
    options = {"timeout": 0.3, "poll_interval": 60, "cancel_on_timeout": True}
    with FaultServer([*script, QUEUED, cancel]).running() as server:
        async with opened(kind, server.url) as client:
            endpoint = client.untyped(MODEL_ID)
            call = partial(endpoint.run, {}) if way == "run" else endpoint.job("r-1").wait
            with pytest.raises(errors.WaitTimeout) as caught:
                await settled(call(**options))
    assert server.received[-1].target.endswith("/r-1/cancel")
    assert caught.value.cancel_outcome == outcome
    assert ("resume it" in str(caught.value)) == (outcome != "cancelled")


@pytest.mark.parametrize("kind", KINDS)
async def test_no_cancel_without_being_asked(kind: Kind) -> None:
    with FaultServer([QUEUED] * 9).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.WaitTimeout) as caught:
                await settled(client.untyped(MODEL_ID).job("r-1").wait(timeout=0.2))
    assert caught.value.cancel_outcome is None
    assert not [each for each in server.received if each.target.endswith("/cancel")]


async def noted(status: Any) -> None:
    raise AssertionError(status)


class CoroutineCallback:
    async def __call__(self, status: Any) -> None:
        raise AssertionError(status)


@pytest.mark.parametrize("on_update", [noted, CoroutineCallback()])
def test_the_blocking_client_refuses_a_coroutine_callback(on_update: Any) -> None:
    client = SyncClient(TOKEN, base_url="http://127.0.0.1:9")
    endpoint = client.untyped(MODEL_ID)
    with pytest.raises(errors.ConfigurationError, match="coroutine function"):
        endpoint.run({}, on_update=on_update)
    with pytest.raises(errors.ConfigurationError, match="coroutine function"):
        endpoint.job("r-1").wait(on_update=on_update)


def test_the_old_name_of_the_http_time_warns_and_works() -> None:
    with pytest.warns(DeprecationWarning, match="http_timeout") as caught:
        client = SyncClient(TOKEN, timeout=7)
    assert caught[0].filename == __file__
    assert client._api.timeout == 7
    with pytest.warns(DeprecationWarning, match="http_timeout"):
        assert client.with_options(timeout=8)._api.timeout == 8
    with pytest.raises(errors.ConfigurationError, match="http_timeout"):
        SyncClient(TOKEN, timeout=7, http_timeout=7)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_old_name_of_a_submits_time_warns_and_works(kind: Kind) -> None:
    with FaultServer([accepted()] * 2).running() as server:
        async with opened(kind, server.url) as client:
            endpoint = client.untyped(MODEL_ID)
            with pytest.warns(DeprecationWarning, match="http_timeout") as caught:
                await settled(endpoint.submit({}, timeout=5))
            assert caught[0].filename.endswith(
                ("test_updates.py", "_support/runtime.py", "events.py")
            )
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                await settled(endpoint.submit({}, http_timeout=5))
    assert server.posts == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_an_unknown_option_is_named_with_the_nearest(kind: Kind) -> None:
    async with opened(kind, "http://127.0.0.1:9") as client:
        with pytest.raises(errors.InvalidRequestError, match="did you mean 'http_timeout'"):
            await settled(client.untyped(MODEL_ID).submit({}, htp_timeout=5))
        with pytest.raises(errors.InvalidRequestError, match="did you mean 'on_update'"):
            await settled(client.untyped(MODEL_ID).run({}, onupdate=print))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_copied_client_shares_the_connections(kind: Kind) -> None:
    with FaultServer([accepted()] * 2).running() as server:
        async with opened(kind, server.url) as client:
            twin = copy.copy(client)
            await settled(twin.untyped(MODEL_ID).submit({}))
            await settled(twin.close() if kind == "sync" else twin.aclose())
            await settled(client.untyped(MODEL_ID).submit({}))  # still open
    assert server.posts == 2


def test_errors_say_whether_trying_again_can_help() -> None:
    transient = {"RateLimitError", "ResultNotReady", "ServerError", "TransportError"} | {
        *("ConnectionFailed", "ReplyLost", "RequestTimeout", "WaitTimeout")
    }
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    ours = {kind.__name__ for kind in kinds if issubclass(kind, errors.RunComfyError)}
    assert {name for name in ours if getattr(errors, name)("x").transient} == transient
