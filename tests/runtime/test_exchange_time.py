"""One timeout bounds a whole exchange, except for the sending of a body."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest
from runcomfy_codegen.runtime import errors

from .._support.fault_server import REQUEST_ID, FaultServer, accepted, drip_head, state
from .._support.runtime import KINDS, MODEL_ID, Kind, opened, settled

DONE = state("completed", output={"image": "x"})


async def test_a_wait_is_not_prolonged_by_a_head_that_drips_in() -> None:
    begin = time.monotonic()
    with FaultServer([drip_head]).running() as server:
        async with opened("async", server.url) as client:
            with pytest.raises(errors.WaitTimeout):
                await client.untyped(MODEL_ID).job("r-1").wait(timeout=0.3)
            assert time.monotonic() - begin < 3


async def test_a_read_after_one_that_dripped_succeeds() -> None:
    with FaultServer([drip_head, state("completed"), DONE]).running() as server:
        async with opened("async", server.url, http_timeout=0.1) as client:
            result = await client.untyped(MODEL_ID).job("r-1").wait(timeout=5)
    assert result.status == "completed"
    assert server.connections == 3


async def test_a_submit_whose_reply_drips_in_is_an_unknown_outcome() -> None:
    begin = time.monotonic()
    with FaultServer([drip_head]).running() as server:
        async with opened("async", server.url, http_timeout=0.3) as client:
            with pytest.raises(errors.SubmitOutcomeUnknown) as caught:
                await client.untyped(MODEL_ID).submit({})
            assert time.monotonic() - begin < 3
    assert isinstance(caught.value.__cause__, errors.RequestTimeout)
    assert server.posts == 1


async def test_the_time_limit_of_the_caller_stays_the_callers() -> None:
    with FaultServer([drip_head]).running() as server:
        async with opened("async", server.url) as client:
            job = client.untyped(MODEL_ID).job("r-1")
            with pytest.raises(asyncio.TimeoutError) as caught:
                await asyncio.wait_for(job.wait(timeout=60), 0.2)
            task = asyncio.create_task(job.status())
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    assert not isinstance(caught.value, errors.RunComfyError)


@pytest.mark.parametrize("kind", KINDS)
async def test_sending_a_large_body_does_not_count(kind: Kind) -> None:
    size = 12_000_000  # more than the buffers of a socket hold

    def read_late(peer: socket.socket) -> None:
        time.sleep(1.2)
        left = size
        while left > 0 and (chunk := peer.recv(2**20)):
            left -= len(chunk)
        time.sleep(1.2)
        accepted()(peer)

    with FaultServer([read_late], unread=True).running() as server:
        async with opened(kind, server.url, http_timeout=2.0) as client:
            begin = time.monotonic()
            job = await settled(client.untyped(MODEL_ID).submit({"prompt": "x" * size}))
    assert job.request_id == REQUEST_ID
    assert time.monotonic() - begin > 2.0
