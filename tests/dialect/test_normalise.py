"""The vendor's dialect, construct by construct."""

from __future__ import annotations

from typing import Any

import pytest
from runcomfy_codegen.ir.model import Field, ObjectType

from .._support.generator import normaliser


def read(
    schema: dict[str, Any], *, name: str = "x", required: bool = False, example: Any = None
) -> Field:
    """Return the field that a single property becomes."""
    whole = {"type": "object", "properties": {name: schema}, "required": [name] * required}
    reader = normaliser(whole, {name: example})
    cls = reader.read(whole, "DemoRequest")
    assert not reader.problems
    return cls.fields[0]


def nested(schema: dict[str, Any], *names: str) -> dict[str, ObjectType]:
    whole = {"type": "object", "properties": dict.fromkeys(names or ("x",), schema)}
    reader = normaliser(whole)
    reader.read(whole, "DemoRequest")
    assert not reader.problems
    return {cls.class_name: cls for cls in reader.nested}


def refused(schema: Any) -> tuple[str, str]:
    """Return the pointer and the message with which a property is refused."""
    whole = {"type": "object", "properties": {"x": schema, "good": {"type": "string"}}}
    reader = normaliser(whole)
    cls = reader.read(whole, "DemoRequest")
    assert [field.wire for field in cls.fields] == ["good"]
    (problem,) = reader.problems
    assert (problem.severity, problem.file) == ("error", "input.json")
    assert problem.line
    assert problem.hint
    return problem.pointer, problem.message


