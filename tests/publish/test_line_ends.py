"""A checkout with CRLF, as Git for Windows makes it, is the same project."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .._support.generator import PROMPT
from .._support.git import git
from .._support.project import Project, tree

MARK = b"\xef\xbb\xbf"


@pytest.fixture(params=["crlf", "crlf-and-mark"])
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Project:
    made = Project(tmp_path)
    schema = {"type": "object", "properties": PROMPT}
    entry = {"model_id": "acme/demo/edit", "kind": "model", "input_schema": schema}
    catalogue = {"models": [entry], "total": 1}
    (tmp_path / "catalogue.json").write_text(json.dumps(catalogue), "utf-8")
    assert made.run("sync", "--from", str(tmp_path / "catalogue.json")).exit_code == 0
    (made.schemas / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\nnew\n", "utf-8")
    made.add("acme/odd-names", {"x-y": {"type": "string", "description": "Two\r\nlines."}})
    assert made.run("generate").exit_code == 0
    monkeypatch.chdir(tmp_path)
    for command in ("init -q", "add -A", "commit -qm base"):
        git(tmp_path, *command.split())
    mark = MARK if request.param == "crlf-and-mark" else b""
    for path in [*made.schemas.rglob("*.*"), *made.out.rglob("*.*")]:
        if path.is_file():
            path.write_bytes(mark + path.read_bytes().replace(b"\n", b"\r\n"))
    return made


@pytest.mark.parametrize("remembers", [True, False])
def test_it_is_clean(project: Project, remembers: bool) -> None:
    if not remembers:
        for record in Path(os.environ["RUNCOMFY_CODEGEN_CACHE"]).glob("sdk-*"):
            record.unlink()
    before = tree(project.schemas), tree(project.out)
    check = project.run("generate", "--check")
    assert (check.exit_code, check.stdout) == (0, "")
    assert "note: " not in check.stderr
    assert " 0 written" in project.run("generate").stderr
    synced = project.run(
        "sync", "--from", str(project.root / "catalogue.json"), "--only", "acme/demo/*"
    )
    assert synced.stdout == ""
    assert "no change" in project.run("diff").stdout
    assert (tree(project.schemas), tree(project.out)) == before


def test_a_change_is_written_beside_the_rest(project: Project) -> None:
    project.add("acme/odd-names", {"n": {"type": "integer"}})
    assert project.run("diff", "--changelog").exit_code == 1
    changelog = (project.schemas / "CHANGELOG.md").read_text("utf-8")
    assert changelog.lower().count("unreleased") == 1
    assert project.run("generate").exit_code == 0
    assert project.run("generate", "--check").exit_code == 0


def test_an_edit_is_still_an_edit(project: Project) -> None:
    with (project.out / "README.md").open("ab") as file:
        file.write(b"mine\r\n")
    assert "README.md: error: the file was edited by hand" in project.run("generate").stderr
