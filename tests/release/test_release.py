"""`runcomfy-codegen release`: the version, the changelog's heading and the SDK, together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from .support import DAY, SETTINGS, TEXT, Repository


@pytest.mark.parametrize(("tag", "step"), [("v0.3.1", "minor"), ("v1.2.3", "major"), ("", "minor")])
def test_diff_suggests_the_step_that_release_takes(tmp_path: Path, tag: str, step: str) -> None:
    repository = Repository(tmp_path)
    repository.write("acme/paint")
    repository.commit(tag)
    repository.write("acme/paint", {"y": TEXT})
    for layout in ("text", "markdown", "json"):
        printed = repository.run("diff", "--format", layout)
        assert f"suggested version: {step} (" in printed.output
    assert f'"step": "{step}"' in printed.stdout
    repository.run("diff", "--changelog")
    assert f"Suggested version: {step} (" in repository.changelog.read_text("utf-8")
    repository.commit()
    assert f": {step} (" in repository.released() or not tag


def test_a_break_below_one_is_a_minor_version(repository: Repository) -> None:
    repository.write("acme/paint", {"y": TEXT})
    repository.commit()
    said = repository.released()
    assert "0.3.1 -> 0.4.0: minor (code that works today may stop working; below 1.0" in said
    assert repository.settings.read_text("utf-8") == SETTINGS.replace("'0.3.1'", "'0.4.0'")
    assert 'version = "0.4.0"\n' in (repository.root / "sdk/pyproject.toml").read_text("utf-8")
    assert '__version__ = "0.4.0"' in (repository.package / "__init__.py").read_text("utf-8")
    assert '"runcomfy-python/0.4.0"' in (repository.package / "client.py").read_text("utf-8")
    changelog = repository.changelog.read_text("utf-8")
    assert f"## 0.4.0 - {DAY}\n\n### Breaking\n\n- `acme/paint`\n" in changelog
    assert (repository.root / "sdk/CHANGELOG.md").read_text("utf-8") == changelog
    assert repository.run("generate", "--check").exit_code == 0


@pytest.mark.parametrize(
    ("settings", "tag", "properties", "version"),
    [
        ("0.3.1", "v0.3.1", {"x": TEXT, "y": TEXT}, "0.4.0"),
        ("0.3.1", "v0.3.1", {"x": {**TEXT, "description": "Words."}}, "0.3.2"),
        ("1.2.3", "v1.2.3", {"y": TEXT}, "2.0.0"),
        ("1.2.3", "1.2.3", {"x": TEXT, "y": TEXT}, "1.3.0"),
        ("0.3.1", "sdk-v1.2.3", {"x": {**TEXT, "description": "Words."}}, "1.2.4"),
    ],
)
def test_the_version_follows_from_the_changes(
    tmp_path: Path, settings: str, tag: str, properties: object, version: str
) -> None:
    repository = Repository(tmp_path)
    repository.settings.write_text(SETTINGS.replace("0.3.1", settings), "utf-8")
    repository.write("acme/paint")
    repository.commit(tag)
    repository.write("acme/paint", properties)
    repository.commit()
    assert repository.release().exit_code == 0
    assert f"version = '{version}'" in repository.settings.read_text("utf-8")


def test_each_release_closes_its_own_section(repository: Repository) -> None:
    repository.write("acme/paint", {"x": TEXT, "y": TEXT})
    repository.commit()
    repository.released()
    repository.write("acme/sing")
    repository.write("other/model")
    repository.commit()
    repository.released()
    repository.released("1.0.0")
    text = repository.changelog.read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        f"## {version} - {DAY}" for version in ("1.0.0", "0.5.0", "0.4.0")
    ]
    sections = text.split("\n## ")
    assert "No model changed." in sections[1]
    assert "acme/sing" in sections[2]
    assert "acme/paint" in sections[3]
    assert "Suggested version" not in text
    assert "<!--" not in text
    assert "other/model" not in text, "`only` leaves it out"


def test_a_release_that_nobody_tagged_counts(repository: Repository) -> None:
    repository.write("acme/paint", {"x": TEXT, "y": TEXT})
    repository.commit()
    assert repository.release().exit_code == 0
    repository.commit()
    advice = "0.4.0 has no tag: git tag v0.4.0 "
    assert_refused(repository, "got no change", code=1)
    assert advice in repository.release().stderr
    repository.write("acme/sing")
    repository.commit()
    result = repository.release()
    assert "0.4.0 -> 0.5.0" in result.stderr
    assert advice in result.stderr
    newest = repository.changelog.read_text("utf-8").split("\n## ")[1]
    assert newest.startswith("0.5.0 - ")
    assert "acme/sing" in newest
    assert "acme/paint" not in newest


def test_own_words_in_the_section_stay(repository: Repository) -> None:
    words = (
        "# Changelog\n\n## [Unreleased]\n\n- my own words\n\n## [0.3.1] - 2026-01-01\n\n- first\n"
    )
    repository.changelog.write_text(words, "utf-8")
    repository.write("acme/sing")
    repository.commit()
    repository.released()
    text = repository.changelog.read_text("utf-8")
    head = f"# Changelog\n\n## [Unreleased]\n\n## [0.4.0] - {DAY}\n\n- my own words\n\n### Added\n"
    assert text.startswith(head)
    assert text.endswith("\n\n## [0.3.1] - 2026-01-01\n\n- first\n")


def test_the_first_release_has_the_version_of_the_settings(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("acme/paint")
    repository.commit()
    assert "0.3.1: the first release" in repository.released()
    assert repository.settings.read_text("utf-8") == SETTINGS
    assert f"## 0.3.1 - {DAY}" in repository.changelog.read_text("utf-8")


@pytest.mark.parametrize("path", ["schemas/acme/paint/input.json", "pyproject.toml"])
def test_a_changed_file_is_refused(repository: Repository, path: str) -> None:
    with (repository.root / path).open("a") as file:
        file.write("\n")
    assert_refused(repository, f"everything must be committed; got changes in {path}")


def test_a_new_file_among_the_schemas_is_refused(repository: Repository) -> None:
    repository.write("acme/sing")
    assert_refused(repository, "got changes in schemas/acme/sing/endpoint.json")


@pytest.mark.parametrize("wanted", ["0.3.1", "0.3.1rc1", "0.2.9"])
def test_backwards_is_refused(repository: Repository, wanted: str) -> None:
    complaint = f"VERSION: must be greater than the last release, 0.3.1; got {wanted}"
    assert_refused(repository, complaint, wanted)


@pytest.mark.parametrize(
    "wanted", ["1", "v0.4.0", "0.4", "0.04.0", "0.4.0-rc1", "0.4.0\n", "٠.4.0"]
)
def test_what_is_no_version_is_refused(repository: Repository, wanted: str) -> None:
    assert_refused(repository, "must be three numbers, such as 0.4.0", wanted)


def test_an_endpoint_that_cannot_be_read_is_refused(repository: Repository) -> None:
    (repository.schemas / "acme/paint/input.json").write_text("{", "utf-8")
    repository.commit()
    assert_refused(repository, "every endpoint must be readable; got the errors above", code=1)


def test_no_change_is_no_release(repository: Repository) -> None:
    assert_refused(repository, "must differ from v0.3.1; got no change", code=1)


def test_without_a_repository_there_is_nothing_to_count_from(repository: Repository) -> None:
    (repository.root / ".git").rename(repository.root / "elsewhere")
    assert_refused(repository, "error: ")


@pytest.mark.parametrize("day", ["yesterday", "20261130", "2026-13-01"])
def test_what_is_no_day_is_refused(repository: Repository, day: str) -> None:
    result = repository.run("release", "--date", day)
    assert result.exit_code == 2
    assert f"must be a day such as 2026-11-26; got '{day}'" in result.stderr


def assert_refused(repository: Repository, complaint: str, *arguments: str, code: int = 2) -> None:
    before = contents(repository)
    result = repository.release(*arguments)
    assert complaint in result.stderr
    assert result.exit_code == code
    assert contents(repository) == before


def contents(repository: Repository) -> dict[str, bytes]:
    paths = [repository.settings, *repository.schemas.rglob("*"), *repository.package.rglob("*")]
    return {str(path): path.read_bytes() for path in paths if path.is_file()}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[tool.runcomfy-codegen]\r\n", '[tool.runcomfy-codegen]\r\nversion = "0.1.0"\r\n'),
        ("[tool.runcomfy-codegen]", '[tool.runcomfy-codegen]\nversion = "0.1.0"\n'),
        (
            '[project]\nversion = "0.1.0"\nx="""\n[tool.runcomfy-codegen]\n"""\n[ tool . "runcomfy-codegen" ]#\n',
            '[project]\nversion = "0.1.0"\nx="""\n[tool.runcomfy-codegen]\n"""\n[ tool . "runcomfy-codegen" ]#\nversion = "0.1.0"\n',
        ),
        (
            '[tool]\nother = {version = "2.0.0"}\nruncomfy-codegen = {version = "0.0.9", out = "x"}\n',
            '[tool]\nother = {version = "2.0.0"}\nruncomfy-codegen = {version = "0.1.0", out = "x"}\n',
        ),
        (
            'tool.runcomfy-codegen."version" = "0.0.9" # "0.0.9"\n',
            'tool.runcomfy-codegen."version" = "0.1.0" # "0.0.9"\n',
        ),
    ],
)
def test_the_settings_keep_their_layout(tmp_path: Path, before: str, after: str) -> None:
    repository = Repository(tmp_path)
    repository.settings.write_bytes(before.encode())
    repository.write("acme/paint")
    repository.commit()
    result = repository.release("0.1.0")
    assert result.exit_code == 0, result.stderr
    assert repository.settings.read_bytes().decode() == after


def test_a_table_that_cannot_be_edited_is_refused(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.settings.write_text("tool.runcomfy-codegen = {}\n", "utf-8")
    repository.write("acme/paint")
    repository.commit()
    result = repository.release()
    assert result.exit_code == 2
    assert "must have the line [tool.runcomfy-codegen]; got another form" in result.stderr
    assert 'write version = "0.1.0" there by hand' in result.stderr
    assert repository.settings.read_text("utf-8") == "tool.runcomfy-codegen = {}\n"
    assert not repository.changelog.exists()