TYPES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text", {"type": "string"}, {"type": "string"}),
    ("text bounds", {"type": "string", "maxLength": 500}, {"type": "string", "maxLength": 500}),
    ("float", {"type": "float"}, {"type": "number"}),
    (
        "float bounds",
        {"type": "float", "minimum": 0, "maximum": 20.5},
        {"type": "number", "minimum": 0, "maximum": 20.5},
    ),
    (
        "integer bounds written as floats",
        {"type": "integer", "minimum": -1.0, "maximum": 4294967295},
        {"type": "integer", "minimum": -1, "maximum": 4294967295},
    ),
    ("other spellings", {"type": "Bool"}, {"type": "boolean"}),
    ("integer enum", {"type": "integer", "enum": [24, 25, 48]}, {"enum": [24, 25, 48]}),
    ("integers written as floats", {"type": "integer", "enum": [5.0, 10]}, {"enum": [5, 10]}),
    ("numeric strings", {"type": "string", "enum": ["auto", "5"]}, {"enum": ["auto", "5"]}),
    ("enum on another type", {"type": "integer", "enum": ["5"]}, {"enum": ["5"]}),
    ("enum twice", {"type": "string", "enum": ["a", "a"]}, {"enum": ["a"]}),
    ("1 and true differ", {"enum": [1, True]}, {"enum": [1, True]}),
    ("single enum", {"type": "string", "enum": ["customize"]}, {"enum": ["customize"]}),
    ("float enum", {"type": "float", "enum": [0.5, 1, 2.0]}, {"one_of": [0.5, 1, 2]}),
    (
        "floats and words",
        {"enum": [0.5, "auto"]},
        {"anyOf": [{"one_of": [0.5]}, {"enum": ["auto"]}]},
    ),
    ("const", {"const": "fixed"}, {"enum": ["fixed"]}),
    (
        "enum of items, on the array",
        {"type": "array", "enum": ["a", "b"], "maxItems": 2},
        {"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2},
    ),
    ("media", {"type": "string", "format": "image_uri"}, {"media": "image"}),
    ("media without a type", {"format": "video_uri"}, {"media": "video"}),
    (
        "media list, by its own format",
        {"type": "array", "format": "audio_uris", "maxItems": 3},
        {"type": "array", "items": {"media": "audio"}, "maxItems": 3},
    ),
    (
        "media list, by the format of its items",
        {"type": "array", "items": {"type": "string", "format": "image_uri"}},
        {"type": "array", "items": {"media": "image"}},
    ),
    (
        "media list, by both",
        {"type": "array", "format": "image_uris", "items": {"type": "string"}},
        {"type": "array", "items": {"media": "image"}},
    ),
    ("media by its default", {"type": "string", "default": "https://a.b/c.mp4"}, {"media": "video"}),
    ("another URL", {"type": "string", "default": "https://a.b/c"}, {"type": "string"}),
    ("an unknown format", {"type": "string", "format": "uri"}, {"type": "string"}),
    ("array without items", {"type": "array"}, {"type": "array", "items": {}}),
    (
        "bounds of items",
        {"type": "array", "items": {"type": "integer", "minimum": 1}},
        {"type": "array", "items": {"type": "integer", "minimum": 1}},
    ),
    (
        "nullable items",
        {"type": "array", "items": {"type": ["string", "null"]}},
        {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
    ),
    ("object without properties", {"type": "object"}, {"type": "object", "values": {}}),
    (
        "object of values",
        {"type": "object", "additionalProperties": {"type": "float"}},
        {"type": "object", "values": {"type": "number"}},
    ),
    ("several types", {"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    (
        "anyOf",
        {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 1}]},
        {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 1}]},
    ),
    ("oneOf of one", {"oneOf": [{"type": "float"}]}, {"type": "number"}),
    ("only null", {"anyOf": [{"type": "null"}]}, {"type": "null"}),
    ("null", {"type": "null"}, {"type": "null"}),
    ("a choice of null", {"enum": [None]}, {"type": "null"}),
    ("null in a list", {"type": "array", "items": {"const": None}}, {"type": "array", "items": {"type": "null"}}),
    ("a bound without a type", {"minimum": 3}, {"type": "number", "minimum": 3}),
    ("a length without a type", {"maxLength": 3}, {"type": "string", "maxLength": 3}),
    ("a count without a type", {"minItems": 3}, {"type": "array", "items": {}, "minItems": 3}),
    (
        "a fraction as the bound of whole numbers",
        {"type": "integer", "minimum": 0.5, "exclusiveMaximum": 2.5, "multipleOf": 0.75},
        {"type": "integer", "minimum": 1, "exclusiveMaximum": 3, "multipleOf": 3},
    ),
    (
        "what stands beside a union",
        {"type": "string", "minLength": 2, "anyOf": [{"maxLength": 4}, {"minLength": 6}]},
        {"anyOf": [
            {"type": "string", "minLength": 2, "maxLength": 4},
            {"type": "string", "minLength": 6},
        ]},
    ),
    (
        "what the server checks beside a union",
        {"uniqueItems": True, "anyOf": [{"minimum": 3}]},
        {"type": "number", "minimum": 3},
    ),
    (
        "types beside a union",
        {"type": ["integer", "string"], "oneOf": [{"type": "number"}, {"type": ["string", "null"]}]},
        {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    ),
    (
        "values that may be null",
        {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
        {"type": "object", "values": {"anyOf": [{"type": "number"}, {"type": "null"}]}},
    ),
    ("no type", {}, {}),
    ("a length that is no limit", {"type": "string", "maxLength": 10**30, "minLength": -1}, {"type": "string"}),
    ("a step of nothing", {"type": "float", "multipleOf": 0}, {"type": "number"}),
    ("a bound beyond all numbers", {"type": "integer", "maximum": 10**400}, {"type": "integer"}),
    ("a bound that is no number", {"type": "integer", "maximum": "9"}, {"type": "integer"}),
    ("an enum that is no list", {"type": "string", "enum": "a"}, {"type": "string"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "type_"), [row[1:] for row in TYPES], ids=[row[0] for row in TYPES]
)
def test_types(schema: dict[str, Any], type_: dict[str, Any]) -> None:
    assert read(schema).type == type_


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("video_url", {"media": "video"}),
        ("first_frame_url", {"media": "image"}),
        ("image_url_3", {"media": "image"}),
        ("mask_uri", {"media": "image"}),
        ("audio_switch", {"type": "string"}),
        ("image", {"type": "string"}),
        ("callback_url", {"type": "string"}),
    ],
)
def test_media_by_name(name: str, type_: dict[str, Any]) -> None:
    """`sync/react-1` has a plain string `video_url`."""
    assert read({"type": "string"}, name=name).type == type_


