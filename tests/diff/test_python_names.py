"""Names that users import, and choices of properties, on two sides."""

from __future__ import annotations

from typing import Any

from .._support.diff import MODEL, between, inputs, rules_of
from .._support.generator import document, source

TEXT = {"type": "string"}
WIDTH = {"type": "object", "properties": {"width": {"type": "integer"}}, "required": ["width"]}
CHOICE = {"type": "string", "enum": ["square", "wide"]}


def whole(schema: Any) -> Any:
    return source(MODEL)._replace(input=document({"type": "object", **schema}, "input.json"))


def demanding(*forms: list[str], union: str = "anyOf") -> Any:
    properties = dict.fromkeys(("prompt", "image", "text"), TEXT)
    return whole({"properties": properties, union: [{"required": form} for form in forms]})


def test_a_class_that_is_gone_breaks_imports() -> None:
    difference = inputs({"x": WIDTH}, {"x": {"type": "object"}})
    assert "python-class-removed" in rules_of(difference)
    assert difference.version[0] == "major"
    (change,) = [each for each in difference.changes if each.rule_id == "python-class-removed"]
    assert change.counterexample
    assert "DemoEditX" in change.counterexample.words


def test_what_goes_with_its_property_is_reported_once() -> None:
    assert rules_of(inputs({"x": WIDTH}, {})) == ["input-property-removed"]


def test_the_order_of_branches_and_properties_changes_no_name() -> None:
    one = {"x": {"anyOf": [WIDTH, CHOICE]}, "y": TEXT}
    other = {"y": TEXT, "x": {"anyOf": [{"type": "null"}, CHOICE, WIDTH]}}
    difference = inputs(one, other)
    assert rules_of(difference) == ["input-null-added"]


def test_a_renamed_definition_breaks_imports() -> None:
    def sized(name: str) -> Any:
        properties = {"size": {"$ref": f"#/$defs/{name}"}}
        return whole({"properties": properties, "$defs": {name: CHOICE}})

    assert "python-class-removed" in rules_of(between([sized("Size")], [sized("Format")]))
    assert not rules_of(between([sized("Size")], [sized("Size")]))


def test_lost_choice_of_properties_has_a_counterexample() -> None:
    difference = between([demanding(["prompt"], ["image"])], [demanding(["prompt"], ["text"])])
    (change,) = [each for each in difference.changes if each.severity == "breaking"]
    assert change.rule_id == "input-combination-tightened"
    assert change.counterexample
    assert change.counterexample.body == {"image": "a dog"}


def test_a_choice_of_properties_that_is_gained_breaks_nothing() -> None:
    forms = (["prompt"], ["image"])
    assert rules_of(between([demanding(*forms)], [demanding(*forms, ["text"])])) == [
        "input-combination-relaxed"
    ]
    assert not between([demanding(*forms)], [demanding(*forms[::-1])]).breaks


def test_a_reference_instead_of_its_definition_is_spelling() -> None:
    size = {"type": "integer", "minimum": 1}
    plain = whole({"properties": {"x": size}})
    named = whole({"properties": {"x": {"$ref": "#/$defs/N"}}, "$defs": {"N": size}})
    assert not between([plain], [named]).breaks
