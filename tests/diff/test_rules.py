"""One fixture per rule: an endpoint before and after, the rule that judges it, and its counterexample."""

from __future__ import annotations

from typing import Any

import pytest
from runcomfy_codegen.diff import RULES

from .._support.diff import MODEL, between, inputs, only, only_x, outputs, rules_of
from .._support.generator import source

TEXT = {"type": "string"}
INT = {"type": "integer"}
IMAGE = {"type": "string", "format": "image_uri"}
IMAGES = {"type": "array", "items": IMAGE}
LORAS = {"type": "array", "items": {"type": "object", "properties": {"path": TEXT, "scale": INT}}}


def rule(name: str, value: float, text: str = "") -> dict[str, Any]:
    return {"validation_rule": name, "validation_value": value, "validation_error": text}


def ruled(*rules: dict[str, Any]) -> dict[str, Any]:
    return {**IMAGE, "validations": list(rules)}


def loras(inner: dict[str, Any], *required: str) -> dict[str, Any]:
    item = {"type": "object", "properties": inner, "required": list(required)}
    return {"type": "array", "items": item}


# rule, old `x`, new `x` (None: absent), what the counterexample sends as `x`
Row = tuple[str, Any, Any, Any]
NARROWER: list[Row] = [
    ("input-property-removed", TEXT, None, "a dog"),
    ("input-type-changed", TEXT, INT, "a dog"),
    ("input-type-changed", {"type": "array", "items": TEXT}, TEXT, ["a dog"]),
    ("input-type-narrowed", {"type": ["string", "integer"]}, INT, "a dog"),
    ("input-type-narrowed", {"type": "float"}, INT, 0.5),
    ("input-type-narrowed", {}, {"type": "boolean"}, "x"),
    ("input-choice-removed", {**TEXT, "enum": ["1k", "4k"]}, {**TEXT, "enum": ["1k"]}, "4k"),
    ("input-choice-removed", {**INT, "enum": [5, 10]}, {**INT, "enum": [5]}, 10),
    ("input-choice-removed", {**INT, "minimum": 3, "maximum": 6}, {**INT, "enum": [3, 4, 5]}, 6),
    ("input-choice-removed", TEXT, {**TEXT, "enum": ["1k"]}, "a dog"),
    ("input-choice-removed", {"type": "boolean"}, {"type": "boolean", "enum": [True]}, False),
    ("input-bound-tightened", {**INT, "maximum": 20}, {**INT, "maximum": 10}, 11),
    ("input-bound-tightened", {**INT, "minimum": -1}, {**INT, "minimum": 0}, -1),
    ("input-bound-tightened", INT, {**INT, "minimum": 1}, 0),
    (
        "input-bound-tightened",
        {"type": "number", "maximum": 1},
        {"type": "number", "exclusiveMaximum": 1},
        1,
    ),
    ("input-bound-tightened", {**INT, "multipleOf": 8}, {**INT, "multipleOf": 16}, 8),
    ("input-length-tightened", TEXT, {**TEXT, "maxLength": 5}, "xxxxxx"),
    ("input-length-tightened", TEXT, {**TEXT, "minLength": 2}, "x"),
    ("input-count-tightened", IMAGES, {**IMAGES, "maxItems": 1}, "two images"),
    ("input-null-removed", {"type": ["string", "null"]}, TEXT, None),
    (
        "input-constraint-tightened",
        {"type": "array", "items": TEXT},
        {"type": "array", "items": TEXT, "uniqueItems": True},
        ["x", "x"],
    ),
    ("input-constraint-tightened", TEXT, {**TEXT, "not": {"const": "x"}}, "x"),
    (
        "input-type-narrowed",
        {**INT, "minimum": 0, "maximum": 10},
        {"anyOf": [{**INT, "minimum": 0, "maximum": 4}, {**INT, "minimum": 6, "maximum": 10}]},
        5,
    ),
    ("input-null-removed", {**TEXT, "nullable": True}, TEXT, None),
    # The same inside arrays, objects and dicts.
    ("input-property-removed", LORAS, loras({"path": TEXT}), [{"scale": 1}]),
    ("input-required", LORAS, loras({"path": TEXT, "scale": INT}, "path"), [{}]),
    (
        "input-property-required",
        loras({"path": TEXT}),
        loras({"path": TEXT, "id": INT}, "id"),
        [{}],
    ),
    (
        "input-bound-tightened",
        LORAS,
        loras({"path": TEXT, "scale": {**INT, "maximum": 1}}),
        [{"scale": 2}],
    ),
    (
        "input-choice-removed",
        {"type": "array", "items": {**TEXT, "enum": ["a", "b"]}},
        {"type": "array", "items": {**TEXT, "enum": ["a"]}},
        ["b"],
    ),
    (
        "input-type-changed",
        {"type": "object", "additionalProperties": TEXT},
        {"type": "object", "additionalProperties": INT},
        {"*": "a dog"},
    ),
    (
        "input-type-narrowed",
        {"type": "object"},
        {"type": "object", "properties": {"a": TEXT}},
        {"anything": 1},
    ),
]
WORDS: list[Row] = [
    ("input-media-changed", IMAGE, {**TEXT, "format": "video_uri"}, "a local image file"),
    ("input-media-changed", TEXT, IMAGE, "any text that is not a URL"),
    ("input-rule-tightened", IMAGE, ruled(rule("file_size_mb<", 25)), "an image of 50 MB"),
    (
        "input-rule-tightened",
        ruled(rule("file_size_mb<", 25)),
        ruled(rule("file_size_mb<", 16)),
        "an image of 20.5 MB",
    ),
    (
        "input-rule-tightened",
        ruled(rule("file_size_mb<=", 25)),
        ruled(rule("file_size_mb<", 25)),
        "an image of 25 MB",
    ),
    (
        "input-rule-tightened",
        ruled(rule("width_pixels<", 12345679)),
        ruled(rule("width_pixels<", 12345678)),
        "a medium that breaks width_pixels< 12345678",
    ),
    (
        "input-rule-tightened",
        ruled(rule("width_pixels>", 14)),
        ruled(rule("width_pixels>", 20)),
        "an image that is 17 pixels wide",
    ),
]
QUIET: list[tuple[str, Any, Any]] = [
    ("input-property-added", None, TEXT),
    ("input-type-widened", INT, {"type": "float"}),
    ("input-type-widened", INT, {"type": ["integer", "string"]}),
    ("input-choice-added", {**TEXT, "enum": ["1k"]}, {**TEXT, "enum": ["1k", "4k"]}),
    ("input-choice-added", {**TEXT, "enum": ["1k"]}, TEXT),
    ("input-bound-relaxed", {**INT, "maximum": 10}, {**INT, "maximum": 20}),
    ("input-bound-relaxed", {**INT, "multipleOf": 16}, {**INT, "multipleOf": 8}),
    ("input-length-relaxed", {**TEXT, "maxLength": 10}, TEXT),
    ("input-count-relaxed", {**IMAGES, "minItems": 2}, {**IMAGES, "minItems": 1}),
    ("input-rule-relaxed", ruled(rule("file_size_mb<", 16)), ruled(rule("file_size_mb<", 25))),
    ("input-rule-relaxed", ruled(rule("width/height<", 16)), IMAGE),
    ("input-null-added", TEXT, {"type": ["string", "null"]}),
    ("input-default-changed", {**TEXT, "default": "a"}, {**TEXT, "default": "b"}),
    ("input-default-changed", {**TEXT, "default": "a"}, TEXT),
    ("input-unread-changed", {**TEXT, "pattern": "a+"}, TEXT),
    ("input-unread-changed", TEXT, {**TEXT, "vendor": 1}),
    ("input-unread-changed", ruled(rule("duration<", 15)), ruled(rule("duration<", 10))),
    ("input-text-changed", {**TEXT, "title": "A"}, {**TEXT, "title": "B"}),
    ("input-text-changed", {**TEXT, "description": "A"}, {**TEXT, "description": "B"}),
    (
        "input-text-changed",
        ruled(rule("file_size_mb<", 16, "A")),
        ruled(rule("file_size_mb<", 16, "B")),
    ),
    ("input-spelling-changed", TEXT, {**TEXT, "x-order": 1}),
    ("input-spelling-changed", {"type": "float"}, {"type": "number"}),
    ("input-spelling-changed", IMAGES, {**IMAGES, "format": "image_uris"}),
    ("input-spelling-changed", TEXT, {**TEXT, "minLength": 0}),
    ("input-spelling-changed", {**INT, "minimum": 1}, {**INT, "exclusiveMinimum": 0}),
    ("input-spelling-changed", {**INT, "minimum": 3, "maximum": 5}, {**INT, "enum": [3, 4, 5]}),
    ("input-spelling-changed", {**TEXT, "minimum": 3}, TEXT),
    ("input-spelling-changed", {**INT, "default": None}, INT),
    (
        "input-spelling-changed",
        ruled(rule("file_size_mb<", 25)),
        ruled(rule("file_size_mb<", 25.0)),
    ),
]


