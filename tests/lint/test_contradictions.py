"""The contradictions of published schemas in words of our own, the seed pages, and schemas that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen import lint
from runcomfy_codegen.schemas.folder import read_schemas, write_endpoint
from runcomfy_codegen.schemas.shape import GENERIC_OUTPUT
from runcomfy_codegen.text.problems import Problem

from .._support.generator import REPOSITORY, SCHEMAS, source
from .cases import CHOICE, IMAGE, IMAGES, ruled

CORPUS = REPOSITORY.parent / "shared/corpus/catalogue.json"
INTEGER = {"type": "integer"}
STRING = {"type": "string"}
FLOAT = {"type": "float"}


def found(*sources: Any) -> list[Problem]:
    return list(lint.run(sources))


def rules_of(properties: dict[str, Any], **published: Any) -> set[str]:
    return {problem.rule for problem in found(source("acme/demo", properties, **published))}


def of_text(schema: dict[str, Any], text: str, *required: str, name: str = "x") -> set[str]:
    """Return what the description alone is responsible for, beside properties for media."""
    others = {each: IMAGE for each in ("image", "audio_url", "references") if each != name}
    without = rules_of({name: schema, **others}, required=[*required])
    described = {name: {**schema, "description": text}, **others}
    return rules_of(described, required=[*required]) - without


# what is published, what must be found
ROWS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "1": ({"type": "array", "items": IMAGE, "default": "https://a.example/b.png"}, {"default-type"}),
    "2": (ruled(25, "File size must be below 16 MB."), {"rule-text"}),
    "4": ({**STRING, "enum": ["1:1", "3:2"], "default": "1:1", "description": "Detected automatically when omitted."}, {"default-against-omission"}),
    "7": ({**STRING, "title": "modelApiDoc_navPrompt"}, {"text-untranslated"}),
    "8": ({**INTEGER, "default": 5, "description": "Chosen automatically when left at default."}, {"default-against-omission"}),
    "9": ({**STRING, "enum": ["customize"], "description": "`intelligent` is the default."}, {"enum-single", "text-enum"}),
    "10": ({**STRING, "enum": ["customize"], "default": "customize", "description": "Default: intelligent"}, {"enum-single", "text-enum", "text-default"}),
    "10b": ({**STRING, "enum": ["480p", "720p"], "default": "720p", "description": "Default value: `1080p`"}, {"text-enum", "text-default"}),
    "11": ({**IMAGES, "description": "Reference pictures, up to 4."}, {"prose-limit"}),
    "14": ({**INTEGER, "description": "Range: 0 to 4294967295."}, {"prose-limit"}),
    "15": ({**STRING, "enum": ["1k", "2k"], "description": "Or an object {width, height}."}, {"text-type"}),
    "17": ({"type": "float", "default": None}, {"type-word", "default-null"}),
    "18": ({**STRING, "default": "> `Final prompt:` a cat"}, {"text-template"}),
    "19": ({**IMAGE, "default": "Example_1259_2.png"}, {"media-file-name"}),
    "27": ({**STRING, "description": "Maximum 2048 characters."}, {"prose-limit"}),
    "28": ({**STRING, "description": "The output format, see options below."}, {"text-dangling"}),
    "31": ({**STRING, "enum": ["1k", "2k"], "description": "2k is billed at $0.08."}, {"text-price"}),
    "33": ({**STRING, "description": "Formats: wav、mp3 "}, {"text-full-width", "text-spaces"}),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_table(row: str) -> None:
    published, expected = ROWS[row]
    assert rules_of({"x": published}) - {"output-wrapped"} == expected


@pytest.mark.parametrize(
    ("properties", "published", "expected"),
    [
        ({"images": IMAGES}, {"required": ["image_urls"]}, {"required-unknown"}),  # row 3
        ({"images": IMAGES}, {"required": ["images"], "example": {}}, {"example-missing"}),
        ({"a": {**CHOICE, "default": "low"}}, {"required": ["a"]}, {"default-on-required"}),  # 12
        ({"video_url": STRING}, {}, {"media-without-format"}),  # 26
        ({"241_text": STRING}, {}, {"name-odd"}),  # 19
        ({"image_url": IMAGE}, {"example": {"image": "https://a.b/c"}}, {"example-unknown"}),  # 22
        ({"a": IMAGES}, {"required": ["a"], "example": {"a": []}}, {"sample-empty"}),  # 21
    ],
)
def test_a_row_about_a_whole_endpoint(
    properties: dict[str, Any], published: dict[str, Any], expected: set[str]
) -> None:
    assert rules_of(properties, **published) - {"output-wrapped"} == expected


DISAGREE = [
    (IMAGES | {"maxItems": 9}, "Up to 10 reference images.", "text-limit"),
    (IMAGES | {"maxItems": 9}, "A maximum of 10.", "text-limit"),
    (STRING | {"maxLength": 500}, "Limit: 1,000 characters.", "text-limit"),
    (STRING | {"maxLength": 500}, "The lyrics, 600 characters max.", "text-limit"),
    (FLOAT | {"minimum": 0, "maximum": 20}, "Strength. Range 1-20.", "text-limit"),
    (INTEGER | {"minimum": 1, "maximum": 4}, "Between 1 and 8.", "text-limit"),
    (INTEGER | {"enum": [5, 10]}, "From 5 to 15.", "text-limit"),
    (INTEGER | {"maximum": 10}, "Up to 15.", "text-limit"),
    (ruled(25), "Images must be under 16MB.", "text-limit"),
    (INTEGER | {"default": 5}, "Length in seconds (default: 8).", "text-default"),
    (FLOAT | {"default": 2.5}, "Defaults to 3.5", "text-default"),
    (STRING | {"default": "a"}, 'Defaults to "b".', "text-default"),
    (CHOICE | {"default": "low"}, "Quality; high (default) looks better.", "text-default"),
    (CHOICE, "Options: low, high, ultra", "text-enum"),
    (CHOICE, 'Choose "low" or "medium".', "text-enum"),
    (IMAGE, "At most 10 MB.", "prose-limit"),
    (IMAGE, "The clip must last 3-60 seconds.", "prose-limit"),
    (FLOAT, "Values from 0 to 1.", "prose-limit"),
    (IMAGES, "All references together: up to 12.", "prose-condition"),
    (IMAGE, "Cannot be combined with audio.", "prose-condition"),
    (IMAGE, "An image or a video is needed.", "prose-condition"),
    (STRING, 'By default "high quality" is taken; default: "x".', "prose-default"),
]
AGREE = [
    (IMAGES | {"maxItems": 10}, "Up to 10 reference images."),
    (IMAGES | {"maxItems": 10}, "要编辑的图像,最多 10 张图像"),
    (IMAGES | {"maxItems": 7}, "Up to 4 images with a video."),
    (IMAGES | {"maxItems": 9}, "We recommend up to 4 images."),
    (IMAGES | {"maxItems": 9}, "Images in up to 4 languages."),
    (STRING | {"maxLength": 2500}, "At most 2500 characters."),
    (STRING | {"maxLength": 2500}, "A text of a few characters."),
    (FLOAT | {"minimum": 0, "maximum": 20}, "Range: 0-20, typically 3-7."),
    (FLOAT | {"minimum": 0, "maximum": 20}, "Values between 3 and 7 work best."),
    (FLOAT | {"minimum": 0, "maximum": 1}, "Strength, from 0.0 to 1.0."),
    (INTEGER | {"enum": [5, 10]}, "5 or 10 seconds, from 5 to 10."),
    (INTEGER | {"minimum": 1, "maximum": 10}, "Up to 4K, ratio 16:9 to 4:3."),
    (INTEGER | {"minimum": -1}, "Random if -1."),
    (STRING, "Aspect ratio, from 1:4 to 4:1."),
    (ruled(25), "Make sure that the file is under 25MB."),
    (INTEGER | {"default": 5}, "Defaults to 5 seconds."),
    (INTEGER | {"default": 5}, "The default is the length of the audio."),
    (INTEGER | {"default": None}, "Random by default."),
    (FLOAT | {"default": 2}, "Default: 2.0."),
    (STRING | {"enum": ["720p", "1080p"], "default": "720p"}, "Default: 720P"),
    (CHOICE | {"default": "low"}, "Defaults to the quality of the input."),
    (CHOICE | {"default": "low"}, "This is the default mode of the model."),
    (CHOICE, "One of `low` and `high`; see `quality` too."),
    (CHOICE, "low for drafts, high for prints, medium never."),
    (CHOICE, "Options for the output, such as sound."),
    (STRING, "Say 'cheese' to choose a smile."),
    ({"type": "boolean", "default": True}, "Enabled by default."),
    ({"type": "boolean", "default": False}, "Default: off."),
    (STRING, "Optional extras in the text."),
    (STRING, "The cost of freedom; a battery that is charged."),
    (STRING, "A template such as {subject} in {place}."),
    (STRING, "What to see below the surface."),
]


@pytest.mark.parametrize(("schema", "text", "rule"), DISAGREE)
def test_a_text_against_its_schema(schema: dict[str, Any], text: str, rule: str) -> None:
    assert rule in of_text(schema, text)


@pytest.mark.parametrize(("schema", "text"), AGREE)
def test_a_text_that_says_nothing_else(schema: dict[str, Any], text: str) -> None:
    """No finding is better than a false one."""
    assert not of_text(schema, text)


@pytest.mark.parametrize(
    ("text", "required", "rule"),
    [
        ("Optional. The mask.", ["x"], "text-required"),
        ("The mask (required).", [], "text-required"),
        ("Optional. The mask.", [], None),
        ("Required. The mask.", ["x"], None),
        ("Required fields are marked.", [], None),
    ],
)
def test_what_a_text_demands(text: str, required: list[str], rule: str | None) -> None:
    assert of_text(STRING, text, *required) == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"type": "object", "properties": {"y": FLOAT}}, "/properties/x/properties/y/type"),
        ({"type": "array", "items": FLOAT}, "/properties/x/items/type"),
        (
            {"type": "array", "items": {"type": "object", "properties": {"y": FLOAT}}},
            "/properties/x/items/properties/y/type",
        ),
        ({"anyOf": [STRING, FLOAT]}, "/properties/x/anyOf/1/type"),
        (
            {"type": "object", "additionalProperties": FLOAT},
            "/properties/x/additionalProperties/type",
        ),
        ({"type": ["float", "null"]}, "/properties/x/type"),
    ],
)
def test_a_word_at_any_depth(schema: dict[str, Any], pointer: str) -> None:
    problems = found(source(properties={"x": schema}))
    assert [each.pointer for each in problems if each.rule == "type-word"] == [pointer]
    output = {"output": {"type": "object", "properties": {"x": schema}}}
    problems = found(source(output=output))
    assert [each.pointer for each in problems if each.rule == "type-word"] == [f"/output{pointer}"]


ODD: list[dict[str, Any]] = [
    {"type": ["string", 3], "enum": [[], {}], "default": {}, "items": 3, "validations": {}, "required": 5},
    {"type": 7, "format": 7, "minimum": "x", "maximum": None, "minLength": [], "description": 3},
    {"type": "array", "enum": [1], "default": True, "items": {"properties": 3}, "validations": [None, 3, []]},
    {"type": "array", "items": {"type": "integer", "enum": 3}, "default": [None, {}, []], "minItems": True},
    {"type": "integer", "default": 10**400, "maximum": 10**400, "minimum": 1e308, "enum": [10**400]},
    {"type": "string", "format": "image_uri", "validations": [ruled(10**400)["validations"][0], ruled(True, "9 MB")["validations"][0]]},
    {"type": "integer", "default": 10**400, "description": "Default: " + "9" * 500 + ", range 1 to " + "9" * 500},
    {"properties": {"y": 5}, "anyOf": 3, "const": None, "required": [[]], "title": {"title": []}},
]  # fmt: skip


@pytest.mark.parametrize("schema", ODD)
def test_no_shape_is_too_odd(schema: dict[str, Any]) -> None:
    odd = source(properties={"x": schema, "y": schema}, required=["x"], example={"x": schema})
    for problem in found(odd):
        assert problem.rule
        assert problem.line
        assert len(problem.message) < 1500


@pytest.mark.parametrize(
    "text",
    [
        "default " * 9000,
        "up to " * 9000,
        "range 1" * 9000,
        "{a," * 9000,
        " " * 50000 + "x",
        "`a" * 9000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """A pattern that looks again from every place would take minutes."""
    rules_of({"x": {**CHOICE, "description": text, "default": text, "title": text}, "y": {**IMAGES, "description": text}})  # fmt: skip


def test_the_contradictions_of_the_seed_pages() -> None:
    """Each of them, with its place, in the captured schemas (issue 2)."""
    sources, problems = read_schemas(SCHEMAS)
    assert not problems
    at = {
        (problem.rule, problem.file.rpartition("schemas/")[2], problem.pointer): problem
        for problem in found(*sources)
    }
    gpt_4o, gpt_2 = "openai/gpt-4o-image/edit", "openai/gpt-image-2/edit"
    expected = [
        ("default-type", f"{gpt_4o}/input.json", "/properties/image/default"),
        ("example-type", f"{gpt_4o}/endpoint.json", "/example/image"),
        ("rule-text", f"{gpt_4o}/input.json", "/properties/image/validations/0/validation_error"),
        ("default-on-required", f"{gpt_4o}/input.json", "/properties/prompt/default"),
        ("default-on-required", f"{gpt_2}/input.json", "/properties/prompt/default"),
        ("default-against-omission", f"{gpt_2}/input.json", "/properties/aspect_ratio/default"),
        ("output-wrapped", f"{gpt_4o}/output.json", "/output"),
        ("output-wrapped", f"{gpt_2}/output.json", "/output"),
        ("text-untranslated", f"{gpt_2}/input.json", "/title"),
    ]
    for key in expected:
        problem = at[key]
        line = (SCHEMAS / key[1]).read_text("utf-8").splitlines()[problem.line - 1]
        assert line[problem.column - 1 :].startswith(f'"{key[2].rpartition("/")[2]}"')
    known = {key[0] for key in expected}
    assert {problem.rule for problem in at.values()} == known
    assert len([each for each in at.values() if each.severity == "warning"]) == 4


@pytest.mark.skipif(not CORPUS.is_file(), reason="the corpus is not beside this checkout")
def test_the_corpus_has_oddities_and_no_contradictions(tmp_path: Path) -> None:
    """Its publisher took the texts out and mended the rest: a warning here is a false one."""
    entries = json.loads(CORPUS.read_text("utf-8"))["models"]
    for published in entries:
        info = {key: value for key, value in published.items() if key != "input_schema"}
        schema = published["input_schema"]
        write_endpoint(tmp_path, published["model_id"], info, schema, GENERIC_OUTPUT)
    sources, problems = read_schemas(tmp_path)
    assert not problems
    assert len(sources) == len(entries)
    assert {problem.severity for problem in found(*sources)} == {"note"}
