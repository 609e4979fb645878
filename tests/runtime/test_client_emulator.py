"""Typed requests from end to end, against the emulator."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._api.protocol import JobRef
from runcomfy_codegen.runtime.testing import Behaviour, Emulator
from runcomfy_codegen.runtime.testing._behaviour import ReplyFault

from .._support.runtime import (
    ENDPOINT,
    KINDS,
    MODEL_ID,
    Kind,
    PaintOutput,
    PaintRequest,
    opened,
    settled,
)

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with Emulator([ENDPOINT]) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.reset()
    return running


def client_of(kind: Kind, emulator: Emulator, **options: Any) -> Any:
    return opened(kind, emulator.base_url, api_token=emulator.token, **options)


def posts(emulator: Emulator) -> list[Any]:
    return [r.body for r in emulator.received if r.path.startswith("/v1/models/")]


@pytest.mark.parametrize("kind", KINDS)
async def test_submit_wait_and_download(kind: Kind, emulator: Emulator, tmp_path: Path) -> None:
    updates: list[tuple[str, int | None]] = []
    async with client_of(kind, emulator) as client:
        job = await settled(client.submit(PaintRequest(prompt="a cat")))
        result = await settled(
            job.wait(timeout=20, on_update=lambda u: updates.append((u.state, u.queue_position)))
        )
    if kind == "sync":
        paths = await asyncio.to_thread(result.download, tmp_path)
    else:
        paths = await result.download_async(tmp_path)
    assert posts(emulator) == [{"prompt": "a cat"}]
    assert isinstance(result.output, PaintOutput)
    assert (result.request_id, result.model_id, result.status) == (
        job.request_id,
        MODEL_ID,
        "completed",
    )
    assert result.cost == 0.04
    assert result.created_at
    assert result.finished_at
    assert [path.read_bytes()[:8] for path in paths] == [PNG] * len(result.urls)
    assert paths
    assert [state for state, _ in updates] == ["in_queue", "in_progress", "completed"]
    downloads = [r for r in emulator.received if r.path.startswith("/outputs")]
    assert downloads
    assert not any("authorization" in r.headers for r in downloads)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("not_ready", ["state", "400005"])
async def test_run_and_resume(not_ready: Any, kind: Kind, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(not_ready=not_ready, statuses=("In_Queue", "NEW", "Succeeded"))
    async with client_of(kind, emulator) as client:
        first = await settled(client.run(PaintRequest(prompt="a"), timeout=20))
        again = client._pick_up(JobRef(MODEL_ID, first.request_id, PaintOutput))
        assert (await settled(again.result())).output == first.output
        later = await settled(client.submit(PaintRequest(prompt="b")))
        with pytest.raises(errors.ResultNotReady) as caught:
            await settled(later.result())
    assert caught.value.request_id == later.request_id
    assert caught.value.retry_safe
    assert len(posts(emulator)) == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_extra_body_is_merged_last_and_unchecked(kind: Kind, emulator: Emulator) -> None:
    async with client_of(kind, emulator) as client:
        request = PaintRequest(prompt="a")
        await settled(client.submit(request, extra_body={"prompt": "b", "new": [1]}))
    assert posts(emulator) == [{"prompt": "b", "new": [1]}]


@pytest.mark.parametrize("kind", KINDS)
async def test_media_is_measured_then_inlined_or_uploaded(kind: Kind, emulator: Emulator) -> None:
    small, large = PNG + b"x", PNG + b"x" * 2**20
    request = PaintRequest(prompt="a", images=[small, "https://cdn.example/a.png", small])
    async with client_of(kind, emulator, preflight="local") as client:
        await settled(client.submit(request))
        with pytest.raises(errors.InvalidRequestError, match=r"images\[0\]"):
            await settled(client.submit(PaintRequest(prompt="a", images=[large])))
    uploads: list[Any] = []

    def upload(media: bytes) -> str:
        uploads.append(media)
        return "https://cdn.example/up.png"

    async def upload_async(media: bytes) -> str:
        await asyncio.sleep(0)
        return upload(media)

    uploader = upload if kind == "sync" else upload_async
    async with client_of(kind, emulator, preflight="local", uploader=uploader) as client:
        await settled(client.submit(request))
        with pytest.raises(errors.InvalidRequestError):
            await settled(client.submit(PaintRequest(prompt="a", images=[large])))
    assert [body["images"][0][:22] for body in posts(emulator)] == [
        "data:image/png;base64,",
        "https://cdn.example/up",
    ]
    assert posts(emulator)[1]["images"][1:] == [
        "https://cdn.example/a.png",
        "https://cdn.example/up.png",
    ]
    assert uploads == [small]


@pytest.mark.parametrize("kind", KINDS)
async def test_an_uploader_that_gives_no_url_is_an_error(kind: Kind, emulator: Emulator) -> None:
    async with client_of(kind, emulator, uploader=lambda _: None) as client:
        with pytest.raises(errors.ConfigurationError, match=r"uploader.*images\[0\]"):
            await settled(client.submit(PaintRequest(prompt="a", images=[PNG])))
    assert posts(emulator) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("error_code", errors.RunComfyError),
        ("insufficient_balance", errors.InsufficientBalanceError),
        ("token_echo", errors.AuthenticationError),
        ("redirect", errors.SubmitOutcomeUnknown),
        ("drop_after_accept", errors.SubmitOutcomeUnknown),
        ("truncated_body", errors.SubmitOutcomeUnknown),
    ],
)
async def test_faults_of_the_submit(
    fault: ReplyFault, error: type[errors.RunComfyError], kind: Kind, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(submit_fault=fault)
    async with client_of(kind, emulator) as client:
        with pytest.raises(error) as caught:
            await settled(client.submit(PaintRequest(prompt="a")))
    assert len(posts(emulator)) == 1
    assert emulator.token not in f"{caught.value} {vars(caught.value)}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "fault",
    ["html_502", "server_error_500", "drop_after_accept", "truncated_body", "null", "array"],
)
async def test_a_failed_poll_never_loses_the_job(
    fault: ReplyFault, kind: Kind, emulator: Emulator
) -> None:
    async with client_of(kind, emulator) as client:
        job = await settled(client.submit(PaintRequest(prompt="a")))
        emulator.behaviour = replace(emulator.behaviour, read_fault=fault, fault_count=3)
        assert (await settled(job.wait(timeout=20))).status == "completed"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_failure_and_its_reason(kind: Kind, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(statuses=("in_queue", "FAILED"), failure="too dark")
    async with client_of(kind, emulator) as client:
        with pytest.raises(errors.JobFailed, match="too dark") as caught:
            await settled(client.run(PaintRequest(prompt="a"), timeout=20))
        request_id = caught.value.request_id or ""
        job = client._pick_up(JobRef(MODEL_ID, request_id, PaintOutput))
        with pytest.raises(errors.JobFailed, match="too dark"):
            await settled(job.result())
    assert not caught.value.retry_safe
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_completed_without_output(kind: Kind, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(carriers=())
    async with client_of(kind, emulator) as client:
        with pytest.raises(errors.OutputMissing):
            await settled(client.run(PaintRequest(prompt="a"), timeout=20))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("manner", "outcome"),
    [
        ("by_state", "cancelled"),
        ("no_outcome", "cancelled"),
        ("no_status", "cancelled"),
        ("not_cancellable", "not_cancellable"),
        ("cancellation_requested", "unconfirmed"),
        ("server_error_500", "unconfirmed"),
    ],
)
async def test_cancel_reports_honestly(
    manner: Any, outcome: str, kind: Kind, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(cancel=manner)
    async with client_of(kind, emulator) as client:
        job = await settled(client.submit(PaintRequest(prompt="a")))
        assert await settled(job.cancel()) == outcome
        if outcome == "cancelled":
            with pytest.raises(errors.JobCancelled):
                await settled(job.wait(timeout=20))


@pytest.mark.parametrize("kind", KINDS)
async def test_results_are_pickled_and_logs_hold_the_id_but_no_token(
    kind: Kind, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with client_of(kind, emulator) as client:
        result = await settled(client.run(PaintRequest(prompt="a"), timeout=20))
    assert pickle.loads(pickle.dumps(result)) == result
    assert result.request_id in caplog.text
    assert emulator.token not in caplog.text
    assert emulator.token.encode() not in pickle.dumps(result)
