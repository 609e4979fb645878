"""`Retry-After` can lengthen a pause, and never shortens it."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from functools import partial
from typing import Any

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._transport.effects import Reply
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime._transport.retry_after import LONGEST, retry_after

from .._support.fault_server import FaultServer, reply
from .._support.runtime import KINDS, MODEL_ID, Kind, opened

NOW = 1_800_000_000
HOUR = 3600.0


def date(seconds: float) -> str:
    return formatdate(NOW + seconds, usegmt=True)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"date": date(0), "retry-after": date(7)}, 7.0),
        ({"date": date(0), "retry-after": date(-HOUR)}, 0.0),
        ({"date": date(0), "retry-after": date(7).replace("GMT", "-0000")}, 7.0),
        ({"date": date(0), "retry-after": "Fri Jan 15 08:00:09 2027"}, 9.0),
        ({"date": "yesterday", "retry-after": formatdate(0)}, 0.0),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "1, 5"}, 5.0),
        ({"retry-after": "0, soon"}, 0.0),
        ({"retry-after": "9" * 5000}, LONGEST),
        ({"retry-after": "1e3"}, None),
        ({"retry-after": "1_0"}, None),
        ({"retry-after": "\u0663"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], expected: float | None) -> None:
    assert retry_after(Reply(429, headers)) == expected


@pytest.mark.parametrize("wish", [None, 0.0, 0.001])
def test_a_wish_never_shortens_our_own_pause(wish: float | None) -> None:
    policy = RetryPolicy()
    for attempts in range(1, 8):
        own = min(policy.first_retry * 2 ** (attempts - 1), policy.longest_retry)
        assert policy.retry_pause(attempts, wish) >= 0.7 * own


@pytest.mark.parametrize("kind", KINDS)
async def test_no_wish_makes_a_client_hammer(kind: Kind) -> None:
    """With the pauses of a real client: about 0.5 s, 1 s, 2 s."""
    past = formatdate(time.time() - 300, usegmt=True)
    wishes = ("0", past, "-7", "0, 0", "nonsense")
    servers = [FaultServer([reply(429, {}, {"Retry-After": wish})]) for wish in wishes]

    async def wait(server: FaultServer) -> None:
        with server.running():
            async with opened(kind, server.url, retry_policy=RetryPolicy()) as client:
                job = client.untyped(MODEL_ID).job("r-1")
                wait_once: Any = (
                    partial(asyncio.to_thread, job.wait) if kind == "sync" else job.wait
                )
                with pytest.raises(errors.WaitTimeout):
                    await wait_once(0.8)

    await asyncio.gather(*map(wait, servers))
    assert all(1 <= len(server.received) <= 4 for server in servers)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("skew", [-HOUR, HOUR])
async def test_a_date_is_read_by_the_clock_of_the_server(kind: Kind, skew: float) -> None:
    now = time.time() + skew
    headers = {
        "Date": formatdate(now, usegmt=True),
        "Retry-After": formatdate(now + 600, usegmt=True),
    }
    with FaultServer([reply(429, {}, headers)]).running() as server:
        async with opened(kind, server.url, retry_policy=RetryPolicy()) as client:
            submit = client.untyped(MODEL_ID).submit
            with pytest.raises(errors.RateLimitError) as caught:
                await (asyncio.to_thread(submit, {}) if kind == "sync" else submit({}))
    assert caught.value.retry_after == 600.0
    assert server.posts == 1
