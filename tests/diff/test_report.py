"""Three layouts of one difference: what comes first, what is escaped, and what a changelog gets."""

from __future__ import annotations

import json
import re
from typing import Any

from runcomfy_codegen.diff import Difference, changelog_section
from runcomfy_codegen.diff.report import LAYOUTS, summary

from .._support.diff import MODEL, between, inputs
from .._support.generator import source

CHOICES = {"type": "string", "enum": ["1k", "4k"], "default": "1k"}
HOSTILE = "\x1b[31m\u202e `](https://evil.example) <b> |\n# heading www.evil.example @all"


def mixed() -> Difference:
    old = {"size": CHOICES, "seed": {"type": "integer"}}
    new = {"size": {**CHOICES, "enum": ["1k"], "default": "4k"}, "seed": {"type": "number"}}
    return between(
        [source(MODEL, old, title="A", base_price_usd=1)],
        [source(MODEL, new, title="B", base_price_usd=2), source("acme/new"), source("acme/a")],
    )


def test_text_report_is_sorted_and_ends_with_a_summary() -> None:
    text = LAYOUTS["text"](mixed())
    severities = re.findall(r"^(breaking|warning|price|additive|docs-only):", text, re.MULTILINE)
    order = ["breaking", "warning", "price", "additive", "docs-only"]
    assert severities == sorted(severities, key=order.index)
    assert 'client.acme.demo.edit.submit(size="4k")' in text
    assert f"old/{MODEL}/input.json" not in text
    assert re.search(rf"new/{MODEL}/input\.json:\d+:\d+ \(at /properties/size/enum\)", text)
    assert 'submit() and run(): parameter size: Literal loses "4k"' in text
    assert "submit() and run(): parameter seed: int -> float" in text
    assert text.splitlines()[-1] == summary(mixed())


def test_the_summary_counts_and_suggests_a_version() -> None:
    assert summary(mixed()) == (
        "2 new endpoints, 1 breaking change, 1 warning, 1 change of price, 1 addition, "
        "1 change of documentation; "
        "suggested version: major (code that works today may stop working)"
    )
    x = {"type": "string"}
    assert "suggested version: minor" in summary(inputs({}, {"x": x}))
    assert "suggested version: minor" in summary(inputs({"x": x}, {"x": {**x, "default": "a"}}))
    assert "suggested version: patch" in summary(inputs({"x": x}, {"x": {**x, "title": "a"}}))
    assert summary(inputs({"x": x}, {"x": x})).startswith("no change; suggested version: none")


def test_markdown_is_a_section_of_a_changelog() -> None:
    lines = changelog_section(mixed()).splitlines()
    assert lines[0] == "## Unreleased"
    headings = [line for line in lines if line.startswith("### ")]
    assert headings == [
        "### Breaking",
        "### Changed defaults",
        "### Prices",
        "### Added",
        "### Docs",
    ]
    breaking = lines[lines.index("### Breaking") : lines.index("### Changed defaults")]
    assert f"- `{MODEL}`" in breaking
    assert '  - `size`: "4k" is no longer allowed' in breaking
    assert any('`client.acme.demo.edit.submit(size="4k")`' in line for line in breaking)
    added = lines[lines.index("### Added") : lines.index("### Docs")]
    assert "- `acme/new`: new, client.acme.new" in added
    assert changelog_section(inputs({}, {})) == ""


def test_json_holds_everything() -> None:
    report = json.loads(LAYOUTS["json"](mixed()))
    assert report["summary"] == {
        "breaking": 1,
        "possibly breaking": 0,
        "warning": 1,
        "price": 1,
        "additive": 3,
        "docs-only": 1,
    }
    assert report["version"]["step"] == "major"
    first = report["changes"][0]
    assert first["rule"] == "input-choice-removed"
    assert first["witness"]["body"] == {"size": "4k"}
    assert first["old"] == ["4k"]
    assert first["line"]
    assert report["python"]["acme/new"] == ["client.acme.new added"]


def test_a_removed_thing_is_shown_where_it_was() -> None:
    (change,) = inputs(
        {"x": {"type": "string"}, "y": {"type": "string"}}, {"y": {"type": "string"}}
    ).changes
    assert change.file == f"old/schemas/{MODEL}/input.json".replace("schemas/", "")
    assert change.pointer == "/properties/x"
    assert change.line


def hostile() -> Difference:
    def prop(text: str) -> dict[str, Any]:
        return {"type": "string", "title": text, "enum": ["a", text], "default": text}

    plain = {"x": prop("b"), "y": prop("c"), "z``z": {"type": "string"}}
    evil = {"x": prop(HOSTILE), "y": {"type": "integer"}}
    return between(
        [source(MODEL, plain)],
        [source(MODEL, evil, display_name=HOSTILE, pricing_note=HOSTILE, description=HOSTILE * 99)],
    )


