"""The JSON Schema that a request class shows is the one that it checks.

What a validator allows by it, the class accepts, and the other way round.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer, _exceeds_strict_size_limits
from runcomfy_codegen.build.generation import Project, generate
from runcomfy_codegen.export.endpoints import exported
from runcomfy_codegen.names.lock import Names

from tests._support.sdk import Case, catalogue, imported, seeds, source, write_files

from .instances import Instances
from .oracle import Rounding, constructs, difference, equal, made_up, published, shown

# Both OpenAI and Anthropic list these as supported in strict mode, under "structured outputs" in their documentation.
STRICT = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "anyOf",
    "description",
}


@dataclass
class Shown:
    """The verdict of a validator by the schema that a class shows."""

    schema: Mapping[str, Any]

    @cached_property
    def _validator(self) -> Any:
        return Rounding(self.schema)

    def accepts(self, instance: Any) -> bool:
        return bool(self._validator.is_valid(instance))


def disagreements(endpoint: Any, case: Case, count: int) -> Iterator[str]:
    """Compare so many instances of one endpoint, and read each valid one as a tool's arguments."""
    request, judge = endpoint.request_type, Shown(endpoint.json_schema)
    strict = Draft202012Validator(endpoint.tool_schema)
    verdicts = {True: 0, False: 0}
    for way in range(count):
        instance = Instances(Random(f"{request.model_id} {way}")).draw(case.input)
        verdicts[judge.accepts(instance)] += 1
        if found := difference(request, judge, instance, way):  # type: ignore[arg-type]
            yield f"{request.model_id}: {found}: {shown(instance)}"
            return
        # A null that is given is read as left out, where it may be left out.
        if judge.accepts(instance) and not holds_null(instance):
            arguments = as_arguments(instance, endpoint.json_schema)
            if not equal(request.from_tool_arguments(arguments).to_body(), instance):
                yield f"{request.model_id}: arguments read otherwise: {shown(arguments)}"
            if not strict.is_valid(arguments) and can_be_expressed(endpoint.json_schema):
                yield f"{request.model_id}: not of the strict schema: {shown(arguments)}"
    if not min(verdicts.values()) and "anything" not in request.model_id and count > 99:
        yield f"{request.model_id}: one verdict for all"


def as_arguments(value: Any, schema: Any) -> Any:
    """Return the value as strict function calling gives it: null for what is left out, maps as text."""
    branches = [schema] if "properties" in schema else schema.get("anyOf", [schema])
    if isinstance(value, list):
        items: Any = next((each["items"] for each in branches if "items" in each), {})
        return [as_arguments(item, items) for item in value]
    fitting = [
        each["properties"]
        for each in branches
        if "properties" in each and Shown(each).accepts(value)
    ]
    if fitting:
        return {
            name: as_arguments(value[name], described) if name in value else None
            for name, described in fitting[0].items()
        }
    is_text = any(each.get("type") == "string" or "enum" in each for each in branches)
    if isinstance(value, dict) and not is_text and any(map(is_map, branches)):
        return json.dumps(value)
    return value


def holds_null(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return value is None or (isinstance(value, (dict, list)) and any(map(holds_null, inner)))


def is_map(schema: Any) -> bool:
    return schema.get("type") == "object" and "properties" not in schema


def can_be_expressed(schema: Any) -> bool:
    """Tell whether no part accepts an object of any names, or any value at all."""
    if isinstance(schema, list):
        return all(map(can_be_expressed, schema))
    if not isinstance(schema, dict):
        return True
    if "properties" in schema:
        return all(map(can_be_expressed, schema["properties"].values()))
    if not {"type", "enum", "anyOf"} & schema.keys():
        return False
    if any(map(is_map, schema.get("anyOf", ()))):
        return False  # a text beside it hides it
    inner = [schema["items"]] if "items" in schema else schema.get("anyOf", [])
    return all(map(can_be_expressed, inner))


def faults(schema: Any, allowed: set[str] | None = None) -> Iterator[str]:
    """Return what no shown schema may have: references, defaults, lists of nothing known, open objects."""
    if "default" in schema or "$ref" in schema or "$defs" in schema:
        yield "a default or a reference"
    if schema.get("type") == "array" and "items" not in schema:
        yield "no items"
    if "properties" in schema and schema["additionalProperties"] is not False:
        yield "an open object"
    if allowed is not None:
        yield from schema.keys() - allowed
        if "properties" in schema and {*schema["required"]} != schema["properties"].keys():
            yield "an optional property"
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    inner += [schema[word] for word in ("items", "additionalProperties") if schema.get(word)]
    for each in inner:
        if "properties" not in schema or each not in schema.get("anyOf", ()):  # not of a demand
            yield from faults(each, allowed)


def refusals(schema: Any) -> Iterator[str]:
    """Return why strict mode would refuse a schema, by OpenAI's rules as pydantic-ai knows them."""
    judge = OpenAIJsonSchemaTransformer(deepcopy(schema), strict=None)
    if judge.walk() != schema:
        yield "strict mode asks for other keywords"
    if not judge.is_strict_compatible:
        yield "strict mode refuses a keyword"
    if _exceeds_strict_size_limits(schema):
        yield "strict mode refuses the size"


def compared(cases: Mapping[str, Case], count: int) -> list[str]:
    package = "sdk_of_shown_schemas"
    sources = tuple(source(*each) for each in cases.items())
    endpoints, _ = exported(sources, Names())
    documents = {each.model_id: each.request for each in endpoints}
    generation = generate(Project(sources, package=package))
    found: list[str] = []
    with tempfile.TemporaryDirectory() as out:
        write_files(generation, Path(out))
        with imported(package, cases, Path(out)) as sdk:
            for model_id in {*generation.endpoint_files.values()}:
                endpoint = sdk.module().get_endpoint(model_id)
                Draft202012Validator.check_schema(endpoint.json_schema)
                if documents[model_id] != endpoint.request_type.model_json_schema():
                    found.append(f"{model_id}: exported otherwise: {documents[model_id]}")
                Draft202012Validator.check_schema(endpoint.tool_schema)
                found += [f"{model_id}: {fault}" for fault in faults(endpoint.json_schema)]
                found += [f"{model_id}: {fault}" for fault in faults(endpoint.tool_schema, STRICT)]
                found += [f"{model_id}: {fault}" for fault in refusals(endpoint.tool_schema)]
                found += disagreements(endpoint, cases[model_id], count)
    return found


@pytest.mark.parametrize(("cases", "count"), [(published, 25), (constructs, 60)])
def test_published_schemas_and_each_construct(cases: Any, count: int) -> None:
    if cases is published:
        catalogue()  # skips the test where it is missing
    assert compared(cases(), count) == []


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("other keywords", {"title": "t"}),
        ("a keyword", {"maxLength": 5}),
        ("a keyword", {"properties": {"a": {"type": "string"}}, "type": "object", "required": []}),
        ("a keyword", {"type": "array", "items": {}}),
    ],
)
def test_the_judge_of_strict_schemas_refuses(text: str, change: Any) -> None:
    child = {"type": "string"} | change
    schema = {"type": "object", "properties": {"b": child}, "required": ["b"]}
    found = [*refusals({**schema, "additionalProperties": False})]
    assert any(text in each for each in found)


def test_seed_endpoints() -> None:
    assert compared(seeds(), 300) == []


def test_drawn_schemas() -> None:
    found = compared(made_up(80, "shown"), 40)
    assert found == []
