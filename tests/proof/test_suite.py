"""Every group of the official JSON-Schema-Test-Suite is classified, and is what its class says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.text.documents import dumps

from tests._support.sdk import Case

from .suite import FOLDER, Found, Group, disagreements, groups, judged, summary
from .suite_table import REASONS, TABLE, classified


@pytest.mark.skipif(
    not FOLDER.is_dir(), reason="../shared/corpus/json-schema-test-suite is not here"
)
def test_every_group() -> None:
    results = list(judged(FOLDER))
    found = disagreements(results)
    assert found == [], "\n".join(found)
    assert len(results) > 500, summary(results)
    known = {(group.file, group.number) for group in groups(FOLDER)}
    assert {file for file, _ in known} == TABLE.keys()


def outcome_of(folder: Path, *tests: tuple[Any, bool], **schema: Any) -> Found:
    listed = [{"description": "", "data": data, "valid": valid} for data, valid in tests]
    group = {"description": "a group", "schema": schema, "tests": listed}
    (folder / "minimum.json").write_text(dumps([group]), "utf-8")
    ((_, found),) = judged(folder)
    return found


def test_outcomes(tmp_path: Path) -> None:
    assert outcome_of(tmp_path, (1, False), (2, True), minimum=2).outcome == "supported"
    assert outcome_of(tmp_path, (1, False), (2, True), allOf=[]).outcome == "refused: allOf"
    ignored = outcome_of(tmp_path, ("b", False), pattern="a")
    assert ignored.outcome == "ignored: left to the server"
    assert not ignored.wrong


def test_a_type_that_became_any_supports_nothing(tmp_path: Path) -> None:
    assert outcome_of(tmp_path, (1, True), title="x").outcome == "accepted"


def test_a_misreading_is_found() -> None:
    group = Group("minimum", 0, "one", False, Case({}), [])
    found = disagreements([(group, Found("supported", ["accepted, but invalid: 3"]))])
    assert found == ["minimum 0 (one): accepted, but invalid: 3"]


@pytest.mark.parametrize("test", [(2, False), (1, True)])
def test_what_no_line_explains_is_found(tmp_path: Path, test: tuple[Any, bool]) -> None:
    assert outcome_of(tmp_path, test, minimum=2).wrong == ["lint does not say: optional"]


def test_an_unclassified_group_is_found() -> None:
    group = Group("minimum", 99, "new", False, Case({}), [])
    found = disagreements([(group, Found("supported"))])
    assert found == ["minimum 99 (new) is 'supported', the table says ''"]


def test_every_outcome_has_a_reason() -> None:
    outcomes = {outcome for rows in TABLE.values() for outcome in rows}
    assert outcomes <= REASONS.keys()
    assert classified("minimum", 0, as_input=False) == "supported"
    assert classified("unevaluatedProperties", 11, as_input=True) == "supported"
