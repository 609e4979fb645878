"""Clients of httpx and of httpx2 that a user lends: their errors, large bodies and redirects."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._client import SyncClient

from .._support.fault_server import (
    REQUEST_ID,
    FaultServer,
    accepted,
    hang_up,
    raw,
    reply,
    reset,
    stall,
    state,
)
from .._support.faults import head
from .._support.http_clients import (
    LIBRARIES,
    OTHER,
    OWN,
    TESTED_LIBRARY,
    closed,
    each_library,
    http_client,
)
from .._support.runtime import KINDS, MODEL_ID, TOKEN, Kind, downloaded, opened, settled

NOWHERE = "http://127.0.0.1:9"
BROKEN = {
    "stalled": (stall, errors.RequestTimeout),
    "closed": (hang_up, errors.ReplyLost),
    "reset": (reset, errors.ReplyLost),
    "not HTTP": (raw(b"\x00\x01 what?\r\n\r\n"), errors.ReplyLost),
    "cut off": (raw(head("Content-Length: 99") + b"{"), errors.ReplyLost),
}


@each_library
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("url", [NOWHERE, "https://127.0.0.1:9"])
async def test_without_a_connection_a_submit_was_never_sent(
    url: str, kind: Kind, library: Any
) -> None:
    http = http_client(library, kind, trust_env=False)
    async with opened(kind, url, http_client=http) as client:
        with pytest.raises(errors.ConnectionFailed) as caught:
            await settled(client.untyped(MODEL_ID).submit({}))
    await closed(http)
    assert caught.value.retry_safe


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_a_proxy_that_is_not_there_is_sent_nothing(kind: Kind, library: Any) -> None:
    http = http_client(library, kind, proxy=NOWHERE)
    async with opened(kind, "https://model.invalid", http_client=http) as client:
        with pytest.raises(errors.ConnectionFailed) as caught:
            await settled(client.untyped(MODEL_ID).submit({}))
    await closed(http)
    assert caught.value.retry_safe


@each_library
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_reply_is_told_apart_by_its_cause(
    name: str, kind: Kind, library: Any
) -> None:
    act, expected = BROKEN[name]
    http = http_client(library, kind)
    with FaultServer([act]).running() as server:
        async with opened(kind, server.url, http_timeout=0.3, http_client=http) as client:
            endpoint = client.untyped(MODEL_ID)
            with pytest.raises(errors.SubmitOutcomeUnknown) as unknown:
                await settled(endpoint.submit({}))
            with pytest.raises(expected) as caught:
                await settled(endpoint.job(REQUEST_ID).status())
    await closed(http)
    assert server.posts == 1
    assert type(unknown.value.__cause__) is type(caught.value) is expected
    of_library = unknown.value.__cause__.__cause__
    if of_library is not None:  # asyncio ends an exchange that takes too long by itself
        assert isinstance(of_library, library.TransportError)
        assert "authorization" not in of_library.request.headers
    assert (of_library is None) is (kind == "async" and name == "stalled")


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_an_error_of_a_users_transport_counts_by_its_library(
    kind: Kind, library: Any
) -> None:
    def refuse(request: Any) -> Any:
        raise library.PoolTimeout("all are busy", request=request)

    http = http_client(library, kind, transport=library.MockTransport(refuse))
    async with opened(kind, NOWHERE, http_client=http) as client:
        with pytest.raises(errors.ConnectionFailed, match="all are busy"):
            await settled(client.untyped(MODEL_ID).submit({}))
    await closed(http)


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_a_large_body_arrives_whole(kind: Kind, library: Any) -> None:
    seen: list[int] = []

    def note(request: Any) -> None:
        seen.append(len(request.content))

    async def note_async(request: Any) -> None:
        note(request)

    hooks = {"request": [note if kind == "sync" else note_async]}
    http = http_client(library, kind, event_hooks=hooks)
    body = {"prompt": "x" * 2**20}
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url, http_client=http) as client:
            await settled(client.untyped(MODEL_ID).submit(body))
    await closed(http)
    assert seen == [len(server.received[0].body)]
    assert seen[0] > 2**20


@each_library
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_consumed", [False, True])
async def test_a_compressed_reply_is_read_once(is_consumed: bool, kind: Kind, library: Any) -> None:
    def read(response: Any) -> None:
        response.read()

    async def read_async(response: Any) -> None:
        await response.aread()

    hook = read if kind == "sync" else read_async
    http = http_client(library, kind, event_hooks={"response": [hook] if is_consumed else []})
    content = gzip.compress(b'{"status": "in_queue"}')
    act = reply(200, content, {"Content-Encoding": "gzip", "Content-Type": "application/json"})
    with FaultServer([act]).running() as server:
        async with opened(kind, server.url, http_client=http) as client:
            status = await settled(client.untyped(MODEL_ID).job(REQUEST_ID).status())
    await closed(http)
    assert status.raw == {"status": "in_queue"}


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_a_download_over_its_sockets_has_no_token(
    kind: Kind, library: Any, tmp_path: Path
) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(64)
    http = http_client(library, kind, headers={"x-api-key": "own"}, follow_redirects=True)
    with FaultServer([]).running() as server:
        done = state("completed", output={"image": f"{server.url}/a.png"})
        away = reply(302, b"", {"Location": f"{server.url}/b.png"})
        server.acts = [done, reply(200, png, {"Content-Type": "image/png"}), away]
        async with opened(kind, server.url, http_client=http) as client:
            result = await settled(client.untyped(MODEL_ID).job(REQUEST_ID).result())
            [path] = await downloaded(kind, result, tmp_path)
            with pytest.raises(errors.DownloadError, match="redirects"):
                await downloaded(kind, result, tmp_path)
    await closed(http)
    assert path.read_bytes() == png
    with_key = ["x-api-key" in request.head.lower() for request in server.received]
    assert with_key == [True, False, False]
    assert all(TOKEN not in request.head for request in server.received[1:])


@each_library
@pytest.mark.parametrize("kind", KINDS)
async def test_a_location_that_is_not_a_url_is_an_error_of_ours(
    kind: Kind, library: Any, tmp_path: Path
) -> None:
    http = http_client(library, kind, trust_env=False)
    with FaultServer([]).running() as server:
        done = state("completed", output={"image": f"{server.url}/a.png"})
        server.acts = [done, reply(302, b"", {"Location": "http://xn--.a:no/"})]
        async with opened(kind, server.url, http_client=http) as client:
            result = await settled(client.untyped(MODEL_ID).job(REQUEST_ID).result())
            with pytest.raises(errors.DownloadError):
                await downloaded(kind, result, tmp_path)
    await closed(http)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.__name__)
def test_a_mock_and_a_subclass_of_a_client_are_clients(library: Any) -> None:
    class Own(library.Client):  # type: ignore[misc]
        """A user's."""

    with Own() as own, SyncClient(TOKEN, http_client=own):
        pass
    with SyncClient(TOKEN, http_client=MagicMock(spec=library.Client)):
        pass
    with pytest.raises(errors.ConfigurationError, match=r"an httpx\.Client or httpx2\.Client; got"):
        SyncClient(TOKEN, http_client=MagicMock(spec=library.AsyncClient))


PROGRAM = """
import sys
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._client import SyncClient
with SyncClient("t", base_url="http://127.0.0.1:9") as client:
    try:
        client.untyped("a/b").submit({})
    except errors.ConnectionFailed:
        pass
try:
    SyncClient("t", http_client=object())
except errors.ConfigurationError:
    pass
print([name for name in ("httpx", "httpx2") if name in sys.modules])
"""


def test_the_runtime_is_written_for_the_library_that_is_tested() -> None:
    assert OWN.__name__ == os.environ.get(TESTED_LIBRARY, "httpx")


def test_the_sdk_never_imports_the_other_library() -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environ, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.strip()
    assert OWN.__name__ in loaded
    assert f"'{OTHER.__name__}'" not in loaded
