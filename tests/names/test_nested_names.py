"""Names of nested classes follow from place and content, and stay once they are published."""

from __future__ import annotations

import json
from typing import Any

from runcomfy_codegen.names.lock import Names
from runcomfy_codegen.names.lock_file import read_names

from .._support.generator import document, generated, normaliser, source

WIDTH = {"type": "object", "properties": {"width": {"type": "integer"}}}
LABEL = {"type": "object", "properties": {"label": {"type": "string"}}}


def names_of(
    properties: Any, remembered: dict[str, str] | None = None, definitions: Any = None
) -> dict[str, tuple[str, ...]]:
    """Return the nested classes: name -> properties."""
    whole = {"type": "object", "properties": properties, "$defs": definitions or {}}
    reader = normaliser(whole)
    reader.remembered = {} if remembered is None else remembered
    reader.read(reader.document.value, "DemoRequest")
    assert not reader.problems
    return {cls.class_name: tuple(field.wire for field in cls.fields) for cls in reader.nested}


def test_the_order_of_properties_and_branches_does_not_matter() -> None:
    union = {"anyOf": [WIDTH, LABEL, {"type": "string"}]}
    lists = {"frames": {"type": "array", "items": WIDTH}, "frames_item": LABEL}
    expected = {
        "DemoX": ("label",),
        "DemoX2": ("width",),
        "DemoFramesItem": ("width",),
        "DemoFramesItem2": ("label",),
    }
    assert names_of({"x": union, **lists}) == expected
    swapped = {"anyOf": [{"type": "null"}, *reversed(union["anyOf"])]}
    assert names_of({**dict(reversed(lists.items())), "x": swapped}) == expected


def test_a_new_class_does_not_take_a_published_name() -> None:
    remembered: dict[str, str] = {}
    assert names_of({"frames_item": LABEL}, remembered) == {"DemoFramesItem": ("label",)}
    later = {"frames": {"type": "array", "items": WIDTH}, "frames_item": LABEL}
    assert names_of(later, remembered) == {
        "DemoFramesItem": ("label",),
        "DemoFramesItem2": ("width",),
    }


def test_a_branch_keeps_its_name_when_others_appear_or_it_grows() -> None:
    remembered: dict[str, str] = {}
    names_of({"x": {"anyOf": [WIDTH, {"type": "string"}]}}, remembered)
    grown = {"type": "object", "properties": {**WIDTH["properties"], "depth": {}}}  # type: ignore[dict-item]
    assert names_of({"x": {"anyOf": [LABEL, grown]}}, remembered) == {
        "DemoX2": ("label",),
        "DemoX": ("width", "depth"),
    }


def test_a_definition_has_one_name_wherever_it_is_used() -> None:
    size = {"$ref": "#/$defs/Size"}
    used = {"a": size, "b": {"type": "array", "items": {"allOf": [size], "title": "B"}}}
    assert names_of(used, None, {"Size": WIDTH}) == {"DemoSize": ("width",)}
    assert names_of({"z": {"anyOf": [size, {"type": "null"}]}}, None, {"Size": WIDTH}) == {
        "DemoSize": ("width",)
    }


def test_definitions_of_odd_names_and_of_our_own_are_told_apart() -> None:
    definitions = {"Request": WIDTH, "a b/c": LABEL, "ab~c": WIDTH}
    pointers = ("Request", "a%20b~1c", "ab~0c")
    properties = {name: {"$ref": f"#/$defs/{at}"} for name, at in zip("xyz", pointers, strict=True)}
    assert sorted(names_of(properties, None, definitions)) == [
        "DemoABC",
        "DemoAbC",
        "DemoRequest2",
    ]


def test_nested_classes_are_remembered_in_the_lock() -> None:
    generation = generated(source(properties={"x": WIDTH}))
    lock = json.loads(generation.names.dumps())
    assert lock["classes"] == {"acme.demo": {"DemoX": "input/properties/x {width}"}}
    again, problems = read_names(generation.names.dumps().encode(), "names.lock.json")
    assert not problems
    assert again.classes == generation.names.classes
    assert generated(source(properties={"x": WIDTH}), names=again).files == generation.files


def test_a_lock_without_nested_classes_is_read() -> None:
    text = Names().dumps()
    assert "classes" not in text
    broken: list[Any] = [
        [],
        {"acme.demo": []},
        {"acme.demo": {"DemoX": 3}},
        {"acme.demo": {"class": "x {}"}},
    ]
    for wrong in broken:
        content = {**json.loads(text), "classes": wrong}
        found, problems = read_names(json.dumps(content).encode(), "names.lock.json")
        assert [problem.rule for problem in problems] == ["names-lock"], wrong
        assert not found.endpoints


def test_choices_of_a_definition_share_one_alias() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/Size"}, "b": {"$ref": "#/$defs/Size"}},
        "$defs": {"Size": {"type": "string", "enum": ["1k", "2k"]}},
    }
    made = generated(source()._replace(input=document(schema)))
    module = made["runcomfy/models/acme/demo.py"]
    assert module.count("Literal[") == 1
    assert "a: DemoSize | None = None" in module
    assert "b: DemoSize | None = None" in module


def test_contested_alias_does_not_depend_on_property_order() -> None:
    choices = {"size_2": {"enum": ["a", "b"]}, "size2": {"enum": ["c", "d"]}}
    modules = []
    for properties in (choices, dict(reversed(choices.items()))):
        generation = generated(source("acme/demo", properties))
        modules.append(generation["runcomfy/models/acme/demo.py"])
    for module in modules:
        assert 'Size2: TypeAlias = Literal["c", "d"]' in module
        assert "    size2: Size2 | None = None" in module
        assert '    size_2: Literal["a", "b"] | None = None' in module
