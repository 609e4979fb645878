"""Local references, `allOf` and unions of a whole schema, in the one form that every reader takes."""

from __future__ import annotations

from typing import Any

import pytest
from runcomfy_codegen.runtime._schemas.normal import NormalForm, normal_form
from runcomfy_codegen.runtime._schemas.references import origin_of

TEXT = {"type": "string"}
SIZE = {"type": "string", "enum": ["1k", "2k"]}


def of(property_: Any, **definitions: Any) -> NormalForm:
    return normal_form({"properties": {"x": property_}, "$defs": definitions})


def read(property_: Any, **definitions: Any) -> Any:
    form = of(property_, **definitions)
    assert not form.faults
    assert "$defs" not in form.document
    return form.document["properties"]["x"]


@pytest.mark.parametrize(
    ("reference", "document"),
    [
        ("#/$defs/Size", {"$defs": {"Size": SIZE}}),
        ("#/definitions/Size", {"definitions": {"Size": SIZE}}),
        ("#/components/schemas/Size", {"components": {"schemas": {"Size": SIZE}}}),
        ("#/$defs/a~1b", {"$defs": {"a/b": SIZE}}),
        ("#/$defs/a~0b", {"$defs": {"a~b": SIZE}}),
        ("#/$defs/a%25b", {"$defs": {"a%b": SIZE}}),
        ("#/$defs/a%20b", {"$defs": {"a b": SIZE}}),
        ("#/$defs/List/items", {"$defs": {"List": {"items": SIZE}}}),
        ("#/$defs/One/anyOf/1", {"$defs": {"One": {"anyOf": [{}, SIZE]}}}),
        ("#/properties/y", {}),
    ],
)
def test_any_pointer_into_the_document_is_followed(reference: str, document: Any) -> None:
    properties = {"x": {"$ref": reference}, "y": SIZE}
    form = normal_form({"type": "object", "properties": properties, **document})
    assert form.document == {"type": "object", "properties": {"x": SIZE, "y": SIZE}}
    assert not form.faults


def test_references_are_followed_at_any_depth() -> None:
    lora = {"type": "object", "properties": {"size": {"$ref": "#/$defs/Size"}}}
    schema = {"type": "array", "items": {"additionalProperties": {"$ref": "#/$defs/Lora"}}}
    inner = {"type": "object", "properties": {"size": SIZE}}
    assert read(schema, Size=SIZE, Lora=lora) == {
        "type": "array",
        "items": {"additionalProperties": inner},
    }


def test_chains_and_one_part_of_all_of_are_followed() -> None:
    chain = {"A": {"allOf": [{"$ref": "#/$defs/B"}]}, "B": {"$ref": "#/$defs/C"}, "C": SIZE}
    assert read({"allOf": [{"$ref": "#/$defs/A"}]}, **chain) == SIZE


def test_what_stands_beside_a_reference_wins() -> None:
    beside = {"description": "ours", "minimum": 0}
    named = {"type": "number", "description": "theirs", "minimum": 5, "maximum": 9}
    expected = {"type": "number", "description": "ours", "minimum": 0, "maximum": 9}
    assert read({"$ref": "#/$defs/N", **beside}, N=named) == expected
    assert read({"allOf": [{"$ref": "#/$defs/N"}], **beside}, N=named) == expected


def test_properties_beside_a_reference_are_added() -> None:
    base = {"type": "object", "required": ["a"], "properties": {"a": TEXT}}
    child = {
        "$ref": "#/$defs/Base",
        "required": ["b"],
        "properties": {"b": {"$ref": "#/$defs/Base"}},
    }
    assert read(child, Base=base) == {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": TEXT, "b": base},
    }


def test_parts_of_all_of_that_agree_are_one_schema() -> None:
    parts = [
        {"type": "object", "properties": {"a": TEXT}, "required": ["a"]},
        {"properties": {"b": {"type": "integer", "minimum": 1}}},
        {"properties": {"b": {"type": "number", "maximum": 3}}},
    ]
    assert read({"allOf": parts}) == {
        "type": "object",
        "required": ["a"],
        "properties": {"a": TEXT, "b": {"type": ["integer"], "minimum": 1, "maximum": 3}},
    }


