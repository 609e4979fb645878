"""The submit verdict: every way a POST can end, for both clients, over real sockets."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._effects import NeverSent
from runcomfy_codegen.runtime._pace import Pace
from runcomfy_codegen.runtime._verdict import TABLE

from .fault_server import (
    REQUEST_ID,
    Act,
    FaultServer,
    accepted,
    drip,
    hang_up,
    raw,
    reply,
    reset,
    stall,
)
from .support import KINDS, MODEL_ID, TOKEN, Kind, opened, settled

HTML = b"<html><body>Bad Gateway</body></html>"
UNKNOWN = errors.SubmitOutcomeUnknown
ID = {"request_id": REQUEST_ID}


@dataclass(frozen=True)
class Case:
    """error: None if the submit is accepted; posts: how many POSTs the peer has to receive."""

    name: str
    acts: Sequence[Act]
    error: type[errors.RunComfyError] | None
    posts: int = 1
    unread: bool = False
    timeout: float = 5.0


def code(number: object, status: int = 200, more: Mapping[str, object] | None = None) -> Act:
    return reply(status, {"error_code": number, "error_message": "no", **(more or {})})


CASES = (
    Case("202", [accepted()], None),
    Case("200", [reply(200, ID)], None),
    Case("201 with more fields", [reply(201, {**ID, "status": "in_queue", "new": 1})], None),
    Case("200 with error_code null", [reply(200, {**ID, "error_code": None})], None),
    Case("reset while sending", [reset], UNKNOWN, posts=0, unread=True),
    Case("reset after the body", [reset], UNKNOWN),
    Case("closed without reply", [hang_up], UNKNOWN),
    Case("stalled", [stall], UNKNOWN, timeout=0.3),
    Case("dripping", [drip], UNKNOWN, timeout=0.3),
    Case("not HTTP", [raw(b"\x00\x01 what?\r\n\r\n")], UNKNOWN),
    Case("head only", [raw(b"HTTP/1.1 202 X\r\nContent-")], UNKNOWN),
    Case("truncated", [raw(b'HTTP/1.1 202 X\r\nContent-Length: 99\r\n\r\n{"request_id"')], UNKNOWN),
    Case("HTML 502", [reply(502, HTML)], UNKNOWN),
    Case("HTML 200", [reply(200, HTML)], UNKNOWN),
    Case("500", [reply(500, {"message": "boom"})], UNKNOWN),
    Case("504", [reply(504)], UNKNOWN),
    Case("408", [reply(408)], UNKNOWN),
    Case("redirect 307", [reply(307, ID, {"Location": "http://127.0.0.1:9/"})], UNKNOWN),
    Case("redirect 303", [reply(303, b"", {"Location": "/v1/requests/r-1"})], UNKNOWN),
    Case("invalid JSON", [reply(200, b'{"request_id": ')], UNKNOWN),
    Case("null", [reply(200, None)], UNKNOWN),
    Case("array", [reply(200, [ID])], UNKNOWN),
    Case("empty object", [reply(200, {})], UNKNOWN),
    Case("empty body", [reply(200, b"")], UNKNOWN),
    Case("blank id", [reply(200, {"request_id": " "})], UNKNOWN),
    Case("path-like id", [reply(200, {"request_id": "../r-1"})], UNKNOWN),
    Case("numeric id", [reply(200, {"request_id": 7})], UNKNOWN),
    Case("id of 129 characters", [reply(200, {"request_id": "r" * 129})], UNKNOWN),
    Case("200 with code 500001", [code(500001, more=ID)], UNKNOWN),
    Case("200 with an unknown code", [code(777)], UNKNOWN),
    Case("200 with a textual code", [code("E_BUSY")], UNKNOWN),
    Case("400 with code 500001", [code(500001, 400)], UNKNOWN),
    Case("400 without an error body", [reply(400, HTML)], UNKNOWN),
    Case("404 without an error body", [reply(404, HTML)], UNKNOWN),
    Case("200 with code 400002", [code(400002)], errors.InsufficientBalanceError),
    Case("200 with code '400002'", [code("400002")], errors.InsufficientBalanceError),
    Case("500 with code 400002", [code(400002, 500)], errors.InsufficientBalanceError),
    Case("400 with code 400002", [code(400002, 400)], errors.InsufficientBalanceError),
    Case("402 HTML", [reply(402, HTML)], errors.InsufficientBalanceError),
    Case("400 with code 400004", [code(400004, 400)], errors.AuthenticationError),
    Case("401 HTML", [reply(401, HTML)], errors.AuthenticationError),
    Case("403", [code(403001, 403)], errors.PermissionDeniedError),
    Case("404", [code(404001, 404)], errors.NotFoundError),
    Case("404 with a message", [reply(404, {"message": "no model"})], errors.NotFoundError),
    Case("413 HTML", [reply(413, HTML)], errors.ServerValidationError),
    Case("422", [reply(422, {"detail": []})], errors.ServerValidationError),
    Case("429 without Retry-After", [reply(429)], errors.RateLimitError),
    Case("503 without Retry-After", [reply(503)], UNKNOWN),
    Case("429, a day", [reply(429, {}, {"Retry-After": "86400"})], errors.RateLimitError),
    Case("429 for ever", [reply(429, {}, {"Retry-After": "0"})], errors.RateLimitError, posts=3),
    Case("503 for ever", [reply(503, {}, {"Retry-After": "0"})], errors.ServerError, posts=3),
    Case("429, then 202", [reply(429, {}, {"Retry-After": "0"}), accepted()], None, posts=2),
    Case("503, then 202", [reply(503, HTML, {"Retry-After": "0"}), accepted()], None, posts=2),
    Case(
        "503, then stalled",
        [reply(503, {}, {"Retry-After": "0"}), stall],
        UNKNOWN,
        posts=2,
        timeout=0.3,
    ),
    Case("503 with code 400002", [code(400002, 503)], errors.InsufficientBalanceError),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_verdict_and_number_of_posts(case: Case, kind: Kind) -> None:
    before = time.time()
    with FaultServer(case.acts, unread=case.unread).running() as server:
        async with opened(kind, server.url, timeout=case.timeout) as client:
            endpoint = client.untyped(MODEL_ID)
            if case.error is None:
                job = await settled(endpoint.submit({"prompt": "a"}))
                assert job.request_id == REQUEST_ID
            else:
                with pytest.raises(case.error) as caught:
                    await settled(endpoint.submit({"prompt": "a"}))
                check_error(caught.value, case.error, before)
    assert server.posts == case.posts
    assert server.connections == max(case.posts, 1)


def check_error(
    error: errors.RunComfyError, kind: type[errors.RunComfyError], before: float
) -> None:
    assert type(error) is kind
    assert error.model_id == MODEL_ID
    assert MODEL_ID in str(error)
    assert TOKEN not in str(error)
    assert error.retry_safe is (kind is not UNKNOWN)
    if isinstance(error, errors.SubmitOutcomeUnknown):
        assert error.body_hash == hashlib.sha256(b'{"prompt":"a"}').hexdigest()
        assert before <= error.at <= time.time()
        assert "Generations" in str(error)
        assert error.body_hash in str(error)
        assert error.__cause__ is not None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_refused_connection_is_retried_and_safe(kind: Kind) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    async with opened(kind, f"http://127.0.0.1:{port}") as client:
        with pytest.raises(NeverSent) as caught:
            await settled(client.untyped(MODEL_ID).submit({}))
    assert caught.value.retry_safe
    assert caught.value.model_id == MODEL_ID


@pytest.mark.parametrize("kind", KINDS)
async def test_a_host_name_that_cannot_be_looked_up_is_safe(kind: Kind) -> None:
    async with opened(kind, "https://model..invalid") as client:
        with pytest.raises(NeverSent):
            await settled(client.untyped(MODEL_ID).submit({}))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_failed_tls_handshake_is_safe(kind: Kind) -> None:
    with FaultServer([raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")], unread=True).running() as server:
        async with opened(kind, server.url.replace("http:", "https:")) as client:
            with pytest.raises(NeverSent):
                await settled(client.untyped(MODEL_ID).submit({}))
    assert server.posts == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_the_id_in_a_contradictory_reply_is_kept(kind: Kind) -> None:
    with FaultServer([code(500001, more=ID)]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(UNKNOWN) as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
    assert (caught.value.request_id, caught.value.error_code) == (REQUEST_ID, 500001)
    assert REQUEST_ID in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_details_of_a_refusal_are_laid_over_the_fields(kind: Kind) -> None:
    detail = [
        {"loc": ["body", "images", 2], "msg": "not an image"},
        {"loc": ["body", "loras", 0, "scale"], "msg": "too large"},
        "odd",
        {"something": "else"},
    ]
    with FaultServer([code(422001, 422, {"detail": detail})]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.ServerValidationError) as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
    problems = [str(problem) for problem in caught.value.problems]
    assert problems[:2] == ["images[2]: not an image", "loras[0].scale: too large"]
    assert "images[2]: not an image" in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [401, 500])
async def test_a_token_that_the_server_echoes_is_not_shown(status: int, kind: Kind) -> None:
    echo = {"message": f"bad {TOKEN}", "detail": [{"loc": [TOKEN], "msg": TOKEN}], TOKEN: 1}
    escaped = str(echo).replace("'", '"').replace("/", "\\/").encode()
    for body in (echo, escaped, f"<p>{TOKEN}</p>".encode(), b"x" * 290 + TOKEN.encode()):
        with FaultServer([reply(status, body)]).running() as server:
            async with opened(kind, server.url) as client:
                with pytest.raises(errors.RunComfyError) as caught:
                    await settled(client.untyped(MODEL_ID).submit({}))
        chain = [caught.value, *filter(None, [caught.value.__cause__])]
        shown = "".join(f"{error} {error.__dict__}" for error in chain)
        assert "secret" not in shown
        assert len(str(caught.value)) < 1500


@pytest.mark.parametrize("kind", KINDS)
async def test_a_large_error_body_is_cut(kind: Kind) -> None:
    with FaultServer([reply(401, b"x" * 100_000)]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.AuthenticationError) as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
    assert len(str(caught.value)) < 600
    assert len(caught.value.body) < 310


@pytest.mark.parametrize("kind", KINDS)
async def test_an_error_nobody_foresaw_counts_as_unknown(kind: Kind) -> None:
    def hook(_: httpx.Response) -> None:
        raise LookupError("a hook of the user")

    async def async_hook(_: httpx.Response) -> None:
        hook(_)

    http_client: Any = (
        httpx.Client(event_hooks={"response": [hook]})
        if kind == "sync"
        else httpx.AsyncClient(event_hooks={"response": [async_hook]})
    )
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url, http_client=http_client) as client:
            with pytest.raises(UNKNOWN, match="a hook of the user"):
                await settled(client.untyped(MODEL_ID).submit({}))
            await settled(http_client.close() if kind == "sync" else http_client.aclose())
            with pytest.raises(errors.ConfigurationError, match="closed"):
                await settled(client.untyped(MODEL_ID).submit({}))
    assert server.posts == 1


async def test_a_task_cancelled_while_submitting_says_what_to_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    arrived = threading.Event()

    def stall_visibly(peer: socket.socket) -> None:
        arrived.set()
        stall(peer)

    with FaultServer([stall_visibly]).running() as server:
        async with opened("async", server.url) as client:
            task = asyncio.create_task(client.untyped(MODEL_ID).submit({}))
            await asyncio.to_thread(arrived.wait, 5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    assert "interrupted while submitting" in caplog.text
    assert server.posts == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_run_does_not_outlast_its_time_with_repetitions(kind: Kind) -> None:
    with FaultServer([reply(429, {}, {"Retry-After": "20"})]).running() as server:
        async with opened(kind, server.url, pace=Pace()) as client:
            with pytest.raises(errors.RateLimitError) as caught:
                await settled(client.untyped(MODEL_ID).run({}, timeout=5))
    assert caught.value.retry_after == 20
    assert server.posts == 1


def test_the_last_row_of_the_table_catches_everything_as_unknown() -> None:
    assert TABLE[-1].verdict == "unknown"
    assert [row.when for row in TABLE if row.retry] == [TABLE[0].when, TABLE[3].when]
