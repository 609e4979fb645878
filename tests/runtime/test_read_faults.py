"""The reads of a job and its cancel under every fault: none of them loses the job."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._transport.retry import RetryPolicy
from runcomfy_codegen.runtime.jobs import JobStatus, Result

from .._support.fault_server import (
    REQUEST_ID,
    Act,
    FaultServer,
    in_turn,
    reply,
    reset,
    stall,
    state,
)
from .._support.faults import DRIPPING_HEAD, FAULTS, HTML, SHORT, Fault, head
from .._support.runtime import FAST, KINDS, MODEL_ID, PATIENT, Kind, opened, settled

DONE = state("completed", output={"image": "https://x.example/a.png"}, outcome="cancelled")
READS = ("status", "result", "wait", "cancel")
BUSY: tuple[Fault, ...] = tuple(
    Fault(f"{status}{name}", reply(status, {}, headers))
    for status in (429, 503)
    for name, headers in (
        ("", {}),
        (", now", {"Retry-After": "0"}),
        (", a day", {"Retry-After": "86400"}),
        (", till 9999", {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}),
        (", nonsense", {"Retry-After": "soon"}),
    )
)
# A GET has no body whose sending could be the trouble.
TRANSIENT = (*(fault for fault in FAULTS if fault.size == 1), *BUSY)
HASTY = replace(FAST, read_budget=0.05)


async def job_of(client: Any, read: str, **options: Any) -> Any:
    """Return what one read of the job gives."""
    return await settled(getattr(client.untyped(MODEL_ID).job(REQUEST_ID), read)(**options))


def check(read: str, found: Any) -> None:
    """Check what `DONE` has to give."""
    if read == "cancel":
        assert found == "cancelled"
    elif read == "status":
        assert isinstance(found, JobStatus)
        assert found.is_terminal
    else:
        assert isinstance(found, Result)
        assert found.urls == ("https://x.example/a.png",)


def spared(fault: Fault) -> int:
    """Return how many good replies may come too late as well.

    On a busy machine, where the time is short.
    """
    return 2 if fault.timeout == SHORT else 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", TRANSIENT, ids=lambda fault: fault.name)
async def test_a_passing_fault_is_survived(fault: Fault, kind: Kind) -> None:
    for read in ("status", "result", "cancel"):
        with FaultServer([fault.act, DONE]).running() as server:
            async with opened(
                kind, server.url, retry_policy=PATIENT, http_timeout=fault.timeout
            ) as client:
                check(read, await job_of(client, read))
        assert 2 <= server.connections <= 2 + spared(fault)
        assert server.posts == (server.connections if read == "cancel" else 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_last_moment_does_not_hide_the_reason(kind: Kind) -> None:
    """An attempt that the deadline cuts short says nothing about the server."""
    with FaultServer([reset, stall]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.ReplyLost) as caught:
                await job_of(client, "status")
    assert not isinstance(caught.value, errors.RequestTimeout)
    assert server.connections == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", TRANSIENT, ids=lambda fault: fault.name)
async def test_a_wait_survives_faults_at_every_step(fault: Fault, kind: Kind) -> None:
    acts = [fault.act, state("in_queue"), fault.act, state("completed"), fault.act, DONE]
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url, http_timeout=fault.timeout) as client:
            check("wait", await job_of(client, "wait", timeout=20))
    assert len(acts) <= server.connections <= len(acts) + spared(fault)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", TRANSIENT, ids=lambda fault: fault.name)
async def test_a_lasting_fault_ends_in_time_and_keeps_the_job(fault: Fault, kind: Kind) -> None:
    with FaultServer([fault.act], unread=fault.unread).running() as server:
        async with opened(kind, server.url, retry_policy=HASTY) as client:
            begin = time.monotonic()
            for read in ("status", "result"):
                with pytest.raises(
                    (errors.TransportError, errors.ServerError, errors.RateLimitError)
                ) as caught:
                    await job_of(client, read)
                assert (caught.value.request_id, caught.value.retry_safe) == (REQUEST_ID, True)
            with pytest.raises(errors.WaitTimeout, match=r"\.job\('r-1'\)") as late:
                await job_of(client, "wait", timeout=0.05)
            assert (late.value.request_id, late.value.retry_safe) == (REQUEST_ID, True)
            assert await job_of(client, "cancel") == "unconfirmed"
            # Four times 0.05 s, on a busy machine; four stalls would take the server's 5 s each.
            assert time.monotonic() - begin < 18
            server.acts, server.unread = [DONE], False
            check("wait", await job_of(client, "wait", timeout=20))


@dataclass(frozen=True)
class Refusal:
    """A reply that no repetition changes."""

    name: str
    act: Act
    error: type[errors.APIError]


def refusal(status: int, error: type[errors.APIError], code: int | None = None) -> Refusal:
    body = HTML if code is None else {"error_code": code, "error_message": "no"}
    name = f"{status}" if code is None else f"{status} with code {code}"
    return Refusal(name, reply(status, body), error)


REFUSALS = (
    refusal(400, errors.ServerValidationError),
    refusal(401, errors.AuthenticationError),
    refusal(402, errors.InsufficientBalanceError),
    refusal(403, errors.PermissionDeniedError),
    refusal(404, errors.NotFoundError),
    refusal(405, errors.APIError),
    refusal(410, errors.APIError),
    refusal(422, errors.ServerValidationError),
    refusal(200, errors.NotFoundError, 400001),
    refusal(400, errors.InsufficientBalanceError, 400002),
    refusal(500, errors.AuthenticationError, 400004),
    refusal(200, errors.PermissionDeniedError, 403003),
    refusal(404, errors.NotFoundError, 404001),
    refusal(200, errors.APIError, 777),
    *(
        Refusal(f"redirect {status}", reply(status, b"", {"Location": "/v1/x"}), errors.APIError)
        for status in (301, 302, 303, 307, 308)
    ),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.name)
async def test_a_refusal_is_final_and_the_right_error(case: Refusal, read: str, kind: Kind) -> None:
    with FaultServer([case.act]).running() as server:
        async with opened(kind, server.url, retry_policy=PATIENT) as client:
            with pytest.raises(errors.APIError) as caught:
                await job_of(client, read)
    assert type(caught.value) is case.error
    assert caught.value.request_id == REQUEST_ID
    assert caught.value.model_id == MODEL_ID
    assert caught.value.retry_safe
    assert server.connections == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("acts", "expected", "posts"),
    [
        ([reply(200, {"status": "cancelled"})], "cancelled", 1),
        ([reply(200, {"outcome": "Cancelled"})], "cancelled", 1),
        (
            [reply(202, {"outcome": "not_cancellable", "status": "in_progress"})],
            "not_cancellable",
            1,
        ),
        ([reply(200, {"status": "completed"})], "not_cancellable", 1),
        ([reply(200, {"status": "cancellation_requested"})], "unconfirmed", 1),
        ([reply(200, {"status": "in_queue"})], "unconfirmed", 1),
        ([reply(200, {})], "unconfirmed", 1),
        # The first one was acted upon, its reply was lost: asking again tells the truth.
        ([reply(502, HTML), reply(200, {"status": "cancelled"})], "cancelled", 2),
        ([reply(500), reply(200, {"outcome": "not_cancellable"})], "not_cancellable", 2),
    ],
)
async def test_cancel_reports_what_the_reply_promises(
    acts: Sequence[Act], expected: str, posts: int, kind: Kind
) -> None:
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url, retry_policy=PATIENT) as client:
            assert await job_of(client, "cancel") == expected
    assert [request.target for request in server.received] == ["/v1/requests/r-1/cancel"] * posts
    assert all(request.method == "POST" and not request.body for request in server.received)


def _endless_interim(peer: Any) -> None:
    for _ in range(60):  # 3 s
        peer.sendall(head("Link: </a>", status=103))
        time.sleep(0.05)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "act", [DRIPPING_HEAD.act, _endless_interim], ids=["a head", "interim replies"]
)
async def test_what_drips_in_before_the_body_ends_in_time_too(act: Act, kind: Kind) -> None:
    with FaultServer([act]).running() as server:
        async with opened(kind, server.url) as client:
            begin = time.monotonic()
            with pytest.raises(errors.WaitTimeout):
                await job_of(client, "wait", timeout=SHORT)
            assert time.monotonic() - begin < 2


@pytest.mark.parametrize("kind", KINDS)
async def test_a_read_takes_no_longer_than_its_time_in_the_worst_order(kind: Kind) -> None:
    """Each failure alone is quick; the budget is for all of them together."""
    slow_502 = in_turn(lambda _: time.sleep(0.15), reply(502, HTML))
    with FaultServer([slow_502]).running() as server:
        async with opened(kind, server.url, retry_policy=replace(FAST, read_budget=0.5)) as client:
            begin = time.monotonic()
            for read in ("status", "result"):
                with pytest.raises((errors.ServerError, errors.RequestTimeout)):
                    await job_of(client, read)
            assert time.monotonic() - begin < 3
    assert 4 <= server.connections <= 10


@pytest.mark.parametrize("kind", KINDS)
async def test_a_reply_about_another_job_is_not_taken(kind: Kind) -> None:
    other = reply(200, {"request_id": "r-2", "status": "completed", "output": {"image": "o"}})
    for read in ("status", "result", "wait", "cancel"):
        with FaultServer([other, DONE]).running() as server:
            async with opened(kind, server.url, retry_policy=PATIENT) as client:
                check(read, await job_of(client, read))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "86400"}], ids=["plain", "a day"])
async def test_wait_polls_once_more_before_the_deadline(
    headers: dict[str, str], kind: Kind
) -> None:
    """Its time is there to be used: with the pauses of a real client, which are longer than it."""
    slow = RetryPolicy(first_retry=60, longest_retry=60)
    acts = [reply(503, {}, headers), DONE]
    with FaultServer(acts).running() as server:
        async with opened(kind, server.url, retry_policy=slow) as client:
            begin = time.monotonic()
            check("wait", await job_of(client, "wait", timeout=2))
            assert time.monotonic() - begin > 0.5
    with FaultServer([reply(503, {}, headers)]).running() as server:
        async with opened(kind, server.url, retry_policy=slow) as client:
            with pytest.raises(errors.WaitTimeout):
                await job_of(client, "wait", timeout=0.5)
    assert server.connections == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", [reply(502, HTML), stall], ids=["502", "stalled"])
async def test_failed_job_ends_the_wait_without_a_readable_reason(act: Act, kind: Kind) -> None:
    """Looking for the reason is worth a read's time, not the whole of the wait's."""
    with FaultServer([state("failed"), act]).running() as server:
        async with opened(kind, server.url) as client:
            begin = time.monotonic()
            with pytest.raises(errors.JobFailed):
                await job_of(client, "wait", timeout=20)
            assert time.monotonic() - begin < 10
