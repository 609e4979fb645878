"""Every rule, on something that it must find and on something that it must not."""

from __future__ import annotations

from typing import Any

import pytest
from runcomfy_codegen import lint
from runcomfy_codegen.problems import Problem
from runcomfy_codegen.schemas_folder import read_schemas

from .support import PROMPT, SCHEMAS, source

URI = "image_uri"


def _rule(
    value: Any = 25, error: str = "at most 25", rule: str = "file_size_mb<"
) -> dict[str, Any]:
    return {"validation_rule": rule, "validation_value": value, "validation_error": error}


# rule -> a property that it finds, one that it does not
PROPERTIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "default-type": (
        {"type": "array", "items": {"type": "string"}, "default": "x"},
        {"type": "array", "items": {"type": "string"}, "default": ["x"]},
    ),
    "default-enum": ({"type": "string", "enum": ["a"], "default": "b"}, {"type": "string", "enum": ["a"], "default": "a"}),
    "default-bounds": ({"type": "float", "maximum": 1, "default": 1.5}, {"type": "float", "maximum": 1, "default": 1}),
    "default-against-omission": (
        {"type": "string", "description": "Auto-detected if omitted.", "default": "1:1"},
        {"type": "string", "description": "Auto-detected if omitted.", "default": "auto"},
    ),
    "type-word": ({"type": "float"}, {"type": "number"}),
    "type-missing": ({"title": "x"}, {"enum": ["x"]}),
    "format-unknown": ({"type": "string", "format": "uri"}, {"type": "string", "format": URI}),
    "format-number": ({"type": "string", "format": "image_uris"}, {"type": "array", "format": "image_uris"}),
    "keyword-unknown": ({"type": "string", "x-order": 3}, {"type": "string", "order": 3}),
    "media-without-format": ({"type": "string", "default": "https://a.b/c.png"}, {"type": "string", "format": URI}),
    "rule-shape": ({"type": "string", "format": URI, "validations": ["x"]}, {"type": "string", "format": URI, "validations": [_rule()]}),
    "rule-unknown": (
        {"type": "string", "format": URI, "validations": [_rule(rule="duration_seconds<")]},
        {"type": "string", "format": URI, "validations": [_rule(rule="width/height<=")]},
    ),
    "rule-without-media": ({"type": "string", "validations": [_rule()]}, {"type": "string", "format": URI, "validations": [_rule()]}),
    "rule-text": (
        {"type": "string", "format": URI, "validations": [_rule(error="less than 16 MB")]},
        {"type": "string", "format": URI, "validations": [_rule(error="less than 25 MB")]},
    ),
    "enum-type": ({"type": "integer", "enum": ["5"]}, {"type": "integer", "enum": [5, 10.0]}),
    "enum-shape": ({"type": "string", "enum": "a"}, {"type": "string", "enum": ["a"]}),
    "bounds-empty": ({"type": "integer", "minimum": 2, "maximum": 1}, {"type": "integer", "minimum": 2, "maximum": 2}),
    "bound-unusable": ({"type": "string", "maxLength": -1}, {"type": "string", "maxLength": 0}),
    "keyword-not-enforced": ({"type": "string", "pattern": "("}, {"type": "string", "maxLength": 1}),
    "text-invisible": ({"type": "string", "title": "a\u202eb"}, {"type": "string", "title": "a b"}),
    "text-template": ({"type": "string", "default": "> `Final prompt:` x"}, {"type": "string", "default": "a {curly} prompt"}),
    "text-untranslated": ({"type": "string", "title": "modelApiDoc_x"}, {"type": "string", "title": "model"}),
}  # fmt: skip


def found(*sources: Any) -> list[Problem]:
    return list(lint.run(sources))


def rules_of(**published: Any) -> set[str]:
    return {problem.rule for problem in found(source("acme/demo", **published))}


@pytest.mark.parametrize("rule", PROPERTIES)
def test_property_rules(rule: str) -> None:
    bad, good = PROPERTIES[rule]
    assert rule in rules_of(properties={"x": bad})
    assert rule not in rules_of(properties={"x": good})


@pytest.mark.parametrize("rule", PROPERTIES)
def test_every_finding_has_a_place(rule: str) -> None:
    for problem in found(source("acme/demo", {"x": PROPERTIES[rule][0]})):
        assert problem.file.startswith("schemas/acme/demo/")
        assert problem.line > 1
        assert problem.column > 1
        assert problem.pointer


