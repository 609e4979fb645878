"""Problems of a value that may be one of several objects are those of the one that was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .._support.generator import Sdk, errors, generated, imported, source

CAT = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
}
DOG = {
    "type": "object",
    "required": ["kind", "name"],
    "properties": {
        "kind": {"const": "dog"},
        "name": {"type": "string"},
        "bark": {"type": "boolean"},
    },
}
SIZE = {"type": "object", "required": ["width"], "properties": {"width": {"type": "integer"}}}
PROPERTIES: dict[str, Any] = {
    "pet": {"oneOf": [CAT, DOG]},
    "pets": {"type": "array", "items": {"anyOf": [DOG, CAT, {"type": "string"}]}},
    "size": {"anyOf": [SIZE, {"type": "string", "enum": ["square", "wide"]}, {"const": "auto"}]},
    "nothing": {"type": "null"},
}


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    generation = generated(source("acme/pets", PROPERTIES), package="sdk_of_pets")
    assert not errors(generation)
    with imported(tmp_path_factory.mktemp("sdk"), generation, "sdk_of_pets") as made:
        yield made


def problems(sdk: Sdk, **fields: Any) -> list[str]:
    with pytest.raises(sdk.package.InvalidRequestError) as caught:
        sdk.request("acme/pets")(**fields)
    return [str(problem) for problem in caught.value.problems]


MORE = "(extra_body sends one that is newer than this SDK)"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"pet": {"kind": "cow"}}, ['pet.kind: must be one of "cat", "dog"; got "cow"']),
        (
            {"pet": {"kind": "cat", "bark": True}},
            [f"pet.bark: unknown parameter; known: kind, lives {MORE}"],
        ),
        (
            {"pet": {"kind": "dog", "bark": 1}},
            ["pet.bark: must be True or False; got 1", "pet.name: is required"],
        ),
        ({"pet": {"lives": 3}}, ["pet.kind: is required"]),
        (
            {"pet": {"kind": "cat", "live": 3}},
            ['pet.live: unknown parameter; did you mean "lives"?'],
        ),
        (
            {"pets": ["tom", {"kind": "dog"}, {"kind": "cat", "lives": "9"}]},
            [
                "pets[1].name: is required",
                'pets[2].lives: must be an integer; got "9"; give the number: 9',
            ],
        ),
        (
            {"size": "tall"},
            ['size: must be one of "square", "wide", "auto", or an object (dict); got "tall"'],
        ),
        ({"size": {"width": "1"}}, ['size.width: must be an integer; got "1"; give the number: 1']),
        ({"nothing": 1}, ["nothing: must be null (None); got 1"]),
    ],
)
def test_the_object_that_was_meant_is_explained(
    sdk: Sdk, fields: dict[str, Any], expected: list[str]
) -> None:
    assert problems(sdk, **fields) == expected
