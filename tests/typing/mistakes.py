"""Mistakes, one to a line: the type checkers report exactly the lines that are marked."""

from __future__ import annotations

from pathlib import Path

from runcomfy import AsyncRunComfy, Job, RunComfy
from runcomfy.models.openai.gpt_4o_image.edit import Gpt4oImageEditOutput
from runcomfy.models.openai.gpt_image_2.edit import GptImage2EditRequest

URL = "https://example.com/a.webp"


def sync(client: RunComfy, text: str) -> None:
    edit = client.openai.gpt_image_2.edit
    edit.submit(prompt="x", images=[URL], resolution="8k")  # E: not a choice
    edit.submit(prompt="x", images=[URL], resolution="2K")  # E: choices are exact
    edit.submit(prompt="x", images=[URL], resolution=text)  # E: any text is no choice
    edit.submit(prompt=5, images=[URL])  # E: wrong type
    edit.submit(prompt=None, images=[URL])  # E: required
    edit.submit(prompt="x")  # E: missing
    edit.submit(prompt="x", images=URL)  # E: one text is no list
    edit.submit(prompt="x", images=b"\x89PNG")  # E: bytes are one image, no list of them
    edit.submit(prompt="x", images=Path("a.png"))  # E: a path is no list
    edit.submit(prompt="x", images=[5])  # E: a number is no image
    edit.submit(prompt="x", images=[None])  # E: nothing is no image
    edit.submit(prompt="x", images=[URL], image_size="2k")  # E: unknown
    edit.submit("x", [URL])  # E: keywords only
    edit.submit(prompt="x", images=[URL], timeout="5")  # E: wrong type of an option
    edit.submit(prompt="x", images=[URL], on_update=print)  # E: an option of run only
    edit.run(prompt="x", images=[URL], quality="ultra")  # E: not a choice
    edit.run(prompt="x", images=[URL], extra_body="{}")  # E: text is no JSON object
    client.openai.gpt_4o_image.edit.submit(prompt="x", image=5)  # E: a number is no image
    client.openai.gpt_4o_image.edit.submit(prompt="x", image=URL, size="4:3")  # E: not a choice
    client.openai.gpt_image_2.edits  # E: no such attribute  # noqa: B018
    client.openai.gpt_image_3  # E: no such attribute  # noqa: B018
    client.opena  # E: no such attribute  # noqa: B018
    edit.job(5)  # E: a request id is text
    job: Job[Gpt4oImageEditOutput] = edit.job("r-1")
    job.result().output.picture  # E: no such field  # noqa: B018


def requests(client: RunComfy) -> None:
    GptImage2EditRequest(prompt="x")  # E: missing
    GptImage2EditRequest(prompt="x", images=[URL], quality="ultra")  # E: not a choice (not ty)
    GptImage2EditRequest(prompt="x", images=URL)  # E: one text is no list (not ty)
    GptImage2EditRequest(prompt="x", images=[URL], imges=[URL])  # E: unknown
    request = GptImage2EditRequest(prompt="x", images=[URL])
    client.submit({"prompt": "x"})  # E: a dict is no request
    client.submit(request).wait().output.picture  # E: no such field  # noqa: B018
    client.batch([request], journal="j.db", folders="out")  # E: unknown
    client.batch([request], journal="j.db", concurrency="4")  # E: wrong type of an option
    client.batch([request])  # E: the journal is missing


async def asynchronous(client: AsyncRunComfy) -> None:
    edit = client.openai.gpt_image_2.edit
    await edit.submit(prompt="x", images=[URL], quality="ultra")  # E: not a choice
    edit.submit(prompt="x", images=[URL]).request_id  # E: not awaited  # noqa: B018
    job = await edit.submit(prompt="x", images=[URL])
    job.wait().output  # E: not awaited  # noqa: B018
    (await job.wait()).output.picture  # E: no such field  # noqa: B018
    await edit.run(images=[URL])  # E: missing
