"""An interrupted submit leaves an id, a doubt, or neither."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
import time

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._client import SyncClient
from runcomfy_codegen.runtime._transport.routes import MAX_CONNECTIONS
from runcomfy_codegen.runtime.jobs import AsyncJob

from .._support.fault_server import REQUEST_ID, Act, FaultServer, accepted, in_turn, raw, stall
from .._support.faults import BODY, SHORT, SIZE, head
from .._support.resources import held, left_behind
from .._support.runtime import KINDS, MODEL_ID, TOKEN, Kind, opened, settled

# The whole JSON, but not the end of the reply.
ENDLESS = raw(head("Transfer-Encoding: chunked") + SIZE + b"\r\n" + BODY + b"\r\n")
RESUME = f".job({REQUEST_ID!r})"


def records(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Level and text of what the SDK said."""
    return [
        (each.levelname, each.message)
        for each in caplog.records
        if each.name == "runcomfy" and each.levelname != "DEBUG"
    ]


def wait_for(release: threading.Event) -> None:
    assert release.wait(10)


async def until(condition: object) -> None:
    for _ in range(1000):
        if callable(condition) and condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to this within 10 s")


async def test_a_cancelled_task_whose_reply_had_come_leaves_the_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    come = threading.Event()
    act: Act = in_turn(ENDLESS, lambda _: come.set(), stall)
    with FaultServer([act]).running() as server:
        async with opened("async", server.url) as client:
            task = asyncio.create_task(client.untyped(MODEL_ID).submit({}))
            await asyncio.to_thread(come.wait, 5)
            await asyncio.sleep(0.2)  # till it is read
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    assert [(level, RESUME in text) for level, text in records(caplog)] == [("WARNING", True)]


def test_ctrl_c_after_the_reply_had_come_leaves_the_id(caplog: pytest.LogCaptureFixture) -> None:
    def press(_: socket.socket) -> None:
        time.sleep(0.2)  # till it is read
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    with (
        FaultServer([in_turn(ENDLESS, press, stall)]).running() as server,
        SyncClient(TOKEN, base_url=server.url) as client,
        pytest.raises(KeyboardInterrupt),
    ):
        client.untyped(MODEL_ID).submit({})
    assert [(level, RESUME in text) for level, text in records(caplog)] == [("WARNING", True)]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_reply_without_end_is_in_doubt_but_its_id_is_told(kind: Kind) -> None:
    with FaultServer([in_turn(ENDLESS, stall)]).running() as server:
        async with opened(kind, server.url, http_timeout=SHORT) as client:
            with pytest.raises(errors.SubmitOutcomeUnknown) as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
    assert caught.value.request_id == REQUEST_ID
    assert REQUEST_ID in str(caught.value)
    assert server.posts == 1


async def test_who_is_cancelled_in_the_queue_is_not_told_of_a_charge(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "runcomfy")
    with FaultServer([stall]).running() as server:
        async with opened("async", server.url) as client:
            submit = client.untyped(MODEL_ID).submit
            tasks = [asyncio.create_task(submit({})) for _ in range(MAX_CONNECTIONS + 3)]
            await until(lambda: server.posts == MAX_CONNECTIONS)
            for task in reversed(tasks):  # first those that wait, lest they get a connection
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    said = [(level, "may be charged" in text) for level, text in records(caplog)]
    assert said.count(("ERROR", True)) == server.posts == MAX_CONNECTIONS
    assert said.count(("INFO", False)) == len(said) - MAX_CONNECTIONS == 3


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_a_client_leaves_a_submit_its_reply(kind: Kind) -> None:
    """Close as a `with` block does that ends before its threads or tasks."""
    release = threading.Event()
    await asyncio.to_thread(int)  # the event loop's own thread, which stays
    before = held()
    with FaultServer([in_turn(lambda _: wait_for(release), accepted())]).running() as server:
        async with opened(kind, server.url) as client:
            submit = client.untyped(MODEL_ID).submit
            task = asyncio.create_task(
                asyncio.to_thread(submit, {}) if kind == "sync" else submit({})
            )
            await until(lambda: server.posts == 1)
        release.set()
        assert (await task).request_id == REQUEST_ID
    assert [each for each in left_behind(before) if "asyncio_" not in each] == []


async def test_close_fails_queued_requests_as_never_sent() -> None:
    release = threading.Event()
    with FaultServer([in_turn(lambda _: wait_for(release), accepted())]).running() as server:
        async with opened("async", server.url) as client:
            endpoint = client.untyped(MODEL_ID)
            sent = [asyncio.create_task(endpoint.submit({})) for _ in range(MAX_CONNECTIONS)]
            await until(lambda: server.posts == MAX_CONNECTIONS)
            queued = asyncio.create_task(endpoint.submit({}))
            await asyncio.sleep(0)
        release.set()
        ends = await asyncio.gather(*sent, queued, return_exceptions=True)
    kinds = [type(end) for end in ends]
    assert kinds == [AsyncJob] * MAX_CONNECTIONS + [errors.ConfigurationError]
    assert server.posts == MAX_CONNECTIONS
