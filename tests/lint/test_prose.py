"""Findings about prose: right in the sentences that we made up, and as expected in real texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen import lint
from runcomfy_codegen.capture import add_pages
from runcomfy_codegen.schemas.folder import read_schemas, write_endpoint
from runcomfy_codegen.schemas.shape import GENERIC_OUTPUT
from runcomfy_codegen.text.problems import Problem

from .._support.generator import REPOSITORY, document, source
from .prose import TEXTS, Told

SHARED = REPOSITORY.parent / "shared"
JUDGED = {
    "default-against-omission",
    "prose-condition",
    "prose-default",
    "prose-limit",
    "rule-text",
    "text-dangling",
    "text-default",
    "text-enum",
    "text-limit",
    "text-price",
    "text-required",
    "text-template",
    "text-type",
}
# Notes about what is only in the text: right wherever the sentence says so.
ONLY_IN_TEXT = {"prose-limit", "prose-default", "prose-condition"}


def rules_of(told: Told) -> set[str]:
    properties = {told.name: {**told.schema, "description": told.text}, "image": {}, "style": {}}
    required = [told.name] if told.required else []
    found = lint.run([source("acme/demo", properties, required=required)])
    at = f"/properties/{told.name}/"
    return {each.rule for each in found if each.pointer.startswith(at)} & JUDGED - ONLY_IN_TEXT


@pytest.mark.parametrize("told", TEXTS, ids=lambda told: f"{told.name}: {told.text[:60]!r}")
def test_a_sentence_of_a_vendor(told: Told) -> None:
    assert rules_of(told) == ({told.rule} if told.rule else set())


# (endpoint, place, rule): each read and found right. What a text says about its schema in all that we have.
EXPECTED = {
    ("openai/gpt-4o-image/edit", "/properties/image/validations/0/validation_error", "rule-text"),
    ("openai/gpt-image-2/edit", "/properties/aspect_ratio/default", "default-against-omission"),
}


def judged(problems: list[Problem], root: Path) -> set[tuple[str, str, str]]:
    """Return findings about prose, by endpoint."""
    found = [each for each in problems if each.rule in JUDGED]
    folders = [Path(each.file).parent.relative_to(root).as_posix() for each in found]
    return {(each, found.pointer, found.rule) for each, found in zip(folders, found, strict=True)}


def test_nothing_is_wrong_in_the_texts_that_were_published(tmp_path: Path) -> None:
    catalogue = SHARED / "corpus/catalogue.json"
    case = SHARED / "cases/generator/07-lint-false-findings/schemas.json"
    pages = sorted((SHARED / "seeds").glob("*.txt"))
    if not (catalogue.is_file() and case.is_file()):
        pytest.skip("the published schemas are not beside this checkout")
    schemas: dict[str, Any] = json.loads(case.read_text("utf-8"))
    for entry in json.loads(catalogue.read_text("utf-8"))["models"]:
        schemas[entry["model_id"]] = entry["input_schema"]
    for model_id, schema in schemas.items():
        write_endpoint(tmp_path, model_id, {"model_id": model_id}, schema, GENERIC_OUTPUT)
    add_pages(pages, tmp_path)
    sources, _ = read_schemas(tmp_path)
    assert len(sources) >= len(schemas)
    assert judged(list(lint.run(sources)), tmp_path) == EXPECTED


def test_extension_keywords_are_one_note_for_an_endpoint() -> None:
    properties = {f"p{n}": {"type": "string", "x-order": n, "x-hint": ""} for n in range(30)}
    (note,) = [
        each for each in lint.run([source("acme/demo", properties)]) if "keyword" in each.rule
    ]
    assert (note.rule, note.severity) == ("keyword-extension", "note")
    assert note.message == "extension keywords: x-hint (30), x-order (30)"


def test_a_demand_over_the_whole_schema_is_no_schema_of_a_value() -> None:
    """Either a prompt or an image: a rule of the request."""
    properties = {
        "prompt": {"type": "string"},
        "image_url": {"type": "string", "format": "image_uri"},
    }
    either = {"anyOf": [{"required": ["prompt"]}, {"required": ["image_url"]}]}
    assert not warnings(properties, either)
    wrong = {"oneOf": [{"required": ["prompt"]}, {"required": ["picture"]}]}
    assert warnings(properties, wrong) == {("required-unknown", "/oneOf/1/required/0")}


def warnings(properties: Any, demand: Any) -> set[tuple[str, str]]:
    plain = source("acme/demo", properties)
    value = {**plain.input.value, **demand}
    described = plain._replace(input=document(value, plain.input.file))
    found = [each for each in lint.run([described]) if each.severity != "note"]
    return {(each.rule, each.pointer) for each in found}