def test_values_that_look_like_references_are_left_alone() -> None:
    schema = {"type": "object", "default": {"$ref": "#/nowhere"}, "properties": {"$ref": TEXT}}
    assert read(schema) == schema


def test_a_whole_schema_may_be_a_reference() -> None:
    body = {"type": "object", "properties": {"prompt": TEXT}}
    form = normal_form({"$ref": "#/$defs/Input", "$defs": {"Input": body}})
    assert form.document == body


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("#/$defs/Missing", "'#/$defs/Missing' leads nowhere: /$defs has no 'Missing'"),
        ("other.json#/x", "leads to 'other.json'"),
        ("https://example.com/x.json", "leads to 'https://example.com/x.json'"),
        ("#anchor", "the anchor 'anchor'"),
        ("#/$defs/a~2b", "must escape ~"),
        ("#/properties", "a group of schemas"),
        ("#/properties/y/default", "a value"),
        ("#/properties/y/title", "a value"),
        (7, "must be a text; got 7"),
    ],
)
def test_a_reference_that_leads_nowhere_is_a_fault(reference: Any, words: str) -> None:
    y = {"type": "object", "default": {"type": "string"}, "title": "Y"}
    form = normal_form({"properties": {"x": {"$ref": reference}, "y": y}, "$defs": {}})
    ((at, fault),) = form.faults.items()
    assert at == "/properties/x/$ref"
    assert words in fault.message
    assert form.document["properties"]["x"] == {"$ref": reference}


@pytest.mark.parametrize(
    "definitions",
    [
        {"A": {"$ref": "#/$defs/A"}},
        {"A": {"$ref": "#/$defs/B"}, "B": {"allOf": [{"$ref": "#/$defs/A"}]}},
        {"A": {"type": "array", "items": {"$ref": "#/$defs/A"}}},
        {"A": {"properties": {"b": {"$ref": "#/$defs/B"}}}, "B": {"items": {"$ref": "#/$defs/A"}}},
        {"A": {"$ref": "#"}},
    ],
)
def test_a_reference_that_leads_back_is_a_fault(definitions: Any) -> None:
    form = of({"$ref": "#/$defs/A"}, **definitions)
    (fault,) = form.faults.values()
    assert "leads back to itself" in fault.message
    assert "#/$defs/A" in fault.message


def test_a_definition_may_be_used_twice_on_the_way() -> None:
    pair = {"properties": {"a": {"$ref": "#/$defs/Size"}, "b": {"$ref": "#/$defs/Size"}}}
    assert read({"$ref": "#/$defs/Pair"}, Pair=pair, Size=SIZE) == {
        "properties": {"a": SIZE, "b": SIZE}
    }


@pytest.mark.parametrize("step", ["properties", "$ref"])
def test_references_that_grow_without_end_are_refused(step: str) -> None:
    definitions: dict[str, Any] = {"D30": {"description": "x" * 1000}}
    for depth in range(30):
        inner = {"$ref": f"#/$defs/D{depth + 1}"}
        definitions[f"D{depth}"] = {"properties": {"a": inner, "b": inner}}
    if step == "$ref":
        definitions = {f"D{n}": {"$ref": f"#/$defs/D{n + 1}"} for n in range(2000)}
    form = of({"$ref": "#/$defs/D0"}, **definitions)
    assert list(form.faults) == [""]


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        ({"$ref": "#/$defs/N", "type": "string"}, "type"),
        ({"allOf": [{"type": "number"}, {"type": "string"}]}, "type"),
        ({"allOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, "enum"),
        ({"allOf": [{"anyOf": [{"type": "integer"}]}, {"anyOf": [TEXT]}]}, "type"),
        ({"allOf": [{"additionalProperties": False}, {"properties": {"a": {}}}]}, "additional"),
        ({"allOf": [{"additionalProperties": TEXT}, {"properties": {"a": {}}}]}, "additional"),
        (
            {
                "allOf": [
                    {"properties": {"a": {}}, "unevaluatedProperties": False},
                    {"properties": {"b": {}}},
                ]
            },
            "additional",
        ),
        ({"allOf": [{"minimum": 1}, {"minimum": "2"}]}, "minimum"),
        ({"allOf": []}, "allOf"),
        ({"allOf": ["x"]}, "type"),
    ],
)
def test_what_contradicts_itself_is_a_fault(schema: Any, word: str) -> None:
    (fault,) = of(schema, N={"type": "number"}).faults.values()
    assert word in fault.message


