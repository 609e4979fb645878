"""A journal of requests that ran once at the service, replayed by the emulator, and how it is recorded."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Behaviour, Emulator

from .._support.sdk import TOKEN, Case, Sdk, imported_sdk, properties, settled

IMAGE, FILM = "acme/draw/edit", "acme/film/make"
CASES: dict[str, Case] = {
    IMAGE: properties(
        "prompt",
        prompt={"type": "string"},
        image={"type": "string", "format": "uri", "description": "an image"},
        size={"type": "string", "enum": ["1k", "2k"]},
        password={"type": "string", "format": "password"},
    ),
    FILM: properties("prompt", prompt={"type": "string"}, seconds={"type": "integer"}),
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ff"
    "ff3f0005fe02fea135813a0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    with imported_sdk("sdk_under_test_tape", CASES, tmp_path_factory.mktemp("tape")) as sdk:
        yield sdk


@pytest.fixture
def service(sdk: Sdk) -> Iterator[Emulator]:
    """Run another emulator in the place of the real service."""
    with Emulator(sdk.endpoints(), token=TOKEN, behaviour=Behaviour(balance_usd=9)) as service:
        yield service


def emulator(sdk: Sdk, **settings: Any) -> Emulator:
    made: Emulator = sdk.module("testing").Emulator(
        sdk.endpoints(), token=TOKEN, behaviour=sdk.module("testing").Behaviour(), **settings
    )
    return made


@contextmanager
def recorded(sdk: Sdk, service: Emulator, journal: Path) -> Generator[Any, None, None]:
    """Record what the client inside does."""
    with (
        sdk.client(service.base_url) as pays,
        emulator(sdk, record=journal, service=pays) as recorder,
        sdk.client(recorder.base_url) as client,
    ):
        yield client


def edit(client: Any, prompt: str = "a dog", **fields: Any) -> Any:
    return client.acme.draw.edit.run(prompt=prompt, **fields)


def posts(service: Emulator) -> int:
    return sum(request.method == "POST" for request in service.received)


@pytest.fixture
def recording(sdk: Sdk, service: Emulator, tmp_path: Path) -> Path:
    """Record a picture, a refused request, a failed job and a repeated request."""
    journal = tmp_path / "tape" / "jobs.sqlite"
    journal.parent.mkdir()
    with recorded(sdk, service, journal) as client:
        [picture] = edit(client, size="2k", image=PNG, password="hunter2").download(tmp_path)
        assert picture.stat().st_size
        edit(client, "twice")
        edit(client, "twice")
        service.behaviour = Behaviour(submit_fault="permission_denied")
        with pytest.raises(sdk.module().PermissionDeniedError):
            edit(client, "forbidden")
        service.behaviour = Behaviour(statuses=("failed",), failure="too dark")
        with pytest.raises(sdk.module().JobFailed, match="too dark"):
            client.acme.film.make.run(prompt="night")
    return journal


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_replay_gives_recorded_replies_and_files(
    sdk: Sdk, service: Emulator, recording: Path, asynchronous: bool, tmp_path: Path
) -> None:
    original = {job.request_id: job for job in service.jobs.values()}
    service.stop()
    with emulator(sdk, replay=recording) as replay:
        client = sdk.client(replay.base_url, asynchronous=asynchronous)
        result = await settled(edit(client, image=PNG, size="2k", password="hunter2"))
        assert result.request_id in original
        assert result.cost == 0.0 or result.cost is None
        [url] = result.urls
        assert url.startswith(replay.base_url)
        download = result.download_async if asynchronous else result.download
        [saved] = await settled(download(tmp_path))
        [file] = original[result.request_id].files.values()
        assert saved.read_bytes() == file[0].content
        with pytest.raises(sdk.module().PermissionDeniedError):
            await settled(edit(client, "forbidden"))
        with pytest.raises(sdk.module().JobFailed, match="too dark"):
            await settled(client.acme.film.make.run(prompt="night"))
        await settled(client.aclose() if asynchronous else client.close())


def test_repeated_request_gets_its_own_replies_in_order(sdk: Sdk, recording: Path) -> None:
    with emulator(sdk, replay=recording) as replay, sdk.client(replay.base_url) as client:
        ids = [edit(client, "twice").request_id for _ in range(3)]
        assert ids[0] != ids[1]
        assert ids[2] == f"{ids[1]}-2", "the last reply is repeated"
        replay.reset()
        assert edit(client, "twice").request_id == ids[0], "each test starts at the first"


def test_request_that_differs_names_the_fields(sdk: Sdk, recording: Path) -> None:
    with emulator(sdk, replay=recording) as replay, sdk.client(replay.base_url) as client:
        with pytest.raises(sdk.module().ServerValidationError) as caught:
            edit(client, size="1k", image=PNG)
        problems = {problem.field: problem.message for problem in caught.value.problems}
        assert problems.keys() == {"size", "password"}
        assert '"2k"' in problems["size"]
        assert '"1k"' in problems["size"]
        assert "nothing" in problems["password"]
        with pytest.raises(sdk.module().ServerValidationError) as caught:
            edit(client, size="2k", image=PNG + b"x", password="hunter2")
        assert [problem.field for problem in caught.value.problems] == ["image"]
        with pytest.raises(sdk.module().ServerValidationError, match="is the nearest"):
            client.acme.film.make.run(prompt="day")
        assert not replay.jobs


def test_replay_leaves_the_recording_as_it_is(sdk: Sdk, recording: Path) -> None:
    before = {path: path.read_bytes() for path in recording.parent.rglob("*") if path.is_file()}
    with emulator(sdk, replay=recording) as one, emulator(sdk, replay=recording) as two:
        for replay in (one, two):
            with sdk.client(replay.base_url) as client:
                edit(client, "twice")
    after = {path: path.read_bytes() for path in recording.parent.rglob("*") if path.is_file()}
    assert after == before


def test_recording_holds_no_secret(sdk: Sdk, recording: Path) -> None:
    assert b"hunter2" not in recording.read_bytes()
    with sdk.module("batches").Journal(recording) as journal:
        [entry] = [entry for entry in journal.entries() if "size" in entry.input]
        assert entry.input["password"] == "***"
        assert len(json.dumps(entry.input)) < 400, "media is kept as its digest"


def test_journal_has_the_digest_of_what_was_posted(
    sdk: Sdk, service: Emulator, recording: Path
) -> None:
    posted = [request.content for request in service.received if request.method == "POST"]
    with sdk.module("batches").Journal(recording) as journal:
        digests = [entry.body_hash for entry in journal.entries()]
    assert digests == [hashlib.sha256(content).hexdigest() for content in posted]


def test_second_recording_posts_only_what_is_new(
    sdk: Sdk, service: Emulator, recording: Path
) -> None:
    service.behaviour = Behaviour()
    before = posts(service)
    with recorded(sdk, service, recording) as client:
        edit(client, "twice")
        assert posts(service) == before
        edit(client, "new")
        assert posts(service) == before + 1
        edit(client, "forbidden")
        assert posts(service) == before + 2, "what was refused is asked again"
    with emulator(sdk, replay=recording) as replay, sdk.client(replay.base_url) as client:
        edit(client, "new")
        edit(client, "forbidden")


def test_job_that_nobody_read_is_recorded_to_its_end(
    sdk: Sdk, service: Emulator, tmp_path: Path
) -> None:
    journal = tmp_path / "jobs.sqlite"
    with recorded(sdk, service, journal) as client:
        client.acme.draw.edit.submit(prompt="alone")
    with emulator(sdk, replay=journal) as replay, sdk.client(replay.base_url) as client:
        assert edit(client, "alone").urls


def test_cancelled_job_is_replayed_as_cancelled(
    sdk: Sdk, service: Emulator, tmp_path: Path
) -> None:
    journal = tmp_path / "jobs.sqlite"
    service.behaviour = Behaviour(statuses=("in_queue",))
    with recorded(sdk, service, journal) as client:
        assert client.acme.draw.edit.submit(prompt="stop").cancel() == "cancelled"
    with emulator(sdk, replay=journal) as replay, sdk.client(replay.base_url) as client:
        assert client.acme.draw.edit.submit(prompt="stop").cancel() == "cancelled"
        replay.reset()
        with pytest.raises(sdk.module().JobCancelled):
            edit(client, "stop")


def test_lost_reply_of_the_service_is_not_posted_again(
    sdk: Sdk, service: Emulator, tmp_path: Path
) -> None:
    journal = tmp_path / "jobs.sqlite"
    service.behaviour = Behaviour(submit_fault="drop_after_accept", fault_count=1)
    with recorded(sdk, service, journal) as client:
        with pytest.raises(sdk.module().SubmitOutcomeUnknown):
            edit(client, "lost")
        with pytest.raises(sdk.module().ServerValidationError, match="nobody knows"):
            edit(client, "lost")
    assert posts(service) == 1
    with (
        emulator(sdk, replay=journal) as replay,
        sdk.client(replay.base_url) as client,
        pytest.raises(sdk.module().ServerValidationError, match="is unknown"),
    ):
        edit(client, "lost")


def test_journal_of_a_batch_can_be_replayed(sdk: Sdk, service: Emulator, tmp_path: Path) -> None:
    journal, picture = tmp_path / "batch.sqlite", tmp_path / "a.png"
    picture.write_bytes(PNG)
    request = {"model_id": IMAGE, "input": {"prompt": "a dog", "image": picture}}
    with sdk.client(service.base_url) as pays:
        [outcome] = pays.batch([request], journal=journal, folder=tmp_path / "out").run().outcomes
    with emulator(sdk, replay=journal) as replay, sdk.client(replay.base_url) as client:
        result = edit(client, image=picture)
        assert result.request_id == outcome.request_id
        [saved] = result.download(tmp_path / "again")
        assert saved.read_bytes() == outcome.files[0].read_bytes()


def test_equal_requests_at_once_are_requests_of_their_own(
    sdk: Sdk, service: Emulator, tmp_path: Path
) -> None:
    journal = tmp_path / "jobs.sqlite"
    with recorded(sdk, service, journal) as client, ThreadPoolExecutor(12) as pool:
        ids = {result.request_id for result in pool.map(lambda _: edit(client), range(12))}
    assert len(ids) == posts(service) == 12
    with emulator(sdk, replay=journal) as replay, sdk.client(replay.base_url) as client:
        assert {edit(client).request_id for _ in range(12)} == ids


def test_output_whose_file_is_gone_is_not_found(sdk: Sdk, recording: Path, tmp_path: Path) -> None:
    shutil.rmtree(recording.with_name("jobs.files"))
    with emulator(sdk, replay=recording) as replay, sdk.client(replay.base_url) as client:
        result = edit(client, "twice")
        with pytest.raises(sdk.module().DownloadError, match="404"):
            result.download(tmp_path)


def test_output_that_was_not_saved_is_not_found(
    sdk: Sdk, service: Emulator, tmp_path: Path
) -> None:
    journal = tmp_path / "batch.sqlite"
    with sdk.client(service.base_url) as pays:
        pays.batch([{"model_id": IMAGE, "input": {"prompt": "a"}}], journal=journal).run()
    downloads = sum(request.path.startswith("/outputs") for request in service.received)
    with emulator(sdk, replay=journal) as replay, sdk.client(replay.base_url) as client:
        result = edit(client, "a")
        assert result.urls[0].endswith("was-not-recorded")
        with pytest.raises(sdk.module().DownloadError, match="404"):
            result.download(tmp_path)
    assert sum(request.path.startswith("/outputs") for request in service.received) == downloads


@pytest.mark.parametrize("spoil", ["missing", "text", "open"])
def test_recording_that_cannot_be_read_is_refused(
    sdk: Sdk, recording: Path, tmp_path: Path, spoil: str
) -> None:
    journal = tmp_path / "copy.sqlite"
    shutil.copy(recording, journal)
    if spoil == "missing":
        journal.unlink()
    elif spoil == "text":
        journal.write_text("not a database, but long enough to look like one" * 100)
    else:
        journal.with_name("copy.sqlite-wal").write_bytes(b"x")
    with pytest.raises(sdk.module().JournalError, match=r"copy\.sqlite"):
        emulator(sdk, replay=journal).start()


def test_record_needs_a_client_that_pays(sdk: Sdk, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="service"):
        emulator(sdk, record=tmp_path / "jobs.sqlite")
