"""One deadline from the first step to the last: after it, nothing is posted and nothing is paid."""

from __future__ import annotations

import asyncio
import time

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._transport.routes import MAX_CONNECTIONS

from .._support.fault_server import FaultServer, accepted, reply, stall, state
from .._support.runtime import KINDS, MODEL_ID, Kind, PaintRequest, opened, settled

DONE = state("completed", output={"image": "x"})
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def late(error: errors.WaitTimeout, option: str) -> bool:
    return (
        (error.request_id, error.retry_safe) == (None, True)
        and "nothing is paid" in error.message
        and f"longer {option}=" in error.message
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_slow_head_uses_up_the_time_of_a_run(kind: Kind) -> None:
    with FaultServer([stall]).running() as server:
        async with opened(kind, server.url) as client:
            request, begin = (
                PaintRequest(prompt="a", images=[f"{server.url}/a.png"]),
                time.monotonic(),
            )
            with pytest.raises(errors.WaitTimeout) as caught:
                await settled(client.run(request, timeout=0.4))
            assert time.monotonic() - begin < 3
    assert late(caught.value, "timeout")
    assert [request.method for request in server.received] == ["HEAD"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["run", "submit"])
async def test_nothing_is_posted_after_a_slow_uploader(method: str, kind: Kind) -> None:
    def upload(_: object) -> str:
        time.sleep(0.4)
        return "https://x.example/a.png"

    option = "timeout" if method == "run" else "http_timeout"
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url, uploader=upload) as client:
            if method == "submit":
                client = client.with_options(http_timeout=0.2)
            options = {"timeout": 0.2} if method == "run" else {}
            request = PaintRequest(prompt="a", images=[PNG])
            with pytest.raises(errors.WaitTimeout) as caught:
                await settled(getattr(client, method)(request, **options))
    assert late(caught.value, option)
    assert server.posts == 0


async def test_an_uploader_that_is_awaited_ends_with_the_time() -> None:
    async def upload(_: object) -> str:
        await asyncio.sleep(20)
        return ""

    with FaultServer([accepted()]).running() as server:
        async with opened("async", server.url, uploader=upload) as client:
            begin = time.monotonic()
            with pytest.raises(errors.WaitTimeout) as caught:
                await client.run(PaintRequest(prompt="a", images=[PNG]), timeout=0.2)
    assert time.monotonic() - begin < 5
    assert late(caught.value, "timeout")
    assert server.posts == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_a_post_ends_with_the_time_of_its_run(kind: Kind) -> None:
    """Say at once that it may have been accepted, and not half a minute later."""
    with FaultServer([stall]).running() as server:
        async with opened(kind, server.url, http_timeout=30) as client:
            begin = time.monotonic()
            with pytest.raises(errors.SubmitOutcomeUnknown):
                await settled(client.untyped(MODEL_ID).run({}, timeout=0.4))
            assert time.monotonic() - begin < 3
    assert server.posts == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_name_that_is_not_found_in_time_is_a_wait_that_ended(
    kind: Kind, look_ups: list[str]
) -> None:
    async with opened(kind, f"https://api-{kind}.example") as client:
        with pytest.raises(errors.WaitTimeout) as caught:
            await settled(client.untyped(MODEL_ID).run({}, timeout=0.3))
    assert late(caught.value, "timeout")
    assert look_ups


@pytest.mark.parametrize("kind", KINDS)
async def test_a_host_out_of_reach_is_not_tried_for_every_request(
    kind: Kind, look_ups: list[str]
) -> None:
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url, http_timeout=3) as client:
            begin = time.monotonic()
            for number in range(4):
                url = f"https://media-{kind}.example/{number}.png"
                await settled(client.submit(PaintRequest(prompt="a", images=[url, url])))
            assert time.monotonic() - begin < 3
    assert look_ups == [f"media-{kind}.example"]
    assert server.posts == 4


@pytest.mark.parametrize("kind", KINDS)
async def test_where_only_a_proxy_leads_out_no_host_is_asked(
    kind: Kind,
    look_ups: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "runcomfy")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with FaultServer([accepted()]).running() as server:
        async with opened(kind, server.url) as client:
            url = "https://media.example/a.png?signature=s3cret"
            await settled(client.submit(PaintRequest(prompt="a", images=[url])))
    assert look_ups == []
    assert server.posts == 1
    assert (
        "media.example is not measured: the URL can only be reached through a proxy" in caplog.text
    )
    assert "s3cret" not in caplog.text


async def test_who_gets_no_connection_in_time_has_posted_nothing() -> None:
    with FaultServer([stall]).running() as server:
        async with opened("async", server.url, http_timeout=1.5) as client:
            endpoint = client.untyped(MODEL_ID)
            posts = [asyncio.create_task(endpoint.submit({})) for _ in range(MAX_CONNECTIONS)]
            for _ in range(500):
                await asyncio.sleep(0 if server.posts == MAX_CONNECTIONS else 0.01)
            with pytest.raises(errors.WaitTimeout) as caught:
                await endpoint.run({}, timeout=0.2)
            await asyncio.gather(*posts, return_exceptions=True)
    assert late(caught.value, "timeout")
    assert server.posts == MAX_CONNECTIONS


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_done_in_time_is_given(kind: Kind) -> None:
    head = reply(200, b"", {"Content-Length": "9"})
    with FaultServer([head, accepted(), state("in_queue"), DONE, DONE]).running() as server:
        async with opened(kind, server.url) as client:
            request = PaintRequest(prompt="a", images=[f"{server.url}/a.png"])
            result = await settled(client.run(request, timeout=20))
    assert result.request_id == "r-1"
    assert server.posts == 1
