"""Conditional demands are read as JSON Schema defines them, by class, emulator and shown schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from random import Random
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from runcomfy_codegen import lint
from runcomfy_codegen.runtime.testing._dialect import read_input
from runcomfy_codegen.runtime.testing._validation import InputValidator

from .._support.generator import Sdk, document, errors, generated, imported, source

TEXT = {"type": "string"}
MODE = {"type": "string", "enum": ["a", "b", "c"]}
PROPERTIES: Mapping[str, Any] = {
    "mode": MODE,
    "x": TEXT,
    "y": {"type": "integer"},
    "flag": {"type": "boolean"},
}
# Of each property, what a request may hold; None where it is left out.
VALUES: Mapping[str, tuple[Any, ...]] = {
    "mode": (None, "a", "b", "c"),
    "x": (None, "text"),
    "y": (None, 1, 2, 5),
    "flag": (None, True, False),
}
IS_A = {"properties": {"mode": {"const": "a"}}, "required": ["mode"]}


class Conditional(NamedTuple):
    """Keywords beside the properties, and the demands in words."""

    keywords: Mapping[str, Any]
    words: tuple[str, ...]


READ: dict[str, Conditional] = {
    "then": Conditional({"if": IS_A, "then": {"required": ["x"]}}, ('give x with mode="a"',)),
    "else": Conditional(
        {"if": IS_A, "else": {"required": ["y"]}}, ('give y except with mode="a"',)
    ),
    "both": Conditional(
        {"if": IS_A, "then": {"required": ["x", "y"]}, "else": {"properties": {"x": False}}},
        ('give x and y with mode="a"', 'leave out x except with mode="a"'),
    ),
    "vacuous": Conditional(
        {"if": {"properties": {"mode": {"enum": ["a", "b"]}}}, "then": {"required": ["x"]}},
        ('give x with mode="a" or "b" (or no mode)',),
    ),
    "flag": Conditional(
        {
            "if": {"properties": {"flag": {"const": True}}, "required": ["flag"]},
            "then": {"properties": {"y": {"enum": [1, 5]}}},
        },
        ("give only y=1 or 5 with flag=true",),
    ),
    "in allOf": Conditional(
        {
            "allOf": [
                {"if": IS_A, "then": {"required": ["x"]}},
                {"if": {"required": ["x"]}, "then": {"required": ["y"]}, "else": True},
            ]
        },
        ('give x with mode="a"', "give y with x"),
    ),
    "names": Conditional(
        {"if": {"properties": {"x": {"not": {}}}, "type": "object"}, "then": {"required": ["y"]}},
        ("give y without x",),
    ),
    "dependent": Conditional(
        {
            "dependentSchemas": {
                "x": {"required": ["y"], "properties": {"mode": MODE | {"enum": ["b"]}}}
            }
        },
        ('give y and give only mode="b" with x',),
    ),
    "not": Conditional(
        {"not": {"anyOf": [{**IS_A, "required": ["mode", "x"]}, {"required": ["x", "y"]}]}},
        ('do not give mode="a" and x together', "do not give x and y together"),
    ),
    "not twice": Conditional(
        {"not": {"required": ["x", "y"]}, "allOf": [{"not": {"required": ["x", "flag"]}}]},
        ("do not give x and y together", "do not give x and flag together"),
    ),
    "what the property says": Conditional(
        {
            "if": IS_A,
            "then": {"required": ["y"], "properties": {"y": {"title": "Y", "type": "integer"}}},
        },
        ('give y with mode="a"',),
    ),
}
# What is left to the service, and reported.
LEFT: dict[str, Mapping[str, Any]] = {
    "a bound": {"if": IS_A, "then": {"properties": {"y": {"minimum": 3}}}},
    "never": {"if": IS_A, "then": False},
    "a condition on a number": {
        "if": {"properties": {"y": {"minimum": 3}}},
        "then": {"required": ["x"]},
    },
    "a pattern": {"dependentSchemas": {"x": {"properties": {"x": {"pattern": "^a"}}}}},
    "in allOf": {
        "allOf": [{"if": IS_A, "then": {"minProperties": 3}}, {"if": IS_A, "else": False}]
    },
}


def whole(keywords: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": PROPERTIES, **keywords}


def drawn(dice: Random) -> dict[str, Any]:
    """Draw conditions of every form that is read."""

    def form(*, is_condition: bool) -> dict[str, Any]:
        names = dice.sample([*PROPERTIES], dice.randint(1, 2))
        made: dict[str, Any] = {"required": names} if dice.random() < 0.7 else {}
        for name in dice.sample([*PROPERTIES], dice.randint(0 if made else 1, 2)):
            values = [value for value in VALUES[name] if value is not None]
            chosen = dice.sample(values, dice.randint(1, len(values)))
            part = {"enum": chosen} if dice.random() < 0.8 else False
            made.setdefault("properties", {})[name] = part
        return made

    parts: list[dict[str, Any]] = []
    for _ in range(dice.randint(1, 3)):
        part = {"if": form(is_condition=True)}
        for word in dice.choice((["then"], ["else"], ["then", "else"])):
            part[word] = form(is_condition=False)
        parts.append(part)
    if dice.random() < 0.3:
        parts.append({"not": {"required": dice.sample([*PROPERTIES], 2)}})
    return parts[0] if len(parts) == 1 else {"allOf": parts}


DRAWN = {f"drawn/{at}": drawn(Random(at)) for at in range(60)}


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    cases = {**{f"read/{name}": READ[name].keywords for name in READ}, **DRAWN}
    nested = {"properties": {"part": whole(READ["then"].keywords)}, "type": "object"}
    schemas = {slug(name): whole(keywords) for name, keywords in cases.items()} | {
        "nested/a": nested
    }
    sources = [
        source(f"acme/{name}")._replace(input=document(schema)) for name, schema in schemas.items()
    ]
    generation = generated(*sources, package="conditional_sdk")
    assert not errors(generation)
    with imported(tmp_path_factory.mktemp("sdk"), generation, "conditional_sdk") as made:
        yield made


def slug(name: str) -> str:
    return name.replace(" ", "-")


def bodies() -> Iterator[dict[str, Any]]:
    """Yield all requests that hold some of the values."""
    for row in product(*VALUES.values()):
        given = zip(VALUES, row, strict=True)
        yield {name: value for name, value in given if value is not None}


def is_taken(sdk: Sdk, name: str, body: Mapping[str, Any]) -> bool:
    try:
        return bool(sdk.request(f"acme/{name}")(**body).to_body() == body)
    except sdk.package.InvalidRequestError:
        return False


@pytest.mark.parametrize("name", [*(f"read/{name}" for name in READ), *DRAWN])
def test_all_readers_agree_with_json_schema(sdk: Sdk, name: str) -> None:
    keywords = DRAWN[name] if name in DRAWN else READ[name.partition("/")[2]].keywords
    info = sdk.package.get_endpoint(f"acme/{slug(name)}")
    emulator, shown = InputValidator(read_input(whole(keywords)).schema), Draft202012Validator(
        info.json_schema
    )
    published = Draft202012Validator(whole(keywords))
    verdicts = set()
    for body in bodies():
        expected = published.is_valid(body)
        found = is_taken(sdk, slug(name), body), not emulator.problems(body), shown.is_valid(body)
        assert found == (expected, expected, expected), body
        verdicts.add(expected)
    assert verdicts == {True, False} or name in DRAWN


@pytest.mark.parametrize("name", READ)
def test_what_is_read_is_documented_and_no_finding(sdk: Sdk, name: str) -> None:
    endpoint = f"acme/read/{slug(name)}"
    demands = sdk.package.get_endpoint(endpoint).rules[""]
    assert tuple(demand.in_words({}) for demand in demands) == READ[name].words
    path = sdk.package.get_endpoint(endpoint).attribute_path.replace(".", "/")
    page = sdk.generation[f"docs/{path}.md"]
    for words in READ[name].words:
        assert f"{words[0].upper()}{words[1:]}." in page
    published = source(endpoint)._replace(input=document(whole(READ[name].keywords)))
    assert not [found for found in lint.run([published]) if found.severity != "note"]
    assert read_input(whole(READ[name].keywords)).left_out == ()


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_to_the_service_is_reported(name: str) -> None:
    published = source("acme/left")._replace(input=document(whole(LEFT[name])))
    assert "keyword-not-enforced" in {found.rule for found in lint.run([published])}
    reading = read_input(whole(LEFT[name]))
    assert reading.left_out
    assert not InputValidator(reading.schema).problems({"mode": "a", "y": 1})


def test_the_refusal_names_the_condition_and_what_was_given(sdk: Sdk) -> None:
    with pytest.raises(sdk.package.InvalidRequestError) as caught:
        sdk.request("acme/nested/a")(part={"mode": "a", "y": 1})
    assert [str(problem) for problem in caught.value.problems] == [
        'part: give x with mode="a"; got mode="a", y'
    ]
    with pytest.raises(sdk.package.InvalidRequestError) as caught:
        sdk.request("acme/read/then")(mode="d")
    assert [str(problem) for problem in caught.value.problems] == [
        'mode: must be one of "a", "b", "c"; got "d"'
    ], "a demand says nothing about a wrong choice"
