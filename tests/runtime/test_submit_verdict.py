"""The submit verdict: every way a POST can end, for both clients, over real sockets."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Generator
from typing import Any

import httpx
import httpx2
import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._api.verdict import TABLE
from runcomfy_codegen.runtime._transport.retry import RetryPolicy

from .._support.fault_server import REQUEST_ID, FaultServer, accepted, reply, stall
from .._support.http_clients import closed, each_library, http_client
from .._support.runtime import KINDS, MODEL_ID, TOKEN, Kind, opened, settled
from .._support.submit_cases import CASES, ID, NEVER_SENT, UNKNOWN, Case, code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_verdict_and_number_of_posts(case: Case, kind: Kind) -> None:
    before = time.time()
    body = {"prompt": "a" * case.size}
    with FaultServer(case.acts, unread=case.unread).running() as server:
        async with opened(kind, case.where(server.url), http_timeout=case.timeout) as client:
            endpoint = client.untyped(MODEL_ID)
            if case.error is None:
                job = await settled(endpoint.submit(body))
                assert job.request_id == REQUEST_ID
            else:
                with pytest.raises(case.error) as caught:
                    await settled(endpoint.submit(body))
                check_error(caught.value, case.error, before, body)
    assert server.posts == case.posts
    assert server.connections == (case.posts if case.connections is None else case.connections)


def check_error(
    error: errors.RunComfyError,
    kind: type[errors.RunComfyError],
    before: float,
    body: dict[str, str],
) -> None:
    assert type(error) is kind
    assert error.model_id == MODEL_ID
    assert MODEL_ID in str(error)
    assert TOKEN not in str(error)
    assert error.retry_safe is (kind is not UNKNOWN)
    check_chain(error)
    if isinstance(error, errors.SubmitOutcomeUnknown):
        sent = json.dumps(body, separators=(",", ":")).encode()
        assert error.body_hash == hashlib.sha256(sent).hexdigest()
        assert before <= error.at <= time.time()
        assert "Generations" in str(error)
        assert error.body_hash in str(error)
        assert error.__cause__ is not None


def check_chain(error: BaseException | None) -> None:
    """Check the causes too.

    Where tracebacks are pickled, as Dask does with tblib, they go along.
    """
    while error is not None:
        if isinstance(error, (httpx.RequestError, httpx2.RequestError)):
            assert "authorization" not in error.request.headers
        error = error.__cause__ or error.__context__


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Serve TLS with a certificate that nobody vouches for."""
    if (openssl := shutil.which("openssl")) is None:
        pytest.skip("there is no openssl command to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    what = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *what, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.parametrize("kind", KINDS)
async def test_an_untrusted_certificate_is_sent_nothing(
    untrusted: ssl.SSLContext, kind: Kind
) -> None:
    sent: list[bytes] = []

    def shake_hands(peer: socket.socket) -> None:
        with untrusted.wrap_socket(peer, server_side=True) as shaken:
            sent.append(shaken.recv(1))

    with FaultServer([shake_hands], unread=True).running() as server:
        async with opened(kind, server.url.replace("http:", "https:")) as client:
            with pytest.raises(NEVER_SENT, match="CERTIFICATE_VERIFY_FAILED"):
                await settled(client.untyped(MODEL_ID).submit({}))
    assert (server.connections, sent) == (3, [])


@pytest.mark.parametrize("kind", KINDS)
async def test_the_id_in_a_contradictory_reply_is_kept(kind: Kind) -> None:
    with FaultServer([code(500001, more=ID)]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(UNKNOWN) as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
    assert (caught.value.request_id, caught.value.error_code) == (REQUEST_ID, 500001)
    assert REQUEST_ID in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_documented_refusal_with_an_id_is_not_retry_safe(kind: Kind) -> None:
    with FaultServer([code(400002, more=ID)]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.InsufficientBalanceError) as caught:
                await settled(client.untyped(MODEL_ID).submit({}))
    assert (caught.value.request_id, caught.value.retry_safe) == (REQUEST_ID, False)
    assert server.posts == 1


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


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_an_error_nobody_foresaw_counts_as_unknown(kind: Kind, library: Any) -> None:
    def hook(_: Any) -> None:
        raise LookupError("a hook of the user")

    async def async_hook(_: Any) -> None:
        hook(_)

    hooks = {"response": [hook if kind == "sync" else async_hook]}
    http = http_client(library, kind, event_hooks=hooks)
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url, http_client=http) as client:
            with pytest.raises(UNKNOWN, match="a hook of the user"):
                await settled(client.untyped(MODEL_ID).submit({}))
            await closed(http)
            with pytest.raises(errors.ConfigurationError, match="closed"):
                await settled(client.untyped(MODEL_ID).submit({}))
    assert server.posts == 1


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_auth_of_an_injected_client_is_ignored(kind: Kind, library: Any) -> None:
    def sign_twice(_: object, request: Any) -> Generator[Any, Any, None]:
        request.headers["Authorization"] = "Basic mine"
        yield request
        yield request

    insisting = type("Insisting", (library.Auth,), {"auth_flow": sign_twice})
    http = http_client(library, kind, auth=insisting())
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url, http_client=http) as client:
            await settled(client.untyped(MODEL_ID).submit({}))
        await closed(http)
    assert server.posts == 1
    assert f"authorization: bearer {TOKEN}" in server.received[0].head.lower()


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
        async with opened(kind, server.url, retry_policy=RetryPolicy()) as client:
            with pytest.raises(errors.RateLimitError) as caught:
                await settled(client.untyped(MODEL_ID).run({}, timeout=5))
    assert caught.value.retry_after == 20
    assert server.posts == 1


def test_the_last_row_of_the_table_catches_everything_as_unknown() -> None:
    assert TABLE[-1].verdict == "unknown"
    assert [row.when for row in TABLE if row.retry] == [TABLE[0].when, TABLE[4].when]
