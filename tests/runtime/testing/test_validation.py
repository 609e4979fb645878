"""Input validation in the vendor's dialect, over the socket."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from runcomfy_codegen.dialect.words import TYPE_WORDS
from runcomfy_codegen.runtime.testing import EmulatedEndpoint, Emulator
from runcomfy_codegen.runtime.testing._dialect import read_input

from ..._support.emulator import IMAGE, NO_TLS, Api

URL = "https://example.com/a.png"
DATA = "data:image/png;base64,AA=="
ITEMS = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2}
LORAS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["path"],
        "properties": {"path": {"type": "string"}, "scale": {"type": "float", "maximum": 1}},
    },
}
# property schema, values it accepts, values it refuses
VALUES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "float", "minimum": 0, "maximum": 20}, [0, 2.5, 20], ["2.5", True, -1, 21, None]),
    ({"type": "number"}, [1, 1.5], ["1", False]),
    ({"type": "integer"}, [5, 5.0, -1], [5.5, True, "5", None]),
    ({"type": "integer", "default": None}, [7], [None, "7"]),
    ({"type": ["float", "null"]}, [None, 0.5], ["x"]),
    ({"type": "integer", "enum": [5, 10]}, [5, 10], [6, "5"]),
    ({"type": "integer", "enum": [0, 1]}, [0, 1], [False, True]),
    ({"type": "string", "enum": ["auto", "5"]}, ["auto", "5"], [5, "6"]),
    ({"type": "boolean"}, [True, False], [0, 1, "true"]),
    ({"type": "string", "maxLength": 3}, ["", "abc"], ["abcd", 3, ["a"]]),
    ({"type": "string", "format": "image_uri"}, [URL, DATA], [[URL], {}]),
    ({"type": "string", "format": "email"}, ["no address"], [1]),
    ({"type": "string", "validations": [{"validation_rule": "file_size_mb<"}]}, [URL], [1]),
    (ITEMS, [["a"], ["a", "b"]], ["a", [], ["a", "b", "c"], [1]]),
    (ITEMS | {"default": "a"}, ["b", ["b"]], [[], [1], 1, ["a", "b", "c"]]),
    ({"type": "array", "format": "image_uris"}, [[], [URL]], [URL, [1], [[URL]]]),
    ({"type": "array", "format": "image_uris", "default": URL}, [URL, [URL]], [5]),
    (LORAS, [[{"path": "x", "scale": 0.5}]], [[{}], [{"path": "x", "scale": 2}], ["x"]]),
    ({"type": "integer", "nullable": True}, [None, 5], ["5"]),
    ({"type": "string", "nullable": True, "enum": ["a"]}, [None, "a"], ["b", 1]),
    ({"type": "array", "enum": ["a", "b"]}, [[], ["a", "b"]], ["a", ["c"]]),
    ({"type": "array", "enum": [["a"]]}, [["a"]], [[], ["c"]]),
    ({"type": "double"}, [1, 0.5], ["1"]),
    ({"type": "Int"}, [1], [1.5]),
    ({"type": "bool", "nullable": True}, [True, None], ["true"]),
    ({"type": "string", "enum": ["a"], "nullable": True}, ["a", None], ["b"]),
    ({"anyOf": [{"type": "string"}, {"type": "int"}], "nullable": True}, ["a", 1, None], [1.5]),
    ({"enum": ["a"], "nullable": False}, ["a"], [None]),
    ({"nullable": True}, ["a", None], []),
    ({"type": "vendor-specific"}, [1, "x"], [None]),
    ({"type": ["vendor-specific", "null"]}, [1, "x"], [None]),
    ({"description": "no type"}, [1, "x", {}], [None]),
    (
        {"type": "string", "title": None, "description": None, "enum": None, "format": None},
        ["a"],
        [1, None],
    ),
    ({"type": "string", "maxLength": None, "minLength": "2"}, ["", "long"], [1]),
    ({"type": "string", "maxLength": 3.0}, ["abc", "\U0001f98a" * 3], ["abcd"]),
    ({"type": "string", "required": True}, ["a"], [1]),
    ({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, [1, 5], [-1, 0, 0.5]),
    ({"type": "number", "maximum": 9, "exclusiveMaximum": True}, [8.5], [9]),
    ({"type": "number", "maximum": 9, "exclusiveMaximum": False}, [9], [9.5]),
    ({"type": "number", "exclusiveMinimum": True}, [-1, 0], ["1"]),
    ({"type": "integer", "minimum": "1", "maximum": None}, [0, 9**99], ["1"]),
    ({"type": "number", "multipleOf": 0.01}, [4.02, 0, 1.1, -0.07, 0.29, 1e20], [4.021, 1e-5]),
    ({"type": "number", "multipleOf": 0.1}, [0.1 * 3, 0.7], [0.75]),
    ({"type": "integer", "multipleOf": 0}, [1, 7], [0.5]),
    ({"type": "array", "items": None, "minItems": 1}, [["a"], [None]], [[], "a"]),
    ({"type": "number", "enum": [1, 2.5]}, [1, 1.0, 2.5], [True, 2, "1"]),
    ({"enum": [True, "a"]}, [True, "a"], [1, 1.0, "true"]),
    ({"const": 0}, [0, -0.0, 0.0], [False, None, "0"]),
    ({"type": "string", "pattern": "^[a-z]+$"}, ["abc", "ABC"], [1]),
    ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, [["a", "a"]], [[1]]),
    ({"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]}, [1, 5, 5.5], [1.5, "1"]),
]
DOUBLING: dict[str, Any] = {
    f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)
} | {"d40": {"type": "string", "maxLength": 2}}
DEEP: dict[str, Any] = {"type": "string"}
for _ in range(900):
    DEEP = {"type": "array", "items": DEEP}
# Each is the schema of a property, but for `$defs`.
HOSTILE: list[Any] = [
    *({"type": "string", "pattern": pattern} for pattern in ("(", "(a+)+$", r"^\p{L}+$", "/a/i")),
    {"type": "string", "pattern": "((a{999}){999}){999}"},
    {
        "patternProperties": {"(": {}, "(a*)*b": {"type": "string"}},
        "propertyNames": {"pattern": "("},
    },
    {"type": "string", "maxLength": "many"},
    {"type": {"not": "a name"}, "enum": "no list"},
    {"$ref": "#/$defs/missing"},
    {"$ref": "http://127.0.0.1:1/schema.json"},
    {"$ref": "#"},
    {"$ref": "#/properties/a"},
    {"$ref": "#/$defs/d0"},
    {"$ref": 5, "allOf": "a", "anyOf": {}, "oneOf": [None]},
    *(True, False, None, 5, "a", [], DEEP),
    {"multipleOf": 1e-300, "maximum": 10**400, "minimum": -1e-320},
    {"enum": [], "const": [[[1]]], "items": [True, {}]},
    {"properties": {"b": None, "c": 5}, "required": {"b": 1}, "additionalProperties": "no"},
    {"default": "https://a", "type": "array", "items": {"enum": [1, "a", None, {}]}},
    {"not": {"type": "string"}, "if": True, "then": False, "dependentSchemas": {"b": False}},
]
KEYWORDS = {"type": {"type": "float"}, "items": {"type": "string"}, "format": {"type": "float"}}


def test_both_sides_know_the_same_words() -> None:
    """The generator's table and the emulator's, which is its own so that the two check each other."""
    for word in (*TYPE_WORDS, "vendor-specific"):
        standard = [TYPE_WORDS[word]] if word in TYPE_WORDS else None
        for spelling in (word, word.upper()):
            described = read_input({"properties": {"a": {"type": spelling}}}).schema
            assert described["properties"]["a"].get("type") == standard


def values_schema(schema: dict[str, Any], good: list[Any], bad: list[Any]) -> dict[str, Any]:
    names = [f"good{n}" for n in range(len(good))] + [f"bad{n}" for n in range(len(bad))]
    return {"type": "object", "properties": dict.fromkeys(names, schema)}


SCHEMAS: dict[str, dict[str, Any]] = {
    **{f"values/{n}": values_schema(*case) for n, case in enumerate(VALUES)},
    **{
        f"hostile/{n}": {"properties": {"a": schema, "n": schema, "duration": 5}, "$defs": DOUBLING}
        for n, schema in enumerate(HOSTILE)
    },
    "a/plain": {"type": "object", "properties": {"text": {"type": "string", "maxLength": 10}}},
    "a/texts": {
        "type": "object",
        "required": ["prompt", "negative_prompt", "style"],
        "properties": {
            **{name: {"type": "string"} for name in ("prompt", "negative_prompt", "style")},
            "image_url": {"type": "string"},
            "images": {"type": "array", "items": {"type": "string", "format": "image_uri"}},
        },
    },
    "a/nested": {"type": "object", "properties": {"loras": LORAS}},
    "a/keywords": {"type": "object", "properties": KEYWORDS},
    "a/contradiction": {
        "type": "object",
        "required": ["image_urls", "images"],
        "properties": {"images": ITEMS},
    },
}
Ask = Callable[[str, str], httpx.Response]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Post a text as the body of a submit."""
    with (
        Emulator(
            [EmulatedEndpoint(name, schema, {}) for name, schema in SCHEMAS.items()]
        ) as server,
        httpx.Client(base_url=server.base_url, verify=NO_TLS) as http,
    ):
        headers = {"Authorization": f"Bearer {server.token}"}

        def post(model_id: str, content: str) -> httpx.Response:
            jobs = len(server.jobs)
            reply = http.post(f"/v1/models/{model_id}", content=content, headers=headers)
            assert len(server.jobs) - jobs == reply.is_success
            assert reply.status_code < 500
            return reply

        yield post


