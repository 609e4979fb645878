"""HTTP/2, which the clients speak where it was asked for, over a real TLS connection."""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypercorn.asyncio
import pytest
import trustme
from hypercorn.config import Config
from runcomfy_codegen.runtime._transport import routes as _transport
from runcomfy_codegen.runtime.errors import ConnectionFailed, RequestTimeout, SubmitOutcomeUnknown
from runcomfy_codegen.runtime.testing import Behaviour
from runcomfy_codegen.runtime.testing._app import App

from .._support.runtime import ENDPOINT, KINDS, MODEL_ID, PATIENT, TOKEN, Kind, opened, settled

CERTIFICATES = trustme.CA()


class Http2Server:
    """The emulator's application behind TLS and HTTP/2."""

    def __init__(self, folder: Path) -> None:
        self.app = App((ENDPOINT,), TOKEN, Behaviour(statuses=("in_queue", "completed")))
        self.versions: list[str] = []
        self.is_stalling = False
        self.slow_prompt = b""
        self._folder = folder
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        config = Config()
        config.bind = ["127.0.0.1:0"]
        config.loglevel = "CRITICAL"
        config.certfile, config.keyfile = str(self._folder / "cert"), str(self._folder / "key")
        sockets = config.create_sockets()
        port = sockets.secure_sockets[0].getsockname()[1]
        config.bind = [f"fd://{sockets.secure_sockets[0].detach()}"]
        self.base_url = f"https://127.0.0.1:{port}"
        self.app.serve_at(self.base_url, self.base_url)
        self._ready.set()

        async def count(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                self.versions.append(scope["http_version"])
                calls = self._delayed(receive, stall if self.is_stalling else send)
                await self.app(scope, *calls)

        async def stall(message: Any) -> None:
            await self._stop.wait()

        await hypercorn.asyncio.serve(count, config, shutdown_trigger=self._stop.wait, mode="asgi")

    def _delayed(self, receive: Any, send: Any) -> tuple[Any, Any]:
        body = bytearray()

        async def noted() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def late(message: Any) -> None:
            await (self._stop.wait() if self.slow_prompt in body else asyncio.sleep(0.3))
            await send(message)

        return (noted, late) if self.slow_prompt else (receive, send)

    def __enter__(self) -> Http2Server:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *exception: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Http2Server]:
    certificate = CERTIFICATES.issue_cert("127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert")
    certificate.private_key_pem.write_to_path(tmp_path / "key")
    CERTIFICATES.cert_pem.write_to_path(tmp_path / "ca")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca"))
    _transport.tls.cache_clear()  # it may have been loaded with other certificates
    with Http2Server(tmp_path) as running:
        yield running
    _transport.tls.cache_clear()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_job_from_submit_to_result(kind: Kind, server: Http2Server) -> None:
    async with opened(kind, server.base_url, http2=True) as client:
        result = await settled(client.untyped(MODEL_ID).run({"prompt": "a"}))
    assert result.status == "completed"
    # A submit goes out on a connection of its own, which HTTP/2 would share.
    assert server.versions == ["1.1", "2", "2", "2"]


@pytest.mark.parametrize("kind", KINDS)
async def test_http2_is_spoken_only_where_it_is_asked_for(kind: Kind, server: Http2Server) -> None:
    async with opened(kind, server.base_url) as client:
        await settled(client.untyped(MODEL_ID).run({"prompt": "a"}))
    assert set(server.versions) == {"1.1"}


CORES = ("httpcore", "httpcore2")


@pytest.mark.parametrize("kind", KINDS)
async def test_the_header_compression_logs_no_token(
    kind: Kind, server: Http2Server, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("hpack", "hpack.hpack", "hpack.table", "h2", *CORES):
        caplog.set_level(logging.DEBUG, name)
    async with opened(kind, server.base_url, http2=True) as client:
        await settled(client.untyped(MODEL_ID).run({"prompt": "a"}))
    assert "2" in server.versions
    assert not [record for record in caplog.records if record.name.startswith("hpack")]
    names = {record.name for record in caplog.records}
    assert names & {f"{core}.http2" for core in CORES}


async def test_many_jobs_at_once(server: Http2Server) -> None:
    """More than the streams that a connection may have at once, which are 100 here."""
    jobs = 110
    async with opened("async", server.base_url, retry_policy=PATIENT, http2=True) as client:
        runs = (client.untyped(MODEL_ID).run({"prompt": str(n)}) for n in range(jobs))
        results = await asyncio.gather(*runs)
    assert len({result.request_id for result in results}) == jobs
    assert (server.versions.count("1.1"), set(server.versions)) == (jobs, {"1.1", "2"})


@pytest.mark.parametrize("kind", KINDS)
async def test_a_lost_reply_is_one_post_of_unknown_outcome(kind: Kind, server: Http2Server) -> None:
    server.is_stalling = True
    async with opened(kind, server.base_url, http_timeout=0.5, http2=True) as client:
        with pytest.raises(SubmitOutcomeUnknown) as caught:
            await settled(client.untyped(MODEL_ID).submit({"prompt": "a"}))
        assert isinstance(caught.value.__cause__, RequestTimeout)
        server.is_stalling = False
        job = await settled(client.untyped(MODEL_ID).submit({"prompt": "a"}, http_timeout=20))
    assert len(server.app.store.jobs) == 2
    assert job.request_id in server.app.store.jobs


@pytest.mark.parametrize("kind", KINDS)
async def test_a_submit_that_times_out_takes_no_other_with_it(
    kind: Kind, server: Http2Server
) -> None:
    """On a shared connection, httpcore ends all its streams with one that fails."""
    server.slow_prompt = b"slow"
    async with opened(kind, server.base_url, http2=True) as client:
        submit = client.untyped(MODEL_ID).submit
        given = [("a", 20), ("slow", 1.0), ("b", 20), ("c", 20)]
        ends = await asyncio.gather(
            *(
                (
                    asyncio.to_thread(submit, {"prompt": prompt}, http_timeout=timeout)
                    if kind == "sync"
                    else submit({"prompt": prompt}, http_timeout=timeout)
                )
                for prompt, timeout in given
            ),
            return_exceptions=True,
        )
    assert [isinstance(end, SubmitOutcomeUnknown) for end in ends] == [False, True, False, False]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_certificate_that_is_not_trusted_is_no_post(
    kind: Kind, server: Http2Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    _transport.tls.cache_clear()
    async with opened(kind, server.base_url, http2=True) as client:
        with pytest.raises(ConnectionFailed, match="CERTIFICATE_VERIFY_FAILED"):
            await settled(client.untyped(MODEL_ID).submit({"prompt": "a"}))
    assert server.versions == []
    assert isinstance(_transport.tls(True), ssl.SSLContext)