@pytest.mark.parametrize("wrap", ["object", "array"])
def test_nested_properties_are_looked_at(wrap: str) -> None:
    inner = {"type": "object", "properties": {"y": {"type": "float"}}}
    outer = inner if wrap == "object" else {"type": "array", "items": inner}
    problems = [each for each in found(source(properties={"x": outer})) if each.rule == "type-word"]
    pointer = (
        "/properties/x/properties/y/type"
        if wrap == "object"
        else "/properties/x/items/properties/y/type"
    )
    assert [each.pointer for each in problems] == [pointer]


def test_a_default_on_a_required_property() -> None:
    properties = {"x": {"type": "string", "default": "sample"}}
    assert "default-on-required" in rules_of(properties=properties, required=["x"])
    assert "default-on-required" not in rules_of(properties=properties)


def test_an_example_of_the_wrong_type() -> None:
    assert "example-type" in rules_of(example={"prompt": 3})
    assert "example-type" not in rules_of(example={"prompt": "text"})


def test_required_without_a_property() -> None:
    """seedream-4-5/edit requires `image_urls` and has `images` (API.md §7 row 3)."""
    assert "required-unknown" in rules_of(required=["image_urls"])
    assert "required-unknown" not in rules_of(required=["prompt"])


def test_the_example_against_the_schema() -> None:
    assert "example-missing" in rules_of(required=["prompt"], example={})
    assert "example-missing" not in rules_of(required=["prompt"], example={"prompt": "x"})
    assert "example-unknown" in rules_of(example={"image": "x"})
    assert "example-unknown" not in rules_of(example="no object")


def test_a_wrapped_output() -> None:
    assert "output-wrapped" in rules_of()
    assert "output-wrapped" not in rules_of(output={"type": "object", "properties": PROMPT})


def test_every_rule_is_tested_here() -> None:
    """Each rule function must find something in at least one of the bad rows."""
    rows = [bad for bad, _ in PROPERTIES.values()]
    sample = source(
        properties={f"x{i}": row for i, row in enumerate(rows)}, required=["x0", "gone"], example={}
    )
    for check in lint.ENDPOINT_RULES:
        assert list(check(sample)), check.__name__
    properties = list(lint.property.properties_of(sample))
    for check_property in lint.PROPERTY_RULES:
        assert any(list(check_property(prop)) for prop in properties), check_property.__name__


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", 3], "enum": [[], {}], "default": {}, "items": 3, "validations": {}, "required": 5},
        {"type": 7, "format": 7, "minimum": "x", "maximum": None, "minLength": [], "description": 3},
        {"type": "array", "enum": [1], "default": True, "items": {"properties": 3}, "validations": [None, 3, []]},
        {"type": "integer", "default": 10**400, "maximum": 10**400, "minimum": 1e308, "enum": [10**400]},
        {"type": "string", "format": URI, "validations": [_rule(10**400, "9 MB"), _rule(True), _rule(1e300)]},
        {"properties": {"y": 5}, "anyOf": 3, "const": None},
    ],
)  # fmt: skip
def test_no_shape_is_too_odd(schema: dict[str, Any]) -> None:
    assert found(
        source(properties={"x": schema, "y": schema}, required=["x"], example={"x": schema})
    )


def test_the_contradictions_of_the_seed_pages() -> None:
    """Each of them, with its place, in the captured schemas (issue 2)."""
    sources, problems = read_schemas(SCHEMAS)
    assert not problems
    at = {
        (problem.rule, problem.file.rpartition("schemas/")[2], problem.pointer): problem
        for problem in found(*sources)
    }
    gpt_4o, gpt_2 = "openai/gpt-4o-image/edit", "openai/gpt-image-2/edit"
    expected = [
        ("default-type", f"{gpt_4o}/input.json", "/properties/image/default"),
        ("example-type", f"{gpt_4o}/input.json", "/properties/image"),
        ("rule-text", f"{gpt_4o}/input.json", "/properties/image/validations/0/validation_error"),
        ("default-on-required", f"{gpt_4o}/input.json", "/properties/prompt/default"),
        ("default-on-required", f"{gpt_2}/input.json", "/properties/prompt/default"),
        ("default-against-omission", f"{gpt_2}/input.json", "/properties/aspect_ratio/default"),
        ("output-wrapped", f"{gpt_4o}/output.json", "/output"),
        ("output-wrapped", f"{gpt_2}/output.json", "/output"),
        ("text-untranslated", f"{gpt_2}/input.json", "/title"),
    ]
    for key in expected:
        problem = at[key]
        line = (SCHEMAS / key[1]).read_text("utf-8").splitlines()[problem.line - 1]
        assert line[problem.column - 1 :].startswith(f'"{key[2].rpartition("/")[2]}"')
    assert not [problem for problem in at.values() if problem.severity == "error"]
