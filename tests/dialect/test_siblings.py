"""A keyword beside a reference wins over the one behind it, and what is lost is known."""

from __future__ import annotations

from typing import Any

from runcomfy_codegen.runtime._schemas.normal import NormalForm, normal_form

TEXT = {"type": "string"}


def of(property_: Any, **definitions: Any) -> NormalForm:
    return normal_form({"properties": {"x": property_}, "$defs": definitions})


def test_a_property_beside_a_reference_keeps_what_it_does_not_say() -> None:
    base = {"properties": {"a": {**TEXT, "maxLength": 9, "title": "A"}, "n": {"type": "integer"}}}
    own = {"a": {"description": "ours", "maxLength": 5}, "n": {"type": "number"}}
    form = of({"$ref": "#/$defs/Base", "properties": own}, Base=base)
    assert form.document["properties"]["x"]["properties"] == {
        "a": {**TEXT, "maxLength": 5, "title": "A", "description": "ours"},
        "n": {"type": ["integer"]},
    }
    assert form.replaced == []


def test_what_takes_more_than_the_reference_is_known() -> None:
    named = {
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 5}},
        "maxProperties": 2,
    }
    beside = {"properties": {"a": {"minimum": 3}}, "maxProperties": 3}
    form = of({"$ref": "#/$defs/N", **beside}, N=named)
    assert sorted(form.replaced) == [
        "/properties/x/maxProperties",
        "/properties/x/properties/a/minimum",
    ]
