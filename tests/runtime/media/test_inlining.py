"""Local media as data URIs: the type, the rewinding of files, and what cannot be sent."""

from __future__ import annotations

import base64
import io
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.errors import InvalidRequestError
from runcomfy_codegen.runtime.media import to_data_uri
from runcomfy_codegen.runtime.media._data_uri import parse_data_uri
from runcomfy_codegen.runtime.media._mime import UNKNOWN, UnusableMediaError, detect, fits

CONTENTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff\xe0": "image/jpeg",
    b"RIFF\x00\x01\n\x00WEBPVP8 ": "image/webp",
    b"GIF89a": "image/gif",
    b"\x00\x00\x00\x1cftypavif": "image/avif",
    b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif": "image/avif",
    b"\x00\x00\x00\x18ftypheic": "image/heic",
    b"\x00\x00\x00\x20ftypisom": "video/mp4",
    b"\x00\x00\x00\x14ftypqt  ": "video/quicktime",
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm": "video/webm",
    b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska": "video/x-matroska",
    b"RIFF\x00\x01\x00\x00WAVEfmt ": "audio/wav",
    b"ID3\x04": "audio/mpeg",
    b"\xff\xfb\x90": "audio/mpeg",
    b"\xff\xf1\x50": "audio/aac",
    b"fLaC": "audio/flac",
    b"OggS": "audio/ogg",
    b"\x00\x00\x00\x1cftypM4A ": "audio/mp4",
}


@pytest.mark.parametrize(("content", "expected"), CONTENTS.items(), ids=CONTENTS.values())
def test_the_content_tells_the_type_whatever_the_name(content: bytes, expected: str) -> None:
    assert detect(content, "misleading.bmp", expected.partition("/")[0]) == expected


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b"\x00\x00\x00\x20ftypisom", "audio", "audio/mp4"),
        (b"\x1a\x45\xdf\xa3....webm", "audio", "audio/webm"),
        (b"OggS", "video", "video/ogg"),
    ],
)
def test_containers_of_both_kinds_follow_the_field(
    content: bytes, kind: str, expected: str
) -> None:
    assert detect(content, "", kind) == expected


def test_the_name_is_the_second_witness() -> None:
    assert detect(b"??....", "Scan.BMP", "image") == "image/bmp"
    assert detect(b"%PDF-1.7", "notes.pdf", "image") == "application/pdf"


def test_a_type_that_is_not_recognised_can_be_given() -> None:
    assert detect(b"?", "", "image") == detect(b"?", "scan.xyz", "image") == UNKNOWN
    assert not fits(UNKNOWN, "image")
    assert to_data_uri(b"?", "image", media_type="image/xyz") == "data:image/xyz;base64,Pw=="


def test_a_string_stays_and_every_source_gives_the_same(png: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png)
    expected = "data:image/png;base64," + base64.b64encode(png).decode()
    assert to_data_uri("saw.png", "image") == "saw.png"
    with path.open("rb") as buffered, path.open("rb", buffering=0) as raw:
        sources: list[Any] = [path, png, io.BytesIO(png), buffered, raw]
        for source in sources:
            assert to_data_uri(source, "image") == expected
    assert parse_data_uri(expected).decode() == png


def test_a_file_is_sent_from_its_position_and_rewound_to_it(png: bytes) -> None:
    file = io.BytesIO(b"skipped" + png)
    file.seek(7)
    assert to_data_uri(file, "image") == to_data_uri(file, "image") == to_data_uri(png, "image")
    assert file.tell() == 7


def _missing(folder: Path) -> Any:
    return folder / "no.png"


def _folder(folder: Path) -> Any:
    return folder


def _empty(folder: Path) -> Any:
    (folder / "empty.png").touch()
    return folder / "empty.png"


def _pipe(folder: Path) -> Any:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def _closed(folder: Path) -> Any:
    (folder / "a.png").write_bytes(b"x")
    with (folder / "a.png").open("rb") as file:
        return file


def _write_only(folder: Path) -> Any:
    return os.fdopen(os.open(folder / "b.png", os.O_WRONLY | os.O_CREAT), "wb")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_missing, "no.png does not exist"),
        (_folder, "is a directory"),
        (_empty, "empty.png is empty"),
        (_pipe, "not a regular file: open it"),
        (_closed, "a.png cannot be read: .*closed file"),
        (_write_only, "is not open for reading: open it with mode 'rb'"),
        (lambda _: b"", "the content is empty"),
        (lambda _: Path("https://example.com/a.png"), "pass a URL as a str"),
        (lambda _: Path("a\0b"), "cannot be read"),
    ],
)
def test_what_cannot_be_sent_says_why(
    tmp_path: Path, make: Callable[[Path], Any], reason: str
) -> None:
    value = make(tmp_path)
    with pytest.raises(InvalidRequestError, match=reason):
        to_data_uri(value, "image")
    if hasattr(value, "close"):
        value.close()


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("data:image/png;base64,QUJD", b"ABC"),
        ("DATA:image/png;BASE64,QUI=", b"AB"),
        ("data:image/png;base64,QUI", b"AB"),
        ("data:image/png;name=a.png;base64,QUJD\r\nREU=", b"ABCDE"),
        ("data:image/png;base64,QUI%3D", b"AB"),
        ("data:,a%20b", b"a b"),
    ],
)
def test_a_data_uri_is_measured_without_decoding(text: str, content: bytes) -> None:
    uri = parse_data_uri(text)
    assert (uri.size, uri.decode()) == (len(content), content)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("data:image/png;base64", "expected data:<type>;base64,<content>"),
        ("data:image/png;base64,", "is empty"),
        ("data:image/png;base64,QUJD!", "'!' is not a base64"),
        ("data:image/png;base64,QUJDR", "cut off"),
    ],
)
def test_a_malformed_data_uri_says_where(text: str, reason: str) -> None:
    with pytest.raises(UnusableMediaError, match=reason):
        parse_data_uri(text)


def test_a_large_data_uri_is_checked_without_a_copy() -> None:
    """A copy of the whole is one step, which keeps an event loop waiting from another thread, too."""
    uri = "data:image/png;base64," + "QUJD" * (4 * 2**20)
    tracemalloc.start()
    try:
        assert parse_data_uri(uri).size == 12 * 2**20
        assert tracemalloc.get_traced_memory()[1] < 2 * 2**20
    finally:
        tracemalloc.stop()
