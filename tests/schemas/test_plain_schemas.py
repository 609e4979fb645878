"""A schema without references and the like is read as it is written, which is faster."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from runcomfy_codegen.runtime._schemas.normal import normal_form
from runcomfy_codegen.schemas.normal_form import normal_input

from .._support import quirks
from .._support.generator import document

TEXT = {"type": "string"}


def test_what_is_read_as_it_is_written_is_its_own_normal_form() -> None:
    plain = 0
    for number in range(600):
        schema = quirks.case(Random(f"plain {number}")).input
        if normal_input(document(schema)).normal is None:
            plain += 1
            form = normal_form(schema)
            assert form.document == schema
            assert not form.faults
    assert plain > 100


@pytest.mark.parametrize(
    "properties",
    [
        {"a": True},
        {"default": True},
        {"a": {"type": "array", "items": True}},
        {"a": {"anyOf": [TEXT, True]}},
        {"a": {"type": "object", "properties": {"b": True}}},
    ],
)
def test_a_schema_that_takes_anything_is_found_wherever_it_is(properties: Any) -> None:
    read = normal_input(document({"type": "object", "properties": properties}))
    assert read.normal is not None
    assert True not in read.value["properties"].values()
