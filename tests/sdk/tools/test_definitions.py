"""The definitions of tools: what models and protocols are shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from runcomfy_codegen.runtime.testing import Emulator

from ..._support.sdk import TOKEN, Sdk, imported_sdk
from ..._support.toolboxes import EDITOR, PAINT, PAINTER, SKETCHER, Box, many_cases, opened, submits

JOBS = ["job_status", "cancel_job", "balance"]
STYLES = ("openai", "anthropic", "mcp")


def schema_of(definition: dict[str, Any], style: str) -> Any:
    if style == "openai":
        return definition["function"]["parameters"]
    return definition["input_schema" if style == "anthropic" else "inputSchema"]


@pytest.mark.parametrize("style", STYLES)
def test_each_model_has_a_tool(box: Box, style: Any) -> None:
    definitions = box.toolbox.definitions(style)
    names = [
        definition["function"]["name"] if style == "openai" else definition["name"]
        for definition in definitions
    ]
    assert names == [EDITOR, PAINTER, SKETCHER, *JOBS] == list(box.toolbox.names)
    for definition in definitions:
        schema = schema_of(definition, style)
        Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert set(schema) <= {"type", "properties", "required", "additionalProperties"}
    json.dumps(definitions)


def test_strict_parameters_are_all_required(box: Box) -> None:
    for definition in box.toolbox.definitions("openai"):
        assert definition["function"]["strict"] is True
        parameters = definition["function"]["parameters"]
        assert parameters["required"] == list(parameters["properties"])


def test_a_description_has_the_price_and_says_that_it_is_paid_once(box: Box) -> None:
    definition = box.toolbox.definitions("mcp")[1]
    assert PAINT in definition["description"]
    assert "Price: not published." in definition["description"]
    assert "never paid twice" in definition["description"]
    assert definition["annotations"]["readOnlyHint"] is False


def test_media_may_be_local_paths(box: Box) -> None:
    image = box.toolbox.definitions("mcp")[0]["inputSchema"]["properties"]["image"]
    assert image["description"] == "URL, data URI or local path of an image."


def test_an_unknown_style_is_refused(box: Box) -> None:
    with pytest.raises(box.sdk.module().ConfigurationError, match="style: must be one of 'openai'"):
        box.toolbox.definitions("gemini")


def test_only_chooses_models(box: Box) -> None:
    assert box.another(only=["acme/painter/*"]).names == (EDITOR, PAINTER, *JOBS)
    assert box.another(only=PAINT).names == (PAINTER, *JOBS)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    with imported_sdk("sdk_of_many_tools", many_cases(30), tmp_path_factory.mktemp("many")) as sdk:
        yield sdk


async def test_many_models_share_a_few_tools(many: Sdk, tmp_path: Path) -> None:
    with Emulator(many.endpoints(), token=TOKEN) as emulator:
        async with opened(many, "sync", emulator, tmp_path) as box:
            assert box.toolbox.names == ("search_models", "describe_model", "run_model", *JOBS)
            call = {"model_id": PAINT, "arguments": {"prompt": "a"}}
            answer = await box.call("run_model", call)
            assert answer.data["state"] == "completed", answer.text
            text = json.dumps(call["arguments"])
            again = await box.call("run_model", {"model_id": PAINT, "arguments": text})
            assert again.data["request_id"] == answer.data["request_id"]
            await box.call("run_model", {**call, "again": True})
            assert len(submits(emulator)) == 2
            wrong = await box.call("run_model", {"model_id": PAINT, "arguments": {"size": 1}})
            assert "prompt: is required" in wrong.text
            unknown = await box.call("run_model", {"model_id": "acme/paint", "arguments": {}})
            assert "no such model here; did you mean" in unknown.text
            empty = await box.call("run_model", {"model": PAINT})
            for name in ("model", "model_id", "arguments"):
                assert f"\n  {name}: " in empty.text
            assert len(submits(emulator)) == 2


def test_few_of_many_models_have_tools(many: Sdk, tmp_path: Path) -> None:
    with many.client("http://127.0.0.1:9") as client:
        tools = many.module("tools").Toolbox(
            client, only=["acme/painter/*"], journal=tmp_path / "j.sqlite"
        )
        assert tools.names == (EDITOR, PAINTER, *JOBS)


async def test_models_are_found_and_described(many: Sdk, tmp_path: Path) -> None:
    with Emulator(many.endpoints(), token=TOKEN) as emulator:
        async with opened(many, "async", emulator, tmp_path) as box:
            found = await box.call("search_models", {"search": "painter", "takes": ["image"]})
            assert found.data["model_ids"] == ["acme/painter/edit"]
            assert "acme/painter/edit: acme/painter/edit. Price: not published." in found.text
            everything = await box.call("search_models", {})
            assert everything.text.startswith("33 of 33 models\n")
            assert "and 13 more: search with more words" in everything.text
            wrong = await box.call("search_models", {"gives": "sound", "max_usd": "1"})
            assert "max_usd: must be a number" in wrong.text
            assert (
                "gives: must be one of"
                in (await box.call("search_models", {"gives": "sound"})).text
            )
            described = await box.call("describe_model", {"model_id": "acme/sketch/text-to-image"})
            assert list(described.data["arguments"]["properties"]) == ["prompt", "again"]
            assert json.dumps(described.data["arguments"], separators=(",", ":")) in described.text
        assert emulator.received == []


async def test_only_the_chosen_models_are_found(many: Sdk, tmp_path: Path) -> None:
    with Emulator(many.endpoints(), token=TOKEN) as emulator:
        async with opened(many, "sync", emulator, tmp_path) as box:
            some = box.another(only=["acme/many/*"])
            found = await box.call("search_models", {"search": "painter"}, toolbox=some)
            assert found.data["model_ids"] == []
            hidden = {"model_id": PAINT, "arguments": {"prompt": "a"}}
            answer = await box.call("run_model", hidden, toolbox=some)
            assert "no such model here" in answer.text
        assert emulator.received == []


async def test_the_balance_stands_beside_the_budget(box: Box, emulator: Emulator) -> None:
    await box.call(PAINTER, {"prompt": "a"})
    answer = await box.call("balance")
    assert answer.text == "balance: $5.00\nall calls so far: $0.04 of $10.00"
    assert answer.data["balance_usd"] == 5.0
    assert "unknown parameter" in (await box.call("balance", {"of": "me"})).text
