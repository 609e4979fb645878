"""The effect on Python code, in the words of the generated modules."""

from __future__ import annotations

from typing import Any

from runcomfy_codegen.diff.surface import annotation
from runcomfy_codegen.names.lock import Names

from .._support.diff import MODEL, between, inputs
from .._support.generator import generated, module_of, normaliser, source
from .._support.sdk import catalogue

TEXT = {"type": "string"}


def effects(old: Any, new: Any, old_required: Any = (), new_required: Any = ()) -> list[str]:
    lines = inputs(old, new, old_required, new_required).surface.get(MODEL, ())
    return [line.removeprefix("submit() and run(): parameter ") for line in lines]


def test_parameters() -> None:
    assert effects({"x": TEXT}, {}) == ["x removed"]
    assert effects({}, {"x": TEXT}) == ["x: str added"]
    assert effects({}, {"x": TEXT}, (), ["x"]) == ["x: str added, required"]
    assert effects({"x": TEXT}, {"x": TEXT}, (), ["x"]) == ["x is required now"]
    assert effects({"x": TEXT}, {"x": {"type": "integer"}}) == ["x: str -> int"]
    assert effects({"x": TEXT}, {"x": {**TEXT, "maxLength": 3}}) == []
    images = {"type": "array", "format": "image_uris"}
    one = {"type": "string", "format": "image_uri"}
    assert effects({"x": images}, {"x": one}) == ["x: list[ImageInput] -> ImageInput"]
    old, new = ({**TEXT, "enum": each} for each in (["a", "b"], ["b", "c"]))
    assert effects({"x": old}, {"x": new}) == ['x: Literal loses "a"', 'x: Literal gains "c"']
    assert effects({"x": old}, {"x": {"type": "array", "items": old}}) == [
        'x: Literal["a", "b"] -> list[Literal["a", "b"]]'
    ]


def test_nested_classes() -> None:
    def loras(**inner: Any) -> Any:
        return {"loras": {"type": "array", "items": {"type": "object", "properties": inner}}}

    lines = inputs(loras(path=TEXT), loras(path={"type": "integer"})).surface[MODEL]
    assert lines == ("DemoEditLorasItem: parameter path: str -> int",)
    assert "class DemoEditLorasItem added" in inputs({}, loras(path=TEXT)).surface[MODEL]


def test_outputs_are_shown_as_they_are_read() -> None:
    def output(**properties: Any) -> Any:
        return source(MODEL, output={"type": "object", "properties": properties})

    difference = between([output(text=TEXT)], [output(text={"type": "integer"})])
    assert difference.surface[MODEL] == ("DemoEditOutput: attribute text: str -> int",)


def test_annotations_are_those_of_the_generated_signatures() -> None:
    sources = [
        source(model_id, case.input["properties"], required=case.input.get("required", []))
        for model_id, case in catalogue().items()
    ]
    generation = generated(*sources)
    compared = 0
    for each in sources:
        module = " ".join(module_of(generation, each.model_id).split())
        for field in normaliser(each.input.value).read(each.input.value, "DemoRequest").fields:
            shown = annotation(field.type)
            if "Literal" in shown or "class" in str(field.type):
                continue  # there the module says it by an alias or a class name
            optional = "" if field.required else " | None = None"
            name = Names().properties_of("", [field.wire])[field.wire]
            assert f"{name}: {shown.replace('list[', 'SequenceNotStr[')}{optional}," in module
            compared += 1
    assert compared > 200
