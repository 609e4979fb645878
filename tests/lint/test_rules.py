"""Every rule finds its fixture, at its place, and nothing else; and nothing in the near miss."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from runcomfy_codegen import lint
from runcomfy_codegen.lint import RULES
from runcomfy_codegen.lint.report import examine
from runcomfy_codegen.text.problems import SEVERITIES, Problem
from runcomfy_codegen.workspace import open_workspace

from .cases import CASES, ELSEWHERE, Files, files

BY_ID = {rule.id: rule for rule in RULES}
PACKAGE = Path(lint.__file__).parents[1]


def findings(root: Path, contents: Files) -> list[Problem]:
    """Return all that `lint` finds in these files."""
    for path, content in contents.items():
        file = root / "schemas" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    workspace = open_workspace(root / "schemas", root / "out")
    found = [*workspace.problems, *workspace.planned_renames()]
    return list(examine(workspace.project.sources, found).findings)


def test_every_rule_has_a_fixture() -> None:
    assert len(BY_ID) == len(RULES)
    assert CASES.keys() | ELSEWHERE == BY_ID.keys()
    assert not CASES.keys() & ELSEWHERE


@pytest.mark.parametrize("rule", CASES)
def test_a_fixture_triggers_exactly_its_rule_at_its_place(tmp_path: Path, rule: str) -> None:
    case = CASES[rule]
    found = findings(tmp_path, case.bad)
    assert {problem.rule for problem in found} == {rule}, found
    places = [
        f"{problem.file.rpartition('/')[2]}:{problem.line}:{problem.column} {problem.pointer}"
        for problem in found
    ]
    assert case.at in places, places
    assert len(found) == (2 if rule == "model-id-case" else 1), found
    assert found[0].severity == BY_ID[rule].severity
    assert found[0].message


@pytest.mark.parametrize("rule", [rule for rule in CASES if CASES[rule].near])
def test_nothing_is_found_in_a_near_miss(tmp_path: Path, rule: str) -> None:
    assert not findings(tmp_path, CASES[rule].near)


def test_every_rule_of_lint_has_a_near_miss() -> None:
    stages = {rule.id for rule in lint.STAGE_RULES}
    assert {rule for rule, case in CASES.items() if not case.near} == stages - ELSEWHERE


def test_what_is_found_without_an_endpoint(tmp_path: Path) -> None:
    assert [each.rule for each in findings(tmp_path, {})] == ["schemas-missing"]
    (tmp_path / "schemas").mkdir()
    assert [each.rule for each in findings(tmp_path, {})] == ["schemas-empty"]
    (tmp_path / "schemas/linked").symlink_to(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/codegen.lock.json").write_text('{"files": 3}', "utf-8")
    assert {each.rule for each in findings(tmp_path, files())} == {"schema-link", "manifest"}


def test_the_ids_that_the_other_stages_report_are_listed() -> None:
    """Read from their source: a new id there needs a row here."""
    modules = (
        *("text/documents", "schemas/folder", "schemas/shape", "schemas/overlays"),
        *("dialect/normalise", "names/lock", "names/planned_renames", "publish/manifest"),
    )
    for module in modules:
        source = (PACKAGE / f"{module}.py").read_text("utf-8")
        used = set(re.findall(r'"((?:json|schemas?|overlay|model-id|names)-[a-z-]+)"', source))
        used |= set(re.findall(r'(?:problem|Fault)\(\s*"([a-z][a-z-]*)"', source))
        assert used <= BY_ID.keys(), module


def test_every_rule_says_what_and_why() -> None:
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.severity in SEVERITIES
        assert rule.what.strip()
        assert rule.why.strip()


def test_a_position_points_at_the_key_that_the_pointer_ends_in(tmp_path: Path) -> None:
    """Independent of how positions are found: by looking at the text there."""
    looked_at = 0
    for number, (rule, case) in enumerate(CASES.items()):
        for problem in findings(tmp_path / str(number), case.bad):
            last = problem.pointer.rpartition("/")[2].replace("~1", "/")
            if problem.line and last and not last.isdigit() and rule[:5] != "json-":
                line = Path(problem.file)
                text = line if line.is_absolute() else tmp_path / str(number) / line
                row = text.read_text("utf-8").splitlines()[problem.line - 1]
                assert row[problem.column - 1 :].startswith(json.dumps(last)), problem
                looked_at += 1
    assert looked_at > 50
