"""Names that the lock holds and the rules would not give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runcomfy_codegen.names.lock import Names
from runcomfy_codegen.names.planned_renames import planned_renames

from .._support.model_ids import IDS
from .._support.project import Project


def _lock(**sections: object) -> bytes:
    return json.dumps({"endpoints": {}, "properties": {}} | sections, indent=1).encode()


def test_what_the_rules_give_is_no_rename_numbers_included() -> None:
    names = Names()
    names.add_endpoints(IDS)
    names.add_endpoints(["a/none", "a/rule", "b/rule", "b/模型", "root/root/namespace"])
    names.properties_of("acme.R", ["a-b", "a_b", "4k", "4K", "class", "promptImage"])
    assert planned_renames(names.dumps().encode(), "names.lock.json") == []


@pytest.mark.parametrize(
    ("entry", "would"),
    [
        ("acme.draw2d:Draw", "acme.draw:Draw"),
        ("acme.draw:Sketch", "acme.draw:Draw"),
        ("acmecorp.draw:Draw", "acme.draw:Draw"),
    ],
)
def test_another_name_for_an_endpoint(entry: str, would: str) -> None:
    (note,) = planned_renames(_lock(endpoints={"acme/draw": entry}), "names.lock.json")
    assert (note.rule, note.severity, note.pointer) == (
        "planned-rename",
        "note",
        "/endpoints/acme~1draw",
    )
    assert note.message == f"acme/draw is {entry}, and would be {would}"
    assert note.line == 3


def test_another_name_for_a_property() -> None:
    lock = _lock(properties={"acme.R": {"class": "kind", "a-b": "a_b"}})
    (note,) = planned_renames(lock, "names.lock.json")
    assert note.pointer == "/properties/acme.R/class"
    assert note.message == "'class' of acme.R is kind, and would be class_"


@pytest.mark.parametrize("content", [None, b"{", b"[]"])
def test_no_lock_or_a_broken_one(content: bytes | None) -> None:
    assert planned_renames(content, "names.lock.json") == []


def test_lint_lists_it_and_generate_keeps_the_name(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.add("acme/draw")
    (project.schemas / "names.lock.json").write_bytes(_lock(endpoints={"acme/draw": "acme.draw:X"}))
    assert "[planned-rename]" in project.run("lint", "--notes").stdout
    assert project.run("generate").exit_code == 0
    assert "class X(" in (project.out / "runcomfy/models/acme/draw.py").read_text("utf-8")
