"""Unions before and after a change: which take the same values, and which take less."""

from __future__ import annotations

from typing import Any

import pytest

from .._support.diff import MODEL, between, inputs, only_x, rules_of
from .._support.generator import document, source

TEXT = {"type": "string"}
INT = {"type": "integer"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"a": TEXT, "b": INT}, {"b": INT, "a": TEXT}),
        ({"a": {"type": "string", "title": "A"}}, {"a": {"title": "A", "type": "string"}}),
    ],
)
def test_the_order_of_keys_means_nothing(old: Any, new: Any) -> None:
    assert rules_of(inputs(old, new)) == []


NUMBER = {"type": "number"}
INTEGER = {"type": "integer"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"anyOf": [INTEGER, NUMBER]}, NUMBER),
        ({"anyOf": [NUMBER, INTEGER]}, {"oneOf": [INTEGER, NUMBER]}),
        (
            {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}]},
            {"type": "string", "enum": ["a", "b"]},
        ),
        ({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]}, {"type": "string"}),
        (
            {"anyOf": [{**INTEGER, "minimum": 0, "maximum": 5}, {**INTEGER, "minimum": 6, "maximum": 9}]},
            {**INTEGER, "minimum": 0, "maximum": 9},
        ),
        (
            {"anyOf": [{**NUMBER, "minimum": 0, "maximum": 5}, {**NUMBER, "minimum": 3, "maximum": 9}]},
            {**NUMBER, "minimum": 0, "maximum": 9},
        ),
        (
            {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 9}]},
            {"type": "string", "maxLength": 9},
        ),
        (
            {"type": "array", "items": {"anyOf": [INTEGER, NUMBER]}},
            {"type": "array", "items": NUMBER},
        ),
        (
            {"anyOf": [{"type": "array", "items": INTEGER}, {"type": "array", "items": NUMBER}]},
            {"type": "array", "items": NUMBER},
        ),
        ({"anyOf": [INTEGER, {"type": "null"}, NUMBER]}, {"anyOf": [NUMBER, {"type": "null"}]}),
    ],
)  # fmt: skip
def test_unions_that_take_the_same_are_equal(old: Any, new: Any) -> None:
    for sides in ((old, new), (new, old)):
        difference = inputs(*map(only_x, sides))
        assert {change.severity for change in difference.changes} <= {
            "docs-only"
        }, difference.changes


@pytest.mark.parametrize(
    ("old", "new", "sent"),
    [
        ({"anyOf": [INTEGER, NUMBER]}, INTEGER, 0.5),
        ({"anyOf": [INTEGER, {"type": "string"}]}, {"type": "string"}, 1),
        (
            {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}]},
            {"type": "string", "enum": ["b", "c"]},
            "a",
        ),
        (
            {"anyOf": [{**NUMBER, "maximum": 1}, {**NUMBER, "minimum": 5}]},
            {**NUMBER, "minimum": 5},
            None,
        ),
    ],
)
def test_unions_that_take_less_break(old: Any, new: Any, sent: Any) -> None:
    difference = inputs(only_x(old), only_x(new))
    (change,) = [each for each in difference.changes if each.severity == "breaking"]
    assert change.counterexample
    assert change.counterexample.body is not None
    assert sent is None or change.counterexample.body == {"x": sent}


def test_a_nested_class_that_is_gone_counts() -> None:
    """Even where every request is as valid as before."""
    item = {"type": "object", "properties": {"a": {"type": "string"}}}
    free = {"type": "object"}
    difference = inputs({"item": item}, {"item": free})
    (change,) = [each for each in difference.changes if each.severity == "breaking"]
    assert change.rule_id == "python-class-removed"
    assert change.counterexample
    assert change.counterexample.words.startswith("from <package>.models.acme.demo.edit import ")
    assert difference.version[0] == "major"


def test_a_choice_that_a_tag_no_longer_takes_has_a_witness() -> None:
    def tagged(second: str) -> Any:
        tag = {"type": "string", "enum": ["a", "b"]}
        branches = [
            {"properties": {"kind": {"const": "a"}}, "required": ["x"]},
            {"properties": {"kind": {"const": "b"}}, "required": [second]},
        ]
        properties = {"kind": tag, "x": TEXT, "y": TEXT}
        whole = {"type": "object", "properties": properties, "required": ["kind"]}
        return source(MODEL)._replace(input=document({**whole, "oneOf": branches}))

    changes = between([tagged("x")], [tagged("y")]).changes
    (change,) = [each for each in changes if each.severity == "breaking"]
    assert change.rule_id == "input-combination-tightened"
    assert 'kind="b"' in change.message
    assert change.counterexample
    assert change.counterexample.body == {"kind": "b", "x": "a dog"}
