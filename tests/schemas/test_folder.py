"""The folder schemas/: what is an endpoint, what is a problem, what an id may be."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.names.model_ids import check_model_id, collisions
from runcomfy_codegen.schemas.folder import folder_for, read_schemas, write_endpoint

from .._support.capture import INPUT, OUTPUT, snapshot

ID = "acme/demo/paint"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "schemas"
    add(root, ID)
    return root


def add(root: Path, model_id: str) -> Path:
    write_endpoint(root, model_id, {"model_id": model_id}, INPUT, OUTPUT)
    return folder_for(root, model_id)


def findings(root: Path) -> list[tuple[str, str, str]]:
    """Return file, rule and pointer of every problem."""
    _, problems = read_schemas(root)
    prefix = root.as_posix() + "/"
    return [(found.file.removeprefix(prefix), found.rule, found.pointer) for found in problems]


def ids(root: Path) -> list[str]:
    return [source.model_id for source in read_schemas(root)[0]]


def test_a_good_folder(root: Path) -> None:
    (root / "names.lock.json").write_text("{}")
    (root / ".keep").write_text("")
    (source,), problems = read_schemas(root)
    assert problems == ()
    assert (source.model_id, source.folder) == (ID, f"schemas/{ID}")
    assert (source.endpoint.value, source.input.value) == ({"model_id": ID}, INPUT)
    assert (source.output.value, source.overlay) == (OUTPUT, None)
    assert source.input.file == (root / ID / "input.json").as_posix()


def test_sorted_by_id_and_prefixes_of_ids(root: Path) -> None:
    for model_id in ("zeta/a", "acme/demo/paint/draft", "acme/demo", "Beta/b c.d"):
        add(root, model_id)
    (root / ID / "overlay.json").write_text("[]")
    expected = ["Beta/b c.d", "acme/demo", ID, "acme/demo/paint/draft", "zeta/a"]
    assert ids(root) == expected
    assert read_schemas(root)[0][2].overlay is not None


def test_no_folder_and_no_endpoint(tmp_path: Path) -> None:
    assert [rule for _, rule, _ in findings(tmp_path / "none")] == ["schemas-missing"]
    assert [rule for _, rule, _ in findings(tmp_path)] == ["schemas-empty"]


@pytest.mark.parametrize(
    ("file", "content", "rule", "pointer"),
    [
        ("input.json", b"{", "json-syntax", ""),
        ("input.json", b'{"type": "object", "type": 1}', "json-duplicate-key", "/type"),
        ("output.json", b"\xff", "encoding", ""),
        ("overlay.json", b"nope", "json-syntax", ""),
        ("input.json", b"[]", "schema-shape", ""),
        ("input.json", b'{"properties": {}}', "schema-shape", "/type"),
        ("input.json", b'{"type": "object"}', "schema-shape", "/properties"),
        (
            "input.json",
            b'{"type": "object", "properties": {"a": 1}}',
            "schema-shape",
            "/properties/a",
        ),
        (
            "input.json",
            b'{"type": "object", "properties": {}, "required": "a"}',
            "schema-shape",
            "/required",
        ),
        (
            "input.json",
            b'{"type": "object", "properties": {}, "required": [null]}',
            "schema-shape",
            "/required/0",
        ),
        ("output.json", b'{"output": []}', "schema-shape", "/output"),
        ("output.json", b"{}", "schema-shape", ""),
        ("output.json", b'{"type": "object", "properties": 3}', "schema-shape", "/properties"),
        ("endpoint.json", b"{}", "schema-shape", "/model_id"),
        ("endpoint.json", b'{"model_id": "acme/other"}', "model-id", "/model_id"),
    ],
)
def test_a_bad_endpoint_is_left_out_and_named(
    root: Path, file: str, content: bytes, rule: str, pointer: str
) -> None:
    add(root, "acme/good")
    (root / ID / file).write_bytes(content)
    assert findings(root) == [(f"{ID}/{file}", rule, pointer)]
    assert ids(root) == ["acme/good"]
    assert (root / ID / file).read_bytes() == content


@pytest.mark.parametrize("schema", [{"output": {"type": "object"}}, {"type": "object"}])
def test_both_forms_of_an_output_schema(root: Path, schema: dict[str, Any]) -> None:
    (root / ID / "output.json").write_text(json.dumps(schema))
    assert findings(root) == []


def test_missing_files_are_all_named(root: Path) -> None:
    for name in ("input.json", "output.json"):
        (root / ID / name).unlink()
    assert findings(root) == [
        (f"{ID}/input.json", "schema-file-missing", ""),
        (f"{ID}/output.json", "schema-file-missing", ""),
    ]


def test_stray_files_are_notes(root: Path) -> None:
    (root / "input.json").write_text("{}")
    (root / ID / "notes.txt").write_text("")
    (root / "acme" / "README.md").write_text("")
    assert ids(root) == [ID]
    assert {(file, rule) for file, rule, _ in findings(root)} == {
        ("input.json", "schema-stray-file"),
        (f"{ID}/notes.txt", "schema-stray-file"),
        ("acme/README.md", "schema-stray-file"),
    }


def test_an_endpoint_one_level_deep_has_no_valid_id(root: Path) -> None:
    (root / "acme" / "endpoint.json").write_text('{"model_id": "acme"}')
    assert ("acme", "model-id", "") in findings(root)


@pytest.mark.skipif(os.name == "nt", reason="needs links and a disk that tells case")
def test_links_and_case(root: Path, tmp_path: Path) -> None:
    outside = add(tmp_path / "elsewhere", "acme/secret")
    (root / "acme" / "linked").symlink_to(outside)
    (root / ID / "input.json").unlink()
    (root / ID / "input.json").symlink_to(outside / "input.json")
    assert {(file, rule) for file, rule, _ in findings(root)} == {
        ("acme/linked", "schema-link"),
        (f"{ID}/input.json", "schema-link"),
        (f"{ID}/input.json", "schema-file-missing"),
    }
    add(root, "acme/x/4k/a")
    add(root, "acme/x/4K/b")
    if len(list((root / "acme" / "x").iterdir())) == 2:
        cased = [file for file, rule, _ in findings(root) if rule == "model-id-case"]
        assert cased == ["acme/x/4K/b", "acme/x/4k/a"]
        assert ids(root) == []


def test_unchanged_files_are_not_rewritten(root: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*.json")}
    changed = write_endpoint(root, ID, {"model_id": ID, "source": "page"}, INPUT, OUTPUT)
    assert changed == [root / ID / "endpoint.json"]
    after = {path: path.stat().st_mtime_ns for path in root.rglob("*.json")}
    assert {path for path in before if before[path] == after[path]} == {
        root / ID / "input.json",
        root / ID / "output.json",
    }


def test_a_value_that_is_not_json_writes_nothing(root: Path) -> None:
    before = snapshot(root)
    with pytest.raises(ValueError, match="JSON compliant"):
        write_endpoint(root, ID, {"model_id": "changed"}, INPUT, {"output": float("inf")})
    with pytest.raises(UnicodeEncodeError):
        write_endpoint(root, ID, {"model_id": "changed"}, INPUT, {"output": "\ud800"})
    assert snapshot(root) == before


@pytest.mark.parametrize(
    "model_id",
    [
        "openai/gpt-image-2/edit",
        "minimax/Hailuo Video 01 Live",
        "wan-ai/wan-2.7/x",
        "kling/kling-video-o3/4K/text-to-video",
        "a/b/c/d/e/f",
        "提供者/模型",
        "console/comx",
        f"a/{'x' * 100}",
    ],
)
def test_legal_ids(model_id: str) -> None:
    assert check_model_id(model_id) is None


@pytest.mark.parametrize(
    "model_id",
    [
        *("", "a", "/a/b", "a/b/", "a//b", "../a", "a/..", "a/./b", "a/...", "C:/a", "a/b:c"),
        *(
            "a\\b/c",
            "a/b\n",
            "a/b\x00",
            "a/\u202eb",
            "a/\u200bb",
            "a/b\xa0c",
            "a/\ud800",
            "a/\ufffd",
        ),
        *(" a/b", "a/b ", "a/ b", "a/.b", "a/b.", "a/CON", "nul/a", "a/com1.txt", "a/b*", "a/{id}"),
        *(f"a/{'x' * 101}", "/".join("x" * 60 for _ in range(4))),
    ],
)
def test_ids_that_are_refused(model_id: str, tmp_path: Path) -> None:
    why = check_model_id(model_id)
    assert why
    why.encode()
    with pytest.raises(ValueError, match="the model id"):
        folder_for(tmp_path, model_id)


def test_collisions_are_found_at_any_level_and_in_any_form() -> None:
    given = ["a/b", "A/c", "x/y", "x/y/z", "k/\ufb01", "k/fi"]
    assert list(collisions(given)) == [("A/c", "a/b"), ("k/fi", "k/\ufb01")]
