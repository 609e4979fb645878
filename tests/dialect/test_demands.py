"""Demands on several parameters, media of limited length, and values that are never shown."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing._dialect import read_input
from runcomfy_codegen.runtime.testing._validation import InputValidator

from .._support.generator import Sdk, document, errors, generated, imported, source

TEXT = {"type": "string"}
NAMES = ("prompt", "image_url", "mask", "seed")
SCHEMAS: dict[str, Any] = {
    "any": {"anyOf": [{"required": ["prompt"]}, {"required": ["image_url"]}]},
    "one": {"oneOf": [{"required": ["prompt"]}, {"required": ["image_url", "mask"]}]},
    "together": {"dependentRequired": {"mask": ["image_url"]}},
    "without": {"not": {"required": ["prompt", "image_url"]}},
}
TAGGED: dict[str, Any] = {
    "oneOf": [
        {
            "properties": {"mode": {"type": "string", "const": "text"}, "prompt": TEXT},
            "required": ["mode", "prompt"],
        },
        {
            "properties": {"mode": {"type": "string", "const": "image"}, "image_url": TEXT},
            "required": ["mode", "image_url"],
            "additionalProperties": False,
        },
    ]
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
SHORT = {"type": "string", "format": "uri", "minLength": 9, "maxLength": 40}


def endpoint(name: str, schema: Any) -> Any:
    properties = {
        "prompt": TEXT,
        "image_url": TEXT,
        "mask": TEXT,
        "seed": {"type": ["integer", "null"]},
    }
    whole = {"type": "object", "properties": properties, **schema}
    return source(f"acme/{name}")._replace(input=document(whole))


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    part = {"type": "object", "properties": {"a": TEXT, "b": TEXT}, **SCHEMAS["any"]}
    part["anyOf"] = [{"required": ["a"]}, {"required": ["b"]}]
    others = {
        "nested": {"properties": {"part": part, "n": {"type": "integer"}}},
        "short": {"properties": {"image": SHORT, "images": {"type": "array", "items": SHORT}}},
        "old": {
            "properties": {
                "a": {**TEXT, "deprecated": True, "description": "Use b."},
                "b": {**TEXT, "examples": ["hello world"]},
                "token": {**TEXT, "format": "password", "examples": ["hf_sample"]},
                "key": {**TEXT, "writeOnly": True},
            },
            "required": ["b"],
        },
        "tagged": TAGGED,
    }
    sources = [endpoint(name, schema) for name, schema in {**SCHEMAS, **others}.items()]
    generation = generated(*sources, package="demanding_sdk")
    assert not errors(generation)
    with imported(tmp_path_factory.mktemp("sdk"), generation, "demanding_sdk") as made:
        yield made


def refusal(sdk: Sdk, name: str, **fields: Any) -> list[str]:
    """Return what is wrong with a request; empty where it is taken."""
    try:
        sdk.request(f"acme/{name}")(**fields).to_body()
    except sdk.package.InvalidRequestError as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("any", (), "give at least one of prompt, image_url; got none of them"),
        ("any", ("mask",), "give at least one of prompt, image_url; got mask"),
        ("any", ("prompt",), ""),
        ("any", ("prompt", "image_url"), ""),
        ("one", (), "give exactly one of prompt; image_url and mask; got none of them"),
        ("one", ("image_url",), "got image_url"),
        ("one", ("image_url", "mask"), ""),
        ("one", ("prompt", "image_url", "mask"), "give exactly one of"),
        ("together", ("mask",), "give image_url with mask; got mask"),
        ("together", ("mask", "image_url"), ""),
        ("together", (), ""),
        ("without", ("prompt", "image_url"), "do not give prompt and image_url together"),
        ("without", ("prompt",), ""),
    ],
)
def test_what_must_be_given_together(
    sdk: Sdk, name: str, fields: tuple[str, ...], words: str
) -> None:
    found = refusal(sdk, name, **dict.fromkeys(fields, "https://a.example/b"))
    assert [words in text for text in found] == [True] * bool(words), found


def test_a_demand_is_listed_with_all_other_problems(sdk: Sdk) -> None:
    assert refusal(sdk, "any", seed="x", mask=1, nothing=2) == [
        'mask: must be text (str); got 1; give it as text: "1"',
        'seed: must be an integer; got "x"',
        "nothing: unknown parameter; known: prompt, image_url, mask, seed (extra_body sends one that is"
        " newer than this SDK)",
        "give at least one of prompt, image_url; got mask, seed",
    ]


def test_a_nested_object_has_demands_of_its_own(sdk: Sdk) -> None:
    assert refusal(sdk, "nested", part={"a": "x"}) == []
    assert refusal(sdk, "nested", part={}, n=1) == [
        "part: give at least one of a, b; got none of them"
    ]


def test_demands_are_known_and_documented(sdk: Sdk) -> None:
    (demand,) = sdk.package.get_endpoint("acme/one").rules[""]
    assert demand.schema == SCHEMAS["one"]
    assert "" not in sdk.package.get_endpoint("acme/short").rules
    sentence = "Give exactly one of prompt; image_url and mask."
    assert sentence in sdk.generation["docs/acme/one.md"]
    assert sentence in (sdk.request("acme/one").__doc__ or "")


TAGGED_REQUESTS: list[tuple[dict[str, Any], bool]] = [
    ({"mode": "text", "prompt": "a dog"}, True),
    ({"mode": "image", "image_url": "https://a.example/b"}, True),
    ({"mode": "text", "prompt": "a dog", "image_url": "https://a.example/b"}, True),
    ({"mode": "image", "image_url": "https://a.example/b", "prompt": "a dog"}, False),
    ({"mode": "image", "prompt": "a dog"}, False),
    ({"mode": "text"}, False),
    ({"prompt": "a dog"}, False),
    ({"mode": "video", "prompt": "a dog"}, False),
]


@pytest.mark.parametrize(("fields", "is_valid"), TAGGED_REQUESTS)
def test_a_tag_says_what_else_is_given(sdk: Sdk, fields: Any, is_valid: bool) -> None:
    assert (not refusal(sdk, "tagged", **fields)) is is_valid
    assert (not InputValidator(read_input(TAGGED).schema).problems(fields)) is is_valid


def test_a_tag_is_explained(sdk: Sdk) -> None:
    words = 'exactly one of mode="text" and prompt; mode="image" and image_url, and no parameter of the others'
    assert refusal(sdk, "tagged", mode="text") == [f'give {words}; got mode="text"']
    assert f"Give {words}." in sdk.generation["docs/acme/tagged.md"]
    (demand,) = sdk.package.get_endpoint("acme/tagged").rules[""]
    assert demand.schema["oneOf"][0]["properties"] == {"mode": {"enum": ["text"]}}


def test_the_example_of_a_page_meets_the_demands(sdk: Sdk) -> None:
    for name, is_asked in (("any", True), ("one", True), ("together", False), ("without", False)):
        page = sdk.generation[f"docs/acme/{name}.md"]
        call = page.partition(f"client.acme.{name}.run(")[2].partition("print")[0]
        assert ("prompt=" in call) is is_asked, call


def test_a_url_of_limited_length(sdk: Sdk, tmp_path: Path) -> None:
    url = "https://a.example/b.png"
    assert not refusal(sdk, "short", image=url, images=[url])
    assert refusal(sdk, "short", image="http://a") == [
        "image: must have at least 9 characters; got 8"
    ]
    assert refusal(sdk, "short", images=[url * 2]) == [
        "images[0]: must have at most 40 characters; got 46"
    ]
    file = tmp_path / "a.png"
    file.write_bytes(PNG)
    for fields in ({"image": file}, {"image": PNG}, {"images": [file]}):
        (problem,) = refusal(sdk, "short", **fields)
        assert "must be sent in at most 40 characters" in problem
        assert "uploader=" in problem
    request: Any = sdk.request("acme/short")(image=file)
    assert request.to_body(lambda value, kind: url) == {"image": url}


def test_a_secret_is_never_shown(sdk: Sdk) -> None:
    request = sdk.request("acme/old")(b="x", token="hf_SECRET", key="KEY_SECRET")
    assert "SECRET" not in repr(request) + str(request)
    assert request.to_body() == {"b": "x", "token": "hf_SECRET", "key": "KEY_SECRET"}
    page = sdk.generation["docs/acme/old.md"].partition("## Input schema")[0]
    assert "hf_sample" not in page
    assert not any("SECRET" in text for text in refusal(sdk, "old", token=["hf_SECRET"], b="x"))


def test_only_who_reads_a_deprecated_field_is_warned(sdk: Sdk) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        request: Any = sdk.request("acme/old")(a="x", b="y")
        assert repr(request) == "OldRequest(b='y', a='x')"
        assert request.to_body() == {"a": "x", "b": "y"}
        assert request == request.model_copy()
        assert request.media_items() == ()
    assert type(request).model_fields["a"].deprecated
    with pytest.warns(DeprecationWarning, match="deprecated"):
        assert request.a == "x"


def test_what_is_deprecated_and_what_is_an_example_is_said(sdk: Sdk) -> None:
    module = sdk.generation["demanding_sdk/models/acme/old.py"]
    assert "Deprecated.\n\n    Use b." in module
    assert 'For example "hello world".' in module
    page = sdk.generation["docs/acme/old.md"]
    parameters = page.partition("## Parameters")[2].partition("\n## ")[0]
    assert "*deprecated*" in parameters
    assert '`"hello world"`' in parameters
    assert 'b="hello world"' in page