@pytest.mark.parametrize(
    ("schema", "nullable"),
    [
        ({"type": "integer", "default": None}, False),
        ({"type": ["integer", "null"]}, True),
        ({"type": "integer", "nullable": True}, True),
        ({"enum": ["a", None]}, True),
        ({"enum": [None]}, True),
        ({"type": ["string", "null"], "enum": ["a"]}, False),
        ({"type": ["string", "null"], "anyOf": [{"maxLength": 3}]}, True),
        ({"type": ["string", "null"], "anyOf": [{"type": "string"}]}, False),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, True),
        ({"type": "string"}, False),
    ],
)
def test_null_is_a_value_only_where_the_type_says_so(
    schema: dict[str, Any], nullable: bool
) -> None:
    assert read(schema).nullable is nullable


@pytest.mark.parametrize("sample", ["default", "example"])
def test_an_array_that_is_shown_as_one_string_takes_both(sample: str) -> None:
    """The seed page of gpt-4o-image/edit."""
    array: dict[str, Any] = {"type": "array", "items": {"type": "string", "format": "image_uri"}}
    url = "https://example.com/a.webp"
    field = read(array | {"default": url}) if sample == "default" else read(array, example=url)
    assert field.type == {
        "anyOf": [{"media": "image"}, {"type": "array", "items": {"media": "image"}}]
    }


@pytest.mark.parametrize(
    ("items", "single"),
    [
        ({}, {"type": "string"}),
        ({"type": "string", "enum": ["a"]}, {"enum": ["a"]}),
        ({"type": "integer"}, None),
        ({"type": "object"}, None),
    ],
)
def test_only_of_texts_one_string_is_one_of_many(items: Any, single: Any) -> None:
    type_ = read({"type": "array", "items": items, "default": "a"}).type
    assert (type_["anyOf"][0] if "anyOf" in type_ else None) == single


def test_an_object_that_may_hold_nothing_is_a_class_of_nothing() -> None:
    classes = nested({"type": "object", "additionalProperties": False})
    assert classes["DemoX"].fields == ()


def test_required_comes_first_and_only_what_there_is() -> None:
    schema = {
        "type": "object",
        "required": ["c", "missing", "a", "c"],
        "properties": {name: {"type": "string"} for name in "abc"},
    }
    reader = normaliser(schema)
    cls = reader.read(schema, "DemoRequest")
    assert [(field.wire, field.required) for field in cls.fields] == [
        ("c", True),
        ("a", True),
        ("b", False),
    ]
    assert not reader.problems  # `lint` reports it


def test_texts() -> None:
    field = read({"type": "string", "title": "modelApiDoc_x", "description": " a\t b  c "})
    assert (field.title, field.description) == ("", "a b c")
    field = read({"type": "string", "title": 3, "description": "one\ntwo"})
    assert (field.title, field.description) == ("", "one\ntwo")


def test_rules_keep_what_is_well_formed() -> None:
    entries: list[Any] = [
        {"validation_rule": "file_size_mb<", "validation_value": 25, "validation_error": "too big"},
        {"validation_rule": "anything_new", "validation_value": 0.5},
        {"validation_rule": "x", "validation_value": "1"},
        {"validation_rule": "x", "validation_value": True},
        {"validation_rule": "x", "validation_value": 10**400},
        "no rule",
    ]
    field = read({"type": "string", "format": "image_uri", "validations": entries})
    assert [(rule.rule, rule.value, rule.message) for rule in field.rules] == [
        ("file_size_mb<", 25, "too big"),
        ("anything_new", 0.5, ""),
    ]


