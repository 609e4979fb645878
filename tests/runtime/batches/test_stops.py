"""A batch that is held up or ends early continues from there."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from runcomfy import (
    ConnectionFailed,
    Outcome,
    RunComfy,
)
from runcomfy.testing import Behaviour, Emulator

from ..._support.batches import TOKEN, Batches, is_submit, opened, requests, submits, until
from ..._support.fault_server import FaultServer, accepted, in_turn, raw, state


async def test_a_wait_that_ends_early_is_taken_up_again(
    batches: Batches, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(statuses=("in_progress",))
    [outcome] = (await batches.run(requests(1), timeout=0.2)).outcomes
    assert (outcome.state, type(outcome.error).__name__) == ("submitted", "WaitTimeout")
    job = next(iter(emulator.jobs.values()))
    job.move_to("completed")
    job.course = replace(job.course, statuses=("completed",))
    report = await batches.run(requests(1))
    assert report.is_complete
    assert len(emulator.jobs) == 1


@pytest.mark.parametrize("fault", ["rate_limited", "rate_limited_without_retry_after"])
async def test_a_rate_limit_holds_up_the_whole_batch(
    batches: Batches, emulator: Emulator, fault: Any
) -> None:
    emulator.behaviour = Behaviour(submit_fault=fault, fault_count=1)
    report = await batches.run(requests(6), concurrency=2)
    assert report.is_complete
    times = [each.at for each in emulator.received if is_submit(each)]
    assert len(times) == 7
    # Two were under way; all others wait for what the one that was refused was told, or half a second.
    assert times[2] - times[0] > 0.3


async def test_no_other_request_is_sent_when_none_would_fare_better(
    batches: Batches, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(submit_fault="insufficient_balance")
    report = await batches.run(requests(9), concurrency=1)
    assert {type(outcome.error).__name__ for outcome in report.outcomes} == {
        "InsufficientBalanceError"
    }
    assert [outcome.state for outcome in report.outcomes] == ["refused"] + ["pending"] * 8
    assert len(submits(emulator)) == 1
    emulator.behaviour = Behaviour()
    assert (await batches.run(requests(9))).is_complete


async def test_without_a_connection_it_gives_up_after_a_while(
    batches: Batches, emulator: Emulator
) -> None:
    """Give up for all together, not for one request after the other."""
    emulator.stop()
    started = time.monotonic()
    report = await batches.run(requests(60))
    assert time.monotonic() - started < 15
    for outcome in report.outcomes:
        assert isinstance(outcome.error, ConnectionFailed)
        assert outcome.state == "refused"


async def test_who_stops_listening_stops_the_batch(
    kind: str, batches: Batches, emulator: Emulator
) -> None:
    batch = batches.batch(requests(50), concurrency=2)

    def first() -> Outcome[Any]:
        outcomes = batch.as_completed()
        found: Outcome[Any] = next(outcomes)
        outcomes.close()
        return found

    if kind == "async":
        outcomes = batch.as_completed()
        assert (await anext(outcomes)).state == "completed"
        await outcomes.aclose()
    else:
        assert (await asyncio.to_thread(first)).state == "completed"
    assert not [thread for thread in threading.enumerate() if "runcomfy-batch" in thread.name]
    states = list(batches.states().values())
    assert "unknown" not in states
    assert states.count("pending") > 40
    assert len(emulator.jobs) == 50 - states.count("pending")
    report = await batches.run(requests(50))
    assert report.is_complete
    assert len(emulator.jobs) == 50


async def test_who_forgets_the_outcomes_stops_the_batch(emulator: Emulator, tmp_path: Path) -> None:
    async with opened("async", emulator, tmp_path) as batches:
        async for outcome in batches.batch(requests(50), concurrency=2).as_completed():
            assert outcome.state == "completed"
            break
        gc.collect()
        await until(lambda: len(asyncio.all_tasks()) == 1)
        states = list(batches.states().values())
    assert "unknown" not in states
    assert states.count("pending") > 40
    assert len(emulator.jobs) == 50 - states.count("pending")


async def test_a_cancelled_task_waits_for_replies_to_submits(
    emulator: Emulator, tmp_path: Path
) -> None:
    emulator.behaviour = Behaviour(delay=0.5)
    async with opened("async", emulator, tmp_path) as batches:
        task = asyncio.create_task(batches.run(requests(5), concurrency=3))
        await until(lambda: submits(emulator))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    states = list(batches.states().values())
    assert "unknown" not in states
    assert states.count("submitted") == len(emulator.jobs) > 0


@pytest.mark.parametrize("what", ["status", "download"])
def test_a_stopped_batch_ends_the_reads_that_hang(what: str, tmp_path: Path) -> None:
    has_left = threading.Event()

    def hang(peer: socket.socket) -> None:
        peer.settimeout(60)
        stop.start()
        if not peer.recv(1):  # the client closed its connection
            has_left.set()

    stop = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    begun = in_turn(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nGIF89a"), hang)
    server = FaultServer([])
    with server.running():
        done = state("completed", output={"image": f"{server.url}/a.gif"})
        # Each submit has a connection of its own, and each download.
        reads = [[done, done], begun] if what == "download" else [hang]
        server.acts = [accepted(), *reads]
        with RunComfy(TOKEN, base_url=server.url, http_timeout=60) as client:
            batch = client.batch(requests(1), journal=tmp_path / "j.sqlite", folder=tmp_path)
            with pytest.raises(KeyboardInterrupt):
                batch.run()
            assert has_left.wait(10), "its http_timeout is 60 s"
    assert [file.name for file in tmp_path.iterdir()] == ["j.sqlite"]
