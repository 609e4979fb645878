"""Every captured schema that is at hand: the corpus of the catalogue and both seed pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from runcomfy_codegen.runtime.testing import (
    Behaviour,
    EmulatedEndpoint,
    Emulator,
    endpoint_from_json,
)

from ..._support.emulator import NO_TLS, plain_get, plain_post

SHARED = Path(__file__).parents[4] / "shared"
MAGIC = {"image": b"\x89PNG\r\n\x1a\n", "video": b"\x00\x00\x00\x20ftyp", "audio": b"RIFF"}


def shared(name: str) -> str:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"shared/{name} is not beside this checkout")
    return path.read_text(encoding="utf-8")


def sample(schema: dict[str, Any], good: bool) -> Any:
    """Return a value that satisfies a property's schema, or one of a wrong type."""
    if not good:
        return {"wrong": "type"} if schema["type"] != "object" else "wrong type"
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "array":
        items = schema.get("items", {"type": "string"})
        return [sample(items, True) for _ in range(schema.get("minItems", 1))]
    values = {"string": "https://a", "boolean": True, "object": {}}
    return values.get(schema["type"], schema.get("minimum", 1))


def test_every_endpoint_of_the_corpus_runs() -> None:
    entries = json.loads(shared("corpus/catalogue.json"))["models"]
    endpoints = [endpoint_from_json(entry) for entry in entries]
    carriers = set[str]()
    with (
        Emulator(endpoints, behaviour=Behaviour(statuses=("completed",))) as emulator,
        httpx.Client(verify=NO_TLS, headers={"Authorization": f"Bearer {emulator.token}"}) as http,
    ):
        for endpoint in endpoints:
            url = f"{emulator.base_url}/v1/models/{endpoint.model_id}"
            properties = endpoint.input_schema["properties"]
            full = {name: sample(schema, True) for name, schema in properties.items()}
            least = {name: full[name] for name in endpoint.input_schema.get("required", [])}
            for body in (full, least):
                assert http.post(url, json=body).status_code == 202, (endpoint.model_id, body)

            wrong = {name: sample(schema, False) for name, schema in properties.items()}
            refused = http.post(url, json=wrong).json()["detail"]
            assert {detail["loc"][1] for detail in refused} == set(properties), endpoint.model_id

            result_url = http.post(url, json=least).json()["result_url"]
            (carrier, output), *_ = http.get(result_url).json()["output"].items()
            first = output[0] if isinstance(output, list) else output
            assert plain_get(first).content.startswith(MAGIC[carrier.removesuffix("s")])
            carriers.add(carrier)
            if "-to-" in endpoint.model_id:
                assert f"-to-{carrier.removesuffix('s')}" in endpoint.model_id
    assert {"image", "video", "audio"} <= carriers


@pytest.mark.parametrize("page", ["gpt-4o-image-edit.en.txt", "gpt-image-2-edit.zh.txt"])
def test_the_seed_pages_accept_their_own_example(page: str) -> None:
    text = shared(f"seeds/{page}")
    objects = list(_json_objects(text))
    schema = next(value for value in objects if "properties" in value)
    example = next(value for value in objects if "prompt" in value)
    with Emulator([EmulatedEndpoint("openai/seed/edit", schema, {})]) as emulator:
        headers = {"Authorization": f"Bearer {emulator.token}"}
        url = f"{emulator.base_url}/v1/models/openai/seed/edit"
        assert plain_post(url, json=example, headers=headers).status_code == 202
        reply = plain_post(url, json={}, headers=headers)
    assert {detail["loc"][1] for detail in reply.json()["detail"]} == set(schema["required"])


def _json_objects(text: str) -> Any:
    """Every object that begins in the text and is JSON."""
    start = text.find("{")
    while start >= 0:
        try:
            value, end = json.JSONDecoder().raw_decode(text, start)
        except ValueError:
            end = start + 1
        else:
            yield value
        start = text.find("{", end)
