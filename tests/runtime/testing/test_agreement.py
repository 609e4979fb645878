"""The emulator takes every request that the generated class takes, and refuses what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.cli.emulator import emulated
from runcomfy_codegen.runtime.testing import Emulator, endpoint_from_json
from runcomfy_codegen.text.documents import Document

from tests._support.sdk import Case, catalogue, imported_sdk, properties, source
from tests.proof.oracle import published

from ..._support.agreement import agreement, quirky
from ..._support.quirks import QUIRKS

# property schema, a value that the class takes
ODD: list[tuple[dict[str, Any], Any]] = [
    ({"type": "string", "title": None, "description": None}, "abc"),
    ({"type": "string", "maxLength": None, "enum": None, "format": None}, "abc"),
    ({"type": "string", "required": True}, "abc"),
    ({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, 1),
    ({"type": "integer", "exclusiveMinimum": True}, 0),
    ({"type": "integer", "minimum": "1", "maximum": "9"}, 5),
    ({"type": "string", "pattern": r"^\p{L}+$"}, "abc"),
    ({"type": "string", "pattern": "/^[a-z]+$/i"}, "abc"),
    ({"type": "number", "multipleOf": 0.01}, 4.02),
    ({"type": "array", "items": None}, ["abc", 5]),
]


def test_oddities_over_http(tmp_path: Path) -> None:
    cases = {f"acme/odd/x{at}": properties(value=row[0]) for at, row in enumerate(ODD)}
    with (
        imported_sdk("sdk_of_oddities", cases, tmp_path) as sdk,
        Emulator(sdk.endpoints()) as emulator,
        sdk.client(emulator.base_url) as client,
    ):
        for model_id, (_, value) in zip(cases, ODD, strict=True):
            client.submit(sdk.request(model_id)(value=value))
        assert len(emulator.jobs) == len(ODD)


def test_a_list_that_the_example_shows_as_one_text(tmp_path: Path) -> None:
    images = {"type": "array", "items": {"type": "string", "maxLength": 9}}
    case = Case({"properties": {"words": images}}, example={"words": "one"})
    found = agreement({"acme/one/or_many": case}, 60)
    assert (found.wrong, found.taken > 9, found.refused > 9) == ([], True, True)


def test_an_overlay_corrects_what_both_take() -> None:
    wrong = {"type": "object", "properties": {"size": {"type": "integer", "maximum": 1}}}
    correction = {
        "at": "/properties/size/maximum",
        "was": 1,
        "now": 9,
        "reason": "the page says so",
    }
    published = source("acme/demo", Case(wrong))._replace(overlay=Document("o", [correction]))
    (served,) = emulated([published])
    assert served.input_schema == wrong
    generated = json.loads(generate(Project((published,)))["runcomfy/models/acme/demo.json"])
    for endpoint in (served, endpoint_from_json(generated)):
        assert endpoint.reading.schema["properties"]["size"]["maximum"] == 9


@pytest.mark.parametrize("origin", ["published", "quirky"])
def test_class_emulator_and_schema(origin: str) -> None:
    if origin == "published":
        catalogue()  # skips the test where it is missing
    found = agreement(published() if origin == "published" else quirky(250), 8)
    assert found.wrong == []
    assert found.endpoints > 50
    assert min(found.taken, found.refused) > 100


def test_quirks_are_many_and_of_all_kinds() -> None:
    cases = [*quirky(250).values()]
    text = str([case.input for case in cases])
    assert [keyword for keyword in QUIRKS if repr(keyword) not in text] == []
