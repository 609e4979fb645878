"""Correct use of the SDK, as somebody else's project writes it: no type checker finds fault."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import assert_type

from runcomfy import (
    AsyncJob,
    AsyncRunComfy,
    EndpointInfo,
    Job,
    JobStatus,
    Result,
    RunComfy,
    get_endpoint,
    list_endpoints,
)
from runcomfy.models.openai.gpt_4o_image.edit import Gpt4oImageEditOutput, Gpt4oImageEditRequest
from runcomfy.models.openai.gpt_image_2.edit import (
    GptImage2EditOutput,
    GptImage2EditRequest,
    Resolution,
)

URL = "https://example.com/a.webp"


def show(status: JobStatus) -> None:
    print(status.state, status.queue_position)


def sync() -> None:
    with RunComfy(
        "token", base_url="http://127.0.0.1:1", http_timeout=5, preflight="off"
    ) as client:
        assert_type(client, RunComfy)
        job = client.openai.gpt_image_2.edit.submit(prompt="x", images=[URL], resolution="2k")
        assert_type(job, Job[GptImage2EditOutput])
        assert_type(job.request_id, str)
        assert_type(job.status(), JobStatus)
        result = job.wait(timeout=300, on_update=print)
        assert_type(result, Result[GptImage2EditOutput])
        assert_type(result.output, GptImage2EditOutput)
        assert_type(result.output.image, str | None)
        assert_type(result.output.images, list[str] | None)
        assert_type(result.cost, float | None)
        assert_type(result.download("out"), list[Path])
        assert_type(job.result(timeout=3), Result[GptImage2EditOutput])
        job.wait(300, extra_headers={"x-trace": "1"})
        edit = client.openai.gpt_4o_image.edit
        assert_type(edit.run(prompt="x", image=URL, on_update=show), Result[Gpt4oImageEditOutput])
        assert_type(edit.job("r-1"), Job[Gpt4oImageEditOutput])
        assert_type(edit.submit(prompt="x", image=URL).request_id, str)


def media(client: RunComfy, urls: list[str], paths: tuple[Path, ...], some: Sequence[str]) -> None:
    submit = client.openai.gpt_image_2.edit.submit
    submit(prompt="x", images=some)
    submit(prompt="x", images=urls)
    submit(prompt="x", images=paths)
    submit(prompt="x", images=list(paths))
    submit(prompt="x", images=(URL, Path("a.png"), b"\x89PNG", io.BytesIO(b"\x89PNG")))
    one_or_many = client.openai.gpt_4o_image.edit.submit
    one_or_many(prompt="x", image=URL)
    one_or_many(prompt="x", image=Path("a.png"))
    one_or_many(prompt="x", image=b"\x89PNG")
    one_or_many(prompt="x", image=[URL, Path("a.png")])
    one_or_many(prompt="x", image=urls)
    with Path("a.png").open("rb") as file:
        one_or_many(prompt="x", image=file)


def options(client: RunComfy, resolution: Resolution | None) -> None:
    submit = client.openai.gpt_image_2.edit.submit
    submit(prompt="x", images=[URL], resolution=resolution, aspect_ratio=None)
    submit(
        prompt="x",
        images=[URL],
        extra_body={"size": "8k", "new": {"a": [1, None]}},
        extra_headers={"x-trace": "1"},
        http_timeout=3,
    )


def requests(client: RunComfy) -> None:
    request = GptImage2EditRequest(prompt="x", images=[URL])
    assert_type(request.prompt, str)
    assert_type(request.resolution, Resolution | None)
    assert_type(client.submit(request), Job[GptImage2EditOutput])
    assert_type(client.run(request), Result[GptImage2EditOutput])
    other = Gpt4oImageEditRequest(prompt="x", image=URL)
    assert_type(client.run(other, timeout=5, extra_body={"n": 2}), Result[Gpt4oImageEditOutput])
    body = request.to_body()
    print(body["prompt"], client.untyped("acme/new/model").submit({"prompt": "x"}).request_id)


async def asynchronous() -> None:
    async with AsyncRunComfy("token") as client:
        assert_type(client, AsyncRunComfy)
        job = await client.openai.gpt_image_2.edit.submit(prompt="x", images=[URL], quality="low")
        assert_type(job, AsyncJob[GptImage2EditOutput])
        result = await job.wait(on_update=show)
        assert_type(result, Result[GptImage2EditOutput])
        assert_type(result.output.videos, list[str] | None)
        assert_type(await result.download_async("out"), list[Path])
        edit = client.openai.gpt_4o_image.edit
        assert_type(await edit.run(prompt="x", image=[URL]), Result[Gpt4oImageEditOutput])
        assert_type(edit.job("r-1"), AsyncJob[Gpt4oImageEditOutput])
        request = GptImage2EditRequest(prompt="x", images=[URL])
        assert_type(await client.submit(request), AsyncJob[GptImage2EditOutput])
        assert_type(await client.run(request), Result[GptImage2EditOutput])
        assert_type((await job.status()).queue_position, int | None)
        task = asyncio.create_task(edit.run(prompt="x", image=URL))
        assert_type(task, asyncio.Task[Result[Gpt4oImageEditOutput]])
        both = await asyncio.gather(task, edit.submit(prompt="x", image=URL))
        assert_type(both, tuple[Result[Gpt4oImageEditOutput], AsyncJob[Gpt4oImageEditOutput]])
        untyped = client.untyped("acme/new/model")
        await asyncio.create_task(untyped.run({"prompt": "x"}, extra_body={"new": 1}))
        await job.cancel(extra_headers={"x-trace": "1"}, timeout=3)


def registry() -> None:
    assert_type(list_endpoints(), tuple[str, ...])
    info = get_endpoint("openai/gpt-image-2/edit")
    assert_type(info, EndpointInfo)
    assert_type(info.attribute_path, str)