def test_nested_objects_become_classes() -> None:
    lora = {"type": "object", "required": ["path"], "properties": {"path": {"type": "string"}}}
    field = read({"type": "array", "items": lora}, name="loras")
    assert field.type == {"type": "array", "items": {"class": "DemoLorasItem"}}
    classes = nested({"type": "object", "properties": {"inner": lora}})
    assert list(classes) == ["DemoXInner", "DemoX"]
    assert classes["DemoX"].fields[0].type == {"class": "DemoXInner"}
    assert classes["DemoXInner"].fields[0].required


def test_nested_classes_have_names_of_their_own() -> None:
    """`request` would be the request class itself; `a.b` and `a_b` would be one class."""
    inner = {"type": "object", "properties": {"b": {"type": "object", "properties": {"c": {}}}}}
    assert list(nested(inner, "request", "a", "a_b")) == [
        "DemoRequest2B",
        "DemoRequest2",
        "DemoAB",
        "DemoA",
        "DemoAB2B",
        "DemoAB2",
    ]


@pytest.mark.parametrize(
    ("schema", "pointer", "word"),
    [
        ({"$ref": "#/$defs/x"}, "/properties/x/$ref", "$ref"),
        ({"allOf": []}, "/properties/x/allOf", "allOf"),
        ({"type": "array", "items": {"$ref": "x.json"}}, "/properties/x/items/$ref", "$ref"),
        ({"type": "decimal"}, "/properties/x/type", "'decimal'"),
        ({"type": {"a": 1}}, "/properties/x/type", "unknown type"),
        ({"type": "string", "enum": []}, "/properties/x/enum", "at least one"),
        (
            {"type": "string", "anyOf": [{"type": "integer"}]},
            "/properties/x/anyOf/0/type",
            "the type beside anyOf",
        ),
        (
            {"minLength": 1, "anyOf": [{"maximum": 1}]},
            "/properties/x/anyOf/0/type",
            "the type beside anyOf",
        ),
        ({"enum": [["a"]]}, "/properties/x/enum", "nothing else"),
        ({"anyOf": []}, "/properties/x/anyOf", "list of schemas"),
        ({"anyOf": ["string"]}, "/properties/x/anyOf/0", "schema object"),
        ({"type": "array", "items": []}, "/properties/x/items", "one schema"),
        ("string", "/properties/x", "object"),
    ],
)
def test_what_must_not_be_guessed_is_refused(schema: Any, pointer: str, word: str) -> None:
    found, message = refused(schema)
    assert found == pointer
    assert word in message


@pytest.mark.parametrize("step", ["items", "properties"])
def test_absurd_depth_is_refused(step: str) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(45):
        schema = {"items": schema} if step == "items" else {"properties": {"y": schema}}
    whole = {"type": "object", "properties": {"x": schema}}
    reader = normaliser(whole)
    reader.read(whole, "DemoRequest")
    assert ["nested deeper" in problem.message for problem in reader.problems] == [True]


@pytest.mark.parametrize("required", [5, None, "x", [[]], {"x": 1}])
def test_a_nested_required_of_any_shape_is_survived(required: Any) -> None:
    classes = nested({"type": "object", "properties": {"y": {}}, "required": required})
    assert not classes["DemoX"].fields[0].required


def test_a_whole_schema_that_is_composed_is_refused() -> None:
    whole = {"type": "object", "properties": {}, "allOf": [{"required": ["x"]}]}
    reader = normaliser(whole)
    reader.read(whole, "DemoRequest")
    assert [problem.pointer for problem in reader.problems] == ["/allOf"]


def test_every_problem_of_a_schema_is_reported_at_once() -> None:
    whole = {"type": "object", "properties": {"a": {"type": "a"}, "b": {"$ref": ""}, "c": {}}}
    reader = normaliser(whole)
    reader.read(whole, "DemoRequest")
    assert [problem.pointer for problem in reader.problems] == [
        "/properties/a/type",
        "/properties/b/$ref",
    ]
