"""datamodel-code-generator sees nothing but structure, and its annotations are used as they are."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from runcomfy_codegen.emit.annotations import source
from runcomfy_codegen.emit.datamodel import ModelError, ask, ask_by_group
from runcomfy_codegen.emit.shapes import annotations_of, shapes_of
from runcomfy_codegen.ir.model import Field, ObjectType

ROWS: list[tuple[dict[str, Any], str]] = [
    ({"type": "string"}, "str"),
    ({"type": "string", "minLength": 1, "maxLength": 9}, "Annotated[str, Field(max_length=9, min_length=1)]"),
    ({"type": "integer", "minimum": -1}, "Annotated[int, Field(ge=-1)]"),
    ({"type": "number", "maximum": 0.5}, "Annotated[float, Field(le=0.5)]"),
    ({"type": "number", "exclusiveMinimum": 0}, "Annotated[float, Field(gt=0.0)]"),
    ({"type": "integer", "multipleOf": 8}, "Annotated[int, Field(multiple_of=8)]"),
    ({"type": "boolean"}, "bool"),
    ({"enum": ["a", "b"]}, 'Literal["a", "b"]'),
    ({"enum": [1, True]}, "Literal[1, True]"),
    ({"enum": ['"', "\\", "\n", "{{ x }}"]}, 'Literal[\'"\', "\\\\", "\\n", "{{ x }}"]'),
    ({"one_of": [0.5, -1]}, "Annotated[float, OneOf(0.5, -1)]"),
    ({"media": "image"}, "ImageInput"),
    ({"type": "array", "items": {"media": "video"}}, "list[VideoInput]"),
    ({"type": "array", "items": {}}, "list[Any]"),
    (
        {"type": "array", "items": {"type": "string", "maxLength": 5}, "minItems": 1},
        "Annotated[list[Annotated[str, Field(max_length=5)]], Field(min_length=1)]",
    ),
    ({"type": "array", "items": {"enum": ["a"]}}, 'list[Literal["a"]]'),
    (
        {"type": "array", "items": {"type": "array", "items": {"type": "integer", "minimum": 0}}},
        "list[list[Annotated[int, Field(ge=0)]]]",
    ),
    ({"type": "object", "values": {}}, "dict[str, Any]"),
    (
        {"type": "object", "values": {"type": "number", "maximum": 1}},
        "dict[str, Annotated[float, Field(le=1.0)]]",
    ),
    ({"class": "Inner"}, "Inner"),
    ({"type": "array", "items": {"class": "Inner"}}, "list[Inner]"),
    (
        {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 1}]},
        "str | Annotated[int, Field(ge=1)]",
    ),
    ({"anyOf": [{"media": "image"}, {"type": "array", "items": {"media": "image"}}]}, "ImageInput | list[ImageInput]"),
    ({}, "Any"),
]  # fmt: skip


def _field(index: int, type_: dict[str, Any], **more: Any) -> Field:
    return Field(f"wire-{index}", f"x{index}", type_, **{"required": True, **more})


def annotated(*classes: ObjectType) -> dict[str, dict[str, str]]:
    answers = ask(shapes_of(classes))
    return {
        cls.class_name: {name: source(each) for name, each in annotations_of(cls, answers).items()}
        for cls in classes
    }


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, str]]:
    """Return all rows in three classes, in one run of the tool."""
    rows = [row[0] for row in ROWS]
    return annotated(
        ObjectType("Needed", tuple(_field(*row) for row in enumerate(rows))),
        ObjectType("Free", tuple(_field(*row, required=False) for row in enumerate(rows))),
        ObjectType("Null", tuple(_field(*row, nullable=True) for row in enumerate(rows))),
    )


@pytest.mark.parametrize("index", range(len(ROWS)))
def test_every_construct(made: dict[str, dict[str, str]], index: int) -> None:
    expected = ROWS[index][1]
    found = {name: fields[f"x{index}"] for name, fields in made.items()}
    assert found["Needed"] == expected
    inner = expected.removesuffix("]").removeprefix("Annotated[")
    if expected == "Any":
        assert found["Free"] in ("Any", "Any | None")
    elif expected.startswith("Annotated[") and "OneOf" not in expected:
        what, _, field = inner.rpartition(", Field(")
        assert found["Free"] == found["Null"] == f"Annotated[{what} | None, Field({field}]"
    else:
        assert found["Free"] == found["Null"] == f"{expected} | None"


def test_nothing_to_ask() -> None:
    assert ask([]) == {}


def test_names_that_would_trigger_the_tool_do_not_reach_it() -> None:
    names = ["class", "model_config", "RootModel", "Field", "ConfigDict", "placeholder", "PART_0"]
    fields = tuple(Field(name, name, {"enum": [name]}, required=True) for name in names)
    cls = ObjectType("BaseModel", fields)
    assert annotated(cls)["BaseModel"] == {name: f'Literal["{name}"]' for name in names}
    assert len(shapes_of([cls])) == 1


def test_a_type_that_the_tool_does_not_know_is_an_error() -> None:
    with pytest.raises(ModelError):
        annotated(ObjectType("A", (_field(0, {"type": "array", "items": {"type": 5}}),)))


def test_a_type_that_the_tool_refuses_costs_its_own_group_only() -> None:
    """Ask for all in one run first, then group by group."""
    good, also = '[{"type": "string"}, true]', '[{"type": "integer"}, true]'
    bad = '[{"type": "array", "items": {"type": 5}}, true]'
    groups = {"acme/bad": {bad, good}, "acme/good": {good}}
    answers, refused = ask_by_group({good, also, bad}, groups)
    assert list(refused) == ["acme/bad"]
    assert answers == {good: "str", also: "int"}


VALUES = [0, 1, 2, 100_000, 10**20, -1, -100_000, 0.0, 0.5, 1e-7, 1e20, -0.5, 90_001, 90_001.5]
BOUNDED = [
    ("integer", "minimum"),
    ("integer", "exclusiveMaximum"),
    ("number", "maximum"),
    ("number", "exclusiveMinimum"),
]


@pytest.mark.parametrize(("word", "bound"), BOUNDED)
def test_the_value_of_a_bound_changes_nothing_else(word: str, bound: str) -> None:
    """Values are put into the answers: the tool itself, given the values, must say the same."""
    values = [each for each in VALUES if word == "number" or isinstance(each, int)]
    types: list[dict[str, Any]] = [{"type": word, bound: value} for value in values]
    asked = {json.dumps([each, True]): each for each in types}
    cls = ObjectType("A", tuple(_field(*row) for row in enumerate(types)))
    assert len(shapes_of([cls])) < len(types)
    assert list(annotated(cls)["A"].values()) == [
        source(ast.parse(answer, mode="eval").body)
        for answer in map(ask(asked).get, asked)
        if answer
    ]


@pytest.mark.parametrize(
    "bounds",
    [{"minLength": 0}, {"maxLength": 7}, {"minLength": 1, "maxLength": 1}, {"minLength": 90_001}],
)
@pytest.mark.parametrize("word", ["string", "array"])
def test_the_value_of_a_length_changes_nothing_else(word: str, bounds: dict[str, int]) -> None:
    if word == "array":
        bounds = {name.replace("Length", "Items"): value for name, value in bounds.items()}
    type_ = {"type": word, **({"items": {}} if word == "array" else {}), **bounds}
    question = json.dumps([type_, True])
    answer = ast.parse(ask([question])[question], mode="eval").body
    assert annotated(ObjectType("A", (_field(0, type_),)))["A"]["x0"] == source(answer)


MANY = {"type": "array", "items": {"media": "image"}, "minItems": 1, "maxItems": 16}


def test_types_of_one_structure_share_a_shape() -> None:
    """Names, choices and the values of bounds are not a part of it."""
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"type": "string", "maxLength": 20}, {"type": "string", "maxLength": 9}),
        ({"type": "number", "minimum": 0.5}, {"type": "number", "minimum": 2.5}),
        ({"enum": ["a", "b"]}, {"media": "image"}),
        ({"class": "Inner"}, {"enum": [1]}),
        (MANY, {**MANY, "maxItems": 3}),
    ]
    for pair in pairs:
        assert (
            len(shapes_of([ObjectType("A", tuple(_field(*row) for row in enumerate(pair)))])) == 1
        )
