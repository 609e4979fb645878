"""CHANGELOG.md: written from a comparison, an input of `generate`, and published as it is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from runcomfy_codegen.cli.app import main

from .._support.diff import MODEL
from .._support.repository import Repository

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

    def update(self, *arguments: str) -> str:
        """Return the changelog after `diff --changelog`, which a second run leaves as it is."""
        self.diff(*arguments, "--changelog")
        text = self.changelog.read_bytes().decode()
        again = self.diff(*arguments, "--changelog")
        assert "up to date" in again.stderr
        assert self.changelog.read_bytes().decode() == text
        return text

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
    assert "was not changed" in project.diff("HEAD", "--changelog").stderr
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


KEPT = "# Changelog\n\nAll notable changes.\n\n## [Unreleased]\n\n### Added\n\n- my own words\n\n## [0.1.0]\n\n- first\n"


@pytest.mark.parametrize(
    "text",
    [
        KEPT,
        KEPT.replace("[Unreleased]", "Unreleased"),
        KEPT.replace("[Unreleased]", "[UNRELEASED] - soon"),
        KEPT.replace("\n", "\r\n"),
        KEPT + "\n[unreleased]: https://example.com/compare/v0.1.0...HEAD\n[0.1.0]: https://example.com/v0.1.0\n",
        KEPT.rpartition("\n## [0.1.0]")[0] + "\n[unreleased]: https://example.com/compare\n",
        KEPT.replace("- my own words", "```md\n## not a heading\n```\n\n<!--\n## nor this\n-->\n\n- my own words"),
        KEPT.replace("- first\n", "- first"),
        "\ufeff" + KEPT,
    ],
)  # fmt: skip
def test_somebodys_own_words_are_kept(project: Project, text: str) -> None:
    project.changelog.write_bytes(text.encode())
    project.write(MODEL, {"n": NUMBER, "more": {"type": "string"}})
    found = project.update()
    lines = [line.rstrip() for line in found.splitlines()]
    left = iter(found.splitlines())
    assert all(line in left for line in text.splitlines()), "in their order"
    headings = [
        line for line in lines if line.startswith("## ") and "not" not in line and "nor" not in line
    ]
    assert sum("nreleased" in line.lower() for line in headings) == 1
    assert lines.index("- my own words") < lines.index(f"- `{MODEL}`")
    if "## [0.1.0]" in lines:
        assert lines.index(f"- `{MODEL}`") < lines.index("## [0.1.0]")
    else:
        assert lines.index(f"- `{MODEL}`") < lines.index(
            "[unreleased]: https://example.com/compare"
        )
    assert ("\r" in found) == ("\r" in text)
    project.write(MODEL, {"n": NUMBER})
    project.diff("--changelog")
    back = project.changelog.read_bytes().decode()
    assert back.rstrip("\r\n") == text.rstrip("\r\n"), "what is no longer so is taken out"


SPELLED = {
    "level 1": "# Unreleased\n\n- mine\n\n# 0.1.0\n\n- first\n",
    "level 3": "# Changes\n\n### Unreleased\n\n- mine\n\n### 0.1.0\n\n- first\n",
    "indented": "# Changes\n\n  ## Unreleased\n\n- mine\n\n  ## 0.1.0\n\n- first\n",
    "decorated": "# Changes\n\n## \U0001f680 **Unreleased**\n\n- mine\n\n## v0.1.0\n\n- first\n",
    "underlined": "Changes\n=======\n\nUnreleased\n----------\n\n- mine\n\n0.1.0\n-----\n\n- first\n",
    "a rule below a list": "# Changes\n\n## Unreleased\n\n- mine\n- 5 more\n---\n\n## 0.1.0\n\n- first\n",
}


@pytest.mark.parametrize("spelling", SPELLED)
def test_the_section_is_found_however_its_heading_is_written(
    project: Project, spelling: str
) -> None:
    text = SPELLED[spelling]
    project.changelog.write_text(text, "utf-8")
    project.write(MODEL, {"n": NUMBER, "more": {"type": "string"}})
    found = project.update()
    assert found.lower().count("unreleased") == 1
    assert found.index("- mine") < found.index(f"- `{MODEL}`") < found.index("0.1.0")
    project.write(MODEL, {"n": NUMBER})
    project.diff("--changelog")
    assert project.changelog.read_text("utf-8") == text


def test_words_inside_our_block_are_kept_too(project: Project) -> None:
    text = project.change(n=NUMBER | {"maximum": 8})
    mine = text.replace("### Breaking\n", "### Breaking\n\n- a word of warning\n")
    project.changelog.write_text(mine, "utf-8")
    project.write(MODEL, {"n": NUMBER | {"maximum": 8}, "more": {"type": "string"}})
    found = project.update()
    assert found.count("- a word of warning") == 1
    assert found.count("`maximum`: 9 -> 8") <= 2
    assert "`more`: new" in found


def test_without_a_tag_the_section_remembers_since_when(project: Project) -> None:
    """Every change is committed by itself, as a nightly job does."""
    for number in range(3):
        properties = {f"p{each}": {"type": "string"} for each in range(number + 1)}
        project.write(MODEL, {"n": NUMBER, **properties})
        text = project.update()
        project.commit()
    assert [f"`p{each}`: new" in text for each in range(3)] == [True] * 3
    assert text.count("- `acme/demo/edit`") == 1
    project.changelog.write_text(text.replace("## Unreleased", "## 1.0.0"), "utf-8")
    project.commit()
    project.write(MODEL, {"n": NUMBER, **properties, "q": {"type": "string"}})
    text = project.update()
    unreleased, _, released = text.partition("## 1.0.0")
    assert ("`q`: new" in unreleased, "`p0`: new" in unreleased) == (True, False)
    assert "`p0`: new" in released
    project.commit()
    project.write(
        MODEL, {"n": NUMBER, **properties, "q": {"type": "string"}, "r": {"type": "string"}}
    )
    unreleased = project.update().partition("## 1.0.0")[0]
    assert ("`q`: new" in unreleased, "`r`: new" in unreleased) == (True, True)


def test_the_newest_tag_is_the_last_release(project: Project) -> None:
    project.git("tag", "v0.9.0")
    project.git("tag", "v0.10.0")
    project.git("tag", "nightly")
    project.write(MODEL, {"n": NUMBER, "p": {"type": "string"}})
    assert "since v0.10.0;" in project.update()
    project.commit()
    project.write(MODEL, {"n": NUMBER, "p": {"type": "string"}, "q": {"type": "string"}})
    text = project.update()
    assert ("`p`: new" in text, "`q`: new" in text) == (True, True)
    project.commit()
    project.git("tag", "v0.11.0")
    project.write(
        MODEL,
        {"n": NUMBER, "p": {"type": "string"}, "q": {"type": "string"}, "r": {"type": "string"}},
    )
    text = project.update()
    assert "since v0.11.0;" in text
    # Nobody gave the section a version: its entries stay, once.
    assert [text.count(f"`{each}`: new") for each in "pqr"] == [1, 1, 1]


def test_an_explicit_revision_wins(project: Project) -> None:
    project.write(MODEL, {"n": NUMBER, "p": {"type": "string"}})
    project.commit()
    project.git("tag", "v1.0.0")
    project.write(MODEL, {"n": NUMBER, "p": {"type": "string"}, "q": {"type": "string"}})
    text = project.update("v1.0.0~1")
    assert ("`p`: new" in text, "`q`: new" in text) == (True, True)
    text = project.update("HEAD")
    assert [text.count(f"`{each}`: new") for each in "pq"] == [1, 1]
