"""The content of a page and its order; hostile schemas put nothing else on it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import black
from black.mode import Mode, TargetVersion
from click.testing import CliRunner
from runcomfy_codegen.cli.app import main
from runcomfy_codegen.schemas.folder import EndpointSource
from runcomfy_codegen.text.problems import has_errors
from runcomfy_codegen.text.python_calls import LINE_LENGTH

from .._support.endpoints import DIALECT, ENDPOINTS
from .._support.generator import source, write
from .._support.markdown_readers import HOSTILE, seen, site
from .._support.reference import CATALOGUE, blocks, generated, page_of, path_of, source_of, sources
from .._support.sdk import Case, properties

MODE = Mode(target_versions={TargetVersion.PY311}, line_length=LINE_LENGTH)
SECTIONS = [
    "Get started",
    "Authentication",
    "Submit a request",
    "Ask for the status",
    "Get the result",
    "Cancel",
    "File inputs",
    "Parameters",
    "Input schema",
    "Output schema",
    "Problems in the schema",
]
IMAGE = {"type": "string", "format": "image_uri"}
INFO: dict[str, Any] = {
    "display_name": "Paint",
    "description": "Paints *what* you say.",
    "categories": ["image-to-image", "edit-image"],
    "base_price_usd": 0.036,
    "price_unit": "output",
    "pricing_note": "2K costs double",
}
SIZE = {"validation_rule": "file_size_mb<", "validation_value": 25, "validation_error": "not 16|MB"}


def test_the_sections_in_the_order_of_the_published_pages() -> None:
    case = properties("image", image=IMAGE, x={"type": "string", "default": 5})
    page = page_of(generated(source_of("acme/paint", case, **INFO)), "acme/paint")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == SECTIONS
    shown = [
        "# Paint",
        "`acme/paint`",
        "image-to-image, edit-image",
        "&#36;0.036 per output; 2K costs double",
    ]
    assert [each for each in shown if each not in page] == []
    assert "Paints &#42;what&#42; you say." in page
    assert "x: the default 5 is not of type string" in page
    for section in page.split("\n## ")[1:7]:
        languages = re.findall(r"^```(\w+)$", section, re.MULTILINE)
        assert languages == sorted(languages), "Python first"
    plain = page_of(generated(source("acme/words")), "acme/words")
    assert "## File inputs" not in plain
    assert "Price: not published" in plain


def test_the_table_of_parameters() -> None:
    case = properties(
        "images",
        images={
            "type": "array",
            "items": IMAGE,
            "maxItems": 3,
            "validations": [SIZE],
            "default": ["x"],
        },
        promptText={
            "type": "string",
            "maxLength": 9,
            "description": "Say | it\n\nhere.",
            "default": "",
        },
        fps={"type": "integer", "enum": [24, 25], "default": 25},
        strength={"type": "float", "minimum": 0, "exclusiveMaximum": 1, "default": 0.5},
        note={"type": ["string", "null"]},
        lora={"type": "object", "required": ["path"], "properties": {"path": {"type": "string"}}},
        loras={
            "type": "array",
            "items": {"type": "object", "properties": {"a": {"type": "boolean"}}},
        },
        odd={"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "integer"}]},
    )
    page = page_of(generated(source_of("acme/paint", case)), "acme/paint")
    rows = [line for line in page.split("\n") if line.startswith(("| `", "### "))]
    assert rows == [
        "| `images`<br>**required** | list of images | at most 3 items<br>`file_size_mb` &#60; 25; the vendor says: “not 16&#124;MB” |  |  |",
        '| `prompt_text`<br>sent as `promptText` | text | at most 9 characters | `""` | Say &#124; it here. |',
        "| `fps` | integer | `24`, `25` | `25` |  |",
        "| `strength` | number | at least 0<br>less than 1 | `0.5` |  |",
        "| `note` | text or null |  |  |  |",
        "| `lora` | `PaintLora` |  |  |  |",
        "| `loras` | list of `PaintLorasItem` |  |  |  |",
        '| `odd` | text or integer | `"a"` |  |  |',
        "### PaintLorasItem",
        "| `a` | boolean |  |  |",
        "### PaintLora",
        "| `path`<br>**required** | text |  |  |",
    ]


def test_a_default_that_its_text_denies() -> None:
    """Show it, but not as the meaning of leaving it out."""
    words = {"type": "string", "default": "1:1", "description": "Automatic if omitted."}
    case = properties(**{"a/b~c": words, "plain": {"type": "string", "default": "1:1"}})
    page = page_of(generated(source_of("acme/paint", case)), "acme/paint")
    assert '| `"1:1"`<br>[unclear](#problems-in-the-schema) | Automatic if omitted. |' in page
    assert '| `plain` | text |  | `"1:1"` |  |' in page


def test_no_column_of_descriptions_where_there_is_none() -> None:
    page = page_of(
        generated(source_of("acme/paint", properties(x={"type": "string"}))), "acme/paint"
    )
    assert (
        "| Parameter | Type | Allowed | Server default |\n|---|---|---|---|\n| `x` | text |  |  |\n"
        in page
    )


def test_media_that_may_be_left_out_is_shown_as_well() -> None:
    """With the limits that are recommended for its kind."""
    for kind, advice in (("image", "images of up to 50 MB"), ("audio", "")):
        sound = {"type": "array", "items": {"type": "string", "format": f"{kind}_uri"}}
        case = properties("prompt", prompt={"type": "string"}, inputs=sound)
        page = page_of(generated(source_of("acme/paint", case)), "acme/paint")
        section = page.partition("## File inputs")[2].partition("\n## ")[0]
        (example,) = blocks(section, "python")
        assert "prompt=" in example
        assert re.search(r'inputs=\[Path\("input\.\w+"\)\]', example)
        assert ("Recommended" in section) == bool(advice)
        assert advice in section
        assert "Path(" not in page.replace(section, "")


def test_media_are_shown_where_another_type_is_allowed_too() -> None:
    point = {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]}
    either = {"anyOf": [point, {"type": "array", "items": {"anyOf": [{"type": "null"}, IMAGE]}}]}
    case = properties("prompt", prompt={"type": "string"}, mask=either)
    page = page_of(generated(source_of("acme/paint", case)), "acme/paint")
    section = page.partition("## File inputs")[2].partition("\n## ")[0]
    (example,) = blocks(section, "python")
    assert 'mask=[Path("input.png")]' in example


def test_the_output_schema_that_all_models_share() -> None:
    page = page_of(generated(source_of("acme/paint", properties())), "acme/paint")
    assert "such as audio" in page.partition("## Output schema")[2]
    own = {"output": {"type": "object", "properties": {"x": {"type": "string"}}}}
    case = Case({"type": "object", "properties": {}}, own)
    page = page_of(generated(source_of("acme/own", case)), "acme/own")
    assert "every model" not in page


def test_the_index() -> None:
    generation = generated(
        source_of("acme/paint", properties("image", image=IMAGE), **INFO),
        source("acme/free"),
        source("beta/x y/4k"),
    )
    assert path_of(generation, "beta/x y/4k") == "docs/beta/x_y/v4k.md"
    rows = [
        line for line in generation["docs/index.md"].split("\n") if line.startswith(("| ", "## "))
    ]
    assert rows == [
        "## acme",
        "| Model | Task | Input | Price |",
        "| [acme/free](acme/free.md) | other | text | not published |",
        "| [acme/paint](acme/paint.md)<br>Paint | image-to-image, edit-image | image | &#36;0.036 per output |",
        "## beta",
        "| Model | Task | Input |",
        "| [beta/x y/4k](beta/x_y/v4k.md) | other | text |",
    ], "no column that would be empty"


def test_hostile_schemas() -> None:
    """Wherever a text can stand: the page has the same elements as with harmless words."""

    def source_with(number: int, text: str) -> EndpointSource:
        rule = {**SIZE, "validation_rule": text or "x<", "validation_error": text}
        words = {
            "type": "string",
            "title": text,
            "description": text,
            "default": text,
            "enum": [text, "x"],
        }
        case = Case(
            {"type": "object", "required": ["a"], "properties": {
                "a": {"type": "string", "default": text}, "b": words, "c": {**IMAGE, "validations": [rule], "description": "x"}}},
            {"output": {"type": "object", "description": text, "properties": {"x": {"type": "string"}}}},
            {"a": text},
        )  # fmt: skip
        info = {key: text if isinstance(value, str) else value for key, value in INFO.items()}
        return source_of(f"acme/a&b's *{number}*", case, **info | {"categories": [text]})

    generation = generated(
        *(source_with(*each) for each in enumerate(["words of vendor", *HOSTILE]))
    )
    assert not has_errors(generation.problems)
    optional = {"code", "span", "br", "p"}  # how a text is shown, and whether there is one
    tags: list[list[str]] = []
    for number, _ in enumerate(["", *HOSTILE]):
        page = page_of(generation, f"acme/a&b's *{number}*").partition("## Problems in the schema")[
            0
        ]
        tags.append([tag for tag in seen(site(page)).tags if tag not in optional])
        assert tags[-1] == tags[0]


def test_examples_are_laid_out_as_black_would() -> None:
    every = [source_of("acme/every/construct", properties(*DIALECT, **DIALECT))]
    every += [
        source_of(model_id, case) for model_id, case in ENDPOINTS.items() if "acme" in model_id
    ]
    words = 'it\'s a long text of many words, with "quotes" and 漢字漢字 and \\ in it ' * 3
    nested = {
        "type": "object",
        "required": ["p"],
        "properties": {"p": {"type": "string", "default": words}},
    }
    long = {"type": "array", "items": nested, "minItems": 2}
    example = {
        "a": words,
        "b": [{"p": words}, {"p": "x"}],
        "c": {"k": words, "l": [words, 1]},
        "d": ["x" * 99],
    }
    case = Case(
        {
            "type": "object",
            "required": [],
            "properties": {
                "a": {"type": "string"},
                "b": long,
                "c": {"type": "object"},
                "d": {"type": "array"},
            },
        },
        example=example,
    )
    seen = 0
    generation = generated(*sources(), *every, source_of("acme/long", case))
    for path, page in generation.items():
        for block in blocks(page, "python") if path.startswith("docs/") else ():
            assert black.format_str(block, mode=MODE) == block, path
            seen += 1
    assert seen > (200 if CATALOGUE.is_file() else 50)
    assert json.dumps(words)[1:40] in page_of(generation, "acme/long")


def test_a_request_that_would_be_endless_is_not_shown() -> None:
    nest: dict[str, Any] = {"type": "string"}
    for _ in range(6):
        nest = {"type": "array", "items": nest, "minItems": 999}
    page = page_of(generated(source_of("acme/endless", properties("x", x=nest))), "acme/endless")
    assert len(page) < 20_000


def test_under_another_name(tmp_path: Path) -> None:
    """A package of another name, with some endpoints only; a page that was edited is drift."""
    write(tmp_path / "schemas", source("acme/paint"), source("beta/draw"))
    arguments = ["--package", "acme_models", "--only", "acme/*"]
    for each in ("schemas", "out"):
        arguments += [f"--{each}", str(tmp_path / each)]
    run = CliRunner()
    assert run.invoke(main, ["generate", *arguments]).exit_code == 0
    pages = sorted(
        path.relative_to(tmp_path / "out").as_posix() for path in tmp_path.rglob("*/docs/**/*.md")
    )
    assert pages == ["docs/acme/paint.md", "docs/index.md", "docs/llms/acme/paint.md"]
    page = tmp_path / "out" / pages[0]
    imported = re.findall(r"^from (\w+) import .*RunComfy$", page.read_text("utf-8"), re.MULTILINE)
    assert set(imported) == {"acme_models"}
    assert run.invoke(main, ["generate", "--check", *arguments]).exit_code == 0
    page.write_text(page.read_text("utf-8") + "mine\n", "utf-8")
    checked = run.invoke(main, ["generate", "--check", *arguments])
    assert checked.exit_code == 1
    assert "acme/paint.md: edited by hand" in checked.stderr
    page.unlink()
    assert run.invoke(main, ["generate", *arguments]).exit_code == 0
    assert "mine" not in page.read_text("utf-8")


def test_a_page_lists_only_what_a_user_of_the_model_should_know() -> None:
    """`lint` reports the rest to maintainers."""
    words = {"type": "string", "default": "1:1", "description": "Automatic if omitted."}
    case = properties(
        "prompt", prompt={"type": "string", "default": "x", "title": "modelApiDoc_x"}, ratio=words
    )
    found = page_of(generated(source_of("acme/paint", case)), "acme/paint")
    [finding] = re.findall(
        r"^- (.*)$", found.partition("## Problems in the schema")[2], re.MULTILINE
    )
    assert finding.startswith('ratio: the default is "1:1", but')
    plain = properties("prompt", prompt={"type": "string", "default": "x"})
    page = page_of(generated(source_of("acme/plain", plain)), "acme/plain")
    assert "None that matters" in page.partition("## Problems in the schema")[2]


def test_a_page_shows_corrections_but_not_those_of_texts() -> None:
    text = {"type": "string", "title": "modelApiDoc_x", "maxLength": 20, "pattern": "x"}
    at = "/properties/prompt"
    overlay = [
        {"at": f"{at}/title", "was": "modelApiDoc_x", "now": "Prompt", "reason": "No words."},
        {"at": f"{at}/maxLength", "was": 20, "now": 50, "reason": "The description says 50."},
        {"at": f"{at}/pattern", "was": "x", "reason": "Longer prompts were accepted."},
    ]
    generation = generated(source("acme/paint", {"prompt": text}, overlay=overlay))
    corrections = page_of(generation, "acme/paint").partition("SDK corrects")[2]
    assert "title" not in corrections
    assert f"- `{at}/maxLength` is now `50`: The description says 50." in corrections
    assert f"- `{at}/pattern` is removed: Longer prompts were accepted." in corrections


def test_a_model_that_is_gone_is_marked() -> None:
    case = properties("prompt", prompt={"type": "string"})
    generation = generated(source_of("acme/here", case), source_of("acme/old", case, gone=True))
    rows = [line for line in generation["docs/index.md"].splitlines() if line.startswith("| [")]
    assert ["(gone)" in row for row in rows] == [False, True]
    assert "This model is gone" in page_of(generation, "acme/old")
    assert "This model is gone" not in page_of(generation, "acme/here")
