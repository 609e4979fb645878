"""Connections that are kept: nothing of one call may reach another, least of all a submit."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._api.protocol import JobRef, PlainOutput
from runcomfy_codegen.runtime.jobs import JobStatus

from .._support.fault_server import (
    KEPT,
    Act,
    FaultServer,
    hang_up,
    in_turn,
    raw,
    reply,
    reset,
    stall,
    state,
)
from .._support.faults import HTML, SHORT, head
from .._support.http_clients import closed, each_library, http_client
from .._support.runtime import KINDS, MODEL_ID, PATIENT, Kind, opened, settled

UNKNOWN = "the outcome is unknown"


def kept(request_id: str) -> Act:
    return reply(202, {"request_id": request_id}, KEPT)


def whole(**fields: Any) -> bytes:
    """Return a reply as bytes, after which the connection may be used again."""
    content = json.dumps(fields).encode()
    return head(f"Content-Length: {len(content)}") + content


FIRST = whole(request_id="first", status="in_queue")
STRAY = whole(request_id="stray", status="completed")


@dataclass(frozen=True)
class Case:
    """The outcomes of three submits in a row: the id of each, or `UNKNOWN`."""

    name: str
    acts: Sequence[Act | Iterable[Act]]
    given: tuple[str, str, str]
    connections: int
    timeout: float = 5.0


CASES = (
    Case("kept", [[kept("first"), kept("second"), kept("third")]], ("first", "second", "third"), 1),
    Case(
        "not kept", [[reply(202, {"request_id": "x"})], [kept("y"), kept("z")]], ("x", "y", "z"), 2
    ),
    Case("closed while idle", [[kept("x")], [kept("y"), kept("z")]], ("x", "y", "z"), 2),
    Case(
        "reset while idle", [in_turn(kept("x"), reset), [kept("y"), kept("z")]], ("x", "y", "z"), 2
    ),
    # The server may have closed it before it read the submit, or after: nobody knows.
    Case("closed on the next", [[kept("x"), hang_up], kept("z")], ("x", UNKNOWN, "z"), 2),
    Case("reset on the next", [[kept("x"), reset], kept("z")], ("x", UNKNOWN, "z"), 2),
    Case("stalled on the next", [[kept("x"), stall], kept("z")], ("x", UNKNOWN, "z"), 2, SHORT),
    Case(
        "HTML on the next",
        [[kept("x"), reply(502, HTML, KEPT), kept("z")]],
        ("x", UNKNOWN, "z"),
        1,
    ),
    Case(
        "a second reply while idle",
        [in_turn(raw(FIRST), lambda _: time.sleep(0.05), raw(STRAY)), [kept("y"), kept("z")]],
        ("first", "y", "z"),
        2,
    ),
)


async def submits(client: Any, count: int, pause: float) -> tuple[str, ...]:
    given: list[str] = []
    for _ in range(count):
        try:
            given.append((await settled(client.untyped(MODEL_ID).submit({}))).request_id)
        except errors.SubmitOutcomeUnknown:
            given.append(UNKNOWN)
        await asyncio.sleep(pause)
    return tuple(given)


@each_library
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_lost_kept_connection_of_an_injected_client(
    case: Case, kind: Kind, library: Any
) -> None:
    """Its owner decides what is kept: then a lost reply is an unknown outcome, not one more POST."""
    http = http_client(library, kind)
    with FaultServer(case.acts).running() as server:
        async with opened(kind, server.url, http_timeout=case.timeout, http_client=http) as client:
            assert await submits(client, 3, pause=0.1) == case.given
        await closed(http)
    assert (server.posts, server.connections) == (3, case.connections)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "end", [hang_up, reset, stall, reply(502, HTML)], ids=["closed", "reset", "stalled", "HTML"]
)
async def test_no_submit_fails_for_a_connection_that_was_kept_too_long(
    end: Act, kind: Kind
) -> None:
    """Use new connections for submits: the outcome on a used one could be unknown."""
    acts: list[list[Act]] = [
        [kept("x"), end],
        [state("in_queue"), end],
        [kept("y"), end],
        [kept("z"), end],
    ]
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url, retry_policy=PATIENT) as client:
            first = await submits(client, 1, pause=0.0)
            await settled(client.untyped(MODEL_ID).job("r-1").status())
            assert first + await submits(client, 2, pause=0.0) == ("x", "y", "z")
    assert (server.posts, server.connections) == (3, 4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "stray",
    [STRAY, STRAY[:20], STRAY + STRAY, head(status=204), b"\r\n", b"garbage\r\n\r\n"],
    ids=["a reply", "half a reply", "two replies", "a head", "a line break", "garbage"],
)
async def test_what_came_with_an_earlier_reply_is_no_reply_to_a_submit(
    stray: bytes, kind: Kind
) -> None:
    """Take nothing for the reply that arrived before the submit was sent."""
    acts: list[Act | list[Act]] = [
        [raw(FIRST + stray), kept("?")],
        [raw(FIRST + stray), kept("?")],
        kept("second"),
    ]
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url, retry_policy=PATIENT) as client:
            given = await submits(client, 1, pause=0.0)
            await settled(client._pick_up(JobRef(MODEL_ID, "first", PlainOutput)).status())
            given += await submits(client, 1, pause=0.0)
    assert given == ("first", "second")
    assert server.posts == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [{"request_id": "r-2"}, {}], ids=["another job", "no job"])
async def test_what_came_with_an_earlier_reply_does_not_mislead_a_wait(
    name: dict[str, str], kind: Kind
) -> None:
    """Reads share connections: one about another job is dropped, one that names none is checked."""
    one, stray = whole(request_id="r-1", status="in_queue"), whole(**name, status="completed")
    busy = reply(200, {"request_id": "r-1", "status": "in_progress"}, KEPT)
    acts: list[Act | list[Act]] = [[raw(one + stray), busy, busy], busy, busy]
    acts.append(state("completed", output={"image": "x"}))
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url) as client:
            seen: list[JobStatus] = []
            job = client.untyped(MODEL_ID).job("r-1")
            result = await settled(job.wait(timeout=20, on_update=seen.append))
    assert result.output == {"image": "x"}
    assert [status.state for status in seen][-2:] == ["in_progress", "completed"]


@pytest.mark.parametrize("kind", KINDS)
async def test_reads_go_on_when_kept_connections_end(kind: Kind) -> None:
    """Close connections at any moment, with or without a word, as a load balancer does."""
    queued = reply(200, {"status": "in_queue"}, KEPT)
    done = reply(200, {"status": "completed", "output": {"image": "x"}}, KEPT)
    acts: list[Act | list[Act]] = [
        [queued, hang_up],
        [queued, reset],
        in_turn(queued, reset),
        [queued],
        [done, done],
    ]
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url) as client:
            result = await settled(client.untyped(MODEL_ID).job("r-1").wait(timeout=20))
    assert result.status == "completed"
    assert server.connections == len(acts)