@pytest.mark.parametrize(
    ("draft_4", "today"),
    [
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 9, "exclusiveMaximum": False}, {"maximum": 9}),
    ],
)
def test_an_excluded_bound_of_draft_4_is_that_of_today(draft_4: Any, today: Any) -> None:
    old, new = ({**INT, **bounds} for bounds in (draft_4, today))
    assert inputs(only_x(old), only_x(new)).changes == ()
    assert only(inputs(only_x(INT), only_x(old))).rule_id == "input-bound-tightened"


@pytest.mark.parametrize("row", NARROWER, ids=lambda row: row[0])
def test_an_input_that_narrows_breaks_and_has_a_checked_witness(row: Row) -> None:
    rule_id, old, new, sent = row
    change = only(inputs(only_x(old), only_x(new)))
    assert (change.rule_id, change.severity) == (rule_id, "breaking")
    assert change.place.startswith("x")
    assert change.line
    assert change.counterexample, change.no_counterexample
    body = change.counterexample.body
    if sent == "two images":
        sent = ["https://example.com/image.png"] * 2
    assert body == {"x": sent}
    assert change.counterexample.call.startswith("client.acme.demo.edit.submit(x=")


@pytest.mark.parametrize("row", WORDS, ids=lambda row: row[0])
def test_what_no_json_shows_is_witnessed_in_words(row: Row) -> None:
    rule_id, old, new, words = row
    change = only(inputs(only_x(old), only_x(new)))
    assert (change.rule_id, change.rule.severity) == (rule_id, "breaking")
    assert change.counterexample
    assert (change.counterexample.words, change.counterexample.body) == (words, None)


