"""The surface over real HTTP, against the emulator: the same scenario for both clients."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from .._support.sdk import Sdk, settled
from .._support.servers import running

URL = "https://media.invalid/a.png"  # RFC 6761: never resolves
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
INLINE = "data:image/png;base64," + base64.b64encode(PNG).decode()


def bodies(emulator: Emulator) -> list[Any]:
    """Return what was submitted."""
    return [each.body for each in emulator.received if each.path.startswith("/v1/models/")]


async def test_submit_wait_and_download(
    sdk: Sdk, emulator: Emulator, either: Any, tmp_path: Path
) -> None:
    updates: list[str] = []
    edit = either.openai.gpt_image_2.edit
    job = await settled(edit.submit(prompt="x", images=[URL], resolution="2k"))
    assert (await settled(job.status())).state == "in_queue"
    result = await settled(
        job.wait(timeout=20, on_update=lambda status: updates.append(status.state))
    )
    assert updates
    assert isinstance(
        result.output, sdk.module("models.openai.gpt_image_2.edit").GptImage2EditOutput
    )
    assert (result.request_id, result.model_id) == (job.request_id, "openai/gpt-image-2/edit")
    assert result.cost is None or result.cost >= 0
    download = result.download if either.__class__.__name__ == "RunComfy" else result.download_async
    [file] = await settled(download(tmp_path / "out"))
    assert file.read_bytes().startswith(PNG[:8])
    assert bodies(emulator) == [{"prompt": "x", "images": [URL], "resolution": "2k"}]
    again = edit.job(job.request_id)
    assert (await settled(again.result())).output == result.output
    assert await settled(again.cancel()) == "not_cancellable"


async def test_cancel_in_the_queue(sdk: Sdk, emulator: Emulator, either: Any) -> None:
    emulator.behaviour = replace(emulator.behaviour, statuses=("in_queue",))
    job = await settled(either.openai.gpt_4o_image.edit.submit(prompt="x", image=URL))
    assert await settled(job.cancel()) == "cancelled"
    with pytest.raises(sdk.module().JobCancelled):
        await settled(job.wait(timeout=20))


async def test_run(emulator: Emulator, either: Any) -> None:
    result = await settled(either.openai.gpt_4o_image.edit.run(prompt="x", image=URL, timeout=20))
    assert result.output.image or result.output.images
    assert bodies(emulator) == [{"prompt": "x", "image": URL}]


async def test_request_objects(sdk: Sdk, emulator: Emulator, either: Any) -> None:
    request = sdk.request("openai/gpt-image-2/edit")(prompt="x", images=(URL,))
    job = await settled(either.submit(request))
    result = await settled(either.run(request, extra_body={"quality": "low"}))
    assert job.model_id == result.model_id == request.model_id
    plain = {"prompt": "x", "images": [URL]}
    assert bodies(emulator) == [plain, {**plain, "quality": "low"}] == [request.to_body(), bodies(emulator)[1]]  # fmt: skip


async def test_untyped(emulator: Emulator, either: Any) -> None:
    endpoint = either.untyped("acme/every/thing")
    body = {"prompt": "x", "promptImage": URL, "not": {"yet": [None]}}
    result = await settled(endpoint.run(body))
    assert isinstance(result.output, dict)
    assert bodies(emulator) == [body]


async def test_escape_hatches(emulator: Emulator, either: Any) -> None:
    await settled(
        either.openai.gpt_image_2.edit.submit(
            prompt="x",
            images=[URL],
            quality="low",
            extra_body={"quality": "high", "new": {"a": None}},
            extra_headers={"X-Trace": "7"},
            http_timeout=10,
        )
    )
    [received] = emulator.received
    assert received.body == {"prompt": "x", "images": [URL], "quality": "high", "new": {"a": None}}
    assert received.headers["x-trace"] == "7"


async def test_wire_names_work_as_well(emulator: Emulator, either: Any) -> None:
    submit = either.acme.every.thing.submit
    await settled(submit(prompt="x", prompt_image=URL, class_="c", field_241_positive_prompt="p"))
    await settled(
        submit(**{"prompt": "x", "promptImage": URL, "class": "c", "241_positive_prompt": "p"})
    )
    expected = {"prompt": "x", "promptImage": URL, "class": "c", "241_positive_prompt": "p"}
    assert bodies(emulator) == [expected, expected]


async def test_null_is_sent_only_where_it_is_a_value(emulator: Emulator, either: Any) -> None:
    submit = either.acme.every.thing.submit
    await settled(submit(prompt="x", prompt_image=URL, note=None, seed=None, duration=None))
    await settled(submit(prompt="x", prompt_image=URL))
    plain = {"prompt": "x", "promptImage": URL}
    assert bodies(emulator) == [{**plain, "note": None}, plain]


async def test_nested_objects_from_dicts_and_classes(
    sdk: Sdk, emulator: Emulator, either: Any
) -> None:
    lora = sdk.module("models.acme.every.thing").EveryThingLorasItem
    submit = either.acme.every.thing.submit
    plain = {"path": "p", "scale": 1.5, "mask": PNG}
    await settled(submit(prompt="x", prompt_image=URL, loras=[plain, lora(path="q")]))
    sent = [{"path": "p", "scale": 1.5, "mask": INLINE}, {"path": "q"}]
    assert bodies(emulator) == [{"prompt": "x", "promptImage": URL, "loras": sent}]


async def test_an_endpoint_that_is_a_namespace_too(emulator: Emulator, either: Any) -> None:
    step = either.acme.film.text_to_video
    for endpoint in (step, step.draft, step.v4k.import_):
        await settled(endpoint.submit(prompt="x"))
    assert [each.path for each in emulator.received] == [
        "/v1/models/acme/film/text-to-video",
        "/v1/models/acme/film/text-to-video/draft",
        "/v1/models/acme/film/text-to-video/4k/import",
    ]
    assert {"draft", "job", "run", "submit", "v4k"} <= set(dir(step))


async def test_local_media_become_data_uris(
    emulator: Emulator, either: Any, tmp_path: Path
) -> None:
    path = tmp_path / "saw.png"
    path.write_bytes(PNG)
    with path.open("rb") as file:
        images = [URL, path, PNG, bytearray(PNG), io.BytesIO(PNG), file]
        await settled(either.openai.gpt_image_2.edit.submit(prompt="x", images=images))
    assert bodies(emulator) == [{"prompt": "x", "images": [URL] + [INLINE] * 5}]


async def test_one_or_many_are_sent_as_given(emulator: Emulator, either: Any) -> None:
    submit = either.openai.gpt_4o_image.edit.submit
    for image in (URL, [URL], (URL, PNG), PNG):
        await settled(submit(prompt="x", image=image))
    assert [body["image"] for body in bodies(emulator)] == [URL, [URL], [URL, INLINE], INLINE]


def test_omitted_is_omitted(sdk: Sdk) -> None:
    request = sdk.request("openai/gpt-image-2/edit")(prompt="x", images=[URL])
    assert request.to_body() == {"prompt": "x", "images": [URL]}
    assert repr(request) == f"GptImage2EditRequest(prompt='x', images=['{URL}'])"
    given = sdk.request("openai/gpt-image-2/edit")(prompt="x", images=[URL], aspect_ratio="1:1")
    assert given.to_body()["aspect_ratio"] == "1:1"
    assert "aspect_ratio='1:1'" in repr(given)
    assert given != request


MB = 2**20


def _picture(size: int, kind: str, folder: Path) -> Any:
    """Return a picture of so many bytes; on disk it takes no room."""
    file = folder / "picture.png"
    with file.open("wb") as out:
        out.write(PNG)
        out.truncate(size)
    if kind == "path":
        return file
    return file.read_bytes() if kind == "bytes" else file.open("rb")


@pytest.mark.parametrize("kind", ["path", "bytes", "file"])
def test_the_published_size_limit(
    sdk: Sdk, emulator: Emulator, client: Any, tmp_path: Path, kind: str
) -> None:
    submit = client.openai.gpt_4o_image.edit.submit
    image = _picture(25 * MB, kind, tmp_path)
    with pytest.raises(sdk.module().InvalidRequestError, match="must be under 25 MB") as caught:
        submit(prompt="x", image=image)
    assert "16 MB" in str(caught.value)  # the vendor's own text, which contradicts its rule
    assert emulator.received == []
    if kind == "file":
        image.close()


async def test_the_rules_of_a_nested_object(sdk: Sdk, emulator: Emulator, either: Any) -> None:
    lora = sdk.module("models.acme.every.thing").EveryThingLorasItem
    given = {"path": "p", "mask": PNG.ljust(MB, b"\0")}
    submit = either.acme.every.thing.submit
    for loras in ([{"path": "p"}, given], [lora(path="p"), lora(**given)]):
        with pytest.raises(sdk.module().InvalidRequestError) as caught:
            await settled(submit(prompt="x", prompt_image=URL, loras=loras))
        [problem] = caught.value.problems
        assert problem.field == "loras[1].mask"
        assert "must be under 1 MB" in problem.message
    with pytest.raises(sdk.module().InvalidRequestError) as caught:
        await settled(submit(prompt=5, prompt_image=URL, loras=[given]))
    assert [each.field for each in caught.value.problems] == ["prompt", "loras[0].mask"]
    assert emulator.received == []


def test_a_smaller_file_is_sent(emulator: Emulator, client: Any, tmp_path: Path) -> None:
    image = _picture(25 * MB - 1, "path", tmp_path)
    client.openai.gpt_4o_image.edit.submit(prompt="x", image=image)
    [received] = emulator.received
    head = received.content[:200].decode()
    assert "data:image/png;base64," in head
    assert len(received.content) > 25 * MB * 4 // 3


class _Files(BaseHTTPRequestHandler):
    """Says how large a file is; the path is the size."""

    seen: list[tuple[str, str | None]]

    def do_HEAD(self) -> None:
        self.seen.append((self.command, self.headers.get("authorization")))
        self.send_response(200)
        self.send_header("Content-Length", self.path.rpartition("/")[2])
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Not in the output of the tests."""


@contextmanager
def file_server() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """Serve files. Return the base URL, and the method and Authorization of every request."""
    handler = type("Files", (_Files,), {"seen": []})
    with running(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as url:
        yield url, handler.seen  # type: ignore[attr-defined]


async def test_a_url_is_measured_by_head(sdk: Sdk, emulator: Emulator, either: Any) -> None:
    submit = either.openai.gpt_4o_image.edit.submit
    with file_server() as (base, seen):
        with pytest.raises(sdk.module().InvalidRequestError, match=r"image\[1\].*25 MB"):
            await settled(submit(prompt="x", image=[f"{base}/{MB}", f"{base}/{25 * MB}"]))
        assert emulator.received == []
        await settled(submit(prompt="x", image=f"{base}/{25 * MB - 1}"))
    assert len(bodies(emulator)) == 1
    assert seen == [("HEAD", None)] * 3
