"""Annotations as text, in classes and in signatures."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from runcomfy_codegen.emit.annotations import Annotator, for_requests, source
from runcomfy_codegen.ir.model import Field


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def in_class(annotator: Annotator, name: str, text: str, wire: str = "") -> tuple[str, str]:
    return annotator.in_class(Field(wire or name, name, {}, required=True), expression(text))


@pytest.mark.parametrize(
    ("text", "in_class_", "in_signature"),
    [
        ("str", "str", "str"),
        ("Annotated[str, Field(max_length=5)]", "Annotated[str, Field(max_length=5)]", "str"),
        (
            "Annotated[list[Annotated[int, Field(ge=1)]] | None, Field(min_length=1)]",
            "Annotated[list[Annotated[int, Field(ge=1)]] | None, Field(min_length=1)]",
            "list[int] | None",
        ),
        ("Annotated[float, OneOf(0.5, -1)]", "Annotated[float, OneOf(0.5, -1)]", "float"),
        ("dict[str, Any]", "dict[str, Any]", "dict[str, Any]"),
        ('Literal["a", "b"] | None', "Size | None", "Size | None"),
        ('list[Literal["a"]]', "list[Size]", "list[Size]"),
        ('Literal["a"] | list[Literal["b"]]', 'Literal["a"] | list[Literal["b"]]', 'Literal["a"] | list[Literal["b"]]'),
    ],
)  # fmt: skip
def test_both_places(text: str, in_class_: str, in_signature: str) -> None:
    assert in_class(Annotator(frozenset(), "X"), "size", text) == (in_class_, in_signature)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("str", 'Annotated[str, Field(alias="a b")]'),
        ("str | None", 'Annotated[str | None, Field(alias="a b")]'),
        ("Annotated[str, Field(ge=1)]", 'Annotated[str, Field(alias="a b", ge=1)]'),
        (
            "Annotated[float, OneOf(0.5)]",
            'Annotated[Annotated[float, OneOf(0.5)], Field(alias="a b")]',
        ),
    ],
)
def test_a_wire_name_becomes_an_alias(text: str, expected: str) -> None:
    annotator = Annotator(frozenset(), "X")
    assert in_class(annotator, "a_b", text, "a b")[0] == expected
    assert annotator.names >= {"Annotated", "Field", "str"} - (
        {"str"} if "float" in text else set()
    )


def test_choices_get_a_name_once() -> None:
    annotator = Annotator(frozenset({"Field"}), "Prefix")
    rows = [
        ("size", 'Literal["a"]'),
        ("si_ze", 'Literal["b"]'),
        ("field", "Literal[1]"),
        ("größe", "Literal[2]"),
    ]
    assert [in_class(annotator, *row)[0] for row in rows] == [
        "Size",
        "SiZe",
        "PrefixField",
        "Größe",
    ]
    assert annotator.aliases == {
        "Size": ('"a"',),
        "SiZe": ('"b"',),
        "PrefixField": ("1",),
        "Größe": ("2",),
    }


def test_an_alias_hides_nothing() -> None:
    annotator = Annotator(frozenset({"Request", "PrefixRequest"}), "Prefix")
    assert in_class(annotator, "request", 'Literal["a"]')[0] == "PrefixRequest2"
    assert in_class(annotator, "漢字", 'Literal["a"]')[0] == "Prefix漢字"


def test_the_same_alias_with_other_choices_is_spelled_out() -> None:
    annotator = Annotator(frozenset(), "X")
    in_class(annotator, "a_1", 'Literal["a"]')
    assert in_class(annotator, "a1", 'Literal["b"]')[0] == 'Literal["b"]'


def test_requests_take_any_sequence() -> None:
    assert source(for_requests(expression("list[list[str]] | None"))) == (
        "SequenceNotStr[SequenceNotStr[str]] | None"
    )


@pytest.mark.parametrize(
    "text", ["a.b", "lambda: 1", "f'{a}'", "[1]", "{}", "a if b else c", "a and b"]
)
def test_nothing_else_is_printed(text: str) -> None:
    with pytest.raises(TypeError):
        source(expression(text))


@pytest.mark.parametrize("value", ['"', "\n", "\\", "{{ x }}", True, None, -1, 0.5])
def test_constants_survive(value: Any) -> None:
    assert ast.literal_eval(source(expression(repr(value)))) == value
