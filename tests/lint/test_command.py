"""`runcomfy-codegen lint`: its layouts, its exit codes, and that it generates nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from runcomfy_codegen.cli.app import main
from runcomfy_codegen.lint import RULES

from .._support.generator import PROMPT, source, write
from .._support.repository import Repository

UNREADABLE = {"x": {"$ref": "#/x"}, "y": {"type": "text"}}


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, model_id: str = "acme/good", properties: Any = PROMPT, **more: Any) -> None:
        write(self.root / "schemas", source(model_id, properties, **more))

    def lint(self, *arguments: str) -> Result:
        folder = ["--schemas", str(self.root / "schemas")]
        result = CliRunner().invoke(main, ["lint", *arguments, *folder])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert not (self.root / "out").exists()
        return result


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.add()
    return made


def test_the_text_ends_with_the_dialect(folder: Folder) -> None:
    folder.add("acme/odd, 100%", {"x": {"type": "float", "default": "a,b:c%"}})
    result = folder.lint("--notes")
    assert result.exit_code == 0
    assert "odd, 100%/input.json:" in result.stdout
    assert "[type-word]" in result.stdout
    table = result.stdout.rpartition("\n\n")[2].splitlines()
    assert table[0].split() == ["dialect", "read", "as", "endpoints"]
    assert ["type float", "type number", "1"] in [re.split("  +", line) for line in table]
    assert "2 endpoints: 1 warning, " in result.stderr


def test_json_has_the_findings_and_the_dialect(folder: Folder) -> None:
    folder.add("acme/odd", {"x": {"type": "float"}})
    report = json.loads(folder.lint("--format", "json", "--notes").stdout)
    assert report.keys() == {"findings", "notes", "dialect"}
    (finding,) = [each for each in report["findings"] if each["rule"] == "type-word"]
    assert finding == {
        "file": finding["file"],
        "line": 5,
        "column": 7,
        "rule": "type-word",
        "severity": "note",
        "message": "x: type 'float' is not a JSON Schema type",
        "pointer": "/properties/x/type",
        "hint": "read as number",
    }
    assert {"kind": "type", "word": "float", "reading": "type number", "endpoints": 1} in report[
        "dialect"
    ]


def test_github_annotations_are_escaped(folder: Folder) -> None:
    folder.add("acme/odd, 100%", {"x": {"type": "float", "default": "a,b:c%"}})
    lines = folder.lint("--format", "github", "--notes").stdout.splitlines()
    assert all(line.startswith(("::notice file=", "::warning file=")) for line in lines)
    assert any("title=runcomfy-codegen type-word::x: type 'float'" in line for line in lines)
    assert any("odd%2C 100%25/input.json,line=" in line and '"a,b:c%25"' in line for line in lines)


def test_errors_decide_about_the_exit_code(folder: Folder) -> None:
    assert folder.lint().exit_code == 0
    folder.add("acme/bad", UNREADABLE)
    result = folder.lint()
    assert result.exit_code == 1
    # All of them at once, those of other endpoints too.
    assert result.stdout.count("[unreadable]") == 2
    assert "output-wrapped" in result.stdout, "a note is counted"


def test_an_output_that_cannot_be_read_is_found_too(folder: Folder) -> None:
    folder.add("acme/bad", output={"output": {"type": "object", "properties": {"x": {"type": "text"}}}})  # fmt: skip
    assert "/output/properties/x/type) [unreadable]" in folder.lint().stdout


def test_an_overlay_is_applied_before_anything_is_judged(folder: Folder) -> None:
    entry = {"at": "/properties/x/type", "was": "text", "now": "string", "reason": "a slip"}
    folder.add("acme/mended", {"x": {"type": "text"}}, overlay=[entry])
    assert folder.lint().exit_code == 0
    folder.add("acme/mended", {"x": {"type": "string"}}, overlay=[entry])
    result = folder.lint()
    assert result.exit_code == 0
    assert "overlay.json:2:3: warning: the vendor made this correction" in result.stdout


def test_the_rules_as_a_table_and_as_json(folder: Folder) -> None:
    text = folder.lint("--rules")
    assert text.exit_code == 0
    lines = text.stdout.splitlines()
    assert lines[0].split() == ["rule", "severity", "what", "why"]
    assert lines[-1] == f"{len(RULES)} rules"
    for rule, line in zip(RULES, lines[1:], strict=False):
        assert line.split()[:2] == [rule.id, rule.severity]
    listed = json.loads(folder.lint("--rules", "--format", "json").stdout)
    assert [each["id"] for each in listed] == [rule.id for rule in RULES]
    assert all(each.keys() == {"id", "severity", "what", "why"} for each in listed)
    github = folder.lint("--rules", "--format", "github")
    assert github.exit_code == 2
    assert "must be one of text, json with --rules; got github" in github.stderr


def test_the_help_says_what_it_leaves_to_generate(folder: Folder) -> None:
    assert "reported by `generate`" in " ".join(folder.lint("--help").stdout.split())


def test_it_loads_nothing_that_generates(folder: Folder) -> None:
    code = (
        "import sys\nfrom runcomfy_codegen.cli.app import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n    print(sorted({m.split('.')[0] for m in sys.modules}))"
    )
    arguments = ["lint", "--schemas", str(folder.root / "schemas")]
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    loaded = result.stdout.splitlines()[-1]
    assert "'runcomfy_codegen'" in loaded
    for tool in ("black", "datamodel_code_generator", "pydantic"):
        assert f"'{tool}'" not in loaded


def test_notes_are_counted_unless_asked_for(folder: Folder) -> None:
    folder.add("acme/odd", {"x": {"type": "float"}, "y": {"type": "float", "maxLength": 3}})
    short, full = folder.lint(), folder.lint("--notes")
    assert ": note: " not in short.stdout
    assert (
        "  type-word       2  a type word that JSON Schema does not have"
        in short.stdout.splitlines()
    )
    assert "  --notes lists them" in short.stdout
    assert full.stdout.count(": note: ") == 4
    assert "--notes lists them" not in full.stdout
    assert short.stderr == full.stderr == "2 endpoints: 1 warning, 4 notes\n"
    counts = json.loads(folder.lint("--format", "json").stdout)["notes"]
    assert counts == {"output-wrapped": 2, "type-word": 2}
    (notice,) = [
        line
        for line in folder.lint("--format", "github").stdout.splitlines()
        if line.startswith("::notice")
    ]
    assert notice == (
        "::notice title=runcomfy-codegen::4 notes: output-wrapped 2, type-word 2; lint --notes lists them"
    )


def test_rules_are_chosen_by_id(folder: Folder) -> None:
    folder.add("acme/odd", {"x": {"type": "float", "maxLength": 3}})
    chosen = folder.lint("--rule", "type-word", "--rule", "bound-unusable", "--format", "json")
    rules = [each["rule"] for each in json.loads(chosen.stdout)["findings"]]
    assert sorted(rules) == ["bound-unusable", "type-word"]
    folder.add("acme/bad", UNREADABLE)
    assert folder.lint("--rule", "type-word").exit_code == 0, "no error of this rule"
    assert folder.lint("--rule", "unreadable").exit_code == 1
    wrong = folder.lint("--rule", "type-wrod")
    assert wrong.exit_code == 2
    assert "must be the id of a rule; got 'type-wrod'; did you mean \"type-word\"?" in wrong.stderr
    assert "--rules lists them" in folder.lint("--rule", "zzz").stderr


def test_findings_that_a_revision_has_are_left_out(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    odd = {"type": "float", "maxLength": 3}
    repository.write("acme/old", {"x": odd})
    repository.commit()
    repository.write("acme/old", {"a": {"type": "string"}, "x": odd})  # in another line now
    repository.write("acme/new", {"x": odd})
    folder = Folder(repository.root)
    report = json.loads(folder.lint("--since", "HEAD", "--format", "json", "--notes").stdout)
    assert {each["file"].split("/acme/")[1] for each in report["findings"]} == {
        "new/input.json",
        "new/output.json",
    }
    assert folder.lint("--since", "HEAD").stderr == "2 endpoints: 1 warning, 2 notes\n"
    repository.write("acme/old", {"x": odd, "y": odd})
    again = folder.lint("--since", "HEAD", "--rule", "bound-unusable").stdout
    assert "/acme/old/input.json" in again
    assert "(at /properties/y/maxLength)" in again
    assert "(at /properties/x/maxLength)" not in again.split("/acme/old/")[1]
    wrong = folder.lint("--since", "v9")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "v9: neither a folder nor a git revision" in wrong.stderr


def test_annotations_name_files_from_the_top_of_the_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.schemas = repository.root / "services/api/schemas"
    repository.write("acme/odd", {"x": {"type": "string", "maximum": 3}})
    (tmp_path / "link").symlink_to(repository.root / "services")
    for where in (repository.root / "services/api", repository.root, tmp_path / "link/api"):
        with chdir(where):
            schemas = os.path.relpath(repository.schemas)
            result = CliRunner().invoke(main, ["lint", "--format", "github", "--schemas", schemas])
        (warning,) = [line for line in result.stdout.splitlines() if "::warning" in line]
        assert warning.startswith("::warning file=services/api/schemas/acme/odd/input.json,line=")
