"""After close nothing is left: no thread, task, connection or file; and closing twice is fine."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import threading
import weakref
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._api.protocol import JobRef
from runcomfy_codegen.runtime._client import AsyncClient, SyncClient

from .._support.fault_server import (
    KEPT,
    Act,
    FaultServer,
    accepted,
    drip,
    hang_up,
    raw,
    reply,
    reset,
    stall,
    state,
)
from .._support.faults import SHORT, head
from .._support.many_calls import kept
from .._support.resources import held, left_behind
from .._support.runtime import (
    KINDS,
    MODEL_ID,
    PATIENT,
    TOKEN,
    Kind,
    PaintOutput,
    PaintRequest,
    downloaded,
    opened,
    settled,
)

CALLS = 1200
QUEUED = reply(200, {"request_id": "r-1", "status": "in_queue"}, KEPT)


def done(url: str = "https://x.example/a.png") -> Act:
    return state("completed", output={"image": url})


async def closed(kind: Kind, client: Any) -> None:
    await settled(client.close() if kind == "sync" else client.aclose())


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to this within 5 s")


def nothing_left(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run it in an event loop of its own; what is held before and after has to be the same."""
    asyncio.run(asyncio.sleep(0))  # what the first loop of a process makes for good
    before = held()
    asyncio.run(_watched(scenario))
    assert left_behind(before) == []


async def _watched(scenario: Callable[[], Awaitable[None]]) -> None:
    before, left = held(), list[str]()
    await scenario()
    for _ in range(100):  # 2 s: generators that were given up are closed by tasks of the loop
        # Threads of to_thread() are the loop's, and end with it.
        left = [each for each in held() - before if not each.startswith("thread asyncio_")]
        if not left:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"left behind: {left}")


@pytest.mark.parametrize("kind", KINDS)
def test_after_ordinary_work(kind: Kind, tmp_path: Path) -> None:
    async def scenario() -> None:
        file = reply(200, b"png", {"Content-Type": "image/png"})
        acts: list[Act] = [reply(200, b"", {"Content-Length": "9"}), accepted(), state("in_queue")]
        with FaultServer(acts).running() as server:
            server.acts = [*acts, done(), done(f"{server.url}/o.png"), file, done(), done()]
            async with opened(kind, server.url, retry_policy=PATIENT) as client:
                request = PaintRequest(prompt="a", images=[f"{server.url}/in.png"])
                job = await settled(client.submit(request))
                result = await settled(job.wait(timeout=20))
                await downloaded(kind, result, tmp_path)
                await settled(job.status())
                await settled(job.cancel())
        assert len(server.received) == 8

    nothing_left(scenario)
    assert [path.name for path in tmp_path.iterdir()] == ["o.png"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "act",
    [
        stall,
        drip,
        hang_up,
        reset,
        reply(502, b"<html>", KEPT),
        raw(head("Content-Length: 99") + b"{"),
        raw(head("Content-Length: 0") + b"and more"),
        reply(200, b"\x1f\x8b\x08\x00 nothing", {**KEPT, "Content-Encoding": "gzip"}),
        reply(200, b"[" * 2**20, KEPT),
    ],
    ids=["stall", "drip", "hang up", "reset", "502", "cut off", "too much", "broken gzip", "deep"],
)
def test_after_failures(act: Act, kind: Kind) -> None:
    async def scenario() -> None:
        with FaultServer([act]).running() as server:
            async with opened(kind, server.url, http_timeout=SHORT) as client:
                endpoint = client.untyped(MODEL_ID)
                with pytest.raises(errors.SubmitOutcomeUnknown):
                    await settled(endpoint.submit({}))
                with pytest.raises(errors.WaitTimeout):
                    await settled(endpoint.job("r-1").wait(timeout=0.2))
                assert await settled(endpoint.job("r-1").cancel()) == "unconfirmed"

    nothing_left(scenario)


