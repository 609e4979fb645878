"""No default ever becomes "no timeout": what httpcore is really given, on every exchange."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import httpcore
import httpcore2
import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._api.options import DEFAULT_TIMEOUT
from runcomfy_codegen.runtime._transport.channels import CONNECT_TIMEOUT
from runcomfy_codegen.runtime._transport.retry import RetryPolicy

from .._support.fault_server import Act, FaultServer, accepted, in_turn, reply, stall, state
from .._support.http_clients import LIBRARIES, closed, http_client
from .._support.resources import live
from .._support.runtime import (
    KINDS,
    MODEL_ID,
    PATIENT,
    Kind,
    PaintRequest,
    downloaded,
    opened,
    settled,
)

# For each exchange: those of all requests to its server that are alive, whose order is not known.
Given = list[list[dict[str, float]]]


def watched(act: Act, given: Given) -> Act:
    """Note the timeouts of the request that is under way, for the client waits in this process."""

    def look(peer: socket.socket) -> None:
        port = peer.getsockname()[1]
        sent = [*live(httpcore.Request), *live(httpcore2.Request)]
        mine = [request for request in sent if request.url.port == port]
        given.append([request.extensions["timeout"] for request in mine])

    return in_turn(look, act)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{}, {"timeout": None}], ids=["left out", "None"])
@pytest.mark.parametrize("library", [None, *LIBRARIES], ids=["own", "httpx", "httpx2"])
async def test_every_exchange_is_bounded(
    library: Any, options: dict[str, None], kind: Kind, tmp_path: Path
) -> None:
    given: Given = []
    # Its owner switched the timeouts off.
    owner = http_client(library, kind, timeout=None) if library else None
    with FaultServer([]).running() as server:
        url = f"{server.url}/a.png"
        done = state("completed", output={"image": url})
        png = reply(200, b"png", {"Content-Type": "image/png"})
        submit = [reply(200, b"", {"Content-Length": "9"}), accepted()]  # HEAD of the image, POST
        script = [*submit, state("in_queue"), done, done, done, done, *submit, done, done, png]
        server.acts = [watched(act, given) for act in script]
        async with opened(kind, server.url, http_client=owner, retry_policy=PATIENT) as client:
            request = PaintRequest(prompt="a", images=[url])
            job = await settled(client.submit(request, **options))
            for call in (job.status, job.result, job.cancel, job.wait):
                await settled(call(**options))
            result = await settled(client.run(request, **options))
        await downloaded(kind, result, tmp_path)
        if owner is not None:
            await closed(owner)
    methods = [request.method for request in server.received]
    assert methods.count("HEAD") == 2
    assert len(given) == len(script) == len(methods)
    for exchange in given:
        assert exchange
        for timeouts in exchange:
            assert set(timeouts) == {"connect", "read", "write", "pool"}
            assert all(0 < seconds <= DEFAULT_TIMEOUT for seconds in timeouts.values())
            assert timeouts["connect"] <= CONNECT_TIMEOUT


@pytest.mark.parametrize("kind", KINDS)
async def test_the_last_poll_is_bounded_by_the_deadline(kind: Kind) -> None:
    """The exchange alone would have a minute: the wait has not."""
    given: Given = []
    acts = [state("in_queue"), watched(stall, given)]
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url) as client:
            begin = time.monotonic()
            with pytest.raises(errors.WaitTimeout):
                await settled(client.untyped(MODEL_ID).job("r-1").wait(timeout=0.5))
            assert time.monotonic() - begin < 3
    assert given
    assert all(timeouts["read"] <= 0.5 for exchange in given for timeouts in exchange)


DAY = {"seconds": "86400", "a date": "Fri, 31 Dec 9999 23:59:59 GMT"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", DAY)
async def test_retry_after_of_a_day_parks_nobody(form: str, status: int, kind: Kind) -> None:
    """With the pauses of a real client; a refused caller learns how long the server asks it to wait."""
    busy = reply(status, {}, {"Retry-After": DAY[form]})
    begin = time.monotonic()
    with FaultServer([busy]).running() as server:
        async with opened(kind, server.url, retry_policy=RetryPolicy()) as client:
            endpoint = client.untyped(MODEL_ID)
            job = endpoint.job("r-1")
            for call in (
                lambda: endpoint.submit({}),
                lambda: endpoint.run({}),
                job.status,
                job.result,
            ):
                with pytest.raises((errors.RateLimitError, errors.ServerError)) as caught:
                    await settled(call())
                assert caught.value.retry_after is not None
                assert caught.value.retry_after >= 86_000
            assert await settled(job.cancel()) == "unconfirmed"
            with pytest.raises(errors.WaitTimeout):
                await settled(job.wait(timeout=1))
    assert time.monotonic() - begin < 15
    assert server.posts == 3  # submit, run, cancel
