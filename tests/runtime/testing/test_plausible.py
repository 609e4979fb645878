"""Texts that the schema allows, but nobody means: refused as the SDK refuses them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from runcomfy_codegen.runtime.testing import EmulatedEndpoint, Emulator

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 60
SCHEMA = {
    "type": "object",
    "required": ["prompt", "images"],
    "properties": {
        "prompt": {"type": "string", "default": "a cat"},
        "lyrics": {"type": "string", "default": ""},
        "images": {"type": "array", "items": {"type": "string", "format": "image_uri"}},
        "mask": {"type": "string", "format": "image_uri"},
    },
}
COMMUNITY = "community/a/b"
URL = "https://example.com/a.png"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    endpoints = [EmulatedEndpoint(model_id, SCHEMA, {}) for model_id in ("a/b", COMMUNITY)]
    with Emulator(endpoints) as emulator:
        yield emulator


def detail_of(emulator: Emulator, body: dict[str, Any], model_id: str = "a/b") -> list[Any]:
    reply = httpx.post(
        f"{emulator.base_url}/v1/models/{model_id}",
        headers={"Authorization": f"Bearer {emulator.token}"},
        json=body,
    )
    assert reply.status_code in (202, 422)
    return reply.json().get("detail", [])  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (base64.b64encode(PNG).decode(), "is base64 without its head"),
        ("http//example.com/a.png", "misspelt URL"),
        ("s3://bucket/a.png", "a scheme that the service cannot fetch"),
        ('"a.png"', "is in quotes"),
        ("data:image/png;base64,!", "malformed"),
        ("data:video/mp4;base64,AAAA", "the data URI says video/mp4"),
        ("data:image/png,abc", "has no ;base64"),
        ("example.com/a.png", "has no scheme"),
        ("example.png", "is the name of a file"),
        ("https://example.com/a b.png", "has white space in the URL"),
        ("", "is blank"),
        ("\u200b", "is blank"),
    ],
)
def test_a_text_that_cannot_be_an_image_is_refused(
    emulator: Emulator, image: str, said: str
) -> None:
    [problem] = detail_of(emulator, {"prompt": "x", "images": [URL, image]})
    assert problem["loc"] == ["body", "images", 1]
    assert said in problem["msg"]


@pytest.mark.parametrize("blank", ["", "\u200b\ufeff"])
def test_a_blank_prompt_is_refused(emulator: Emulator, blank: str) -> None:
    [problem] = detail_of(emulator, {"prompt": blank, "images": [URL]})
    assert problem == {"loc": ["body", "prompt"], "msg": "must not be blank"}


def test_texts_that_may_be_meant_are_accepted(emulator: Emulator) -> None:
    images = [URL, "asset-7", "data:image/png;base64," + base64.b64encode(PNG).decode()]
    body = {"prompt": "x", "images": images, "lyrics": "", "mask": ""}
    assert detail_of(emulator, body) == []


def test_community_model_takes_names_of_files(emulator: Emulator) -> None:
    body = {"prompt": "x", "images": ["example.png"]}
    assert detail_of(emulator, body, COMMUNITY) == []
