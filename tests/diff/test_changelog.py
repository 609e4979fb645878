"""CHANGELOG.md: written from a comparison, an input of `generate`, and published as it is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from runcomfy_codegen.cli import main

from .support import MODEL
from .test_revisions import Repository

NUMBER = {"type": "integer", "maximum": 9}


class Project(Repository):
    """With an SDK of its own."""

    @property
    def out(self) -> Path:
        return self.root / "generated"

    @property
    def changelog(self) -> Path:
        return self.schemas / "CHANGELOG.md"

    def generate(self, *options: str) -> Result:
        folders = ("--schemas", str(self.schemas), "--out", str(self.out))
        result = CliRunner().invoke(main, ["generate", *folders, *options])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    def change(self, **properties: Any) -> str:
        """Another version of the endpoint, compared; the changelog then."""
        self.write(MODEL, properties)
        self.diff("HEAD", "--changelog")
        return self.changelog.read_text("utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path / "repository")
    project.write(MODEL, {"n": NUMBER})
    project.commit()
    return project


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


def test_what_is_unreleased_is_on_top_and_there_once(project: Project) -> None:
    text = project.change(n=NUMBER | {"maximum": 8})
    assert headings(text) == ["# Changelog", "## Unreleased", "### Breaking"]
    text = project.change(n=NUMBER, more={"type": "string"})
    assert headings(text) == ["# Changelog", "## Unreleased", "### Added"]
    result = project.diff("HEAD", "--changelog", "--format", "json")
    assert f"{project.changelog}: up to date\n" in result.stderr
    assert text == project.changelog.read_text("utf-8")


def test_releases_stay_as_they_are_written(project: Project) -> None:
    released = project.change(n=NUMBER | {"maximum": 8}).replace("## Unreleased", "## 1.0.0")
    released = released.replace("# Changelog\n", "# Changelog\n\nOur own words.\n")
    project.changelog.write_text(released, "utf-8")
    project.commit()
    text = project.change(n=NUMBER | {"maximum": 8, "minimum": 5})
    head = "# Changelog\n\nOur own words.\n\n"
    assert text.startswith(f"{head}## Unreleased\n")
    assert text.endswith(f"\n\n{released.removeprefix(head)}")
    project.write(MODEL, {"n": NUMBER | {"maximum": 8}})
    project.diff("HEAD", "--changelog")
    assert project.changelog.read_text("utf-8") == released


def test_where_nothing_changed_there_is_no_file(project: Project) -> None:
    result = project.diff("HEAD", "--changelog")
    assert (result.exit_code, result.stdout.partition(";")[0]) == (0, "no change")
    assert not project.changelog.exists()


def test_what_cannot_be_read_is_no_change(project: Project) -> None:
    text = project.change(n=NUMBER | {"maximum": 8})
    (project.schemas / MODEL / "input.json").write_text("{", "utf-8")
    assert "left alone" in project.diff("HEAD", "--changelog").stderr
    assert project.changelog.read_text("utf-8") == text


def test_generate_publishes_it(project: Project) -> None:
    assert project.generate().exit_code == 0
    published = project.out / "CHANGELOG.md"
    assert not published.exists()
    project.change(n=NUMBER | {"maximum": 8})
    check = project.generate("--check")
    assert (check.exit_code, "+## Unreleased" in check.stdout) == (1, True)
    assert project.generate().exit_code == 0
    assert published.read_bytes() == project.changelog.read_bytes()
    assert project.generate("--check").exit_code == 0
    shutil.rmtree(project.out)
    assert project.generate("--only", "acme/*").exit_code == 0
    assert published.read_bytes() == project.changelog.read_bytes()
    project.changelog.unlink()
    assert project.generate("--only", "acme/*").exit_code == 0
    assert not published.exists()
    lint = CliRunner().invoke(main, ["lint", "--schemas", str(project.schemas)])
    assert "stray" not in lint.output


def test_one_that_is_no_text_stops_everything(project: Project) -> None:
    assert project.generate().exit_code == 0
    project.changelog.write_bytes(b"# Changelog\n\xff")
    result = project.generate()
    assert result.exit_code == 2
    assert "CHANGELOG.md:2:1: error: it is not UTF-8 text" in result.stderr
    assert not (project.out / "CHANGELOG.md").exists()
