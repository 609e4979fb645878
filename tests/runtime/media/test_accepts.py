"""The values that a media field accepts, in a pydantic model like the generated classes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, ValidationError
from runcomfy_codegen.runtime._base.brief import brief
from runcomfy_codegen.runtime.errors import InvalidRequestError
from runcomfy_codegen.runtime.media import ImageInput, SequenceNotStr
from runcomfy_codegen.runtime.media import _inputs as media


class Edit(BaseModel):
    images: Annotated[SequenceNotStr[ImageInput], Field(min_length=1, max_length=2)]


class OneOrMany(BaseModel):
    image: ImageInput | SequenceNotStr[ImageInput]


def accepted(value: Any) -> Any:
    return Edit(images=[value]).images[0]


def test_strings_paths_bytes_and_binary_files_are_kept_as_given() -> None:
    with io.BytesIO(b"x") as file:
        for value in ("https://example.com/a.png", "data:,x", Path("a.png"), b"x", file, "saw.png"):
            assert accepted(value) is value


def test_buffers_are_copied() -> None:
    buffer = bytearray(b"abc")
    kept = accepted(buffer)
    buffer[0] = 0
    assert kept == b"abc"
    assert accepted(memoryview(b"abc")[1:]) == b"bc"


@pytest.mark.parametrize("value", [None, 1, True, 2.5, {"url": "x"}, object(), ["x"]])
def test_anything_else_is_refused_and_told_what_is_accepted(value: Any) -> None:
    with pytest.raises(ValidationError, match=r"URL or data URI.*Path, bytes or a binary file"):
        accepted(value)


def test_text_files_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with (tmp_path / "a").open("w+") as plain, tempfile.NamedTemporaryFile("w+") as wrapped:
        for file in (plain, wrapped, io.StringIO("x")):
            with pytest.raises(ValidationError, match="mode 'rb'"):
                accepted(file)


class PathLike:
    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __fspath__(self) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def test_a_path_may_be_made_of_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(b"GIF89a")
    [entry] = os.scandir(os.fsencode(tmp_path))
    values: list[Any] = [entry, PathLike(os.fsencode(path)), PathLike(str(path))]
    for value in values:
        assert media.to_data_uri(value, "image") == media.to_data_uri(path, "image")


@pytest.mark.parametrize("answer", [5, None, ZeroDivisionError("x")])
def test_a_path_that_is_none_says_so(answer: Any) -> None:
    value: Any = PathLike(answer)
    with pytest.raises(InvalidRequestError, match="PathLike gives no path"):
        media.to_data_uri(value, "image")
    assert repr(brief(value)) == "<PathLike>"


def test_a_path_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "a.gif").write_bytes(b"GIF89a")
    uri = media.to_data_uri(Path("~/a.gif"), "image")
    assert uri == media.to_data_uri(tmp_path / "a.gif", "image")
    with pytest.raises(InvalidRequestError, match="does not exist"):
        media.to_data_uri(Path("~nobody-of-this-name/a.gif"), "image")


def test_a_member_of_an_archive_is_told_the_way_out() -> None:
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        archive.writestr("a.gif", b"GIF89a")
        with pytest.raises(ValidationError, match=r"pass its read_bytes\(\)"):
            accepted(zipfile.Path(archive, "a.gif"))


def test_a_pipe_is_kept_so_that_it_can_be_sent_twice() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe:
        with os.fdopen(writing, "wb") as source:
            source.write(b"\x89PNG\r\n\x1a\n...")
        value = accepted(pipe)
        assert media.to_data_uri(value, "image") == media.to_data_uri(value, "image")


def test_a_pipe_without_end_is_refused() -> None:
    with Path("/dev/zero").open("rb", buffering=0) as endless:

        class Unseekable(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def readinto(self, buffer: Any) -> int:
                return endless.readinto(buffer) or 0

        with pytest.raises(InvalidRequestError, match="holds more than 64 MB; pass a URL"):
            media.to_data_uri(accepted(Unseekable()), "image")


def test_counts_and_a_plain_string_for_a_list() -> None:
    for wrong in ([], ["a", "b", "c"], "https://example.com/a.png", b"x"):
        with pytest.raises(ValidationError):
            Edit(images=wrong)  # type: ignore[arg-type]
    assert Edit(images=("a", "b")).images == ["a", "b"]


def test_one_or_many() -> None:
    assert OneOrMany(image="a").image == "a"
    several: Any = OneOrMany(image=["a", Path("b")]).image
    assert several == ["a", Path("b")]


def test_a_json_schema_can_be_made() -> None:
    schema = OneOrMany.model_json_schema()["properties"]["image"]
    assert schema["anyOf"][0] == {"type": "string"}


def test_importing_loads_neither_httpx_nor_pydantic() -> None:
    code = (
        "import sys, runcomfy_codegen.runtime.media._preflight, runcomfy_codegen.runtime._files.request;"
        "print([name for name in ('httpx', 'pydantic', 'pydantic_core', 'PIL') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
