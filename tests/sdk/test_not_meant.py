"""Values that nobody means, or that cannot be sent, are refused before anything is paid for."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from .._support.sdk import TOKEN, Sdk, imported_sdk, problems_of, properties, settled

URL = "https://media.invalid/a.png"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 60
EDIT = "openai/gpt-image-2/edit"
EVERY = {"prompt": "x", "prompt_image": URL}


async def refused(sdk: Sdk, calling: Any) -> dict[str, str]:
    """Field -> message."""
    with pytest.raises(sdk.module().InvalidRequestError) as caught:
        await settled(calling())
    str(caught.value).encode()
    return {problem.field: problem.message for problem in caught.value.problems}


def base64_of(head: bytes) -> str:
    return base64.b64encode(head + b"x" * 60).decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (base64_of(PNG), "is base64 without its head"),
        (base64_of(b"\xff\xd8\xff\xe0"), "is base64 without its head"),
        (base64_of(b"RIFF\x10\0\0\0WEBPVP8 "), "is base64 without its head"),
        (base64_of(b"GIF89a"), "is base64 without its head"),
        (base64_of(b"\0\0\0\x20ftypisom"), "is base64 without its head"),
        (base64_of(b"BM\x36\0\0\0"), "is base64 without its head"),
        (base64_of(b"\xff\xfb\x90"), "is base64 without its head"),
        ("image/png;base64," + base64_of(PNG), "is a data URI without its head"),
        ("base64,iVBORw0KGgo", "is a data URI without its head"),
        ("http//example.com/a.png", "misspelt URL"),
        ("https:/example.com/a.png", "misspelt URL"),
        ("https:example.com/a.png", "misspelt URL"),
        ("htp://example.com/a.png", "misspelt URL"),
        ("ttps://example.com/a.png", "misspelt URL"),
        ("hxxps://example.com/a.png", "misspelt URL"),
        ("https;//example.com/a.png", "misspelt URL"),
        ("https:///a.png", "has no host"),
        ("https://", "has no host"),
        (" https://example.com/a.png", "white space around the URL"),
        ("https://example.com/a.png\n", "white space around the URL"),
        ("www.example.com/a.png", "has no scheme"),
        ("saw.png", "is the name of a file"),
        ("images/saw (1).JPEG", "is the name of a file"),
        ("图片/锯子.webp", "is the name of a file"),
        ("//example.com/a.png", "has no scheme"),
        ("s3://bucket/a.png", "a scheme that the service cannot fetch"),
        ("gs://bucket/a.png", "a scheme that the service cannot fetch"),
        ("ftp://example.com/a.png", "a scheme that the service cannot fetch"),
        ("blob:https://example.com/0-1", "a scheme that the service cannot fetch"),
        ("file:///data/a.png", "is a path"),
        ("C:\\data\\a.png", "is a path"),
        ('"a.png"', "is in quotes"),
        ("'https://example.com/a.png'", "is in quotes"),
        ('["https://example.com/a.png"]', "the text form of something else"),
        ('{"url": "https://example.com/a.png"}', "the text form of something else"),
        ("<_io.BufferedReader name='a.png'>", "the text form of something else"),
        ("b'\\x89PNG'", "the text form of something else"),
        ("PosixPath('a.png')", "the text form of something else"),
        ("None", "is not a URL"),
        ("", "is blank"),
        ("  ", "is blank"),
        ("data:image/png;base64,!", "'!' is not a base64"),
        ("data:image/png;base64,QUJDR", "cut off"),
        ("data:video/mp4;base64,AAAA", "the data URI says video/mp4, expected an image"),
        ("data:;base64,QUJD", "the data URI says text/plain, expected an image"),
        ("data:image/png;base64," + base64_of(b"fLaC"), "holds audio/flac, expected an image"),
        (base64.urlsafe_b64encode(b"\xff\xd8\xff\xe0" + b"\xff" * 90).decode(), "without its head"),
        (base64.urlsafe_b64encode(PNG + b"\xff" * 90).decode(), "is base64 without its head"),
        (base64.urlsafe_b64encode(b"\xff\xfb\x90" + b"\xff" * 300).decode(), "without its head"),
        ("data:image/png,abc", "has no ;base64, and its content is text, not image/png"),
        ("data:image/webp,iVBORw0KGgo", "has no ;base64"),
        ("https://example.com/my cat.png", "has white space in the URL"),
        ("https://example.com/a.png\u200b", "has white space in the URL"),
        ("https://example.com/a.png,https://example.com/b.png", "holds several URLs"),
        ("https://example.com/w_1,h_2/a.png;https://example.com/b.png", "holds several URLs"),
        ("https://example.com/a.png?sig=1, https://example.com/b.png", "holds several URLs"),
        ("https://example.com/a.png\nhttps://example.com/b.png", "holds several URLs"),
        ("example.com/a.png", "has no scheme"),
        ("cdn.example.co.uk:8443/a.png", "has no scheme"),
        ("localhost:8000/a.png", "has no scheme"),
        ("192.168.0.1/a.png", "has no scheme"),
        ("images\\cat 1.png", "is a path"),
        ("..\\a.png", "is a path"),
        ("\\\\server\\share\\a.png", "is a path"),
        ("file:a.png", "is a path"),
        ("~/a.png", "is a path"),
        ("~me/a.png", "is a path"),
        ("$HOME/a.png", "is a path"),
        ("%USERPROFILE%\\a.png", "is a path"),
        ("\u200b\ufeff", "is blank"),
        ("half an emoji \ud83d.png", "holds half of a character"),
    ],
)
async def test_a_text_that_cannot_be_an_image(
    sdk: Sdk, emulator: Emulator, either: Any, text: str, said: str
) -> None:
    edit = either.openai.gpt_image_2.edit
    found = await refused(sdk, lambda: edit.submit(prompt="x", images=[URL, text]))
    assert list(found) == ["images[1]"]
    assert said in found["images[1]"]
    assert len(found["images[1]"]) < 300
    assert emulator.received == []


async def test_texts_that_may_be_meant_are_sent(emulator: Emulator, either: Any) -> None:
    images = [
        *("HTTPS://media.invalid/a.png", "http://media.invalid", "asset-7"),
        "data:image/png;base64," + base64_of(PNG),
        "data:application/octet-stream;base64," + base64_of(PNG),
        "https://media.invalid/w_300,h_200/a.png",
        "https://media.invalid/fetch/https://media.invalid/a,b.png",
        "https://media.invalid/join?urls=https://a.invalid/1.png,https://a.invalid/2.png",
        "https://media.invalid/a;v=1|2.png",
        *("data:image/svg+xml,<g/>", "data:image/x-xbitmap,x"),
        "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>",
    ]
    for some in (images[:10], images[10:]):
        await settled(either.openai.gpt_image_2.edit.submit(prompt="x", images=some))
    assert [*emulator.received[0].body["images"], *emulator.received[1].body["images"]] == images


async def test_community_model_takes_names_of_its_files(tmp_path: Path) -> None:
    names = [
        *("example_12_2.png", "none.png", "[1] cat.png", "_9j_holiday.png", "set.v2/a.png"),
        *("__Elephant_in_the_garden_of_my_friends_house.png", "inputs/a.png", "a.png [input]"),
    ]
    described = {"type": "array", "format": "image_uris"}
    cases = {"community/acme/blend": properties("images", images=described)}
    with (
        imported_sdk("sdk_under_test_community", cases, tmp_path) as sdk,
        Emulator(sdk.endpoints(), token=TOKEN) as emulator,
        sdk.client(emulator.base_url) as client,
    ):
        client.community.acme.blend.submit(images=names)
        assert emulator.received[-1].body["images"] == names


async def test_bytes_of_no_known_format_say_the_way_out(
    sdk: Sdk, emulator: Emulator, either: Any
) -> None:
    edit = either.openai.gpt_image_2.edit
    found = await refused(sdk, lambda: edit.submit(prompt="x", images=[b"???"]))
    assert 'to_data_uri(content, "image", media_type="image/...")' in found["images[0]"]
    known = sdk.module("media").to_data_uri(b"???", "image", media_type="image/x-own")
    await settled(edit.submit(prompt="x", images=[known]))
    assert [each.body["images"] for each in emulator.received] == [["data:image/x-own;base64,Pz8/"]]


@pytest.mark.parametrize("blank", ["", " \n", "\u200b", "\ufeff\u200d \u2060", "\u2800\0"])
async def test_a_blank_prompt(sdk: Sdk, emulator: Emulator, either: Any, blank: str) -> None:
    edit = either.openai.gpt_image_2.edit
    assert await refused(sdk, lambda: edit.submit(prompt=blank, images=[URL])) == {
        "prompt": "must not be blank"
    }
    assert emulator.received == []


@pytest.mark.parametrize(
    ("described", "refuses"),
    [
        ({}, True),
        ({"default": "a cat"}, True),
        ({"default": ""}, False),
        ({"minLength": 0}, False),
        ({"example": ""}, False),
        ({"examples": ["a", ""]}, False),
        ({"enum": ["", "a"]}, False),
        ({"description": "Leave it empty to describe the image as it is."}, False),
    ],
)
def test_a_blank_prompt_is_refused_only_where_it_has_no_meaning(
    sdk: Sdk, described: dict[str, Any], refuses: bool
) -> None:
    needs_text = sdk.module("media._implausible").needs_text
    assert needs_text("prompt", {"type": "string", **described}) is refuses
    assert not needs_text("negative_prompt", {"type": "string", **described})
    assert not needs_text("lyrics", {"type": "string", **described})


async def test_half_a_character_names_its_field(sdk: Sdk, emulator: Emulator, either: Any) -> None:
    edit, half = either.openai.gpt_image_2.edit, "half \ud83d"
    found = await refused(sdk, lambda: edit.submit(prompt=half, images=[URL]))
    assert found == {"prompt": "holds half of a character (\\ud83d at 5), which cannot be sent"}
    extra = {"style": {"notes": ["fine", half]}}
    found = await refused(sdk, lambda: edit.submit(prompt="x", images=[URL], extra_body=extra))
    assert list(found) == ["style.notes[1]"]
    untyped = either.untyped(EDIT)
    assert list(await refused(sdk, lambda: untyped.submit({"prompt": half}))) == ["prompt"]
    assert emulator.received == []


def _nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


def _circle() -> Any:
    value: dict[str, Any] = {}
    value["a"] = value["b"] = [value]
    return value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (_nested(100_000), "nested at most 100 levels"),
        (_circle(), "nested at most 100 levels"),
        (10**5_000, "too long for Python to write"),
        (float("nan"), "is not a number in JSON"),
        ({1, 2}, "set has no JSON form"),
    ],
    ids=["deep", "circle", "integer", "nan", "set"],
)
async def test_what_has_no_json_form_names_its_field(
    sdk: Sdk, emulator: Emulator, either: Any, value: Any, said: str
) -> None:
    edit, thing = either.openai.gpt_image_2.edit, either.acme.every.thing
    extra = {"extra_body": {"style": value}}
    found = await refused(sdk, lambda: edit.submit(prompt="x", images=[URL], **extra))
    assert next(iter(found)).startswith("style")
    assert said in next(iter(found.values()))
    found = await refused(sdk, lambda: thing.submit(**EVERY, meta={"a": value}))
    assert list(found) == ["meta"]
    assert said in found["meta"]
    assert emulator.received == []


def test_scalars_of_numpy_are_the_numbers_that_they_are(sdk: Sdk) -> None:
    numpy: Any = pytest.importorskip("numpy")
    request = sdk.request("acme/every/thing")(
        **EVERY,
        seed=numpy.int64(3),
        fps=numpy.uint8(24),
        guidance=numpy.float32(0.5),
        flag=numpy.bool_(True),
        loras=[{"path": "p", "scale": numpy.float64(2), "steps": [numpy.int8(1)]}],
        meta={"a": [numpy.int32(7)]},
    )
    body = request.to_body()
    assert (body["seed"], body["fps"], body["guidance"], body["flag"]) == (3, 24, 0.5, True)
    assert type(body["seed"]) is type(body["meta"]["a"][0]) is int
    assert body["loras"] == [{"path": "p", "scale": 2.0, "steps": [1]}]
    [(field, _)] = problems_of(
        sdk, lambda: sdk.request("acme/every/thing")(**EVERY, seed=numpy.int64(10))
    )
    assert field == "seed"
    wrong = problems_of(
        sdk,
        lambda: sdk.request("acme/every/thing")(
            **EVERY, seed=numpy.array([1]), meta=numpy.zeros(2)
        ),
    )
    assert [field for field, _ in wrong] == ["seed", "meta"]


async def test_scalars_of_numpy_in_what_is_not_checked(emulator: Emulator, either: Any) -> None:
    numpy: Any = pytest.importorskip("numpy")
    edit, extra = either.openai.gpt_image_2.edit, {"newer": [numpy.int64(3), numpy.float32(0.5)]}
    await settled(edit.submit(prompt="x", images=[URL], extra_body=extra))
    [received] = emulator.received
    assert received.body["newer"] == [3, 0.5]


@pytest.mark.parametrize(
    "fields",
    [
        {f"unknown_{number}": number for number in range(60_000)},
        {"x" * 1_000_000: 1},
        {"loras": [{"pth": number} for number in range(50_000)]},
        {"tags": [[]] * 300_000},
        {"meta": _nested(300_000)},
        {"size": [[[]]] * 200_000},
        {"steps": {str(number): number for number in range(100_000)}},
    ],
    ids=["names", "one name", "objects", "lists", "deep", "union", "dict"],
)
def test_a_megabyte_that_is_wrong_is_told_in_short_and_soon(
    sdk: Sdk, fields: dict[str, Any]
) -> None:
    request = sdk.request("acme/every/thing")
    start = time.thread_time()
    found = problems_of(sdk, lambda: request(**EVERY, **fields))
    assert time.thread_time() - start < 3  # quadratic: minutes
    assert 0 < len(found) <= 101
    assert sum(len(field) + len(message) for field, message in found) < 50_000
    if len(found) == 101:
        assert found[-1][1].endswith("more problems, not listed")