def problems(reply: httpx.Response) -> list[str]:
    """`field.path: message` of everything the emulator found."""
    if reply.is_success:
        return []
    assert (reply.status_code, reply.json()["error_code"]) == (422, 422001)
    details = reply.json()["detail"]
    assert all(detail["loc"][0] == "body" for detail in details)
    return [".".join(map(str, d["loc"][1:])) + ": " + d["msg"] for d in details]


def test_all_errors_are_reported_with_their_place(api: Api) -> None:
    reply = api.http.post(f"/v1/models/{IMAGE}", json={"num_images": 9, "aspect_ratio": 1})
    assert (reply.status_code, reply.json()["error_code"]) == (422, 422001)
    assert reply.json()["detail"] == [
        {"loc": ["body", "aspect_ratio"], "msg": "must be of type string"},
        {"loc": ["body", "num_images"], "msg": "must be at most 4"},
        {"loc": ["body", "prompt"], "msg": "field required"},
    ]


@pytest.mark.parametrize("case", range(len(VALUES)), ids=lambda n: str(VALUES[n][0]))
def test_values(ask: Ask, case: int) -> None:
    _, good, bad = VALUES[case]
    body = {f"good{n}": value for n, value in enumerate(good)}
    body |= {f"bad{n}": value for n, value in enumerate(bad)}
    found = problems(ask(f"values/{case}", json.dumps(body)))
    refused = {problem.partition(":")[0].partition(".")[0] for problem in found}
    assert refused == {f"bad{n}" for n in range(len(bad))}


