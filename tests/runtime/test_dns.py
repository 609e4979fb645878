"""Look-ups of names that hang: nobody waits longer than he was ready to."""

from __future__ import annotations

import asyncio
import time

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._transport.dns import resolve

from .._support.runtime import KINDS, MODEL_ID, Kind, opened, settled


@pytest.mark.parametrize("kind", KINDS)
async def test_submit_to_a_host_with_slow_dns_is_never_sent(
    kind: Kind, look_ups: list[str]
) -> None:
    async with opened(kind, "https://api.example", http_timeout=0.2) as client:
        begin = time.monotonic()
        with pytest.raises(errors.RunComfyError) as caught:
            await settled(client.untyped(MODEL_ID).submit({}))
        with pytest.raises(errors.WaitTimeout):
            await settled(client.untyped(MODEL_ID).job("r-1").wait(timeout=0.2))
    assert caught.value.retry_safe
    assert not isinstance(caught.value, errors.SubmitOutcomeUnknown)
    assert time.monotonic() - begin < 3
    assert look_ups == ["api.example"]  # those who wait for one name share a thread


def test_an_event_loop_does_not_wait_for_a_look_up(look_ups: list[str]) -> None:
    async def call() -> None:
        async with opened("async", "https://loop.example") as client:
            task = asyncio.create_task(client.untyped(MODEL_ID).submit({}))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    begin = time.monotonic()
    asyncio.run(call())
    assert time.monotonic() - begin < 3
    assert look_ups


def test_hanging_look_ups_do_not_fill_the_process_with_threads(look_ups: list[str]) -> None:
    for number in range(200):
        with pytest.raises(OSError, match=r"too many name look-ups|could not be looked up"):
            resolve(f"h{number}.example", 443, 0.0001)
    assert len(look_ups) <= 130


def test_addresses_and_local_names_are_not_looked_up(look_ups: list[str]) -> None:
    assert resolve("127.0.0.1", 80, 1) == ("127.0.0.1",)
    assert resolve("::1", 80, 1) == ("::1",)
    assert resolve("emulator.localhost", 80, 1) == ("127.0.0.1",)
    assert look_ups == []