def test_findings_are_placed_where_they_are_written() -> None:
    beside = {"$ref": "#/$defs/Size", "default": "1k"}
    form = of({"type": "array", "items": beside}, Size=SIZE)
    places = {
        "/properties/x/items/enum/0": "/$defs/Size/enum/0",
        "/properties/x/items/default": "/properties/x/items/default",
        "/properties/x/type": "/properties/x/type",
    }
    assert {at: origin_of(at, form.origins) for at in places} == places


def test_a_definition_is_known_where_it_stands_unchanged() -> None:
    size = {"$ref": "#/$defs/Size"}
    assert of({"allOf": [size], "title": "X"}, Size=SIZE).definitions == {
        "/properties/x": "/$defs/Size"
    }
    assert not of({**size, "enum": ["1k"]}, Size=SIZE).definitions


def test_the_properties_of_all_branches_are_read() -> None:
    form = normal_form(
        {
            "type": "object",
            "properties": {"prompt": TEXT},
            "oneOf": [
                {"properties": {"audio": TEXT}, "required": ["audio", "prompt"]},
                {"properties": {"url": {"$ref": "#/$defs/T"}}, "required": ["url", "prompt"]},
                {"type": "null"},
            ],
            "$defs": {"T": TEXT},
        }
    )
    assert not form.faults
    assert form.document == {
        "type": "object",
        "properties": {"prompt": TEXT, "audio": TEXT, "url": TEXT},
        "required": ["prompt"],
        "oneOf": [{"required": ["audio"]}, {"required": ["url"]}],
    }
    assert origin_of("/properties/audio/type", form.origins) == "/oneOf/0/properties/audio/type"
    assert origin_of("/properties/url/type", form.origins) == "/$defs/T/type"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, "tell its branches"),
        (
            {"oneOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}] * 2},
            "tell its branches",
        ),
        (
            {"oneOf": [{"properties": {"a": TEXT}}, {"properties": {"a": {"type": "integer"}}}]},
            "describe 'a' differently",
        ),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, "which is not a property"),
        ({"oneOf": [{"type": "string"}]}, "a branch that is an object"),
        ({"anyOf": [{"if": {}}, {"required": []}]}, "if in a branch"),
    ],
)
def test_a_union_without_one_reading_is_a_fault(schema: Any, words: str) -> None:
    (fault,) = normal_form({"type": "object", **schema}).faults.values()
    assert words in fault.message


def test_choices_tell_the_branches_of_a_whole_schema_apart() -> None:
    text = {"const": "text", "type": "string", "title": "Kind", "default": "text"}
    image = {"enum": ["image", "mask"], "type": "string", "title": "Kind"}
    form = normal_form(
        {
            "oneOf": [{"$ref": "#/$defs/Text"}, {"$ref": "#/$defs/Image"}],
            "discriminator": {"propertyName": "kind"},
            "$defs": {
                "Text": {"properties": {"kind": text, "prompt": TEXT}, "required": ["prompt"]},
                "Image": {"properties": {"kind": image, "url": TEXT}, "required": ["kind", "url"]},
            },
        }
    )
    kind = {"enum": ["text", "image", "mask"], "type": "string", "title": "Kind"}
    assert not form.faults
    assert form.document["properties"] == {"kind": kind, "prompt": TEXT, "url": TEXT}
    assert form.document["required"] == ["kind"]
    assert form.document["oneOf"] == [
        {"required": ["prompt"], "properties": {"kind": {"enum": ["text"]}}},
        {"required": ["url"], "properties": {"kind": {"enum": ["image", "mask"]}}},
    ]


def test_choices_need_no_type_and_are_none_of_a_list() -> None:
    def tagged(*kinds: Any) -> NormalForm:
        names = "ab"
        branches = [
            {"properties": {"kind": kind, name: TEXT}, "required": ["kind", name]}
            for kind, name in zip(kinds, names, strict=True)
        ]
        return normal_form({"oneOf": branches})

    form = tagged({"const": "x"}, {"type": "string", "enum": ["y"]})
    assert form.document["properties"]["kind"] == {"enum": ["x", "y"]}
    lists = [{"type": "array", "enum": [word]} for word in "xy"]
    (fault,) = tagged(*lists).faults.values()
    assert "describe 'kind' differently" in fault.message


