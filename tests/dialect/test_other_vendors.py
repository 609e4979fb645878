"""Schemas of other vendors have one reading: class, emulator and shown schema accept the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from runcomfy_codegen.runtime.testing._validation import InputValidator

from .._support.agreement import closed, published
from .._support.generator import errors, generated
from .._support.sdk import Case, Sdk, imported_sdk, source

TEXT: Any = {"type": "string"}
WHOLE: Any = {"type": "integer"}
URL_OR_BYTES: Any = [
    {"properties": {"kind": {"const": "url"}, "url": TEXT}, "required": ["kind", "url"]},
    {"properties": {"kind": {"const": "bytes"}, "bytes": TEXT}, "required": ["kind", "bytes"]},
]


class Read(NamedTuple):
    """A schema, with requests that it takes and that it refuses."""

    schema: Any
    taken: tuple[Any, ...]
    refused: tuple[Any, ...]


def of(described: Any, taken: tuple[Any, ...], refused: tuple[Any, ...]) -> Read:
    """Return the same for a property."""
    schema = {"type": "object", "properties": {"x": described}}
    return Read(
        schema, tuple({"x": value} for value in taken), tuple({"x": each} for each in refused)
    )


def objects(properties: Any, **rest: Any) -> Any:
    return {"type": "object", "properties": properties, **rest}


MODE: Any = {"mode": {"enum": ["a", "b"]}, "image": TEXT}
READ: Mapping[str, Read] = {
    "pair": of(
        {"type": "array", "prefixItems": [TEXT, WHOLE], "minItems": 2, "maxItems": 2},
        (["a", 1],),
        ([1.5, "a"], ["a"], ["a", 1, 2]),
    ),
    "older_pair": of(
        {"type": "array", "items": [TEXT, WHOLE], "additionalItems": False},
        (["a", 1], []),
        ([True], ["a", 1, 2]),
    ),
    "pair_with_rest": of(
        {"type": "array", "prefixItems": [TEXT], "items": WHOLE}, (["a", 1, 2],), ([True], [[]])
    ),
    "open_pair": of({"type": "array", "prefixItems": [TEXT]}, (["a", {}],), ("a",)),
    "record": of(
        {"type": "object", "patternProperties": {"^(.*)$": WHOLE}}, ({}, {"a": 1}), ({"a": "1"},)
    ),
    "closed_record": of(
        {"type": "object", "patternProperties": {"^a": WHOLE}, "additionalProperties": False},
        ({"a": 1},),
        ({"a": "1"},),
    ),
    "open_record": of({"type": "object", "patternProperties": {"^a": WHOLE}}, ({"b": []},), (1,)),
    "not_const": of({**TEXT, "not": {"const": ""}}, ("a",), (1,)),
    "two_patterns": of(
        {"allOf": [{"pattern": "a"}, {"pattern": "b"}], "type": "string"}, ("ab",), (1,)
    ),
    "two_unions": of(
        {"allOf": [{"anyOf": [TEXT, WHOLE]}, {"anyOf": [TEXT, {"maxLength": 2}]}]}, ("a",), (1.5,)
    ),
    "many_types": of({"type": ["array", "object", "null"]}, ([None], {"a": 1}, None), (1, "a")),
    "tagged_beside": of(
        objects({"id": TEXT}, required=["id"], oneOf=URL_OR_BYTES),
        ({"id": "1", "kind": "url", "url": "a"}, {"id": "1", "kind": "bytes", "bytes": "a"}),
        ({"id": "1"}, {"kind": "url", "url": "a"}, {"id": "1", "kind": "url", "bytes": "a"}),
    ),
    "tag_described_twice": of(
        objects({"kind": TEXT}, required=["kind"], oneOf=URL_OR_BYTES),
        ({"kind": "url", "url": "a"},),
        ({"kind": "other", "url": "a"}, {"kind": "url", "bytes": "a"}),
    ),
    "items_tagged_beside": of(
        {"type": "array", "items": objects({"kind": TEXT}, oneOf=URL_OR_BYTES)},
        ([{"kind": "url", "url": "a"}],),
        ([{"kind": "url"}], [{"kind": "bytes", "url": "a"}]),
    ),
    "condition": Read(
        {
            **objects(MODE),
            "if": {"properties": {"mode": {"const": "b"}}},
            "then": {"required": ["image"]},
        },
        ({"mode": "b", "image": "x"}, {"mode": "a"}),
        ({"mode": "c"}, {"mode": "b"}, {}),
    ),
    "conditions": Read(
        {
            "allOf": [
                {"if": {"required": ["mode"]}, "then": {"properties": {"seed": WHOLE}}},
                {
                    "if": {"required": ["image"]},
                    "then": {"properties": {"image": {"minLength": 9}}},
                },
            ],
            **objects(MODE),
        },
        ({"seed": 1}, {"image": "x"}),
        ({"seed": "1"}, {"image": 1}),
    ),
    "dependent": Read(
        {
            **objects({"card": TEXT}),
            "dependentSchemas": {
                "card": {"properties": {"address": TEXT}, "required": ["address"]}
            },
        },
        ({"card": "a", "address": "b"},),
        ({"card": "a", "address": 1},),
    ),
    "dependent_names": Read(
        {
            **objects(dict.fromkeys("abc", TEXT)),
            "dependentSchemas": {"a": {"required": ["b"]}},
            "dependencies": {"c": ["b"]},
        },
        ({}, {"b": ""}, {"a": "", "b": ""}),
        ({"a": ""}, {"c": ""}),
    ),
    "older_dependent": Read(
        {
            **objects({"mode": TEXT}),
            "dependencies": {
                "mode": {
                    "oneOf": [
                        {"properties": {"mode": {"const": "a"}, "size": WHOLE}},
                        {"properties": {"mode": {"const": "b"}, "size": TEXT}},
                    ]
                }
            },
        },
        ({"mode": "a", "size": 1}, {"mode": "b", "size": "1"}),
        ({"size": 1.5},),
    ),
    "tagged_input": Read(
        {
            "oneOf": [
                objects({"kind": {"const": "a"}, "size": WHOLE}, required=["kind"]),
                objects({"kind": {"const": "b"}, "size": TEXT}, required=["kind"]),
            ]
        },
        ({"kind": "a", "size": 1}, {"kind": "b", "size": "1"}),
        ({"size": 1}, {"kind": "c"}, {"kind": "a", "size": []}),
    ),
    "two_demands": Read(
        {
            **objects(dict.fromkeys("abcd", TEXT)),
            "allOf": [
                {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
                {"anyOf": [{"required": ["c"]}, {"required": ["d"]}]},
            ],
        },
        ({"a": "", "c": ""}, {"b": "", "d": ""}),
        ({"a": "", "b": ""}, {"c": ""}, {}),
    ),
    "two_exclusions": Read(
        {
            **objects(dict.fromkeys("abc", TEXT)),
            "allOf": [{"not": {"required": ["a", "b"]}}, {"not": {"required": ["a", "c"]}}],
        },
        ({"a": ""}, {"b": "", "c": ""}),
        ({"a": "", "b": ""}, {"a": "", "c": ""}),
    ),
    "inherited_union": Read(
        {
            "allOf": [{"$ref": "#/$defs/Base"}, {"oneOf": URL_OR_BYTES}],
            "$defs": {"Base": objects({"id": TEXT}, required=["id"])},
        },
        ({"id": "", "kind": "url", "url": ""},),
        ({"kind": "url", "url": ""}, {"id": "", "kind": "url"}, {"id": "", "kind": "x", "url": ""}),
    ),
    "one_without_the_other": Read(
        {
            **objects(dict.fromkeys("ab", TEXT)),
            "oneOf": [
                {"required": ["a"], "not": {"required": ["b"]}},
                {"required": ["b"], "not": {"required": ["a"]}},
            ],
        },
        ({"a": ""}, {"b": ""}),
        ({}, {"a": "", "b": ""}),
    ),
    "one_or_none": Read(
        {
            **objects(dict.fromkeys("abc", TEXT)),
            "oneOf": [
                {"required": ["a"]},
                {"required": ["b"]},
                {"not": {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}},
            ],
        },
        ({}, {"c": ""}, {"a": "", "c": ""}),
        ({"a": "", "b": ""},),
    ),
    "narrower_branch": Read(
        {
            **objects(dict.fromkeys("ab", TEXT)),
            "anyOf": [
                {"properties": {"a": {"minLength": 1}}, "required": ["a"]},
                {"required": ["b"]},
            ],
        },
        ({"a": "x"}, {"b": ""}),
        ({}, {"a": 1}),
    ),
    "any": of({"type": "any"}, (1, "a", [None]), (None,)),
    "any_inside": of({"type": "array", "items": {"type": "any"}}, ([1, None],), (1,)),
    "never": Read(
        objects({"a": TEXT, "b": {"not": {}}, "c": False}), ({"a": ""},), ({"b": 1}, {"c": 1})
    ),
}


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    cases = {f"acme/{name}/run": Case(read.schema) for name, read in READ.items()}
    with imported_sdk("sdk_of_other_vendors", cases, tmp_path_factory.mktemp("sdk")) as made:
        yield made


@pytest.mark.parametrize("name", READ)
def test_three_readers_take_the_same(sdk: Sdk, name: str) -> None:
    info = sdk.module().get_endpoint(f"acme/{name}/run")
    emulator = InputValidator(closed(published(sdk, info.model_id).reading.schema))
    shown = Draft202012Validator(info.json_schema)

    def verdicts(body: Any) -> tuple[bool, bool, bool]:
        try:
            by_class = info.request_type.model_validate(body).to_body() == body
        except ValueError:
            by_class = False
        return by_class, not emulator.problems(body), shown.is_valid(body)

    assert {verdicts(body) for body in READ[name].taken} == {(True, True, True)}
    assert {verdicts(body) for body in READ[name].refused} == {(False, False, False)}


@pytest.mark.parametrize(
    ("schema", "pointer", "words"),
    [
        (objects({}, additionalProperties=TEXT), "/properties", "properties that can be given"),
        (objects({"a": {"not": {}}}), "/properties", "properties that can be given"),
        (objects({"a": False}, required=["a"]), "/properties/a", "must have a value"),
        (
            objects(
                {"x": {**objects({"a": TEXT}, additionalProperties=False), "oneOf": URL_OR_BYTES}}
            ),
            "/properties/x/oneOf/0/additionalProperties",
            "contradicts",
        ),
    ],
)
def test_what_nobody_could_give_is_refused(schema: Any, pointer: str, words: str) -> None:
    (problem,) = errors(generated(source("acme/demo", Case(schema))))
    assert problem.pointer == pointer
    assert words in problem.message
    assert problem.hint


def test_an_input_without_parameters_is_one(tmp_path: Path) -> None:
    with imported_sdk("sdk_without_parameters", {"acme/demo": Case(objects({}))}, tmp_path) as sdk:
        assert sdk.request("acme/demo")().to_body() == {}
