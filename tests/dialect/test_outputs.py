"""Outputs: nothing in them that could refuse a reply, and one shared class for the generic block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from runcomfy_codegen.dialect.outputs import MEDIA_OUTPUT, is_generic, output_schema, tolerant
from runcomfy_codegen.ir.model import Field, ObjectType

from .._support.generator import Sdk, errors, generated, imported, source

URL = {"type": "string"}
OWN = {
    "type": "object",
    "required": ["state"],
    "properties": {
        "state": {"type": "string", "enum": ["ok"], "maxLength": 3},
        "score": {"type": "float", "minimum": 0, "maximum": 1},
        "frame-rate": {"type": "integer"},
        "clips": {
            "type": "array",
            "maxItems": 1,
            "items": {"type": "object", "required": ["url"], "properties": {"url": {"format": "video_uri"}}},
        },
    },
}  # fmt: skip


def _object(types: dict[str, Any]) -> ObjectType:
    return ObjectType("X", tuple(Field(name, name, type_, False) for name, type_ in types.items()))


def test_the_wrapped_form_of_the_pages_and_the_plain_one() -> None:
    inner = {"type": "object", "properties": {}}
    assert output_schema({"output": inner}) == (inner, "/output")
    assert output_schema(inner) == (inner, "")
    named = {"type": "object", "properties": {"output": URL}, "output": {}}
    assert output_schema(named) == (named, "")


@pytest.mark.parametrize(
    ("type_", "loose"),
    [
        ({"type": "string", "maxLength": 3}, {"type": "string"}),
        ({"type": "integer", "minimum": 3}, {"type": "integer"}),
        ({"enum": ["a"]}, {"type": "string"}),
        ({"enum": [1, 2]}, {"type": "integer"}),
        ({"enum": ["a", 1]}, {}),
        ({"one_of": [0.5]}, {"type": "number"}),
        ({"media": "image"}, {"type": "string"}),
        ({"class": "Y"}, {"class": "Y"}),
        ({"type": "array", "items": {"enum": ["a"]}, "maxItems": 1}, {"type": "array", "items": URL}),
        ({"type": "object", "values": {"enum": ["a"]}}, {"type": "object", "values": URL}),
        ({"anyOf": [{"enum": ["a"]}, URL]}, {"anyOf": [URL]}),
    ],
)  # fmt: skip
def test_bounds_and_choices_are_dropped(type_: dict[str, Any], loose: dict[str, Any]) -> None:
    field = Field("x", "x", type_, required=True, nullable=True)
    assert tolerant(ObjectType("X", (field,))).fields == (Field("x", "x", loose, required=False),)


def test_only_the_generic_block_is_shared() -> None:
    types = {field.wire: dict(field.type) for field in MEDIA_OUTPUT.fields}
    assert is_generic(_object(dict(reversed(types.items()))))
    assert not is_generic(_object({name: types[name] for name in ("image", "images", "video")}))
    assert not is_generic(_object({**types, "audio": URL}))
    assert not is_generic(_object({**types, "image": {"type": "integer"}}))
    assert not is_generic(_object({**types, "images": URL}))


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    sources = (source("acme/own", output=OWN), source("acme/shared"), source("acme/none", output={"type": "object"}))  # fmt: skip
    generation = generated(*sources, package="outputs_sdk")
    assert not errors(generation)
    with imported(tmp_path_factory.mktemp("sdk"), generation, "outputs_sdk") as package:
        yield package


def test_another_block_gets_its_own_classes(sdk: Sdk) -> None:
    output_type = sdk.package.get_endpoint("acme/own").output_type
    assert output_type.__name__ == "OwnOutput"
    output = output_type.parse(
        {
            "state": "fine",
            "score": 7,
            "frame-rate": 25,
            "clips": [{"url": "u", "new": 1}] * 2,
            "x": 1,
        }
    )
    assert (output.state, output.score, output.frame_rate) == ("fine", 7, 25)
    assert [(clip.url, clip.new) for clip in output.clips] == [("u", 1)] * 2
    assert output.x == 1


@pytest.mark.parametrize("reply", [{}, {"state": 5, "clips": "x"}, None, [], "text", 0])
@pytest.mark.parametrize("model_id", ["acme/own", "acme/shared", "acme/none"])
def test_no_reply_is_refused(sdk: Sdk, model_id: str, reply: Any) -> None:
    assert sdk.package.get_endpoint(model_id).output_type.parse(reply) is not None
