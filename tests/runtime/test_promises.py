"""Promises to those whom another SDK has let down; each is a bug that somebody has met."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
import pkgutil
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from runcomfy_codegen import runtime
from runcomfy_codegen.runtime import errors
from runcomfy_codegen.runtime._api.protocol import JobRef, PlainOutput
from runcomfy_codegen.runtime._client import SyncClient
from runcomfy_codegen.runtime._validation.base import OutputModel, Request
from runcomfy_codegen.runtime.jobs import JobStatus

from .._support.fault_server import FaultServer, accepted, in_turn, reply, stall, state
from .._support.runtime import KINDS, MODEL_ID, TOKEN, Kind, downloaded, opened, settled

REDIRECTS = (300, 301, 302, 303, 307, 308)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", REDIRECTS)
async def test_a_redirect_leads_nowhere(status: int, kind: Kind) -> None:
    """Neither a paid body nor the token goes to a host that a reply names."""
    with FaultServer([accepted()]).running() as other, FaultServer([]).running() as server:
        server.acts = [reply(status, b"", {"Location": f"{other.url}/v1/models/x"})]
        async with opened(kind, server.url) as client:
            endpoint = client.untyped(MODEL_ID)
            with pytest.raises(errors.SubmitOutcomeUnknown):
                await settled(endpoint.submit({}))
            job = endpoint.job("r-1")
            for call in (job.status, job.result, job.cancel, job.wait):
                with pytest.raises(errors.APIError, match="redirect"):
                    await settled(call())
    assert other.connections == 0
    assert len(server.received) == 5


@pytest.mark.parametrize("kind", KINDS)
async def test_reply_urls_are_not_fetched_and_downloads_have_no_token(
    kind: Kind, tmp_path: Path
) -> None:
    png = reply(200, b"png", {"Content-Type": "image/png", "Set-Cookie": "a=b"})
    with FaultServer([png]).running() as other, FaultServer([]).running() as server:
        links = {f"{name}_url": f"{other.url}/{name}" for name in ("status", "result", "cancel")}
        images = [f"{server.url}/a.png", f"{server.url}/b.png", f"{other.url}/c.png"]
        server.acts = [
            reply(202, {"request_id": "r-1", **links}),
            state("completed", **links),
            state("completed", output={"images": images}, **links),
            png,
        ]
        async with opened(kind, server.url) as client:
            job = await settled(client.untyped(MODEL_ID).submit({}))
            result = await settled(job.wait(timeout=20))
        # Only the API's own host is trusted with loopback: the third one is refused.
        with pytest.raises(errors.DownloadError, match="1 of 3 outputs"):
            await downloaded(kind, result, tmp_path)
    assert other.connections == 0
    with_token = [request.target for request in server.received if TOKEN in request.head]
    assert with_token == [
        f"/v1/models/{MODEL_ID}",
        "/v1/requests/r-1/status",
        "/v1/requests/r-1/result?include_cost=true",
    ]
    downloads = [request.head.lower() for request in server.received[3:]]
    assert len(downloads) == 2
    assert not any("authorization" in head or "cookie" in head for head in downloads)


def every_error() -> Iterator[type[errors.RunComfyError]]:
    """Return all classes of the tree, wherever in the runtime they are defined."""
    for module in pkgutil.walk_packages(runtime.__path__, f"{runtime.__name__}."):
        if not module.name.endswith("pyinstaller.hook"):  # which imports PyInstaller itself
            importlib.import_module(module.name)
    waiting = [errors.RunComfyError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        yield kind


VALUES: dict[str, Any] = {
    "limit_usd": 5.0,
    "spent_usd": 4.5,
    "estimate_usd": 0.75,
    "model_id": "a/b",
    "request_id": "r-1",
    "http_status": 400,
    "error_code": 400001,
    "retry_safe": True,
    "parameter": "base_url",
    "advice": "give another one",
    "problems": (errors.FieldProblem("images[0]", "is too large"),),
    "body": "<html>",
    "headers": {"retry-after": "1.5"},
    "retry_after": 1.5,
    "body_hash": "0f" * 32,
    "at": 12.5,
    "cancel_outcome": "unconfirmed",
    "cost": 0.5,
    "details": {"type": "x", "list": [1, None]},
    "saved": (Path("a.png"),),
    "failed": (("https://x.example/b.png", "404"),),
}


ERRORS = sorted(set(every_error()), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", ERRORS, ids=[kind.__name__ for kind in ERRORS])
def test_every_error_keeps_every_attribute_when_copied(kind: type[errors.RunComfyError]) -> None:
    names = {
        name
        for each in kind.__mro__
        if issubclass(each, errors.RunComfyError)
        for name in inspect.signature(each.__init__).parameters
    } - {"self", "message", "context"}
    given = {name: VALUES[name] for name in names}  # a new attribute needs a value here
    error = kind("what", **given)
    error.extra = "set later"  # type: ignore[attr-defined]
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        check_same(pickle.loads(pickle.dumps(error, protocol)), error, given)
    for same in (copy.deepcopy(error), copy.copy(error), pickle.loads(pickle.dumps([error]))[0]):
        check_same(same, error, given)


def check_same(same: Any, error: errors.RunComfyError, given: dict[str, Any]) -> None:
    assert type(same) is type(error)
    assert (str(same), repr(same), same.args) == (str(error), repr(error), error.args)
    assert vars(same) == vars(error)
    assert {name: getattr(same, name) for name in given} == given


class SizedOutput(OutputModel):
    size: Literal["1k", "2k"] | None = None


class SizedRequest(Request[SizedOutput]):
    """With a closed list of values, as of the day it was generated."""

    model_id: ClassVar[str] = MODEL_ID
    output_type: ClassVar[type[SizedOutput]] = SizedOutput

    size: Literal["1k", "2k"] | None = None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_value_that_is_newer_than_the_sdk_passes_both_ways(kind: Kind) -> None:
    done = state("completed", output={"size": "8k", "new": {"a": 1}}, priority="new")
    with FaultServer([accepted(), state("brand_new"), done, done]).running() as server:
        async with opened(kind, server.url) as client:
            job = await settled(client.submit(SizedRequest(size="1k"), extra_body={"size": "8k"}))
            result = await settled(job.wait(timeout=20))
            with pytest.raises(errors.InvalidRequestError, match="size"):
                SizedRequest(size="8k")  # type: ignore[arg-type]
    assert server.received[0].body == b'{"size":"8k"}'
    assert result.output.size == "8k"
    assert result.output.new == {"a": 1}
    assert result.raw["priority"] == "new"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "mine",
    [
        TimeoutError("mine"),
        errors.WaitTimeout("mine", retry_safe=True),
        errors.ServerError("mine", retry_safe=True),
        ConnectionResetError("mine"),
        GeneratorExit("mine"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_an_error_of_a_callback_is_the_callers_own(mine: BaseException, kind: Kind) -> None:
    """Not retried, not taken for our own, the very same object: by wait and by run."""

    def on_update(_: JobStatus) -> None:
        raise mine

    async def on_update_async(_: JobStatus) -> None:
        raise mine

    for callback in [on_update] if kind == "sync" else [on_update, on_update_async]:
        options: dict[str, Any] = {"timeout": 5, "on_update": callback}
        with FaultServer([accepted(), state("in_queue")]).running() as server:
            async with opened(kind, server.url) as client:
                endpoint = client.untyped(MODEL_ID)
                with pytest.raises(type(mine)) as of_run:
                    await settled(endpoint.run({}, **options))
                with pytest.raises(type(mine)) as of_wait:
                    await settled(endpoint.job("r-1").wait(**options))
        assert of_run.value is of_wait.value is mine
        assert (server.posts, len(server.received)) == (1, 3)


def test_ctrl_c_during_a_poll_leaves_the_job_resumable() -> None:
    def press(_: socket.socket) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    acts = [
        accepted(),
        state("in_queue"),
        in_turn(press, stall),
        state("completed"),
        state("completed", output={"image": "x"}),
    ]

    # Without an event loop, which would take the signal for itself.
    with (
        FaultServer(acts).running() as server,
        SyncClient(TOKEN, base_url=server.url) as client,
    ):
        job = client.untyped(MODEL_ID).submit({})
        with pytest.raises(KeyboardInterrupt):
            job.wait(timeout=20)
        assert job.wait(timeout=20).status == "completed"
    assert server.posts == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_job_is_picked_up_by_id_after_a_wait_timeout(kind: Kind) -> None:
    with FaultServer([accepted(), state("in_queue")]).running() as server:
        async with opened(kind, server.url) as client:
            with pytest.raises(errors.WaitTimeout) as caught:
                await settled(client.untyped(MODEL_ID).run({}, timeout=0.3))
        error = pickle.loads(pickle.dumps(caught.value))  # as if from another process
        server.acts = [state("completed", output={"image": "x"})]
        async with opened(kind, server.url) as client:
            job = client._pick_up(JobRef(error.model_id, error.request_id, PlainOutput))
            assert (await settled(job.wait(timeout=20))).output == {"image": "x"}
    assert server.posts == 1