def test_vendor_text_is_escaped_in_terminals_and_pages() -> None:
    difference = hostile()
    for layout in ("text", "markdown", "json"):
        report = LAYOUTS[layout](difference)
        assert "\x1b" not in report
        assert "\u202e" not in report
    markdown = LAYOUTS["markdown"](difference)
    assert "\n# heading" not in markdown
    # Outside of code spans nothing is left that would be a link, a tag, code or a mention.
    prose = re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown)
    assert "evil" in prose
    assert not re.search(r"(?<!\\)[\[\]<@|]|https://|www\.evil|(?<!\\)`", prose)
    assert "``` z``z ```" in markdown


def test_the_report_is_the_same_every_time() -> None:
    for layout in LAYOUTS.values():
        assert layout(hostile()) == layout(hostile())
        assert layout(mixed()) == layout(mixed())


def test_a_long_witness_is_short_in_python_and_whole_in_json() -> None:
    text = {"type": "string"}
    difference = inputs({"x": text}, {"x": {**text, "maxLength": 5000}})
    assert 'submit(x="x" * 5001)' in LAYOUTS["text"](difference)
    body = json.loads(LAYOUTS["json"](difference))["changes"][0]["witness"]["body"]
    assert body == {"x": "x" * 5001}


def test_no_witness_is_said_so() -> None:
    pattern = {"type": "string", "pattern": "^(a+)+$"}
    text = LAYOUTS["text"](inputs({"x": pattern}, {"x": {**pattern, "maxLength": 3}}))
    assert "no counterexample: a value has a pattern" in text
    huge = {"type": "string"}
    text = LAYOUTS["text"](inputs({"x": huge}, {"x": {**huge, "maxLength": 2_000_000}}))
    assert "no counterexample: no request was found" in text


def test_a_pattern_elsewhere_hides_no_counterexample() -> None:
    pattern = {"type": "string", "pattern": "^(a+)+$"}
    text = {"type": "string"}
    difference = inputs({"p": pattern, "x": text}, {"p": pattern, "x": {**text, "maxLength": 3}})
    assert 'client.acme.demo.edit.submit(x="xxxx")' in LAYOUTS["text"](difference)
    assert difference.breaks


def test_what_has_no_counterexample_is_possibly_breaking() -> None:
    pattern = {"type": "string", "pattern": "^a"}
    difference = inputs({"x": pattern}, {"x": {**pattern, "maxLength": 3}})
    assert not difference.breaks
    assert LAYOUTS["text"](difference).startswith(
        "possibly breaking: acme/demo/edit\n  x: maxLength"
    )
    assert "1 possibly breaking change; suggested version: minor" in summary(difference)
    assert "### Possibly breaking\n" in changelog_section(difference)


def test_prices_are_a_section_of_their_own() -> None:
    def priced(**facts: Any) -> Any:
        return source(MODEL, {"x": {"type": "string"}}, **facts)

    old = priced(base_price_usd=0.05, price_unit="image")
    for new, said in (
        (
            priced(base_price_usd=0.05, price_unit="second"),
            "$0.05 per image -> $0.05 per second",
        ),
        (
            priced(base_price_usd=0.07, price_unit="image"),
            "$0.05 per image -> $0.07 per image",
        ),
        (priced(), "$0.05 per image -> unknown"),
    ):
        difference = between([old], [new])
        text, markdown = LAYOUTS["text"](difference), said.replace("$", "\\$")
        assert text.startswith(f"price: {MODEL}\n  price: {said} [price-changed]\n")
        assert f"### Prices\n\n- `{MODEL}`\n  - price: {markdown}\n" in changelog_section(
            difference
        )
        assert "1 change of price; suggested version: patch" in summary(difference)


def test_a_new_endpoint_is_one_line() -> None:
    new = source("acme/new", display_name="New *thing*", base_price_usd=0.5, price_unit="second")
    difference = between([source(MODEL)], [source(MODEL), new])
    assert LAYOUTS["text"](difference).splitlines()[0] == (
        'additive: acme/new: new, "New *thing*", client.acme.new, $0.5 per second [endpoint-added]'
    )
    assert (
        '- `acme/new`: new, "New \\*thing\\*", client.acme.new, \\$0.5 per second\n'
        in changelog_section(difference)
    )


def test_breaking_names_show_the_code_that_breaks() -> None:
    assert "breaks code such as:\n      client.acme.demo.edit.submit(...)" in LAYOUTS["text"](
        between([source(MODEL), source("acme/x")], [source("acme/x")])
    )
