"""The report and the files of a sync: new, changed, gone, back and pruned endpoints."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.capture.catalogue.entries import read_catalogue
from runcomfy_codegen.capture.catalogue.listing import parse_pages
from runcomfy_codegen.capture.sync import apply_sync, plan_sync
from runcomfy_codegen.schemas.folder import read_schemas
from runcomfy_codegen.text.documents import dumps

from ..._support.sync import EXAMPLE, PAGE_OUTPUT, SCHEMA, Folder, entry, lines, page

FACTS: dict[str, Any] = {
    "display_name": "Demo",
    "description": "paints",
    "categories": ["text-to-image"],
    "kind": "model",
    "base_price_usd": 0,
    "price_unit": "output",
    "pricing_note": "2K costs double",
    "model_url": "https://www.runcomfy.com/models/acme/demo",
}


NO_NAMES = '{"endpoints": {}, "properties": {}}'


def test_a_new_endpoint(folder: Folder) -> None:
    result = folder.sync(page(entry("acme/demo", inputs=["prompt"], **FACTS)))
    assert (result.exit_code, result.stdout) == (0, "new acme/demo\n")
    assert "1 new, 0 unchanged" in result.stderr
    expected = {"model_id": "acme/demo", **FACTS, "source": "catalogue"}
    assert folder.files()["acme/demo/endpoint.json"] == dumps(expected).encode()
    assert folder.files()["acme/demo/input.json"] == dumps(SCHEMA).encode()
    (source,), problems = read_schemas(folder.schemas)
    assert (source.model_id, problems) == ("acme/demo", ())


def test_the_same_again_changes_nothing(folder: Folder) -> None:
    catalogue = page(entry("acme/demo", **FACTS), entry("acme/other"))
    folder.sync(catalogue)
    times = {path: path.stat().st_mtime_ns for path in folder.schemas.rglob("*.json")}
    result = folder.sync(catalogue)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 unchanged" in result.stderr
    assert {path: path.stat().st_mtime_ns for path in folder.schemas.rglob("*.json")} == times


def changed(**properties: Any) -> dict[str, Any]:
    return {**SCHEMA, "properties": {**SCHEMA["properties"], **properties}}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"base_price_usd": 0.05}, "price 0.04 -> 0.05"),
        ({"base_price_usd": None}, "price 0.04 -> unknown"),
        ({"display_name": "New"}, "title"),
        ({"categories": ["a", "b"], "description": "x"}, "description, categories"),
        ({"input_schema": changed(seed={"type": "integer"})}, "input"),
        ({"input_schema": changed(prompt={"type": "string", "default": 1})}, "input"),
        (
            {"input_schema": dict(sorted(SCHEMA.items(), reverse=True))},
            "input (order of keys only)",
        ),
        ({"input_schema": {**SCHEMA, "title": "In"}}, "input (titles only)"),
        (
            {"input_schema": {**changed(prompt={"type": "string"}), "title": "In"}},
            "input (titles and descriptions only)",
        ),
        ({"input_schema": changed(title={"type": "string"})}, "input"),
    ],
)
def test_a_changed_endpoint(folder: Folder, more: dict[str, Any], said: str) -> None:
    folder.sync(page(entry("acme/demo", base_price_usd=0.04)))
    result = folder.sync(page(entry("acme/demo", **{"base_price_usd": 0.04, **more})))
    assert (result.exit_code, lines(result)) == (0, [f"changed acme/demo: {said}"])
    assert folder.sync(page(entry("acme/demo", **{"base_price_usd": 0.04, **more}))).stdout == ""


def test_true_is_not_one(folder: Folder) -> None:
    one, true = ({"type": "integer", "default": default} for default in (1, True))
    folder.sync(page(entry("acme/demo", input_schema=changed(n=one))))
    result = folder.sync(page(entry("acme/demo", input_schema=changed(n=true))))
    assert lines(result) == ["changed acme/demo: input"]


def test_gone_back_and_pruned(folder: Folder) -> None:
    both, one = page(entry("acme/a"), entry("acme/b")), page(entry("acme/a"))
    folder.sync(both)
    before = folder.files()
    result = folder.sync(one)
    assert (result.exit_code, lines(result)) == (0, ["gone acme/b"])
    assert "1 endpoint gone from the catalogue; --prune deletes" in result.stderr
    assert folder.info("acme/b")["gone"] is True
    assert [source.model_id for source in read_schemas(folder.schemas)[0]] == ["acme/a", "acme/b"]
    again = folder.sync(one)
    assert again.stdout == ""
    assert "1 endpoint gone" in again.stderr

    now = page(entry("acme/a"), entry("acme/b", kind="workflow"))
    assert lines(folder.sync(now, "--dry-run")) == ["back acme/b: kind"]
    assert lines(folder.sync(both)) == ["back acme/b"]
    assert folder.files() == before

    folder.sync(one)
    (folder.schemas / "acme/b/overlay.json").write_text("[]")
    (folder.schemas / "names.lock.json").write_text(NO_NAMES)
    result = folder.sync(one, "--prune")
    assert lines(result) == ["pruned acme/b: endpoint.json, input.json, output.json, overlay.json"]
    assert set(folder.files()) == {
        *(path for path in before if path.startswith("acme/a/")),
        "names.lock.json",
    }
    assert not (folder.schemas / "acme/b").exists()


def test_prune_spares_what_is_below_and_what_is_not_ours(folder: Folder) -> None:
    folder.sync(page(entry("acme/a"), entry("acme/a/draft"), entry("acme/x")))
    (folder.schemas / "acme/x/notes.txt").write_text("mine")
    result = folder.sync(page(entry("acme/a/draft")), "--prune")
    assert [line.partition(":")[0] for line in lines(result)] == ["pruned acme/a", "pruned acme/x"]
    assert {path.rpartition("/")[0] for path in folder.files()} == {"acme/a/draft", "acme/x"}
    assert folder.files()["acme/x/notes.txt"] == b"mine"


def test_dry_run_says_the_same_and_writes_nothing(folder: Folder) -> None:
    folder.sync(page(entry("acme/a"), entry("acme/b"), entry("acme/c")))
    folder.sync(page(entry("acme/b"), entry("acme/c")))
    before = folder.files()
    now = page(entry("acme/a"), entry("acme/b", display_name="B"), entry("acme/d"))
    dry = folder.sync(now, "--dry-run", "--prune")
    assert folder.files() == before
    wet = folder.sync(now, "--prune")
    assert (dry.exit_code, dry.stdout) == (wet.exit_code, wet.stdout)
    assert [line.split()[0] for line in lines(wet)] == ["pruned", "back", "changed", "new"]
    assert dry.stderr == f"dry run: {wet.stderr}"


def test_dry_run_makes_no_folder(folder: Folder) -> None:
    assert lines(folder.sync(page(entry("acme/a")), "--dry-run")) == ["new acme/a"]
    assert not folder.schemas.exists()


def test_only_limits_what_is_touched(folder: Folder) -> None:
    folder.sync(page(entry("acme/a"), entry("kling/b"), entry("kling/c")))
    before = folder.files()
    now = page(
        entry("acme/a", display_name="A"),
        entry("kling/b", display_name="B"),
        entry("acme/bad", input_schema=None),
        {"kind": "an entry without an id"},
    )
    result = folder.sync(now, "--only", "kling/*")
    assert (result.exit_code, lines(result)) == (0, ["changed kling/b: title"])
    assert folder.files() != before
    assert {key for key in before if folder.files()[key] != before[key]} == {
        "kling/b/endpoint.json"
    }
    gone = page(entry("acme/b"))
    assert lines(folder.sync(gone, "--only", "kling/c", "--only", "x/*")) == ["gone kling/c"]


def test_only_that_matches_nothing(folder: Folder) -> None:
    result = folder.sync(page(entry("acme/a")), "--only", "none/*")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no endpoint matches none/*" in result.stderr
    assert folder.files() == {}


def test_a_page_and_the_catalogue_each_keep_what_is_theirs(folder: Folder) -> None:
    folder.add()
    result = folder.sync(page(entry("acme/demo", base_price_usd=0.5)))
    assert lines(result) == ["changed acme/demo: input (titles and descriptions only), kind, price unknown -> 0.5, source page -> catalogue"]  # fmt: skip
    assert folder.info("acme/demo") == {
        "model_id": "acme/demo",
        "kind": "model",
        "base_price_usd": 0.5,
        "page_texts": ["/properties/prompt/title", "/title"],
        "example": EXAMPLE,
        "source": "catalogue",
    }
    assert folder.read("acme/demo", "output") == PAGE_OUTPUT
    prompt = {**SCHEMA["properties"]["prompt"], "title": "Prompt"}
    assert folder.read("acme/demo", "input") == {**changed(prompt=prompt), "title": "In"}

    folder.add()
    assert folder.info("acme/demo")["base_price_usd"] == 0.5
    assert [*folder.info("acme/demo")] == ["model_id", "kind", "base_price_usd", "example", "source"]  # fmt: skip
    result = folder.sync(page(entry("acme/demo", base_price_usd=0.5)))
    assert lines(result) == [
        "changed acme/demo: input (titles and descriptions only), source page -> catalogue"
    ]


def test_what_only_a_page_knew_is_never_gone(folder: Folder) -> None:
    folder.add("acme/hand-made")
    before = folder.files()
    result = folder.sync(page(entry("acme/a")), "--prune")
    assert lines(result) == ["new acme/a"]
    assert before.items() <= folder.files().items()


def test_a_listed_endpoint_captured_from_a_page_again_can_vanish(folder: Folder) -> None:
    folder.sync(page(entry("acme/a"), entry("acme/demo")))
    folder.add()
    assert lines(folder.sync(page(entry("acme/a")))) == ["gone acme/demo"]
    folder.add()
    assert folder.info("acme/demo")["gone"] is True, "a page does not say that it is listed"


def test_keys_added_by_hand_stay(folder: Folder) -> None:
    folder.sync(page(entry("acme/a", display_name="A")))
    path = folder.schemas / "acme/a/endpoint.json"
    path.write_text(dumps({"note": "ours", **folder.info("acme/a")}))
    assert lines(folder.sync(page(entry("acme/a")))) == ["changed acme/a: title"]
    assert folder.info("acme/a") == {
        "model_id": "acme/a",
        "kind": "model",
        "source": "catalogue",
        "note": "ours",
    }


def test_a_layout_of_another_tool_is_put_right(folder: Folder) -> None:
    folder.sync(page(entry("acme/a")))
    before = folder.files()
    (folder.schemas / "acme/a/input.json").write_text('{"type": "object"')
    path = folder.schemas / "acme/a/endpoint.json"
    path.write_text(path.read_text().replace("  ", "\t"))
    assert lines(folder.sync(page(entry("acme/a")))) == ["changed acme/a: input"]
    path.write_text(path.read_text().replace("  ", "\t"))
    assert lines(folder.sync(page(entry("acme/a")))) == ["changed acme/a: white space only"]
    assert folder.files() == before


def test_a_broken_endpoint_json_is_left_to_its_owner(folder: Folder) -> None:
    folder.sync(page(entry("acme/a"), entry("acme/b")))
    (folder.schemas / "acme/a/endpoint.json").write_text("<<<<<<< HEAD")
    before = folder.files()
    result = folder.sync(page(entry("acme/a", display_name="A"), entry("acme/b")))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "acme/a/endpoint.json:1:1: error" in result.stderr
    assert folder.files() == before


def test_an_interrupted_run_is_completed_by_the_next(folder: Folder) -> None:
    catalogue = page(entry("acme/a"), entry("acme/b"))
    folder.sync(catalogue)
    whole = folder.files()
    for names in (("endpoint",), ("endpoint", "input"), ("endpoint", "output"), ("output",)):
        for name in names:
            (folder.schemas / f"acme/a/{name}.json").unlink()
        (folder.schemas / ".codegen-0123abcd.tmp").mkdir()
        (folder.schemas / ".codegen-0123abcd.tmp/0").write_text("half")
        result = folder.sync(catalogue)
        expected = "new acme/a" if "endpoint" in names else "changed acme/a: output"
        assert (result.exit_code, lines(result)) == (0, [expected])
        assert folder.files() == whole


def test_an_interrupted_prune_is_completed_by_the_next(folder: Folder) -> None:
    folder.sync(page(entry("acme/a"), entry("acme/b")))
    folder.sync(page(entry("acme/b")))
    for name in ("output", "input"):
        (folder.schemas / f"acme/a/{name}.json").unlink()
    result = folder.sync(page(entry("acme/b")), "--prune")
    assert lines(result) == ["pruned acme/a: endpoint.json"]
    assert not (folder.schemas / "acme/a").exists()


def test_a_disk_that_refuses_stops_no_other(folder: Folder) -> None:
    folder.schemas.mkdir()
    (folder.schemas / "acme").write_text("a file where a folder should be")
    result = folder.sync(page(entry("acme/a"), entry("good/b")))
    assert (result.exit_code, lines(result)) == (1, ["new good/b"])
    assert "acme/a cannot be written" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_nothing_is_read_or_written_through_a_link(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder.schemas.mkdir()
    (folder.schemas / "acme").symlink_to(outside)
    result = folder.sync(page(entry("acme/a"), entry("good/b")))
    assert (result.exit_code, lines(result)) == (1, ["new good/b"])
    assert [*outside.iterdir()] == []


def test_as_a_library(tmp_path: Path) -> None:
    pages, problems = parse_pages(dumps(page(entry("acme/a"))).encode(), "reply")
    catalogue, found = read_catalogue(pages)
    assert catalogue is not None
    assert (problems, found, catalogue.complete) == ([], [], True)
    plan = plan_sync(catalogue, tmp_path / "schemas")
    assert not (tmp_path / "schemas").exists()
    done: list[str] = []
    assert apply_sync(plan, tmp_path / "schemas", lambda change: done.append(str(change))) == []
    assert done == ["new acme/a"]
    assert plan_sync(catalogue, tmp_path / "schemas").changes == ()


def described(**texts: Any) -> dict[str, Any]:
    return changed(prompt={"type": "string", **texts})


def test_a_page_keeps_its_texts_where_the_catalogue_has_none(folder: Folder) -> None:
    folder.add()
    bare = entry("acme/demo", input_schema=described(description=""))
    folder.sync(page(bare))
    prompt = folder.read("acme/demo", "input")["properties"]["prompt"]
    assert prompt == {"type": "string", "description": "was", "title": "Prompt"}
    before = folder.files()
    assert folder.sync(page(bare)).stdout == "", "and again"
    assert folder.files() == before
    folder.sync(page(entry("acme/demo", input_schema=described(description="theirs"))))
    prompt = folder.read("acme/demo", "input")["properties"]["prompt"]
    assert (prompt["description"], prompt["title"]) == ("theirs", "Prompt")
    folder.sync(page(bare))
    prompt = folder.read("acme/demo", "input")["properties"]["prompt"]
    assert (prompt["description"], prompt["title"]) == (
        "",
        "Prompt",
    ), "a text of theirs is taken back"
    folder.sync(page(entry("acme/demo", input_schema={"type": "object", "properties": {}})))
    assert folder.read("acme/demo", "input")["properties"] == {}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"description": "a  b"}, {"description": "a b"}, ": input (white space only)"),
        ({"description": "a b"}, {"description": "a b \n"}, ": input (white space only)"),
        ({"description": "a b"}, {"description": "ab"}, ": input (titles and descriptions only)"),
    ],
)
def test_white_space_only(folder: Folder, before: Any, after: Any, said: str) -> None:
    folder.sync(page(entry("acme/demo", input_schema=described(**before))))
    result = folder.sync(page(entry("acme/demo", input_schema=described(**after))))
    assert lines(result) == [f"changed acme/demo{said}"]


def test_white_space_in_a_fact_and_between_keys(folder: Folder) -> None:
    folder.sync(page(entry("acme/demo", description="a b")))
    result = folder.sync(page(entry("acme/demo", description="a b ")))
    assert lines(result) == ["changed acme/demo: description (white space only)"]
    path = folder.schemas / "acme/demo/input.json"
    path.write_text(path.read_text("utf-8").replace("\n", "\n\n"), "utf-8")
    result = folder.sync(page(entry("acme/demo", description="a b ")))
    assert lines(result) == ["changed acme/demo: input (white space only)"]
