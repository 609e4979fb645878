"""Calls that are cancelled or break at any moment leave no slot, socket or task behind."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import subprocess
import sys
import warnings
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._client import AsyncClient, SyncClient
from runcomfy_codegen.runtime._transport.pool import Pool
from runcomfy_codegen.runtime._transport.routes import MAX_CONNECTIONS

from .._support.fault_server import KEPT, FaultServer, accepted, drain, reply
from .._support.http_clients import closed, each_library, http_client
from .._support.resources import held, left_behind
from .._support.runtime import KINDS, MODEL_ID, TOKEN, Kind, opened, settled

QUEUED = reply(200, {"request_id": "r-1", "status": "in_queue"}, KEPT)
STEPS = 60  # of the event loop: an exchange takes some 30


async def _cancelled_after(client: Any, what: str, steps: int) -> None:
    endpoint = client.untyped(MODEL_ID)
    call = endpoint.submit({}) if what == "submit" else endpoint.job("r-1").status()
    task = asyncio.create_task(call)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("what", ["submit", "status"])
def test_calls_that_are_cancelled_at_any_step_leave_nothing(what: str) -> None:
    """`make proof` has three thousand at random moments."""

    async def scenario(url: str) -> None:
        async with AsyncClient(TOKEN, base_url=url) as client:
            await client.untyped(MODEL_ID).job("r-1").status()
            for steps in range(STEPS):
                await _cancelled_after(client, what, steps)
            # The pools themselves: a slot that is lost shows in no call before all of them are.
            channels = client._driver._connections._owned.values()
            pools = [channel._transport._pool for channel in channels]
            states = [each.info() for pool in pools for each in pool.connections]
            assert set(states) <= {"IDLE"}

    asyncio.run(asyncio.sleep(0))
    before = held()
    reply_ = accepted() if what == "submit" else QUEUED
    with FaultServer([QUEUED, repeat(reply_)]).running() as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(scenario(server.url))
        gc.collect()
    assert left_behind(before) == []


def test_handshakes_that_are_cancelled_leave_no_socket() -> None:
    async def scenario(url: str) -> None:
        async with AsyncClient(TOKEN, base_url=url) as client:
            for step in range(12):
                task = asyncio.create_task(client.untyped(MODEL_ID).submit({}))
                await asyncio.sleep(0.002 * step)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            gc.collect()

    asyncio.run(asyncio.sleep(0))
    before = held()
    with FaultServer([drain]).running() as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(scenario(server.url.replace("http:", "https:")))
    assert left_behind(before) == []


def test_one_client_in_dozens_of_event_loops_leaves_nothing() -> None:
    asyncio.run(asyncio.sleep(0))
    before = held()
    with FaultServer([repeat(QUEUED)]).running() as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        client = AsyncClient(TOKEN, base_url=server.url)
        job = client.untyped(MODEL_ID).job("r-1")
        for _ in range(24):
            assert asyncio.run(job.status()).state == "in_queue"
            gc.collect()  # an open socket of a closed loop would warn here
            assert not [name for name in held() - before if name.startswith("client")]
        asyncio.run(client.aclose())
        gc.collect()
    assert left_behind(before) == []


def test_a_lease_that_is_lost_frees_its_place() -> None:
    """Lose a lease, as where Ctrl-C comes between two steps of Python."""
    pool: Pool[object] = Pool(streams=1, limit=2, is_kept=True)
    lost, kept = pool.take("host", object), pool.take("host", object)
    assert lost
    assert kept
    assert pool.take("host", object) is None
    connection = lost.connection
    del lost
    gc.collect()
    again = pool.take("host", object)
    assert again
    assert again.connection is not connection  # nobody knows what state that one is in
    assert pool.discarded() == [connection.connector]


@pytest.mark.parametrize("kind", KINDS)
async def test_five_calls_that_break_unforeseen_stop_no_others(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Report an error in the machinery once, as what it is, and is not taken for no connection."""
    real, broken = socket.getaddrinfo, list(range(5))

    def look_up(*args: Any, **options: Any) -> Any:
        if broken:
            broken.pop()
            raise AttributeError("no such attribute")
        return real(*args, **options)

    with FaultServer([accepted()]).running() as server:
        url = server.url.replace("127.0.0.1", "localhost")
        async with opened(kind, url) as client:
            submit = client.untyped(MODEL_ID).submit
            monkeypatch.setattr(socket, "getaddrinfo", look_up)
            ends: list[Any] = []
            for _ in range(5):
                try:
                    ends.append(await settled(submit({})))
                except errors.RunComfyError as error:
                    ends.append(error)
            for _ in range(20):
                await settled(submit({}))
    assert [type(end) for end in ends] == [errors.RunComfyError] * 5
    assert all("AttributeError" in str(end) and end.retry_safe for end in ends)
    assert server.posts == 20


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_what_an_injected_client_cannot_send_is_no_doubt(kind: Kind, library: Any) -> None:
    http = http_client(library, kind, headers={"X-Own": "a "})  # its owner's mistake
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url, http_client=http) as client:
            with pytest.raises(errors.ConfigurationError, match="Illegal header value") as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
        await closed(http)
    assert caught.value.retry_safe
    assert server.posts == 0


def test_a_sync_client_has_all_its_slots_after_failures() -> None:
    broken = reply(200, b"\x1f\x8b\x08\x00 no", {"Content-Encoding": "gzip"})
    with (
        FaultServer([broken]).running() as server,
        SyncClient(TOKEN, base_url=server.url) as client,
    ):
        for _ in range(MAX_CONNECTIONS + 5):
            with pytest.raises(errors.SubmitOutcomeUnknown):
                client.untyped(MODEL_ID).submit({})
    assert server.posts == MAX_CONNECTIONS + 5


def test_ctrl_c_at_any_moment_loses_no_accepted_job() -> None:
    """`make proof` has a thousand. Not in this process, whose watchers it would interrupt."""
    program = "from tests._support.storms import interrupts; print(interrupts(60))"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(["generator", "."])}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
