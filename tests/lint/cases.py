"""A fixture for every rule: files in which only this rule finds something, where, and a near miss.

The near miss is as close to it as can be, and nothing is found there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Files = Mapping[str, str | bytes]

TEXT: Json = {"type": "string"}
IMAGE: Json = {"type": "string", "format": "image_uri"}
IMAGES: Json = {"type": "array", "format": "image_uris"}
CHOICE: Json = {"type": "string", "enum": ["low", "high"]}
OUTPUT: Json = {"type": "object", "properties": {"image": {"type": "string", "format": "uri"}}}
X = "/properties/x"


@dataclass(frozen=True)
class Case:
    """at: `<file>:<line>:<column> <pointer>`; files are relative to the schemas folder."""

    at: str
    bad: Files
    near: Files = field(default_factory=dict[str, str])


def files(model_id: str = "acme/demo", **contents: Any) -> Files:
    """Return the files of one endpoint in the layout of `sync`, by stem.

    A str is written as it is.
    """
    whole = {
        "endpoint": {"model_id": model_id},
        "input": schema(x=TEXT),
        "output": OUTPUT,
    } | contents
    return {
        f"{model_id}/{stem}.json": (
            content if isinstance(content, (str, bytes)) else json.dumps(content, indent=2)
        )
        for stem, content in whole.items()
        if content is not None
    }


def schema(*required: str, **properties: Any) -> Json:
    """`x`, if it is first, begins in line 4."""
    return {"type": "object", "properties": properties, "required": list(required)}


def x(published: Json, *required: str, **contents: Any) -> Files:
    return files(input=schema(*required, x=published), **contents)


def pair(at: str, bad: Json, near: Json, *required: str) -> Case:
    """Two versions of the property x."""
    return Case(f"input.json:{at}", x(bad, *required), x(near, *required))


def told(at: str, bad: str, near: str, *required: str, **published: Any) -> Case:
    """Two descriptions of the property x."""
    published = {"type": "string"} | published
    return pair(
        f"{at} {X}/description",
        {**published, "description": bad},
        {**published, "description": near},
        *required,
    )


def facts(at: str, bad: Json, near: Json, published: Json = TEXT, *required: str) -> Case:
    """Two versions of endpoint.json."""
    both = ({"model_id": "acme/demo"} | each for each in (bad, near))
    made = (files(endpoint=each, input=schema(*required, x=published)) for each in both)
    return Case(f"endpoint.json:{at}", *made)


def identified(bad: str, near: str) -> Case:
    return Case("endpoint.json:2:3 /model_id", files(bad), files(near))


def ruled(value: Any = 25, text: str = "", rule: str = "file_size_mb<", **published: Any) -> Json:
    entry = {"validation_rule": rule, "validation_value": value, "validation_error": text}
    return {**IMAGE, "validations": [entry], **published}


def branched(other: Json) -> Files:
    """Two branches over the whole schema that describe x, the second one otherwise."""
    branches = [
        {"required": ["x"], "properties": {"x": {"type": "integer"}}},
        {"required": ["y"], "properties": {"x": other, "y": TEXT}},
    ]
    return files(input={**schema(x={"type": "integer"}), "anyOf": branches})


def referring(beside: Json) -> Files:
    """x, as a reference with something beside it."""
    named = {"type": "integer", "minimum": 5}
    return files(input={**schema(x={"$ref": "#/$defs/N", **beside}), "$defs": {"N": named}})


def corrected(at: str, *entries: Any) -> Case:
    return Case(f"overlay.json:{at}", files(overlay=list(entries)))


def entry(at: str, **more: Any) -> Json:
    return {"at": at, "reason": "we know", **more}


def raw(name: str, content: str | bytes, at: str) -> Case:
    return Case(at, files("acme/demo", **{name: content}))


LINED = '{"type": "object", "properties": {"x": {"type": "string", %s}}}'

CASES: dict[str, Case] = {
    # the other stages
    "schema-size": Case("input.json:0:0 ", files(input=f"{schema(x=TEXT)}{' ' * 500_000}")),
    "schema-stray-file": Case("notes.txt:0:0 ", {**files(), "acme/demo/notes.txt": ""}),
    "schema-file-missing": Case("output.json:0:0 ", files(output=None)),
    "model-id": Case("endpoint.json:1:2 /model_id", files(endpoint='{"model_id": "acme/other"}')),
    "model-id-case": Case("demo:0:0 ", {**files(), **files("acme/Demo")}),
    "encoding": raw("input", b'{"type": "\xff"}', "input.json:1:11 "),
    "json-syntax": raw("input", '{"type": "object",}', "input.json:1:19 "),
    "json-duplicate-key": raw("input", LINED % '"title": "a", "title": "b"', f"input.json:1:73 {X}/title"),
    "json-number": raw("input", LINED % '"maxLength": NaN', f"input.json:1:72 {X}/maxLength"),
    "json-surrogate": raw("input", LINED % r'"title": "\ud800"', f"input.json:1:68 {X}/title"),
    "json-depth": raw("input", "[" * 101 + "]" * 101, f"input.json:1:101 {'/0' * 8}"),
    "schema-shape": raw("input", '{"type": "array", "properties": {}}', "input.json:1:2 /type"),
    "overlay-shape": corrected("2:3 /0", entry(f"{X}/title")),
    "overlay-target": corrected("2:3 /0", entry("/properties/y/title", now="a")),
    "overlay-conflict": corrected("7:3 /1", entry(f"{X}/title", now="a"), entry(f"{X}/title", now="b")),
    "overlay-expired": corrected("2:3 /0", entry(f"{X}/type", was="integer", now="number")),
    "unreadable": Case(f"input.json:5:7 {X}/type", x({"type": "text"})),
    "names-lock": Case("names.lock.json:1:1 ", {**files(), "names.lock.json": "[]"}),
    "names-merged": Case(
        "names.lock.json:4:3 /properties",
        {
            **files(),
            "names.lock.json": json.dumps(
                {"endpoints": {}, "properties": {"a.R": {"a-b": "a_b", "a.b": "a_b"}}}, indent=2
            ).replace("{}", "{\n  }"),
        },
    ),
    "renamed": Case(
        "names.lock.json:3:5 /endpoints/Acme-ai~1Demo",
        {
            **files(),
            "names.lock.json": json.dumps(
                {"endpoints": {"Acme-ai/Demo": "acme_ai.demo:Demo"}, "properties": {}}, indent=2
            ),
        },
    ),
    "planned-rename": Case(
        "names.lock.json:3:5 /endpoints/acme~1demo",
        {
            **files(),
            "names.lock.json": json.dumps(
                {"endpoints": {"acme/demo": "acme.old_demo:OldDemo"}, "properties": {}}, indent=2
            ),
        },
    ),
    # facts
    "endpoint-gone": facts("3:3 /gone", {"gone": True}, {"gone": False}),
    "id-spaces": identified("acme/big demo", "acme/big.demo"),
    "id-capitals": identified("acme/Demo", "acme/demo-2"),
    "id-doubled": identified("acme/acme/demo", "acme/demo/acme"),
    "kind-unknown": facts("3:3 /kind", {"kind": "agent"}, {"kind": "workflow"}),
    "price-missing": facts(
        "1:1 ", {"source": "catalogue"}, {"source": "catalogue", "base_price_usd": 0, "price_unit": "output"}
    ),
    "price-odd": facts(
        "3:3 /base_price_usd", {"base_price_usd": -1, "price_unit": "second"}, {"base_price_usd": 0.5, "price_unit": "second"}
    ),
    "output-kind": Case(
        "output.json:3:3 /properties",
        files(endpoint={"model_id": "acme/demo", "categories": ["text-to-audio"]}),
        files(endpoint={"model_id": "acme/demo", "categories": ["text-to-image"]}),
    ),
    # structure
    "required-unknown": Case("input.json:9:5 /required/0", x(TEXT, "y"), x(TEXT, "x")),
    "required-duplicate": Case("input.json:10:5 /required/1", x(TEXT, "x", "x"), x(TEXT, "x")),
    "object-shape": pair(f"6:7 {X}/properties", {"type": "object", "properties": []}, {"type": "object", "properties": {}}),
    "name-odd": Case(
        "input.json:4:5 /properties/2_text", files(input=schema(**{"2_text": TEXT})), files(input=schema(text_2=TEXT))
    ),
    "enum-shape": pair(f"6:7 {X}/enum", {"type": "string", "enum": "low"}, CHOICE),
    "enum-type": pair(
        f"7:9 {X}/enum/0", {"type": "integer", "enum": ["5", 10]}, {"type": "integer", "enum": [5, 10.0, None]}
    ),
    "enum-numeric-text": pair(f"6:7 {X}/enum", {"type": "string", "enum": ["5", "10"]}, {"type": "string", "enum": ["5s", "10s"]}),
    "enum-duplicate": pair(
        f"9:9 {X}/enum/2", {"type": "string", "enum": ["720p", "4k", "720P"]}, {"type": "integer", "enum": [1, 2]}
    ),
    "enum-single": pair(f"6:7 {X}/enum", {"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["a", "b"]}),
    "enum-bounds": pair(
        f"8:9 {X}/enum/1", {"type": "integer", "enum": [5, 9], "maximum": 8}, {"type": "integer", "enum": [5, 8], "maximum": 8}
    ),
    "bounds-empty": pair(
        f"6:7 {X}/minimum", {"type": "integer", "minimum": 2, "maximum": 1}, {"type": "integer", "minimum": 2, "maximum": 2}
    ),
    "bound-unusable": pair(f"6:7 {X}/maxLength", {"type": "string", "maxLength": -1}, {"type": "string", "maxLength": 0}),
    "items-missing": pair(f"5:7 {X}/type", {"type": "array"}, IMAGES),
    "output-wrapped": Case("output.json:2:3 /output", files(output={"output": OUTPUT}), files()),
    "example-missing": facts("3:3 /example", {"example": {}}, {"example": {"x": "a"}}, TEXT, "x"),
    "example-unknown": facts("4:5 /example/y", {"example": {"y": "a"}}, {"example": {"x": "a"}}),
    # samples
    "default-type": pair(f"6:7 {X}/default", {"type": "integer", "default": "5"}, {"type": "integer", "default": 5.0}),
    "default-enum": pair(f"10:7 {X}/default", {**CHOICE, "default": "no"}, {**CHOICE, "default": "low"}),
    "default-case": pair(f"10:7 {X}/default", {**CHOICE, "default": "Low"}, {**CHOICE, "default": "high"}),
    "default-bounds": pair(
        f"7:7 {X}/default", {"type": "number", "maximum": 1, "default": 1.5}, {"type": "number", "maximum": 1, "default": 1}
    ),
    "example-type": facts("4:5 /example/x", {"example": {"x": 3}}, {"example": {"x": "3"}}),
    "example-enum": facts("4:5 /example/x", {"example": {"x": "no"}}, {"example": {"x": "low"}}, CHOICE),
    "example-case": facts("4:5 /example/x", {"example": {"x": "LOW"}}, {"example": {"x": "low"}}, CHOICE),
    "example-bounds": facts(
        "4:5 /example/x", {"example": {"x": "ab"}}, {"example": {"x": "a"}}, {"type": "string", "maxLength": 1}
    ),
    "default-null": pair(
        f"6:7 {X}/default", {"type": "integer", "default": None}, {"type": "integer", "nullable": True, "default": None}
    ),
    "default-on-required": pair(f"6:7 {X}/default", {**TEXT, "default": "a"}, TEXT, "x"),
    "sample-empty": pair(f"6:7 {X}/default", {**TEXT, "default": ""}, TEXT, "x"),
    "default-against-omission": pair(
        f"7:7 {X}/default",
        {**TEXT, "description": "Auto-detected if omitted.", "default": "1:1"},
        {**TEXT, "description": "Auto-detected if omitted.", "default": "auto"},
    ),
    "media-file-name": pair(f"7:7 {X}/default", {**IMAGE, "default": "a_1.png"}, {**IMAGE, "default": "https://a.example/b"}),
    # words
    "type-word": pair(f"5:7 {X}/type", {"type": "float"}, {"type": "number"}),
    "type-missing": pair(f"4:5 {X}", {"title": "X"}, {"enum": ["a", "b"]}),
    "format-unknown": pair(f"6:7 {X}/format", {"type": "string", "format": "uri"}, IMAGE),
    "format-type": pair(f"6:7 {X}/format", {"type": "string", "format": "image_uris"}, IMAGES),
    "media-without-format": Case(
        "input.json:4:5 /properties/video_url", files(input=schema(video_url=TEXT)), files(input=schema(video=TEXT))
    ),
    "media-by-description": pair(
        f"4:5 {X}", {**TEXT, "format": "uri", "description": "An image"}, {**TEXT, "description": "An image"}
    ),
    "keyword-unknown": pair(f"6:7 {X}/hint", {"type": "string", "hint": 3}, {"type": "string", "title": "3"}),
    "keyword-extension": Case(
        f"input.json:6:7 {X}/x-order",
        files(input=schema(x={**TEXT, "x-order": 0}, y={**TEXT, "x-order": 1, "x-hint": ""})),
        files(input=schema(x=TEXT, y=TEXT)),
    ),
    "property-never": Case(
        f"input.json:5:7 {X}/not",
        files(input=schema(x={"not": {}}, y=TEXT)),
        files(input=schema(x=TEXT, y=TEXT)),
    ),
    "keyword-not-enforced": pair(f"6:7 {X}/pattern", {"type": "string", "pattern": "a"}, {"type": "string", "maxLength": 1}),
    "one-of": pair(f"5:7 {X}/oneOf", {"oneOf": [TEXT, {"type": "integer"}]}, {"anyOf": [TEXT, {"type": "integer"}]}),
    "branches-differ": Case(
        "input.json:9:3 /anyOf",
        branched({"type": "integer", "maximum": 5}),
        branched({"type": "integer", "title": "X"}),
    ),
    "reference-replaced": Case(
        f"input.json:6:7 {X}/minimum", referring({"minimum": 0}), referring({"minimum": 6})
    ),
    "keyword-unused": pair(f"6:7 {X}/order", {"type": "string", "order": 3}, {"type": "string", "title": "3"}),
    "keyword-misplaced": pair(f"6:7 {X}/items", {"type": "string", "items": TEXT}, {"type": "array", "items": TEXT}),
    # validations
    "rule-shape": pair(f"8:9 {X}/validations/0", {**IMAGE, "validations": ["x"]}, {**IMAGE, "validations": []}),
    "rule-unknown": pair(
        f"9:11 {X}/validations/0/validation_rule", ruled(rule="duration<"), ruled(rule="width/height <=")
    ),
    "rule-without-media": pair(f"8:9 {X}/validations/0", {"type": "string", "title": "X", "validations": ruled()["validations"]}, ruled()),
    "rule-text": pair(f"11:11 {X}/validations/0/validation_error", ruled(25, "under 16 MB"), ruled(25, "under 25 MB")),
    "rule-empty": pair(
        f"13:9 {X}/validations/1",
        {**IMAGE, "validations": ruled(9, rule="width_pixels>")["validations"] + ruled(8, rule="width_pixels<")["validations"]},
        {**IMAGE, "validations": ruled(9, rule="width_pixels>")["validations"] + ruled(8, rule="height_pixels<")["validations"]},
    ),
    # texts
    "text-invisible": pair(f"6:7 {X}/title", {**TEXT, "title": "a\u202eb"}, {**TEXT, "title": "a\u00a0b"}),
    "text-untranslated": pair(f"6:7 {X}/title", {**TEXT, "title": "modelApiDoc_x"}, {**TEXT, "title": "modelApi"}),
    "text-template": pair(f"6:7 {X}/default", {**TEXT, "default": "> `Final prompt:` a cat"}, {**TEXT, "default": "a {curly} cat"}),
    "text-spaces": told("6:7", "The size. ", "The size."),
    "text-full-width": told("6:7", "One of wav、mp3", "支持 wav、mp3"),
    "text-quotes": pair(f"6:7 {X}/default", {**TEXT, "default": "say \u201chi\u201d"}, {**TEXT, "default": "it\u2019s \"hi\""}),
    "text-dangling": told("6:7", "The style, see options below.", "Keep it below 5 words."),
    "text-price": told("6:7", "High costs 20% more.", "High quality, at all costs."),
    # descriptions against the schema
    "text-limit": told("8:7", "Up to 4 images.", "Up to 9 images.", type="array", format="image_uris", maxItems=9),
    "prose-limit": told("6:7", "At most 2,048 characters.", "A few characters."),
    "prose-condition": Case(
        f"input.json:6:7 {X}/description",
        files(input=schema(x={**TEXT, "description": "Required if no image is given."}, image=IMAGE)),
        files(input=schema(x={**TEXT, "description": "Required if you are able."}, image=IMAGE)),
    ),
    "text-default": told("11:7", "Default: high.", "Default: low.", enum=["low", "high"], default="low"),
    "text-enum": told("10:7", "One of `low`, `ultra`.", "One of `low`, `high`.", enum=["low", "high"]),
    "prose-default": told("6:7", "Defaults to `low`.", "The default quality."),
    "text-type": told("6:7", "A size, or {width, height}.", "A {size}."),
    "text-required": told("6:7", "(optional) The size.", "An optional extra.", "x"),
}  # fmt: skip

# Found without an endpoint, or outside the schemas: `test_rules.py` makes them in place.
ELSEWHERE = frozenset(
    {"schemas-missing", "schemas-empty", "schema-link", "manifest", "only-unmatched"}
)
