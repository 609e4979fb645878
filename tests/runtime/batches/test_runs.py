"""A batch from its requests to its files, and the same batch again."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path
from typing import Any

import pytest
from runcomfy import (
    AsyncRunComfy,
    DownloadError,
    Journal,
    JournalError,
    RunComfy,
)
from runcomfy.testing import Behaviour, Emulator

from ..._support.batches import MODEL_ID, Batches, is_submit, requests, saved_picture
from ..._support.http_clients import each_library


async def test_each_request_has_its_result_and_its_files(
    batches: Batches, emulator: Emulator
) -> None:
    report = await batches.run(requests(5), concurrency=3)
    assert report.is_complete
    assert [outcome.key for outcome in report.outcomes] == ["1", "2", "3", "4", "5"]
    assert str(report) == "5 completed; cost $0.20"
    for outcome in report.outcomes:
        assert outcome.result
        assert outcome.result.urls
        assert outcome.cost == outcome.result.cost == 0.04
        job = emulator.jobs[outcome.request_id or ""]
        assert job.body["prompt"] == outcome.key
        [path] = outcome.files
        assert path == batches.folder / f"{outcome.key}.png"
        assert path.read_bytes() == job.files["image"][0].content
    assert sorted(path.name for path in batches.folder.iterdir()) == [
        f"{n}.png" for n in range(1, 6)
    ]


async def test_the_same_batch_again_asks_nobody(batches: Batches, emulator: Emulator) -> None:
    before = await batches.run(requests(3))
    emulator.received.clear()
    after = await batches.run(requests(3))
    assert emulator.received == []
    assert after == before


async def test_outcomes_come_as_they_complete(
    kind: str, batches: Batches, emulator: Emulator
) -> None:
    keys: list[str] = []
    batch = batches.batch(requests(4), concurrency=2)
    if kind == "async":
        async for outcome in batch.as_completed():
            keys.append(outcome.key)
    else:
        await asyncio.to_thread(lambda: keys.extend(each.key for each in batch.as_completed()))
    assert sorted(keys) == ["1", "2", "3", "4"]
    again: list[str] = []
    report = await batches.run_telling(requests(4), lambda outcome: again.append(outcome.key))
    assert sorted(again) == sorted(keys)
    assert report.is_complete


async def test_files_that_are_missing_are_fetched_again(
    batches: Batches, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(output_fault="redirect", fault_count=1)
    [outcome] = (await batches.run(requests(1))).outcomes
    assert outcome.state == "completed"
    assert outcome.result
    assert isinstance(outcome.error, DownloadError)
    assert outcome.files == ()
    report = await batches.run(requests(1))
    assert report.is_complete
    [path] = report.outcomes[0].files
    path.unlink()
    report = await batches.run(requests(1))
    assert report.outcomes[0].files == (path,)
    assert path.is_file()
    assert len(emulator.jobs) == 1


@pytest.mark.parametrize(("key", "stem"), [
    ("画" * 200, "画" * 48), ("con", "_con"), ("a/../b", "a_.._b"), ("v1.5 b", "v1.5 b"), ("..", "output"),
])  # fmt: skip
async def test_any_key_makes_a_file_name(
    batches: Batches, emulator: Emulator, key: str, stem: str
) -> None:
    report = await batches.run({key: requests(1)[0]})
    assert report.is_complete
    assert report.outcomes[0].files == (batches.folder / f"{stem}.png",)


async def test_nothing_is_overwritten(batches: Batches, emulator: Emulator) -> None:
    batches.folder.mkdir()
    (batches.folder / "1.png").write_text("mine")
    report = await batches.run(requests(1))
    assert report.outcomes[0].files == (batches.folder / "1-1.png",)
    assert (batches.folder / "1.png").read_text() == "mine"


async def test_a_file_that_was_saved_but_not_noted_is_recognised(batches: Batches) -> None:
    report = await batches.run(requests(1))
    with Journal(batches.journal) as journal:
        journal.saved("1", [])  # as if it had been killed just before
    (batches.folder / f".{report.outcomes[0].request_id}.part").mkdir()
    assert (await batches.run(requests(1))).outcomes == report.outcomes
    assert [path.name for path in batches.folder.iterdir()] == ["1.png"]


def test_typed_requests_give_typed_results(tmp_path: Path) -> None:
    from runcomfy.models.openai.gpt_4o_image.edit import Gpt4oImageEditRequest

    picture = saved_picture(tmp_path)
    with Emulator() as emulator, RunComfy(emulator.token, base_url=emulator.base_url) as client:
        request = Gpt4oImageEditRequest(prompt="x", image=picture)
        batch = client.batch([request], journal=tmp_path / "j.sqlite")
        [outcome] = batch.run().outcomes
        assert outcome.result
        assert outcome.result.output.image
        [submit] = [each for each in emulator.received if is_submit(each)]
        assert submit.body["image"].startswith("data:image/png;base64,")
        # Another picture under the same name makes another request.
        picture.write_bytes(picture.read_bytes() + b"x")
        with pytest.raises(JournalError, match="from what was submitted"):
            client.batch([request], journal=tmp_path / "j.sqlite").run()
    with Journal(tmp_path / "j.sqlite") as journal:
        assert journal.entry("1").input["image"] == picture.as_uri()


def test_everything_can_be_pickled(emulator: Emulator, tmp_path: Path) -> None:
    from runcomfy.models.openai.gpt_4o_image.edit import Gpt4oImageEditRequest

    request = Gpt4oImageEditRequest(prompt="x", image=Path("a.png"))
    assert pickle.loads(pickle.dumps(request)) == request
    emulator.behaviour = Behaviour(submit_fault="drop_after_accept", fault_count=1)
    with RunComfy(emulator.token, base_url=emulator.base_url, pickle_token=True) as client:
        report = client.batch(requests(2), journal=tmp_path / "j.sqlite", concurrency=1).run()
        job = client.untyped(MODEL_ID).submit({"prompt": "x"})
        assert pickle.loads(pickle.dumps(job)).request_id == job.request_id
    copy = pickle.loads(pickle.dumps(report))
    assert copy.outcomes[1] == report.outcomes[1]
    assert str(copy.outcomes[0].error) == str(report.outcomes[0].error)


@each_library
def test_an_http_client_of_your_own_is_used(
    library: Any, emulator: Emulator, tmp_path: Path
) -> None:
    seen: list[str] = []
    hooks = {"request": [lambda request: seen.append(request.method)]}
    with (
        library.Client(event_hooks=hooks) as http,
        RunComfy(emulator.token, base_url=emulator.base_url, http_client=http) as client,
    ):
        assert client.batch(requests(2), journal=tmp_path / "j.sqlite").run().is_complete
    assert seen.count("POST") == 2


async def test_an_empty_batch(batches: Batches) -> None:
    report = await batches.run([])
    assert report.is_complete
    assert str(report) == "nothing to do; cost $0.00"
    assert len(batches.batch([])) == 0
    assert isinstance(batches.client, (RunComfy, AsyncRunComfy))
