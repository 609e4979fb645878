"""The schema that a request class shows, where it comes from, and what reads a tool's arguments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from .._support.endpoints import LORA, TEXT
from .._support.sdk import Case, Sdk, imported_sdk, properties

EITHER = Case(
    {
        "type": "object",
        "properties": {"text": TEXT, "image": {"type": "string", "format": "image_uri"}, "n": {"type": "integer"}},
        "anyOf": [{"required": ["text"]}, {"required": ["image"]}],
        "dependentRequired": {"n": ["text"]},
    }
)  # fmt: skip
RICH = properties(
    "prompt",
    "loras",
    prompt={
        "type": "string",
        "title": "Prompt",
        "description": "What to  make",
        "default": "a dog",
    },
    loras={"type": "array", "items": LORA, "maxItems": 3},
    size={"type": "string", "enum": ["1k", "2k"], "default": "1k", "example": "2k"},
    old={"type": "integer", "deprecated": True},
    key={"type": "string", "format": "password", "default": "secret", "example": "hidden"},
    meta={"type": "object"},
    note={"type": ["string", "null"], "title": "modelApiDoc_note"},
    **{"class": TEXT},
)


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    cases = {"acme/rich": RICH, "acme/either": EITHER}
    with imported_sdk("sdk_of_json_schemas", cases, tmp_path_factory.mktemp("schemas")) as made:
        yield made


def schema(sdk: Sdk, model_id: str = "acme/rich") -> Any:
    return sdk.module().get_endpoint(model_id).json_schema


def test_it_has_the_vendors_texts_and_the_facts(sdk: Sdk) -> None:
    shown = schema(sdk)
    assert shown["$schema"].endswith("/draft/2020-12/schema")
    assert shown["title"] == "RichRequest"
    described = shown["properties"]
    assert described["prompt"]["title"] == "Prompt"
    assert described["prompt"]["description"] == "What to make."  # its default is a sample
    assert described["size"]["description"] == 'Server default: "1k".'
    assert described["size"]["examples"] == ["2k"]
    assert described["old"]["deprecated"] is True
    assert "title" not in described["note"]
    assert described["key"] == {"type": "string", "writeOnly": True}
    mask = described["loras"]["items"]["properties"]["mask"]
    assert mask["format"] == "image_uri"
    assert mask["description"] == "URL or data URI of an image. The file must be under 1 MB."
    assert "class" in described
    assert "class_" not in described


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_pydantic_shows_the_same_in_both_modes(sdk: Sdk, mode: str) -> None:
    request = sdk.request("acme/rich")
    dialect = {"$schema": schema(sdk)["$schema"]}
    assert {**dialect, **request.model_json_schema(mode=mode)} == schema(sdk)


async def test_fastapi_shows_it_and_takes_what_it_says(sdk: Sdk) -> None:
    app = FastAPI()
    request = sdk.request("acme/rich")

    def take(body: Any) -> Any:
        return body

    take.__annotations__ = {"body": request, "return": request}
    app.post("/rich", response_model_exclude_unset=True)(take)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        shown = (await client.get("/openapi.json")).json()["components"]["schemas"]["RichRequest"]
        assert {"$schema": schema(sdk)["$schema"], **shown} == schema(sdk)
        body = {"prompt": "a", "loras": [{"path": "p"}], "class": "c"}
        assert (await client.post("/rich", json=body)).json() == body
        assert (await client.post("/rich", json={**body, "old": None})).status_code == 422


def test_what_is_asked_of_names_together_is_in_it(sdk: Sdk) -> None:
    shown = schema(sdk, "acme/either")
    request = sdk.request("acme/either")
    refused = sdk.module().InvalidRequestError
    validator = Draft202012Validator(shown)
    for body, is_valid in (
        ({}, False),
        ({"text": "a"}, True),
        ({"image": "https://example.com/a.png"}, True),
        ({"image": "https://example.com/a.png", "n": 1}, False),
        ({"text": "a", "n": 1}, True),
    ):
        assert validator.is_valid(body) is is_valid
        if is_valid:
            assert request(**body).to_body() == body
        else:
            with pytest.raises(refused):
                request(**body)
    assert "Give at least one of text, image." in shown["description"]
    strict = sdk.module().get_endpoint("acme/either").tool_schema
    assert "Give text with n." in strict["description"]
    assert not {"anyOf", "dependentRequired"} & strict.keys()


def test_nulls_of_a_tool_call_are_left_out(sdk: Sdk) -> None:
    lora = {"path": "p", "scale": None, "mode": "a", "mask": None, "steps": [1], "weights": None}
    arguments = {
        "prompt": "a",
        "loras": [lora],
        "size": None,
        "old": None,
        "key": None,
        "meta": '{"a": null}',
        "note": None,
        "class": "c",
    }
    Draft202012Validator(sdk.module().get_endpoint("acme/rich").tool_schema).validate(arguments)
    request = sdk.request("acme/rich").from_tool_arguments(arguments)
    kept = {"path": "p", "mode": "a", "steps": [1]}
    expected = {"prompt": "a", "loras": [kept], "meta": {"a": None}, "class": "c"}
    assert request.to_body() == expected


def test_wrong_arguments_of_a_tool_call_are_listed_together(sdk: Sdk) -> None:
    package = sdk.module()
    with pytest.raises(package.InvalidRequestError) as caught:
        sdk.request("acme/rich").from_tool_arguments(
            {"prompt": None, "loras": [{"path": 1}], "size": "3k", "colour": None}
        )
    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"prompt", "loras[0].path", "size", "colour"}
    with pytest.raises(package.InvalidRequestError, match="must be a JSON object; got 'text'"):
        sdk.request("acme/rich").from_tool_arguments("text")


def test_an_overlay_corrects_the_texts_too(tmp_path: Path) -> None:
    from runcomfy_codegen.build.generation import Project, generate
    from runcomfy_codegen.text.documents import Document

    from .._support.sdk import imported, source, write_files

    case = properties(n={"type": "integer", "description": "wrong", "maximum": 5})
    entry = {"at": "/properties/n/description", "was": "wrong", "now": "Right.", "reason": "typo"}
    corrected = source("acme/n", case)._replace(overlay=Document("overlay.json", [entry]))
    write_files(generate(Project((corrected,), package="sdk_corrected")), tmp_path)
    with imported("sdk_corrected", {"acme/n": case}, tmp_path) as sdk:
        assert schema(sdk, "acme/n")["properties"]["n"]["description"] == "Right."
