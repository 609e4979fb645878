"""Schemas made to hurt: the comparison ends, soon, and without a traceback."""

from __future__ import annotations

from typing import Any

import pytest

from .._support.diff import inputs, only, rules_of

TEXT = {"type": "string"}


def deep(levels: int, inner: Any, **more: Any) -> Any:
    for _ in range(levels):
        inner = {"type": "array", "items": inner, **more}
    return inner


@pytest.mark.parametrize("kind", ["array", "object"])
def test_deep_nesting(kind: str) -> None:
    def nested(inner: Any) -> Any:
        if kind == "array":
            return deep(38, inner)
        for _ in range(38):
            inner = {"type": "object", "properties": {"a": inner}, "required": ["a"]}
        return inner

    change = only(inputs({"x": nested(TEXT)}, {"x": nested({**TEXT, "maxLength": 3})}))
    assert change.rule_id == "input-length-tightened"
    assert change.counterexample or change.no_counterexample


def test_a_body_that_would_be_endless_is_not_tried() -> None:
    old, new = (deep(4, inner, minItems=900) for inner in (TEXT, {**TEXT, "maxLength": 3}))
    change = only(inputs({"x": old}, {"x": new}))
    assert not change.counterexample
    assert "too large" in change.no_counterexample


def test_a_required_list_that_would_be_endless_is_not_tried() -> None:
    huge = deep(4, TEXT, minItems=900)
    change = only(inputs({"x": huge, "y": TEXT}, {"x": huge}, ["x"], ["x"]))
    assert change.rule_id == "input-property-removed"
    assert not change.counterexample


def test_numbers_beyond_a_float() -> None:
    huge = 10**400
    old = {"type": "integer", "enum": [1, huge]}
    assert rules_of(inputs({"x": old}, {"x": {"type": "integer", "minimum": 1}})) == [
        "input-choice-added"
    ]
    assert rules_of(inputs({"x": old}, {"x": {"type": "integer", "enum": [1]}})) == [
        "input-choice-removed"
    ]


def test_a_schema_that_is_none_has_no_witness() -> None:
    old = {"x": {"type": "integer", "minContains": "ten"}, "y": TEXT}
    change = only(inputs(old, {"x": old["x"]}))
    assert change.rule_id == "input-property-removed"
    assert "is not a JSON Schema" in change.no_counterexample


@pytest.mark.parametrize(
    "name", ["pattern", "properties", "items", "*", "", "a.0", "a/b~c", "nullable"]
)
def test_odd_names_of_properties(name: str) -> None:
    difference = inputs({name: TEXT}, {name: {**TEXT, "maxLength": 3}})
    change = only(difference)
    assert change.rule_id == "input-length-tightened"
    assert change.place == name
    assert change.counterexample, change.no_counterexample
    assert change.counterexample.body == {name: "xxxx"}
