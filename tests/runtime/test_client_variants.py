"""Clients made of clients, pickles with a token, proxies, and what the HTTP responses were."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from runcomfy_codegen.runtime._client import AsyncClient, SyncClient
from runcomfy_codegen.runtime.errors import (
    ConfigurationError,
    ConnectionFailed,
    ServerValidationError,
)

from .._support.fault_server import REQUEST_ID, FaultServer, accepted, raw, reply, state
from .._support.http_clients import closed, each_library, http_client
from .._support.runtime import KINDS, MODEL_ID, TOKEN, Kind, opened, settled

DONE = state("completed", output={"image": "x"})


async def close(client: Any) -> None:
    await settled((client.close if isinstance(client, SyncClient) else client.aclose)())


@pytest.mark.parametrize("kind", KINDS)
async def test_with_options_changes_a_copy_on_the_same_connections(kind: Kind) -> None:
    with FaultServer([DONE]).running() as server:
        async with opened(kind, server.url, http_timeout=5) as client:
            view = client.with_options(http_timeout=7, preflight="off", uploader=str)
            assert view._driver is client._driver
            await settled(view.untyped(MODEL_ID).job(REQUEST_ID).status())
            await close(view)  # the connections are not its own
            await settled(client.untyped(MODEL_ID).job(REQUEST_ID).status())
            settings = [(c._api.timeout, c._api.preflight, c._api.uploader) for c in (client, view)]
            assert settings == [(5, "auto", None), (7, "off", str)]
            again = view.with_options(preflight="local")
            assert (again._api.timeout, again._api.preflight) == (7, "local")
        with pytest.raises(ConfigurationError, match="closed"):
            await settled(view.untyped(MODEL_ID).job(REQUEST_ID).status())
        assert copy.deepcopy(view)._driver is not client._driver


@pytest.mark.parametrize("options", [{"http_timeout": 0}, {"preflight": "none"}])
def test_options_are_checked(options: Any) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        SyncClient(TOKEN).with_options(**options)


@pytest.mark.parametrize("kind", [SyncClient, AsyncClient])
def test_a_token_is_pickled_only_if_that_was_asked_for(
    kind: type[SyncClient] | type[AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "http://127.0.0.1:9"
    with pytest.raises(TypeError, match="pickle_token=True"):
        pickle.dumps(kind(TOKEN, base_url=url))
    client = kind(TOKEN, base_url=url, http_timeout=7, preflight="off", pickle_token=True)
    job: Any = pickle.loads(
        pickle.dumps(client.with_options(http_timeout=8).untyped(MODEL_ID).job("r-1"))
    )
    assert (job.request_id, job.model_id) == ("r-1", MODEL_ID)
    api = job._client._api
    assert (api.token.reveal(), api.timeout, api.preflight) == (TOKEN, 8, "off")
    assert pickle.loads(pickle.dumps(job)).request_id == "r-1"  # the permission is kept
    # What comes from the environment is looked up again, permission or not.
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", TOKEN)
    assert TOKEN.encode() not in pickle.dumps(kind(base_url=url, pickle_token=True))


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_an_http_client_with_a_proxy_sends_through_it(kind: Kind, library: Any) -> None:
    with FaultServer([accepted()]).running() as proxy:
        http = http_client(library, kind, proxy=proxy.url, trust_env=False)
        async with opened(kind, "http://127.0.0.1:9", http_client=http) as client:
            job = await settled(client.untyped(MODEL_ID).submit({"prompt": "a"}))
        await closed(http)
    assert job.request_id == REQUEST_ID
    assert [request.target for request in proxy.received] == [
        f"http://127.0.0.1:9/v1/models/{MODEL_ID}"
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_proxy_tunnel_is_requested_without_the_token(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer([raw(b"HTTP/1.1 403 Forbidden\r\n\r\n")]).running() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        async with opened(kind, "https://model.invalid") as client:
            with pytest.raises(ConnectionFailed, match="403"):
                await settled(client.untyped(MODEL_ID).submit({"prompt": "a"}))
    assert {request.head.split("\r\n")[0] for request in proxy.received} == {
        "CONNECT model.invalid:443 HTTP/1.1"
    }
    assert all("authorization" not in request.head.lower() for request in proxy.received)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_proxy_is_asked_for_this_machine(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        FaultServer([accepted()]).running() as proxy,
        FaultServer([accepted()]).running() as server,
    ):
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with opened(kind, server.url) as client:
            await settled(client.untyped(MODEL_ID).submit({"prompt": "a"}))
    assert (proxy.connections, server.posts) == (0, 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("token", ["test", "image", "output"])
async def test_data_stays_as_it_came_whatever_the_token_is(token: str, kind: Kind) -> None:
    """Redaction is for people's eyes: a short token is a part of many a word."""
    echo = {"X-Trace": f"abc {token.upper()}"}
    body = {"status": "completed", "output": {"image": f"{token} of a test image"}, "seen": token}
    detail = [{"loc": ["body", "images", 2], "msg": "not an image"}]
    script = [
        reply(202, {"request_id": REQUEST_ID}, echo),
        reply(200, body, echo),
        reply(200, body, echo),
        reply(422, {"detail": detail}, echo),
    ]
    with FaultServer(script).running() as server:
        async with opened(kind, server.url, api_token=token) as client:
            job = await settled(client.untyped(MODEL_ID).submit({"prompt": "a"}))
            status = await settled(job.status())
            result = await settled(job.result())
            with pytest.raises(ServerValidationError) as caught:
                await settled(job.status())
    found = [job.response, status.response, result.response]
    assert [response.status for response in found] == [202, 200, 200]
    assert job.response.content == b'{"request_id": "r-1"}'
    assert {response.headers["x-trace"] for response in found} == set(echo.values())
    assert status.raw == result.raw == body
    assert (result.output, result.status) == (body["output"], "completed")
    assert caught.value.problems[0].field == "images[2]"
    assert caught.value.headers["x-trace"] == "abc [token]"  # an error is for people's eyes
    assert client.untyped(MODEL_ID).job(REQUEST_ID).response is None
    for value in (status, result, caught.value):
        data = pickle.dumps(value)
        assert pickle.loads(data).__dict__.keys() == value.__dict__.keys()