@pytest.mark.parametrize("row", QUIET, ids=lambda row: row[0])
def test_an_input_that_widens_or_means_the_same_breaks_nothing(row: tuple[str, Any, Any]) -> None:
    rule_id, old, new = row
    difference = inputs(only_x(old), only_x(new))
    change = only(difference)
    assert change.rule_id == rule_id
    assert change.rule.severity != "breaking"
    assert change.line
    assert not change.counterexample
    assert not difference.breaks


def test_a_constraint_that_no_request_shows_is_possibly_breaking() -> None:
    change = only(inputs(only_x(TEXT), only_x({**TEXT, "pattern": "^a"})))
    assert (change.rule_id, change.severity) == ("input-constraint-tightened", "possibly breaking")
    assert "a pattern, which only the service checks" in change.no_counterexample


def test_required() -> None:
    both = {"x": TEXT, "y": TEXT}
    change = only(inputs(both, both, ["y"], ["x", "y"]))
    assert change.rule_id == "input-required"
    assert change.counterexample
    assert change.counterexample.body == {"y": "a dog"}
    change = only(inputs({"y": TEXT}, both, ["y"], ["x", "y"]))
    assert change.rule_id == "input-property-required"
    assert change.counterexample
    assert change.counterexample.body == {"y": "a dog"}
    assert rules_of(inputs(both, both, ["x", "y"], ["y"])) == ["input-optional"]


def test_a_default_on_a_required_property_is_a_sample() -> None:
    old, new = ({"x": {**TEXT, "default": each}} for each in "ab")
    assert rules_of(inputs(old, new, ["x"], ["x"])) == ["input-sample-changed"]


def test_a_change_in_both_directions_is_two() -> None:
    old, new = {**TEXT, "enum": ["a", "long"]}, {**TEXT, "maxLength": 1}
    difference = inputs({"x": old}, {"x": new})
    assert rules_of(difference) == ["input-choice-removed", "input-choice-added"]
    counterexample = difference.changes[0].counterexample
    assert counterexample
    assert counterexample.body == {"x": "long"}


def output(properties: Any, *required: str) -> Any:
    return {"output": {"type": "object", "properties": properties, "required": list(required)}}


OUTPUTS: list[tuple[str, Any, Any]] = [
    ("output-property-removed", output({"x": TEXT, "y": TEXT}), output({"y": TEXT})),
    ("output-type-changed", output({"x": TEXT}), output({"x": INT})),
    ("output-type-changed", output({"x": INT}), output({"x": {"type": "number"}})),
    ("output-media-changed", output({"x": IMAGE}), output({"x": {**TEXT, "format": "video_uri"}})),
    ("output-promise-weaker", output({"x": TEXT}, "x"), output({"x": TEXT})),
    ("output-promise-weaker", output({"x": TEXT}), output({"x": {**TEXT, "nullable": True}})),
    ("output-property-added", output({"y": TEXT}), output({"x": TEXT, "y": TEXT})),
    ("output-property-added", output({"y": TEXT}), output({"x": TEXT, "y": TEXT}, "x")),
    (
        "output-choice-added",
        output({"x": {**TEXT, "enum": ["a"]}}),
        output({"x": {**TEXT, "enum": ["a", "b"]}}),
    ),
    (
        "output-choice-removed",
        output({"x": {**TEXT, "enum": ["a", "b"]}}),
        output({"x": {**TEXT, "enum": ["a"]}}),
    ),
    ("output-type-narrowed", output({"x": {"type": "number"}}), output({"x": INT})),
    ("output-promise-stronger", output({"x": TEXT}), output({"x": TEXT}, "x")),
    ("output-limits-changed", output({"x": TEXT}), output({"x": {**TEXT, "maxLength": 3}})),
    ("output-limits-changed", output({"x": {**INT, "minimum": 3}}), output({"x": INT})),
    ("output-text-changed", output({"x": TEXT}), output({"x": {**TEXT, "title": "X"}})),
    (
        "output-spelling-changed",
        output({"x": {"type": "float"}}),
        output({"x": {"type": "number"}}),
    ),
    ("output-spelling-changed", output({"x": TEXT}), output({"x": {**TEXT, "x-vendor": 1}})),
]


