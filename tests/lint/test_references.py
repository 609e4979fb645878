"""Findings about what is written in a definition."""

from __future__ import annotations

from typing import Any

from runcomfy_codegen.lint import run
from runcomfy_codegen.schemas.overlays import apply_overlay

from .._support.generator import document, source


def found(schema: Any) -> list[tuple[str, str, int]]:
    """Return the rule, the place and the line of each finding about the input."""
    made = source()._replace(input=document({"type": "object", **schema}))
    corrected, problems = apply_overlay(made)
    findings = [*problems, *run([corrected])]
    return [(each.rule, each.pointer, each.line) for each in findings if each.file == "input.json"]


def test_a_definition_is_judged_once_where_it_is_written() -> None:
    size = {"$ref": "#/$defs/Size"}
    properties = {"a": size, "b": {"type": "array", "items": size}, "c": {"allOf": [size]}}
    definitions = {"Size": {"type": "string", "enum": ["1k", "1K"]}, "Unused": {"type": "float"}}
    schema = {"properties": properties, "$defs": definitions}
    assert found(schema) == [("enum-duplicate", "/$defs/Size/enum/1", 26)]


def test_what_is_read_is_not_complained_about() -> None:
    properties = {
        "image": {"type": "string", "format": "image_uri", "examples": ["https://a.example/b"]},
        "token": {"type": "string", "format": "password", "writeOnly": True},
        "old": {"type": "string", "deprecated": True},
        "kind": {"oneOf": [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}]},
    }
    demands = {
        "anyOf": [{"required": ["image"]}, {"required": ["old"]}],
        "dependentRequired": {"old": ["kind"]},
        "not": {"required": ["old", "image"]},
    }
    assert not found({"properties": properties, **demands})


def test_a_reference_without_a_target_is_found_with_all_others() -> None:
    properties = {"a": {"$ref": "#/$defs/A"}, "b": {"$ref": "b.json"}, "c": {"type": "int"}}
    assert [(rule, at) for rule, at, _ in found({"properties": properties})] == [
        ("unreadable", "/properties/a/$ref"),
        ("unreadable", "/properties/b/$ref"),
        ("type-word", "/properties/c/type"),
    ]


def test_names_that_no_property_has_are_found_wherever_they_are_asked_for() -> None:
    properties = {"a": {"type": "string"}}
    for keyword in ("dependentRequired", "dependencies"):
        assert found({"properties": properties, keyword: {"a": ["b"]}}) == [
            ("required-unknown", f"/{keyword}/a/0", 10)
        ]
    refused = {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    assert [rule for rule, _, _ in found({"properties": properties, **refused})] == ["unreadable"]


def test_a_const_is_judged_as_an_enum_of_one() -> None:
    properties = {
        "a": {"type": "integer", "const": "x"},
        "b": {"type": "integer", "const": 5, "maximum": 3},
    }
    assert [(rule, at) for rule, at, _ in found({"properties": properties})] == [
        ("enum-type", "/properties/a/const"),
        ("enum-bounds", "/properties/b/const"),
    ]
