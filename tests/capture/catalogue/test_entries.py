"""Entries that cannot be taken, or only in part; none of them stops another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from runcomfy_codegen.capture.catalogue.entries import read_catalogue
from runcomfy_codegen.capture.catalogue.listing import parse_pages
from runcomfy_codegen.schemas.endpoint_json import OWNED

from ..._support.page_server import Answer, serving
from ..._support.sync import SCHEMA, Folder, entry, lines, page

GOOD = entry("acme/good")


@pytest.mark.parametrize(
    "model_id",
    [
        *("../x/y", "a/../../y", "/etc/passwd", "C:/windows", "a/b:c", "a\\b/c", "a//b", "a/b/"),
        *("nul/a", "a/com1.txt", "a/b.", "a/ b", "a/b ", "a/.git", "a/b\x00c", "a/b\nc"),
        *("a/\u202ecod", "one", "", "a/{id}", f"a/{'x' * 300}", "/".join("x" * 60 for _ in "1234")),
    ],
)
def test_hostile_ids(folder: Folder, model_id: str) -> None:
    result = folder.sync(page(entry(model_id), GOOD))
    assert (result.exit_code, lines(result)) == (1, ["new acme/good"])
    assert "[model-id]" in result.stderr
    assert "\u202e" not in result.stderr
    assert {path.rpartition("/")[0] for path in folder.files()} == {"acme/good"}
    assert {path.name for path in folder.root.iterdir()} == {"schemas", "saved.json"}


def test_an_id_that_is_there_twice(folder: Folder) -> None:
    text = json.dumps(page(entry("acme/x"), GOOD)).replace(
        '"acme/x"', '"acme/x", "model_id": "acme/y"'
    )
    (folder.root / "twice.json").write_text(text, "utf-8")
    result = folder.run("--from", str(folder.root / "twice.json"))
    assert (result.exit_code, lines(result)) == (1, ["new acme/good"])
    assert 'an entry without a model id: the key "model_id" is there twice' in result.stderr


@pytest.mark.parametrize(
    "model_id",
    ["minimax/Hailuo Video 01 Live", "kling/o3/4K/text", "wan-ai/wan-2.7/x", "sync/sync/v2/pro"],
)
def test_ids_that_are_only_unusual(folder: Folder, model_id: str) -> None:
    assert lines(folder.sync(page(entry(model_id)))) == [f"new {model_id}"]
    assert folder.info(model_id)["model_id"] == model_id


@pytest.mark.parametrize(
    ("bad", "rule", "pointer"),
    [
        ("text", "catalogue-entry", "/models/0"),
        (None, "catalogue-entry", "/models/0"),
        ({"input_schema": SCHEMA}, "catalogue-entry", "/models/0/model_id"),
        (entry("x/y") | {"model_id": 7}, "catalogue-entry", "/models/0/model_id"),
        ({"model_id": "x/y"}, "catalogue-schema", "/models/0/input_schema"),
        (entry("x/y", input_schema=None), "catalogue-schema", "/models/0/input_schema"),
        (entry("x/y", input_schema=[]), "catalogue-schema", "/models/0/input_schema"),
        (entry("x/y", input_schema="{}"), "catalogue-schema", "/models/0/input_schema"),
        (entry("x/y", input_schema={}), "catalogue-schema", "/models/0/input_schema/type"),
        (
            entry("x/y", input_schema={"type": "object", "properties": {"a": 1}}),
            "catalogue-schema",
            "/models/0/input_schema/properties/a",
        ),
    ],
)
def test_an_entry_that_cannot_be_taken(folder: Folder, bad: Any, rule: str, pointer: str) -> None:
    folder.sync(page(entry("x/y", display_name="was")))
    before = folder.files()
    result = folder.sync(page(bad, GOOD))
    assert (result.exit_code, lines(result)) == (1, ["new acme/good"])
    assert f"[{rule}]" in result.stderr
    assert f"(at {pointer})" in result.stderr
    assert before.items() <= folder.files().items(), "the endpoint is as it was, and not gone"


def test_positions_are_those_of_the_saved_reply(folder: Folder) -> None:
    reply = page(GOOD, entry("x/y", input_schema=3))
    result = folder.sync(json.dumps(reply, indent=1))
    line = json.dumps(reply, indent=1).splitlines().index('   "input_schema": 3') + 1
    assert f"saved.json:{line}:4: error: " in result.stderr


NAN = float("nan")
PRICES: tuple[Any, ...] = (True, NAN, float("inf"), -0.01, "0.04", [1], {}, 10**400)
CATEGORIES: tuple[Any, ...] = ("text-to-image", [1], {"a": 1})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("base_price_usd", odd) for odd in PRICES),
        *(("categories", odd) for odd in CATEGORIES),
        ("display_name", 7),
        ("description", ["x"]),
        ("display_name", "half \ud800"),
        ("price_unit", {"per": "second"}),
    ],
)
def test_a_strange_fact_is_left_out_and_named(folder: Folder, key: str, value: Any) -> None:
    result = folder.sync(page(entry("acme/a", **{key: value}), GOOD))
    assert (result.exit_code, lines(result)) == (0, ["new acme/a", "new acme/good"])
    assert f"warning: 'acme/a': {key} is left out" in result.stderr
    assert key not in folder.info("acme/a")


@pytest.mark.parametrize("price", [0, 0.0, 0.036, 12])
def test_a_price(folder: Folder, price: float) -> None:
    result = folder.sync(page(entry("acme/a", base_price_usd=price)))
    assert folder.info("acme/a")["base_price_usd"] == price
    assert "warning" not in result.stderr


def test_what_is_unknown_is_left_out_in_silence(folder: Folder) -> None:
    nothing: dict[str, Any] = {
        "display_name": "",
        "categories": [],
        "description": None,
        "base_price_usd": None,
    }
    result = folder.sync(page(entry("acme/a", new_key=[1], **nothing)))
    assert folder.info("acme/a") == {
        "model_id": "acme/a",
        "kind": "model",
        "source": "catalogue",
    }
    assert "warning" not in result.stderr


def test_required_inputs_that_the_schema_does_not_require(folder: Folder) -> None:
    schema = {"type": "object", "properties": SCHEMA["properties"]}
    bare = entry("acme/a", input_schema=schema, required_inputs=["prompt"])
    result = folder.sync(page(bare, entry("acme/b", required_inputs=["prompt"])))
    assert result.exit_code == 0
    assert result.stderr.count("[catalogue-required]") == 1
    assert "'acme/a': input_schema does not require ['prompt']" in result.stderr
    assert folder.read("acme/a", "input") == schema


SPOILED = {
    "a key twice": (
        '"prompt": {',
        b'"prompt": {"type": "string"}, "prompt": {',
        "json-duplicate-key",
    ),
    "no number": ('"what"', b"NaN", "json-number"),
    "a large number": ('"what"', b"1e999", "json-number"),
    "a long number": ('"what"', b"9" * 6000, "json-number"),
    "half a pair": ('"what"', b'"\\ud800"', "json-surrogate"),
    "deep": ('"what"', b"[" * 150 + b"1" + b"]" * 150, "json-depth"),
    "very deep": ('"what"', b'{"]": ' * 20_000 + b'"}"' + b"}" * 20_000, "json-depth"),
    "a tab": ('"what"', b'"a\tb"', "json-syntax"),
    "an escape": ('"what"', b'"a\\xb \\" ]"', "json-syntax"),
    "Latin-1": ('"what"', b'"caf\xe9"', "encoding"),
}


@pytest.mark.parametrize("case", SPOILED)
@pytest.mark.parametrize("is_served", [False, True])
def test_a_fault_in_the_json_of_a_schema_spoils_one_entry(
    folder: Folder, case: str, is_served: bool
) -> None:
    old, new, rule = SPOILED[case]
    folder.sync(page(entry("x/y"), GOOD))
    before = folder.files()
    assert old in json.dumps(entry("x/y"))
    bad = json.dumps(entry("x/y")).encode().replace(old.encode(), new, 1)
    others = [entry("acme/new"), entry("acme/large", filler="x" * 2**20)]
    content = b'{"models": [%s, %s], "total": 3}' % (bad, json.dumps(others)[1:-1].encode())
    with serving(lambda _: Answer(content)) as service:
        folder.saved.write_bytes(content)
        result = folder.run("--from", service.url if is_served else str(folder.saved))
    news = ["gone acme/good", "new acme/large", "new acme/new"]
    assert (result.exit_code, lines(result)) == (1, news)
    assert f"[{rule}]" in result.stderr
    assert "error: 'x/y': " in result.stderr
    kept = [path for path in before if path.startswith("x/y")]
    assert kept
    assert all(folder.files()[path] == before[path] for path in kept)


def test_keys_that_are_there_twice(folder: Folder) -> None:
    price = json.dumps(entry("acme/a"))[:-1] + ', "base_price_usd": 1, "base_price_usd": 2}'
    name = '{"model_id": "acme/x", ' + json.dumps(entry("acme/y"))[1:]
    ignored = json.dumps(entry("acme/b"))[:-1] + ', "rank": NaN}'
    result = folder.sync(f'{{"models": [{price}, {name}, {ignored}], "total": 3}}')
    assert (result.exit_code, lines(result)) == (1, ["new acme/a", "new acme/b"])
    assert "base_price_usd is left out" in result.stderr
    assert "[catalogue-entry]" in result.stderr


def test_ids_that_differ_only_in_case(folder: Folder) -> None:
    result = folder.sync(page(entry("kling/o3/4K/a"), entry("kling/o3/4k/b"), GOOD))
    assert (result.exit_code, lines(result)) == (1, ["new acme/good"])
    assert result.stderr.count("[model-id-case]") == 2

    folder.sync(page(entry("kling/o3/4K/a"), GOOD))
    result = folder.sync(page(entry("kling/o3/4K/a", kind="x"), entry("kling/o3/4k/b"), GOOD))
    assert (result.exit_code, lines(result)) == (1, ["changed kling/o3/4K/a: kind"])
    assert (
        "kling/o3/4k/b is not taken: '4k' differs only in case from '4K' of kling/o3/4K/a"
        in result.stderr
    )
    assert not any("4k" in path for path in folder.files())


def test_respelled_id_takes_over_after_prune(folder: Folder) -> None:
    folder.sync(page(entry("kling/4K/a"), GOOD))
    result = folder.sync(page(entry("kling/4k/a"), GOOD))
    assert (result.exit_code, lines(result)) == (1, ["gone kling/4K/a"])
    result = folder.sync(page(entry("kling/4k/a"), GOOD), "--prune")
    pruned = "pruned kling/4K/a: endpoint.json, input.json, output.json"
    assert (result.exit_code, lines(result)) == (
        0,
        [
            pruned,
            "new kling/4k/a",
            "renamed? kling/4K/a -> kling/4k/a:"
            " runcomfy-codegen rename kling/4K/a kling/4k/a keeps its names",
        ],
    )


def test_the_same_id_twice(folder: Folder) -> None:
    again = dict(reversed(entry("acme/a").items()))
    assert folder.sync([page(entry("acme/a"), again, total=1)]).exit_code == 0
    two = page(entry("acme/b", kind="x"), entry("acme/b"), GOOD)
    result = folder.sync(two)
    assert (result.exit_code, lines(result)) == (1, ["new acme/good"])
    assert "[catalogue-twice]" in result.stderr
    assert "gone" not in folder.info("acme/a"), "two of the same: one may be missing"


def test_the_facts_are_the_keys_that_the_catalogue_owns(folder: Folder) -> None:
    values = {
        "categories": ["a"],
        "base_price_usd": 1,
        **dict.fromkeys(("display_name", "description", "kind"), "x"),
        **dict.fromkeys(("price_unit", "pricing_note", "model_url"), "x"),
    }
    pages, _ = parse_pages(json.dumps(page(entry("acme/a") | values)).encode(), "reply")
    catalogue, problems = read_catalogue(pages)
    assert catalogue is not None
    assert problems == []
    assert [*catalogue.entries["acme/a"].facts, "gone"] == [*OWNED["catalogue"]]


def test_a_page_repairs_a_broken_endpoint_json(folder: Folder) -> None:
    folder.sync(page(entry("acme/demo")))
    (folder.schemas / "acme/demo/endpoint.json").write_text("{")
    folder.add("acme/demo")
    assert folder.info("acme/demo")["source"] == "page"