@pytest.mark.parametrize("row", OUTPUTS, ids=lambda row: row[0])
def test_an_output_breaks_when_it_loses(row: tuple[str, Any, Any]) -> None:
    rule_id, old, new = row
    change = only(outputs(old, new))
    assert change.rule_id == rule_id
    assert change.place == "x"
    assert change.pointer.startswith("/output/properties/x")
    shown = change.counterexample and change.counterexample.words
    assert shown == ("result.output.x" if change.severity == "breaking" else None)


FACTS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "price-changed",
        {"base_price_usd": 0.04, "price_unit": "output"},
        {"base_price_usd": 0.05, "price_unit": "second"},
        "price: $0.04 per output -> $0.05 per second",
    ),
    ("price-changed", {}, {"pricing_note": "2K doubles"}, "price: unknown -> 2K doubles"),
    ("price-changed", {}, {"base_price_usd": 0}, "price: unknown -> $0"),
    (
        "endpoint-facts-changed",
        {"display_name": "A"},
        {"display_name": "B"},
        'display_name: "A" -> "B"',
    ),
    ("endpoint-facts-changed", {}, {"categories": ["a"]}, 'categories: none -> ["a"]'),
    ("example-changed", {"example": {}}, {"example": {"prompt": "x"}}, "another example request"),
    ("endpoint-gone", {}, {"gone": True}, "vanished from the catalogue"),
    ("endpoint-returned", {"gone": True}, {}, "in the catalogue again"),
]


@pytest.mark.parametrize("row", FACTS, ids=lambda row: row[0])
def test_facts_of_the_catalogue(row: tuple[str, dict[str, Any], dict[str, Any], str]) -> None:
    rule_id, old, new, said = row
    change = only(between([source(MODEL, **old)], [source(MODEL, **new)]))
    assert (change.rule_id, change.message) == (rule_id, said)
    assert change.rule.severity != "breaking"


def test_endpoints_come_and_go() -> None:
    old, new = [source(MODEL), source("acme/b")], [source(MODEL), source("acme/a")]
    assert rules_of(between(old, new)) == ["endpoint-removed", "endpoint-added"]


def lock(path: str, prefix: str, **properties: str) -> Any:
    given = {f"{path}.{prefix}Request": properties} if properties else {}
    return {"endpoints": {MODEL: f"{path}:{prefix}"}, "properties": given}


def test_names_that_change() -> None:
    same = [source(MODEL)]
    path = between(same, same, lock("acme.demo.edit", "Edit"), lock("acme.demo_2.edit", "Edit"))
    assert rules_of(path) == ["python-path-changed"]
    prefix = between(same, same, lock("acme.demo.edit", "Edit"), lock("acme.demo.edit", "Demo"))
    assert rules_of(prefix) == ["python-class-renamed"]
    parameter = between(
        same,
        same,
        lock("acme.demo.edit", "Edit", prompt="text"),
        lock("acme.demo.edit", "Edit"),
    )
    assert rules_of(parameter) == ["python-parameter-renamed"]
    own_output = [source(MODEL, output=output({"x": TEXT}))]
    named = {"endpoints": {MODEL: "acme.demo.edit:Edit"}}
    attribute = between(
        own_output,
        own_output,
        {**named, "properties": {"acme.demo.edit.EditOutput": {"x": "y"}}},
        {**named, "properties": {}},
    )
    assert rules_of(attribute) == ["python-attribute-renamed"]


def test_every_rule_has_a_fixture() -> None:
    elsewhere = {
        *("input-required", "input-optional", "input-property-required", "input-sample-changed"),
        *(
            "endpoint-added",
            "endpoint-removed",
            "endpoint-renamed",
            "python-path-changed",
            "python-class-renamed",
        ),
        *("python-parameter-renamed", "python-attribute-renamed", "python-class-removed"),
        *("input-combination-tightened", "input-combination-relaxed"),
    }
    tables: list[list[Any]] = [NARROWER, WORDS, QUIET, OUTPUTS, FACTS]
    assert {row[0] for table in tables for row in table} | elsewhere == {each.id for each in RULES}


def test_every_comparison_is_judged_once() -> None:
    comparisons = [comparison for each in RULES for comparison in each.on]
    assert len(comparisons) == len(set(comparisons))
