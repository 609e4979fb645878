"""Open files: read whole, once, from where they stand; or a reason in the words of the caller."""

from __future__ import annotations

import base64
import gc
import io
import mmap
import os
import tempfile
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime._api.body import SentMedia
from runcomfy_codegen.runtime._api.protocol import PlainBody
from runcomfy_codegen.runtime.errors import InvalidRequestError
from runcomfy_codegen.runtime.media import MediaItem, to_data_uri
from runcomfy_codegen.runtime.media._contents import as_read
from runcomfy_codegen.runtime.media._local import Medium, UnreadableMedia
from runcomfy_codegen.runtime.media._streams import StreamError, read_stream

from .conftest import Run

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
SENT = "data:image/png;base64," + base64.b64encode(PNG).decode()


class Short(io.BytesIO):
    """Gives a few bytes at a time, as sockets do."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 7, 7))


class Sizeless:
    """Takes no size, as some cloud SDKs have it."""

    def read(self) -> bytes:
        return PNG


class Buffers(io.BytesIO):
    def read(self, size: int | None = -1, /) -> Any:
        return memoryview(super().read(size))


class Gives:
    """Gives whatever it was made with."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def read(self, size: int = -1) -> Any:
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Unhashable(io.BytesIO):
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise AssertionError("streams are told apart by identity")


def _spooled(_: Path) -> Any:
    file = tempfile.SpooledTemporaryFile(max_size=10)  # noqa: SIM115
    file.write(PNG)
    file.seek(0)
    return file


def _named(_: Path) -> Any:
    file = tempfile.NamedTemporaryFile()  # noqa: SIM115
    file.write(PNG)
    file.seek(0)
    return file


def _zip_member(folder: Path) -> Any:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("a.png", PNG)
    return zipfile.ZipFile(folder / "a.zip").open("a.png")


def _mapped(folder: Path) -> Any:
    (folder / "a.png").write_bytes(PNG)
    with (folder / "a.png").open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _unhashable(_: Path) -> Any:
    return Unhashable(PNG)


@pytest.mark.parametrize(
    "make",
    [
        *(_spooled, _named, _zip_member, _mapped, _unhashable),
        *(lambda _: Short(PNG), lambda _: Buffers(PNG), lambda _: Sizeless()),
    ],
)
def test_streams_are_sent_whole_and_stay_where_they_stood(
    tmp_path: Path, make: Callable[[Path], Any]
) -> None:
    stream = make(tmp_path)
    assert to_data_uri(stream, "image") == to_data_uri(stream, "image") == SENT
    if hasattr(stream, "close"):
        stream.close()


def test_one_file_in_many_threads_is_sent_whole_each_time() -> None:
    class Slow(io.BytesIO):
        """Lets another thread go on at each step."""

        def read(self, size: int | None = -1, /) -> bytes:
            threading.Event().wait(0.0005)
            return super().read(1_000)

    file = Slow(b"skipped" + PNG)
    file.seek(7)
    with ThreadPoolExecutor(8) as pool:
        sent = set(pool.map(lambda _: to_data_uri(file, "image"), range(40)))
    assert (sent, file.tell()) == ({SENT}, 7)


def test_a_file_is_put_back_when_it_breaks() -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 5:
                raise OSError("the disk went away")
            return super().read(4)

    file = Breaks(PNG)
    with pytest.raises(StreamError, match="cannot be read: the disk went away"):
        read_stream(file, 10**6)
    assert file.tell() == 0


def test_a_pipe_is_remembered_only_as_long_as_it_lives() -> None:
    from runcomfy_codegen.runtime.media import _streams

    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe:
        with os.fdopen(writing, "wb") as source:
            source.write(PNG)
        assert read_stream(pipe, 10**6) == read_stream(pipe, 10**6) == PNG
    before = len(_streams._KEPT)
    del pipe
    gc.collect()
    assert len(_streams._KEPT) < before


class Hostile(Exception):
    def __str__(self) -> str:
        return ""


def _at_its_end() -> Any:
    file = io.BytesIO()
    file.write(PNG)
    return file


