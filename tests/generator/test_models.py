"""What datamodel-code-generator makes of the representation, and that nothing else reaches it."""

from __future__ import annotations

from typing import Any

import pytest
from runcomfy_codegen.annotations import source
from runcomfy_codegen.ir import Field, ObjectType
from runcomfy_codegen.models import Annotations, ModelError, annotate

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
INNER = ObjectType("Inner", (Field("y", "y", {"type": "string"}, required=True),))


def _field(index: int, type_: dict[str, Any], **more: Any) -> Field:
    return Field(f"wire-{index}", f"x{index}", type_, **{"required": True, **more})


@pytest.fixture(scope="module")
def made() -> dict[str, Annotations]:
    """All rows in three classes, in one run of the tool."""
    rows = [row[0] for row in ROWS]
    return annotate(
        {
            "one": [
                INNER,
                ObjectType("Needed", tuple(_field(*row) for row in enumerate(rows))),
                ObjectType("Free", tuple(_field(*row, required=False) for row in enumerate(rows))),
                ObjectType("Null", tuple(_field(*row, nullable=True) for row in enumerate(rows))),
            ],
            "another": [ObjectType("Needed", (_field(0, {"class": "Inner"}),)), INNER],
        }
    )


@pytest.mark.parametrize("index", range(len(ROWS)))
def test_every_construct(made: dict[str, Annotations], index: int) -> None:
    expected = ROWS[index][1]
    found = {
        name: source(fields[f"x{index}"]) for name, fields in made["one"].items() if name != "Inner"
    }
    assert found["Needed"] == expected
    inner = expected.removesuffix("]").removeprefix("Annotated[")
    if expected == "Any":
        assert found["Free"] in ("Any", "Any | None")
    elif expected.startswith("Annotated[") and "OneOf" not in expected:
        what, _, field = inner.rpartition(", Field(")
        assert found["Free"] == found["Null"] == f"Annotated[{what} | None, Field({field}]"
    else:
        assert found["Free"] == found["Null"] == f"{expected} | None"


def test_groups_may_use_the_same_class_names(made: dict[str, Annotations]) -> None:
    """`FooBarRequest` is a nested class of one endpoint and the request of another."""
    assert source(made["another"]["Needed"]["x0"]) == "Inner"
    assert source(made["one"]["Needed"]["x0"]) == "str"


def test_nothing_to_annotate() -> None:
    assert annotate({}) == {}
    assert annotate({"empty": []}) == {"empty": {}}


def test_names_that_would_trigger_the_tool_do_not_reach_it() -> None:
    names = ["class", "model_config", "RootModel", "Field", "ConfigDict", "CHOICE_0", "INSIDE_0"]
    fields = tuple(Field(name, name, {"enum": [name]}, required=True) for name in names)
    found = annotate({"g": [ObjectType("BaseModel", fields)]})["g"]["BaseModel"]
    assert {name: source(each) for name, each in found.items()} == {
        name: f'Literal["{name}"]' for name in names
    }


def test_a_type_that_the_tool_does_not_know_is_an_error() -> None:
    with pytest.raises(ModelError):
        annotate({"g": [ObjectType("A", (_field(0, {"type": "array", "items": {"type": 5}}),))]})
