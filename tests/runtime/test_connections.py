"""Connections, also in other loops and processes, and with broken settings."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import warnings
from itertools import repeat
from typing import Any

import httpx
import pytest
from runcomfy_codegen.runtime._client import AsyncClient, SyncClient
from runcomfy_codegen.runtime._transport import routes as _transport
from runcomfy_codegen.runtime.errors import ConfigurationError

from .._support.fault_server import KEPT, FaultServer, accepted, reply
from .._support.runtime import KINDS, MODEL_ID, TOKEN, Kind, opened, settled

QUEUED = reply(200, {"request_id": "r-1", "status": "in_queue"}, KEPT)


def test_one_event_loop_after_the_other() -> None:
    """Use two event loops, as a script does that calls `asyncio.run` twice."""
    with FaultServer([repeat(QUEUED)]).running() as server:
        client = AsyncClient(TOKEN, base_url=server.url)
        job = client.untyped(MODEL_ID).job("r-1")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # the first loop's, closed too late
            for _ in range(2):
                assert asyncio.run(job.status()).state == "in_queue"
            asyncio.run(client.aclose())
            gc.collect()
        assert (len(server.received), server.connections) == (2, 2)


def test_second_event_loop_is_refused_before_sending() -> None:
    with FaultServer([repeat(QUEUED)]).running() as server:

        async def first() -> None:
            async with AsyncClient(TOKEN, base_url=server.url) as client:
                endpoint = client.untyped(MODEL_ID)
                await endpoint.job("r-1").status()
                with pytest.raises(ConfigurationError, match="another event loop") as caught:
                    await asyncio.to_thread(asyncio.run, endpoint.submit({}))
                assert caught.value.retry_safe
                await endpoint.job("r-1").status()

        asyncio.run(first())
        assert (server.posts, server.connections) == (0, 1)


async def test_without_asyncio_nothing_is_sent() -> None:
    """Under trio, httpx would post, and the first pause would break."""
    with FaultServer([accepted()]).running() as server:
        async with opened("async", server.url) as client:
            submit = client.untyped(MODEL_ID).submit({})

            def step() -> None:  # in a thread without an event loop
                with pytest.raises(ConfigurationError, match="asyncio"):
                    submit.send(None)

            await asyncio.to_thread(step)
    assert server.connections == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_uses_connections_of_its_own() -> None:
    """Two processes that read from one connection would read each other's replies."""
    with (
        FaultServer([repeat(QUEUED)]).running() as server,
        SyncClient(TOKEN, base_url=server.url) as client,
    ):
        job = client.untyped(MODEL_ID).job("r-1")
        job.status()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python 3.12 and later warn of forks beside threads
            child = os.fork()
        if child == 0:
            try:
                job.status()
                client.close()
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert server.connections == 2
        job.status()
        assert server.connections == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", "ftp://127.0.0.1:9"),
        ("HTTPS_PROXY", "http://127.0.0.1:port"),
        pytest.param(
            *("SSL_CERT_FILE", "missing.pem"),
            marks=pytest.mark.skipif(
                httpx.__version__ < "0.28", reason="httpx 0.27 passes over a file that is not there"
            ),
        ),
    ],
)
async def test_an_environment_that_allows_no_connection_is_named(
    variable: str, value: str, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent, so that the outcome of the submit is not in doubt."""
    monkeypatch.setenv(variable, value)
    _transport.tls.cache_clear()
    async with opened(kind, "https://model.invalid") as client:
        for call in (client.untyped(MODEL_ID).submit, client.untyped(MODEL_ID).job("r-1").cancel):
            with pytest.raises(ConfigurationError, match=variable) as caught:
                await settled(call({}) if call.__name__ == "submit" else call())
            assert caught.value.retry_safe


@pytest.mark.parametrize("kind", KINDS)
async def test_a_timeout_that_no_socket_takes_is_no_lost_submit(kind: Kind) -> None:
    for timeout in (1e7, float(sys.maxsize)):
        options: dict[str, Any] = {"http_timeout": timeout}
        with FaultServer([accepted()]).running() as server:
            async with opened(kind, server.url, **options) as client:
                job = await settled(client.untyped(MODEL_ID).submit({}, **options))
        assert (job.request_id, server.posts) == ("r-1", 1)