def test_after_cancelled_tasks() -> None:
    async def scenario() -> None:
        with FaultServer([[QUEUED, stall]]).running() as server:
            async with opened("async", server.url) as client:
                job = client.untyped(MODEL_ID).job("r-1")
                tasks = [asyncio.create_task(job.wait(timeout=60)) for _ in range(5)]
                await until(lambda: len(server.received) >= 10)
                for task in tasks:
                    task.cancel()
                ends = await asyncio.gather(*tasks, return_exceptions=True)
                assert [type(end) for end in ends] == [asyncio.CancelledError] * 5

    nothing_left(scenario)


def test_after_a_download_that_is_cancelled(tmp_path: Path) -> None:
    async def scenario() -> None:
        begun = threading.Event()

        def slow(peer: socket.socket) -> None:
            raw(head("Content-Type: image/png") + b"half")(peer)
            begun.set()
            stall(peer)

        with FaultServer([slow]).running() as server:
            server.acts = [done(f"{server.url}/o.png"), slow]
            async with opened("async", server.url) as client:
                result = await client.untyped(MODEL_ID).job("r-1").result()
            task = asyncio.create_task(result.download_async(tmp_path))
            await asyncio.to_thread(begun.wait, 5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    nothing_left(scenario)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_clients_that_nobody_closes_hold_nothing_for_ever(kind: Kind) -> None:
    """Forgetting to close is a mistake, but not one that fills a server process."""
    maker = SyncClient if kind == "sync" else AsyncClient
    forgotten = [weakref.ref(maker(TOKEN, base_url="http://127.0.0.1:9")) for _ in range(20)]
    gc.collect()
    assert not any(each() for each in forgotten)


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_again_and_again_is_fine(kind: Kind) -> None:
    with FaultServer([[QUEUED, QUEUED]]).running() as server:
        async with opened(kind, server.url, retry_policy=PATIENT) as client:
            job = client.untyped(MODEL_ID).job("r-1")
            assert (await settled(job.status())).state == "in_queue"
            for _ in range(3):
                await closed(kind, client)
            for call in (job.status, job.result, job.wait, job.cancel):
                with pytest.raises(errors.ConfigurationError, match="closed"):
                    await settled(call())
            assert job.request_id == "r-1"  # the job is held, and can be picked up elsewhere
        async with opened(kind, server.url, retry_policy=PATIENT) as client:
            again = client._pick_up(JobRef(job.model_id, job.request_id, PaintOutput))
            assert (await settled(again.status())).state == "in_queue"


def test_closing_from_many_threads_is_fine() -> None:
    before = held()
    with (
        FaultServer([repeat(QUEUED)]).running() as server,
        SyncClient(TOKEN, base_url=server.url) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        client.untyped(MODEL_ID).job("r-1").status()
        for end in [pool.submit(client.close) for _ in range(8)]:
            end.result(5)
    assert left_behind(before) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_close_ends_a_wait_with_an_error(kind: Kind) -> None:
    """Not with a crash of httpx: the job goes on, and its id is in the error."""
    with FaultServer([repeat(QUEUED)]).running() as server:
        async with opened(kind, server.url, retry_policy=PATIENT) as client:
            job = client.untyped(MODEL_ID).job("r-1")
            wait = asyncio.create_task(
                asyncio.to_thread(job.wait, timeout=20) if kind == "sync" else job.wait(timeout=20)
            )
            await until(lambda: len(server.received) >= 3)
            await closed(kind, client)
            with pytest.raises((errors.ConfigurationError, errors.WaitTimeout)) as caught:
                await wait
    assert caught.value.request_id == "r-1"


@pytest.fixture
def _unlogged() -> Iterator[None]:
    """Keep pytest from storing the records of thousands of calls."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_unlogged")
@pytest.mark.parametrize("kind", KINDS)
async def test_thousands_of_calls_do_not_grow_memory(kind: Kind) -> None:
    """`make proof` has ten thousand of each."""
    assert await kept(kind, CALLS) == []
