"""The outputs: which keys there are, and real files behind them."""

from __future__ import annotations

import struct
import wave
import zlib
from io import BytesIO
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Behaviour

from ..._support.emulator import Api, plain_get, plain_head


def decoded(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and RGB bytes; every chunk's checksum is checked."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length)[0] == zlib.crc32(name + data)
        chunks[name] = data
        at += 12 + length
    width, height, depth, colour, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, colour, list(chunks)) == (8, 2, [b"IHDR", b"IDAT", b"IEND"])
    rows = zlib.decompress(chunks[b"IDAT"])
    assert len(rows) == height * (1 + 3 * width)
    assert not any(rows[:: 1 + 3 * width]), "no row is filtered"
    return width, height, rows


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        (None, (384, 384)),
        ("1:1", (384, 384)),
        ("16:9", (384, 216)),
        ("9:16", (216, 384)),
        ("1024x1536", (256, 384)),
        ("1152:864 (4:3)", (384, 288)),
        ("auto", (384, 384)),
        ("0:0", (384, 384)),
        ("1000:1", (384, 48)),
    ],
)
def test_pictures_are_real_and_of_the_ratio_asked_for(
    api: Api, ratio: str | None, size: Any
) -> None:
    body = {"aspect_ratio": ratio} if ratio else {}
    reply = plain_get(api.finished(**body)["output"]["image"])
    assert reply.headers["content-type"] == "image/png"
    width, height, rows = decoded(reply.content)
    assert (width, height) == size
    assert rows[1:4] != rows[-3:], "a gradient"
    assert len(reply.content) < 20_000


def test_pictures_differ_by_request_and_by_number_only(api: Api) -> None:
    def pictures(**body: Any) -> list[bytes]:
        urls = api.finished(num_images=2, **body)["output"]["images"]
        return [plain_get(url).content for url in urls]

    first, again, other = pictures(), pictures(), pictures(prompt="an owl")
    assert first == again
    assert len({*first, *other}) == 4


def test_a_clip_is_an_mp4(api: Api) -> None:
    reply = plain_get(api.finished("acme/demo/text-to-video")["output"]["video"])
    assert reply.headers["content-type"] == "video/mp4"
    boxes, at = list[bytes](), 0
    while at < len(reply.content):
        size, name = struct.unpack_from(">I4s", reply.content, at)
        boxes.append(name)
        at += size
    assert at == len(reply.content)
    assert {b"ftyp", b"moov", b"mdat"} <= set(boxes)


def test_a_tone_is_a_wav(api: Api) -> None:
    reply = plain_get(api.finished("acme/songs/music-generation")["output"]["audio"])
    assert reply.headers["content-type"] == "audio/wav"
    with wave.open(BytesIO(reply.content)) as tone:
        assert (tone.getnchannels(), tone.getframerate(), tone.getnframes()) == (1, 8000, 2000)


@pytest.mark.parametrize(
    ("model_id", "carrier"),
    [
        ("minimax/Hailuo Video 01 Live", "video"),
        ("pixverse/pixverse/v5.5/transition", "video"),
        ("kling/kling-video-o3/4K/text-to-video", "video"),
        ("community/wan-2-2/vace-fun", "video"),
    ],
)
def test_the_key_follows_category_and_id(api: Api, model_id: str, carrier: str) -> None:
    assert list(api.finished(model_id)["output"]) == [carrier]


@pytest.mark.parametrize(("count", "key"), [(1, "image"), (2, "images"), (4.0, "images")])
def test_as_many_outputs_as_asked_for(api: Api, count: float, key: str) -> None:
    output = api.finished(num_images=count)["output"]
    assert list(output) == [key]
    assert key == "image" or len(set(output[key])) == count


@pytest.mark.parametrize(
    "carriers",
    [("image",), ("images",), ("video",), ("videos",), ("audio",), ("image", "images"), ()],
)
def test_chosen_keys(api: Api, carriers: Any) -> None:
    api.emulator.behaviour = Behaviour(carriers=carriers)
    output = api.finished()["output"]
    assert tuple(output) == carriers
    for key, value in output.items():
        assert isinstance(value, list) == key.endswith("s")


def test_audios_repeat_each_clip(api: Api) -> None:
    api.emulator.behaviour = Behaviour(carriers=("audios",))
    clips = api.finished()["output"]["audios"]
    assert len(clips) == 2 * len(set(clips))


def test_files_need_no_token_and_answer_head(api: Api) -> None:
    url = api.finished()["output"]["image"]
    whole, head = plain_get(url), plain_head(url)
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.content == b""
    assert [request.method for request in api.emulator.received[-2:]] == ["GET", "HEAD"]


def test_no_file_before_the_end_or_without_a_job(api: Api) -> None:
    request_id = api.job()
    for name in (f"{request_id}-1.png", "nothing.png", f"{request_id}-9.png"):
        assert plain_get(f"{api.emulator.base_url}/outputs/{name}").status_code == 404
