"""Constructs that the two published endpoints lack: nested objects, nulls, steps that are endpoints too."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from sdk_under_test_types import AsyncJob, AsyncRunComfy, Job, Result, RunComfy
from sdk_under_test_types.models.acme.every.thing import (
    EveryThingLorasItem,
    EveryThingOutput,
    EveryThingSize,
)
from sdk_under_test_types.models.acme.film.text_to_video import FilmTextToVideoOutput
from sdk_under_test_types.models.acme.film.text_to_video.draft import FilmTextToVideoDraftOutput
from sdk_under_test_types.models.acme.output.own import OutputOwnOutputFramesItem

URL = "https://example.com/a.webp"


def calls(client: RunComfy) -> None:
    submit = client.acme.every.thing.submit
    assert_type(submit(prompt="x", prompt_image=URL), Job[EveryThingOutput])
    lora = EveryThingLorasItem(path="p", scale=2, mask=Path("a.png"))
    submit(prompt="x", prompt_image=URL, loras=[lora], fps=24, duration="5", guidance=1)
    submit(prompt="x", prompt_image=URL, size=EveryThingSize(path="p"))
    submit(prompt="x", prompt_image=URL, size="square", note=None, meta={"a": 1}, class_="c")
    submit(prompt="x", prompt_image=URL, duration=5)  # E: a number that is text
    submit(prompt="x", prompt_image=URL, fps=26)  # E: not a choice
    submit(prompt="x", prompt_image=URL, loras=lora)  # E: one object is no list
    submit(prompt="x", prompt_image=URL, guidance="2.5")  # E: text is no number
    submit(prompt="x", prompt_image=[URL])  # E: a list is no image
    submit(prompt="x", prompt_image=URL, note=5)  # E: neither text nor null
    submit(prompt="x", prompt_image=URL, tags="a")  # E: one text is no list
    EveryThingLorasItem(path="p", mode="c")  # E: not a choice (not ty)
    EveryThingLorasItem(scale=1)  # E: missing


def steps(client: RunComfy) -> None:
    step = client.acme.film.text_to_video
    assert_type(step.run(prompt="x"), Result[FilmTextToVideoOutput])
    assert_type(step.draft.submit(prompt="x"), Job[FilmTextToVideoDraftOutput])
    step.v4k.import_.submit(prompt="x")
    step.drafts  # E: no such attribute  # noqa: B018
    step.draft.submit(prompt="x", seed=5)  # E: unknown


async def asynchronous(client: AsyncRunComfy) -> None:
    step = client.acme.film.text_to_video
    assert_type(await step.submit(prompt="x"), AsyncJob[FilmTextToVideoOutput])
    assert_type(await step.draft.run(prompt="x"), Result[FilmTextToVideoDraftOutput])


def outputs(client: RunComfy) -> None:
    output = client.acme.output.own.run(prompt="x").output
    assert_type(output.score, int | None)
    assert_type(output.state, str | None)
    assert_type(output.frames, list[OutputOwnOutputFramesItem] | None)
    output.image  # E: not of this output  # noqa: B018