def test_branches_may_describe_a_property_in_other_words() -> None:
    branches = [
        {"properties": {"a": {**TEXT, "title": "A", "default": "x"}}, "required": ["a"]},
        {"properties": {"a": {**TEXT, "title": "B", "default": "y"}, "b": TEXT}, "required": ["b"]},
    ]
    form = normal_form({"oneOf": branches})
    assert form.document["properties"] == {"a": {**TEXT, "title": "A"}, "b": TEXT}


def test_a_choice_of_the_whole_schema_is_narrowed_by_a_branch() -> None:
    mode = {"type": "string", "enum": ["a", "b", "c"], "default": "a"}
    branches: Any = [{"properties": {"mode": {"const": word}}} for word in "ab"]
    form = normal_form({"properties": {"mode": mode}, "required": ["mode"], "anyOf": branches})
    assert form.document["properties"] == {"mode": mode}
    assert form.document["anyOf"] == [
        {"required": [], "properties": {"mode": {"enum": [word]}}} for word in "ab"
    ]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {
                "allOf": [{"properties": {"a": TEXT}}, {"properties": {"b": TEXT}}],
                "unevaluatedProperties": False,
            },
            {"properties": {"a": TEXT, "b": TEXT}, "additionalProperties": False},
        ),
        (
            {"$ref": "#/$defs/A", "properties": {"b": TEXT}, "unevaluatedProperties": False},
            {"properties": {"a": TEXT, "b": TEXT}, "additionalProperties": False},
        ),
        (
            {
                "properties": {"a": TEXT},
                "additionalProperties": TEXT,
                "unevaluatedProperties": False,
            },
            {"properties": {"a": TEXT}, "additionalProperties": TEXT},
        ),
        (
            {
                "allOf": [{"properties": {"a": TEXT}, "unevaluatedProperties": True}],
                "unevaluatedProperties": False,
            },
            {"properties": {"a": TEXT}, "additionalProperties": True},
        ),
        (
            {"allOf": [{"additionalProperties": True}, {"additionalProperties": False}]},
            {"additionalProperties": False},
        ),
    ],
)
def test_no_other_names_are_read_over_all_parts(schema: Any, expected: Any) -> None:
    assert read(schema, A={"properties": {"a": TEXT}}) == expected


def test_closed_branches_say_which_names_they_take() -> None:
    branch = {"required": ["a"], "additionalProperties": False, "properties": {"a": TEXT}}
    other = {"required": ["b"], "additionalProperties": False, "properties": {"b": TEXT}}
    form = normal_form({"anyOf": [branch, other]})
    assert form.document["anyOf"][0] == {"required": ["a"], "propertyNames": {"enum": ["a"]}}


def test_a_list_whose_positions_are_alike_is_a_list() -> None:
    pair = {"type": "array", "prefixItems": [TEXT, TEXT], "minItems": 2, "maxItems": 2}
    assert read(pair) == {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}
    assert read({"items": [TEXT, TEXT], "additionalItems": False}) == {"items": TEXT, "maxItems": 2}


def test_the_older_word_for_dependent_required_is_read() -> None:
    form = normal_form({"properties": {}, "dependencies": {"a": ["b"]}})
    assert form.document == {"properties": {}, "dependentRequired": {"a": ["b"]}}


def test_a_reply_may_be_any_branch() -> None:
    branches = [
        {"properties": {"kind": {"const": "a"}, "id": {"minLength": 1}}},
        {"properties": {"kind": {"const": "b"}}},
    ]
    form = normal_form({"properties": {"id": TEXT}, "oneOf": branches}, is_output=True)
    kinds = {"anyOf": [{"const": "a"}, {"const": "b"}]}
    assert form.document == {"type": "object", "properties": {"id": TEXT, "kind": kinds}}


def test_nothing_is_demanded_of_a_reply() -> None:
    branches = [{"properties": {"a": TEXT, "c": TEXT}}, {"properties": {"b": TEXT, "c": {}}}]
    form = normal_form({"output": {"oneOf": branches}}, "output", is_output=True)
    properties = {"a": TEXT, "b": TEXT, "c": {}}
    assert form.document == {"output": {"type": "object", "properties": properties}}