def test_the_place_of_a_nested_problem(ask: Ask) -> None:
    assert problems(ask("a/nested", '{"loras": [{"path": "a"}, {"scale": 3}]}')) == [
        "loras.1.path: field required",
        "loras.1.scale: must be at most 1",
    ]


def test_unknown_names_are_accepted_as_the_service_seems_to(ask: Ask) -> None:
    assert ask("a/plain", '{"number_of_images": 2}').status_code == 202


def test_properties_with_the_names_of_keywords(ask: Ask) -> None:
    assert problems(ask("a/keywords", '{"type": 1.5, "items": "x", "format": 2}')) == []
    assert problems(ask("a/keywords", '{"items": 1}')) == ["items: must be of type string"]


def test_required_without_a_property_is_not_demanded(ask: Ask) -> None:
    assert problems(ask("a/contradiction", "{}")) == ["images: field required"]


@pytest.mark.parametrize("content", ["[]", '"x"', "null", "5", "1e5", "true"])
def test_a_body_that_is_no_json_object(ask: Ask, content: str) -> None:
    assert problems(ask("a/plain", content)) == [": must be of type object"]


def test_long_values_do_not_come_back(ask: Ask) -> None:
    body = json.dumps({"text": "data:image/png;base64," + "A" * 100_000})
    assert problems(ask("a/plain", body)) == ["text: must have at most 10 characters"]


@pytest.mark.parametrize("case", range(len(HOSTILE)), ids=lambda n: str(HOSTILE[n])[:60])
def test_no_schema_is_an_error_of_the_server_or_holds_it_up(ask: Ask, case: int) -> None:
    started = time.monotonic()
    for value in ("a" * 50 + "!", 5, [["x"] * 9], {"b": {"c": 1}}, True):
        ask(f"hostile/{case}", json.dumps({"a": value, "n": value}))
    assert time.monotonic() - started < 2


def test_a_remote_reference_reaches_for_nothing(ask: Ask) -> None:
    case = HOSTILE.index({"$ref": "http://127.0.0.1:1/schema.json"})
    assert problems(ask(f"hostile/{case}", '{"a": 1}')) == []


def test_many_mistakes_are_answered_at_once(ask: Ask) -> None:
    started = time.monotonic()
    body = json.dumps({"images": [1] * 200_000, "n": 5})
    assert len(problems(ask("a/contradiction", body))) == 100
    assert time.monotonic() - started < 2


MEANT = [URL, DATA, "https://example.com/www.png", "asset-7"]
NOT_MEANT = [
    *("www.example.com/a.png", "http//example.com/a.png", "ftp://example.com/a.png"),
    *(
        '"a.png"',
        "Example_1.png",
        "/home/me/a.png",
        "file:///a.png",
        "iVBORw0KGgo" + "A" * 40,
        "null",
        "https://",
    ),
]


def test_texts_that_cannot_be_meant_are_refused_as_the_sdk_does(ask: Ask) -> None:
    for text, is_refused in (*((t, False) for t in MEANT), *((t, True) for t in NOT_MEANT)):
        body = {
            "prompt": "x",
            "negative_prompt": "",
            "style": "",
            "image_url": text,
            "images": [URL, text],
        }
        found = problems(ask("a/texts", json.dumps(body)))
        places = [problem.partition(":")[0] for problem in found]
        assert places == (["image_url", "images.1"] if is_refused else []), (text, found)


def test_a_blank_medium_is_refused_unless_it_may_be_left_out(ask: Ask) -> None:
    body = {"prompt": "x", "negative_prompt": "", "style": "", "image_url": "", "images": [" "]}
    (found,) = problems(ask("a/texts", json.dumps(body)))
    assert found.startswith("images.0: is blank")


def test_blank_prompt_is_refused(ask: Ask) -> None:
    for text in ("", " \n"):
        body = {"prompt": text, "negative_prompt": text, "style": text}
        assert problems(ask("a/texts", json.dumps(body))) == ["prompt: must not be blank"]