def _closed() -> Any:
    file = io.BytesIO(PNG)
    file.close()
    return file


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_at_its_end, r"the file stands at its end: rewind it with seek\(0\)"),
        (_closed, "cannot be read: I/O operation on closed file"),
        (lambda: io.BytesIO(), "the file is empty"),
        (lambda: Gives(None), "had nothing to read yet"),
        (lambda: Gives("text"), "is open in text mode"),
        (lambda: Gives(5), "gave an object of type int when it was read"),
        (lambda: Gives(ConnectionResetError("hung up")), "cannot be read: hung up"),
        (lambda: Gives(Hostile()), "cannot be read: Hostile"),
        (lambda: Gives(ZeroDivisionError("odd {} text")), r"cannot be read: odd \{\} text"),
    ],
)
def test_what_cannot_be_read_says_why(make: Callable[[], Any], reason: str) -> None:
    with pytest.raises(InvalidRequestError, match=reason):
        to_data_uri(make(), "image")


class Upload:
    """An upload as Starlette and FastAPI have it."""

    filename = "holiday.png"

    def __init__(self) -> None:
        self.file = io.BytesIO(PNG)

    async def read(self, size: int = -1) -> bytes:
        raise AssertionError("the file within is read, in a thread")


class Awaited:
    """A file as aiofiles has it."""

    name = "/data/a.png"

    def __init__(self) -> None:
        self._file = io.BytesIO(b"skipped" + PNG)
        self._file.seek(7)

    async def read(self, size: int = -1) -> bytes:
        return self._file.read(1_000)

    async def tell(self) -> int:
        return self._file.tell()

    async def seek(self, offset: int) -> int:
        return self._file.seek(offset)

    async def seekable(self) -> bool:
        return True


class Payload(PlainBody):
    def media_items(self) -> tuple[MediaItem, ...]:
        return tuple(MediaItem(name, "image", value) for name, value in self.body.items())


def read_by(run: Run, *values: Any) -> list[Any]:
    body = {f"image_{number}": value for number, value in enumerate(values)}
    return [item.value for item in run(as_read(Payload(body), to_upload=False))]


def test_an_upload_of_a_web_framework_is_read(run: Run) -> None:
    upload = Upload()
    [medium] = read_by(run, upload)
    assert (medium.content, medium.name, upload.file.tell()) == (PNG, "holiday.png", 0)


def test_a_file_to_be_awaited_is_read_by_the_async_client(
    run: Run, request: pytest.FixtureRequest
) -> None:
    file = Awaited()
    [medium] = read_by(run, file)
    if request.node.callspec.params["run"] == "async":
        assert isinstance(medium, Medium)
        assert (medium.content, medium.name, file._file.tell()) == (PNG, "a.png", 7)
    else:
        assert isinstance(medium, UnreadableMedia)
        assert "a.png has a read() that must be awaited" in medium.reason


def test_what_is_passed_twice_is_read_once(run: Run) -> None:
    file = io.BytesIO(PNG)
    one, two = read_by(run, file, file)
    assert one is two


def test_a_file_that_changes_after_the_check_is_sent_as_it_was(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    payload = Payload({"image": path})
    items = run(as_read(payload, to_upload=False))
    path.write_bytes(b"something else")
    body = payload.to_body()
    sent = SentMedia(payload.media_items(), items).encode(body["image"], "image")
    assert base64.b64decode(base64.b64encode(sent.content)) == PNG  # type: ignore[attr-defined]


def test_file_that_changes_during_upload_is_not_paid_for(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)

    def upload(file: Path) -> str:
        assert file == path
        path.write_bytes(PNG + b"more")
        return "https://example.com/a.png"

    payload = Payload({"image": path})
    media = SentMedia(payload.media_items(), run(as_read(payload, to_upload=True)))
    with pytest.raises(InvalidRequestError, match=r"a\.png was changed while it was in use"):
        run(media.upload(upload, "a/b"))


def test_an_uploader_gets_what_was_read(run: Run) -> None:
    seen: list[Any] = []

    def upload(file: Any) -> str:
        seen.append((file.read(), file.name))
        return "https://example.com/a.png"

    upload_of_web = Upload()
    file = io.BytesIO(PNG)
    for _ in range(2):
        payload = Payload({"one": upload_of_web, "two": file, "three": file})
        media = SentMedia(payload.media_items(), run(as_read(payload, to_upload=True)))
        run(media.upload(upload, "a/b"))
    assert seen == [(PNG, "holiday.png"), (PNG, "")] * 2
    assert file.tell() == 0
