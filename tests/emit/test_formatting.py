"""Whole modules are as black would write them, although only long statements go through it."""

from __future__ import annotations

import json
from pathlib import Path

import black
import pytest
from black.mode import Mode, TargetVersion
from runcomfy_codegen.build.generation import Generation, Project, generate
from runcomfy_codegen.emit.layout import HEADER, LINE_LENGTH, format_module
from runcomfy_codegen.emit.templates import environment
from runcomfy_codegen.schemas.folder import EndpointSource, read_schemas
from runcomfy_codegen.text.documents import Document

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "generator" / "runcomfy_codegen" / "runtime"
CATALOGUE = ROOT.parent / "shared" / "corpus" / "catalogue.json"
MODE = Mode(target_versions={TargetVersion.PY311}, line_length=LINE_LENGTH)

TEXTS = (
    '"quoted" from start to "end"',
    "ends with a backslash \\",
    '""" {{ x }} {% y %} %s # coding: latin-1',
    "two\n\n  paragraphs \n- with\ttabs\n",
    "a line of words that has to be wrapped because it is longer than the width " * 3,
    "一行没有空格的中文文字" * 15,
    " ",
    "'",
)
LONG = "a_rather_long_name_for_a_property_or_a_class_" * 2
ENTRY = {"validation_rule": "file_size_mb<", "validation_value": 5, "validation_error": "x" * 90}
ODD: dict[str, object] = {
    "acme/none": {},
    "acme/both": {"prompt": {"type": "string"}},
    "acme/both/below/deep": {
        "prompt": {"type": "string", "description": '"quoted" \\ """ {{ x }}'}
    },
    "acme/both/beside": {},
    "acme/texts": {
        f"field_{number}": {
            "type": "string",
            "description": text,
            "default": text,
            "enum": [text, "x"],
        }
        for number, text in enumerate(TEXTS)
    },
    "acme/long/"
    + LONG.replace("_", "-")[:90]: {
        LONG: {"type": "array", "items": {"type": "float", "minimum": 0}, "maxItems": 3},
        "choice": {"enum": [f"choice number {number}" for number in range(9)]},
        "wide": {"enum": ["宽" * 40, "x"]},
        "mixed": {
            "anyOf": [{"type": "string", "maxLength": 9}, {"type": "integer", "enum": [1, 2]}]
        },
        "nested": {
            "type": ["object", "null"],
            "properties": {"a-b": {"type": ["integer", "null"]}, "c": {}},
        },
        "image": {"type": "string", "format": "image_uri", "validations": [ENTRY]},
        "video": {"type": "array", "format": "video_uris", "validations": [ENTRY, ENTRY]},
        "fraction": {"type": "float", "enum": [0.5, 1.5]},
    },
}


def _source(model_id: str, schema: dict[str, object]) -> EndpointSource:
    output = {
        "type": "object",
        "properties": {"text": {"type": "string"}, "parts": {"type": "array"}},
    }
    parts = ({"model_id": model_id}, schema, output)
    endpoint, input_, output_ = (Document(f"schemas/{model_id}", part) for part in parts)
    return EndpointSource(model_id, f"schemas/{model_id}", endpoint, input_, output_, None)


def _assert_black_agrees(generation: Generation) -> None:
    """Look at what is emitted; `make check` has black look at what is published as it is written."""
    assert not [problem for problem in generation.problems if problem.severity == "error"]
    as_written = {path.read_text("utf-8") for path in RUNTIME.rglob("*.py")}
    modules = {
        path: text.removeprefix(HEADER) for path, text in generation.items() if path.endswith(".py")
    }
    modules = {path: text for path, text in modules.items() if text not in as_written}
    assert "runcomfy/client.py" in modules
    assert {
        path for path, text in modules.items() if black.format_str(text, mode=MODE) != text
    } == set()


def test_the_seed_endpoints() -> None:
    _assert_black_agrees(generate(Project(read_schemas(ROOT / "schemas")[0])))


def test_odd_endpoints() -> None:
    sources = (
        _source(each, {"type": "object", "properties": properties})
        for each, properties in ODD.items()
    )
    _assert_black_agrees(generate(Project(tuple(sources))))


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue of real endpoints is not here")
def test_every_third_endpoint_of_the_catalogue() -> None:
    models = json.loads(CATALOGUE.read_text("utf-8"))["models"][::3]
    sources = (_source(model["model_id"], model["input_schema"]) for model in models)
    generation = generate(Project(tuple(sources)))
    endpoints = generation.endpoint_files
    chosen = {
        path: text.removeprefix(HEADER)
        for path, text in generation.items()
        if path in endpoints and path.endswith(".py")
    }
    assert len(chosen) == len(models)
    assert {
        path for path, text in chosen.items() if black.format_str(text, mode=MODE) != text
    } == set()


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_tables_are_laid_out_as_black_would(count: int) -> None:
    """At every width around the one at which the layout changes."""
    table = environment().filters["table"]
    for width in range(1, 90):
        entries = {f"n{number}": "C" for number in range(count - 1)} | {"x" * width: "Class"}
        text = f"class A:\n    _children = {table(entries, 4)}\n"
        assert black.format_str(text, mode=MODE) == text


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_choices_are_laid_out_as_black_would(count: int) -> None:
    """At every width around those at which the layout changes."""
    choice = environment().filters["choice"]
    for width in range(1, 110):
        members = [*(f'"{number}"' for number in range(count - 1)), f'"{"x" * width}"']
        text = format_module(f"Alias: TypeAlias = {choice(members, 'Alias')}\n")
        assert black.format_str(text, mode=MODE) == text


def test_what_is_not_python_is_refused() -> None:
    with pytest.raises(ValueError, match="not Python"):
        format_module("x = [" + "1, " * 60)


def test_a_docstring_keeps_to_the_width_and_to_black() -> None:
    """Quotes and all, at every length around those at which it is broken."""
    docstring = environment().filters["docstring"]
    for length in range(60, 110):
        for text in ("w " * (length // 2) + "end", "w " * (length // 2) + 'end"', '"' + "w " * 50):
            source = f"class A:\n    {docstring(text, 4)}\n"
            assert max(map(len, source.split("\n"))) <= LINE_LENGTH
            assert black.format_str(source, mode=MODE) == source
