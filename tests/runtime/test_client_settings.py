"""Base URL, timeouts, headers and connections of the clients."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import httpx
import httpx2
import pytest
from runcomfy_codegen.runtime._api.addresses import model_path
from runcomfy_codegen.runtime._api.options import resolve_base_url
from runcomfy_codegen.runtime._client import SyncClient
from runcomfy_codegen.runtime.errors import (
    ConfigurationError,
    InvalidRequestError,
    RequestTimeout,
    RunComfyError,
    ServerError,
)

from .._support.fault_server import FaultServer, accepted, reply, state
from .._support.http_clients import (
    closed,
    each_library,
    http_client,
    refuses_malformed_labels,
)
from .._support.runtime import FAST, KINDS, MODEL_ID, TOKEN, Kind, PaintRequest, opened, settled


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://model-api.runcomfy.net", "https://model-api.runcomfy.net/v1"),
        ("https://model-api.runcomfy.net/v1", "https://model-api.runcomfy.net/v1"),
        ("https://model-api.runcomfy.net/v1//", "https://model-api.runcomfy.net/v1"),
        ("https://proxy.example:8443/runcomfy/", "https://proxy.example:8443/runcomfy/v1"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
        ("http://localhost", "http://localhost/v1"),
    ],
)
def test_base_url(given: str, expected: str) -> None:
    assert resolve_base_url(given, {}) == expected
    assert resolve_base_url(None, {"RUNCOMFY_MODEL_API_BASE": given}) == expected
    assert resolve_base_url("https://a.example", {"RUNCOMFY_MODEL_API_BASE": given}) == (
        "https://a.example/v1"
    )


def test_the_default_base_url() -> None:
    assert resolve_base_url(None, {}) == "https://model-api.runcomfy.net/v1"
    assert resolve_base_url(None, {"RUNCOMFY_MODEL_API_BASE": " "}) == (
        "https://model-api.runcomfy.net/v1"
    )


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "model-api.runcomfy.net",
        "ftp://model-api.runcomfy.net",
        "http://model-api.runcomfy.net",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "https://user:pa55@model-api.runcomfy.net",
        "https://model-api.runcomfy.net?pa55",
        "https://model-api.runcomfy.net/#pa55",
        "https://127.0.0.1\\@model-api.runcomfy.net",
        "https://model-api.runcomfy.net:port",
        "https://[::1",
        "https:///v1",
        "https://model..example",
        f"https://{'a' * 64}.example",
        "https://a b.example",
        "https://a.example/\nv1",
        pytest.param("https://xn--a/v1", marks=refuses_malformed_labels),
        "https://a.example:0",
        "https://a.example:99999",
        "https://a.example/" + "v" * 3000,
        "https://" + "a." * 200 + "example",
    ],
    ids=lambda url: url[:40],
)
def test_a_wrong_base_url_is_refused_without_repeating_it(bad: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        resolve_base_url(bad, {})
    assert "pa55" not in str(caught.value)


@pytest.mark.parametrize(
    ("model_id", "path"),
    [
        ("a/b", "/models/a/b"),
        ("minimax/Hailuo Video 01 Live", "/models/minimax/Hailuo%20Video%2001%20Live"),
        ("kling/kling-video-o3/4K/x", "/models/kling/kling-video-o3/4K/x"),
        ("pixverse/pixverse/v5.5/transition", "/models/pixverse/pixverse/v5.5/transition"),
        ("a/b?c#d%2e", "/models/a/b%3Fc%23d%252e"),
    ],
)
def test_model_path(model_id: str, path: str) -> None:
    assert model_path(model_id) == path


@pytest.mark.parametrize(
    "model_id",
    [
        "",
        "a",
        "a/",
        "/a",
        "a//b",
        "a/../b",
        "a/./b",
        "a/ ",
        "a/\ud800",
        "a/b\n",
        "a/\0",
        "a/" + "b" * 600,
        7,
        None,
    ],
)
def test_a_model_id_that_names_another_path_is_refused(model_id: Any) -> None:
    with pytest.raises(InvalidRequestError, match="model_id"):
        SyncClient(TOKEN).untyped(model_id)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("request_id", ["", "a/b", "..", "a b", "r" * 129, "r\n", 7, None])
async def test_a_malformed_request_id_is_refused(request_id: Any, kind: Kind) -> None:
    async with opened(kind, "http://127.0.0.1:9") as client:
        with pytest.raises(InvalidRequestError, match="request_id"):
            client.untyped(MODEL_ID).job(request_id)


@pytest.mark.parametrize("timeout", [0, -1, True, "5", float("inf"), float("nan"), 10**400])
def test_no_timeout_ever_means_for_ever(timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match="timeout"):
        SyncClient(TOKEN, http_timeout=timeout)


def test_other_settings_are_checked() -> None:
    settings: tuple[dict[str, Any], ...] = (
        {"preflight": "none"},
        {"http_client": httpx.AsyncClient()},
        {"http_client": httpx2.AsyncClient()},
        {"http_client": "httpx"},
        {"uploader": "https://up.example"},
        {"api_token": TOKEN.encode()},
        {"base_url": 5},
    )
    for wrong in settings:
        with pytest.raises(ConfigurationError, match=next(iter(wrong))) as caught:
            SyncClient(**{"api_token": TOKEN, **wrong})
        assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_sent(kind: Kind) -> None:
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url) as client:
            endpoint = client.untyped("minimax/Hailuo Video 01 Live")
            await settled(endpoint.submit({"prompt": "é"}, extra_headers={"X-Trace": "7"}))
    request = server.received[0]
    assert request.target == "/v1/models/minimax/Hailuo%20Video%2001%20Live"
    assert request.body == '{"prompt":"é"}'.encode()
    head = request.head.lower()
    for line in (f"authorization: bearer {TOKEN}", "content-type: application/json", "x-trace: 7"):
        assert line in head


@pytest.mark.parametrize("kind", KINDS)
async def test_every_call_takes_headers_and_a_timeout(kind: Kind) -> None:
    done = state("completed", output={"image": "x"})
    script = [accepted(), state("in_queue"), done, done, done, done, accepted(), done, done]
    options: dict[str, Any] = {"extra_headers": {"X-Trace": "7"}, "timeout": 9}
    with FaultServer(script).running() as server:
        async with opened(kind, server.url) as client:
            endpoint = client.untyped(MODEL_ID)
            extra = {"prompt": "b", "new": [1]}
            given = {"extra_headers": options["extra_headers"], "http_timeout": 9}
            job = await settled(endpoint.submit({"prompt": "a"}, extra_body=extra, **given))
            for method in (job.status, job.result, job.cancel, job.wait):
                await settled(method(**options))
            await settled(endpoint.run({"prompt": "a"}, extra_body=extra, **options))
    assert len(server.received) == len(script)
    assert all("x-trace: 7" in request.head.lower() for request in server.received)
    assert [request.body for request in server.received if request.body] == [
        b'{"prompt":"b","new":[1]}'
    ] * 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["status", "result", "cancel"])
async def test_the_timeout_of_a_read_is_that_of_all_its_repetitions(
    kind: Kind, method: str
) -> None:
    begin = time.monotonic()
    with FaultServer([reply(503, b"{}")] * 999).running() as server:
        async with opened(kind, server.url, retry_policy=replace(FAST, read_budget=60.0)) as client:
            call = getattr(client.untyped(MODEL_ID).job("r-1"), method)
            if method == "cancel":
                assert await settled(call(timeout=0.1)) == "unconfirmed"
            else:
                with pytest.raises((ServerError, RequestTimeout)):
                    await settled(call(timeout=0.1))
            with pytest.raises(ConfigurationError, match="timeout"):
                await settled(call(timeout=0))
    assert time.monotonic() - begin < 20


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"body": [1]}, "body: must be a JSON object (a dict with str keys); got list"),
        ({"body": {1: 2}}, "body: must be a JSON object (a dict with str keys); got the key 1"),
        ({"extra_body": [1]}, "extra_body: must be a JSON object (a dict with str keys); got list"),
        ({"extra_body": []}, "extra_body: must be a JSON object (a dict with str keys); got list"),
        ({"extra_headers": [1]}, "extra_headers: must be a dict; got list"),
        ({"http_timeout": 0}, "http_timeout: must be a finite number above 0; got 0"),
        # Python writes both keys as "1".
        ({"body": {"a": {1: 2, "1": 3}}}, "the keys of a dict are text (str), not int"),
        ({"extra_body": {"a": [{None: 2}]}}, "the keys of a dict are text (str), not NoneType"),
    ],
)
async def test_what_is_no_dict_is_refused(kind: Kind, arguments: Any, message: str) -> None:
    async with opened(kind, "http://127.0.0.1:9") as client:
        for method in ("submit", "run"):
            with pytest.raises(RunComfyError, match=re.escape(message)):
                await settled(
                    getattr(client.untyped(MODEL_ID), method)(**{"body": {}, **arguments})
                )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", [{"prompt": "x"}, "x", None, PaintRequest])
async def test_what_is_no_request_object_is_refused(kind: Kind, wrong: Any) -> None:
    async with opened(kind, "http://127.0.0.1:9") as client:
        for method in (client.submit, client.run):
            with pytest.raises(ConfigurationError, match=r"client\.untyped\(model_id\)"):
                await settled(method(wrong))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "headers",
    [
        *({name: "x"} for name in ("Authorization", "Host", "Accept-Encoding", "TE", "Expect")),
        *({name: "x"} for name in ("a b", "", "\u00e9", "x" * 9000, ":path", 7, b"x")),
        *(
            {"x": value}
            for value in ("a\r\nb: c", "a\0", "\u00e9", " a", "a ", "\ta", " ", "x" * 9000)
        ),
        *({"x": value} for value in (1, None, b"x", ["x"])),
    ],
    ids=lambda headers: ascii(headers)[:30],
)
async def test_headers_that_would_change_the_request_are_refused(headers: Any, kind: Kind) -> None:
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(ConfigurationError, match="extra_headers"):
                await settled(client.untyped(MODEL_ID).submit({}, extra_headers=headers))
    assert server.connections == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body", [{"a": object()}, {"a": float("nan")}, {"a": "\ud800"}, {"a": {1}}]
)
async def test_a_body_that_is_no_json_is_refused(body: Any, kind: Kind) -> None:
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(InvalidRequestError, match="not JSON"):
                await settled(client.untyped(MODEL_ID).submit(body))
    assert server.connections == 0


async def test_body_over_the_cap_names_its_biggest_part() -> None:
    with FaultServer([accepted()]).running() as server:
        async with opened("sync", server.url) as client:
            with pytest.raises(InvalidRequestError, match="video: the request has"):
                client.untyped(MODEL_ID).submit({"video": "x" * 2**26, "b": "y"})
    assert server.connections == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_a_redirect_is_not_followed_by_a_read_either(kind: Kind) -> None:
    with FaultServer([state("completed", output={"image": "x"})]).running() as other:
        redirect = reply(302, b"", {"Location": other.url + "/v1/requests/r-1/status"})
        with FaultServer([redirect]).running() as server:
            async with opened(kind, server.url) as client:
                with pytest.raises(RunComfyError, match="redirect"):
                    await settled(client.untyped(MODEL_ID).job("r-1").status())
    assert (len(server.received), other.connections) == (1, 0)


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_injected_http_client_follows_our_rules_and_stays_open(
    kind: Kind, library: Any
) -> None:
    settings = {"headers": {"X-Mine": "1"}, "follow_redirects": True, "timeout": None}
    with FaultServer([reply(307, b"", {"Location": "/v1/elsewhere"})]).running() as server:
        http = http_client(library, kind, **settings)
        async with opened(kind, server.url, http_client=http) as client:
            with pytest.raises(RunComfyError):
                await settled(client.untyped(MODEL_ID).submit({}))
        assert not http.is_closed
        await closed(http)
    assert len(server.received) == 1
    assert "x-mine: 1" in server.received[0].head.lower()


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_twice_is_fine_and_a_closed_client_says_so(kind: Kind) -> None:
    async with opened(kind, "http://127.0.0.1:9") as client:
        job = client.untyped(MODEL_ID).job("r-1")
        await settled(client.close() if kind == "sync" else client.aclose())
    with pytest.raises(ConfigurationError, match="closed"):
        await settled(job.status())


@pytest.mark.parametrize("module", ["errors", "jobs", "_client"])
def test_httpx_is_loaded_with_the_first_client_only(module: str) -> None:
    code = f"import sys, runcomfy_codegen.runtime.{module}; sys.exit('httpx' in sys.modules)"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environ, check=False).returncode == 0


def test_errors_name_the_parameter_and_the_advice() -> None:
    """A front end can word both in its own way."""
    with pytest.raises(ConfigurationError) as caught:
        SyncClient("token", base_url="http://example.com")
    error = caught.value
    assert error.parameter == "base_url"
    assert "download_hosts" in error.advice
    assert str(error) == f"base_url: {error.reason}\n{error.advice}"
    restored = pickle.loads(pickle.dumps(error))
    assert (restored.parameter, restored.reason, restored.advice) == (
        error.parameter,
        error.reason,
        error.advice,
    )
