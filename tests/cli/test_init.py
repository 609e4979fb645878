"""`runcomfy-codegen init`: what it writes, and that it overwrites nothing."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from click.testing import CliRunner, Result
from runcomfy_codegen.cli.app import main

from .._support.project import tree

JOBS = {
    "github": {".github/workflows/nightly.yml", ".github/workflows/sdk.yml"},
    "gitlab": {".gitlab-ci.yml"},
}


def init(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["init", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_an_empty_folder_gets_settings_and_jobs(tmp_path: Path, ci: str) -> None:
    folder = tmp_path / "new" / "project"
    result = init(folder, "--ci", ci, "--only", "acme/*", "--package", "acme_models")
    assert result.exit_code == 0
    files = tree(folder)
    assert files.keys() == {"pyproject.toml", ".gitattributes", ".gitignore"} | JOBS[ci]
    assert "/generated/** linguist-generated" in files[".gitattributes"]
    for path in files:
        assert f"{folder / path}: written" in result.stderr
    table = tomllib.loads(files["pyproject.toml"])["tool"]["runcomfy-codegen"]
    assert table == {
        "schemas": "schemas",
        "out": "generated",
        "package": "acme_models",
        "version": "0.1.0",
        "only": ["acme/*"],
    }
    assert "next: runcomfy-codegen sync" in result.stderr
    assert all(yaml.safe_load(files[path]) for path in JOBS[ci])
    assert all("the variable RUNCOMFY_CODEGEN" in text for text in (result.stderr,))


def test_files_of_the_user_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / ".gitattributes").write_text("mine\n", "utf-8")
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/sdk.yml").symlink_to("nowhere")
    (tmp_path / "pyproject.toml").write_text("[tool.runcomfy-codegen]\nout = 'sdk'\n", "utf-8")
    result = init(tmp_path)
    assert result.exit_code == 0
    for path in (".gitattributes", ".github/workflows/sdk.yml", "pyproject.toml"):
        assert f"{tmp_path / path}: exists, and was left as it is" in result.stderr
    assert (tmp_path / ".gitattributes").read_text("utf-8") == "mine\n"
    assert (tmp_path / "pyproject.toml").read_text("utf-8").endswith("out = 'sdk'\n")
    assert (tmp_path / ".github/workflows/nightly.yml").is_file()


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_jobs_use_the_folder_that_the_settings_name(tmp_path: Path, ci: str) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.runcomfy-codegen]\nout = 'my sdk'\n", "utf-8")
    result = init(tmp_path, "--ci", ci)
    assert result.exit_code == 0
    assert "pip install ./'my sdk'" in result.stderr
    files = tree(tmp_path)
    jobs = "".join(files[path] for path in JOBS[ci])
    assert "'my sdk'/pyproject.toml" in jobs
    assert "--wheel-dir dist ./'my sdk'\n" in jobs
    assert "generated/" not in jobs
    assert '"/my sdk/**" linguist-generated' in files[".gitattributes"]


def test_a_pyproject_without_the_table_is_shown_the_lines(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'theirs'\n", "utf-8")
    result = init(tmp_path)
    assert result.exit_code == 1
    assert "pyproject.toml: must have the table [tool.runcomfy-codegen]" in result.stderr
    assert "tool" in tomllib.loads(result.stdout)
    assert (tmp_path / "pyproject.toml").read_text("utf-8") == "[project]\nname = 'theirs'\n"


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    init(tmp_path)
    before = tree(tmp_path)
    result = init(tmp_path)
    assert result.exit_code == 0
    assert "written" not in result.stderr
    assert result.stderr.count(": up to date") == len(before)
    assert tree(tmp_path) == before


def test_settings_of_a_project_around_it_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = '[tool.runcomfy-codegen]\npackage = "outer"\nonly = ["outer/*"]\n'
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert init("inner").exit_code == 0
    assert "outer" not in (tmp_path / "inner/pyproject.toml").read_text("utf-8")


def test_ci_installs_the_generator_that_was_named(tmp_path: Path) -> None:
    url = "git+https://git.example.com/you/codegen.git@abc"
    result = init(tmp_path, "--generator", url)
    workflow = yaml.safe_load((tmp_path / ".github/workflows/sdk.yml").read_text("utf-8"))
    (step,) = (each for each in workflow["jobs"]["drift"]["steps"] if "env" in each)
    assert step["env"] == {"GENERATOR": url}
    assert "RUNCOMFY_CODEGEN" not in result.stderr


@pytest.mark.parametrize(
    ("record", "generator"),
    [
        (
            {"url": "https://git.example.com/x.git", "vcs_info": {"vcs": "git", "commit_id": "ab"}},
            "git+https://git.example.com/x.git@ab",
        ),
        ({"url": "https://example.com/x.whl", "archive_info": {}}, "https://example.com/x.whl"),
        ({"url": "file:///home/you/x", "dir_info": {"editable": True}}, ""),
        ({"url": "file:///home/you/x.whl", "archive_info": {}}, ""),
        ([], ""),
    ],
)
def test_ci_installs_what_this_machine_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: object, generator: str
) -> None:
    installed = tmp_path / "site/runcomfy_codegen-9.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Name: runcomfy-codegen\nVersion: 9\n", "utf-8")
    (installed / "direct_url.json").write_text(json.dumps(record), "utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert init(tmp_path / "new").exit_code == 0
    workflow = yaml.safe_load((tmp_path / "new/.github/workflows/sdk.yml").read_text("utf-8"))
    (step,) = (each for each in workflow["jobs"]["drift"]["steps"] if "env" in each)
    assert step["env"]["GENERATOR"] == (generator or "${{ vars.RUNCOMFY_CODEGEN }}")


@pytest.mark.parametrize("generator", ["", "${{ secrets.X }}", 'a"b', "a\nb"])
def test_what_cannot_be_installed_is_refused(tmp_path: Path, generator: str) -> None:
    result = init(tmp_path / "new", "--generator", generator)
    assert result.exit_code == 2
    assert "must be a distribution's name, a path or a URL" in result.stderr
    assert not (tmp_path / "new").exists()


def test_hostile_globs_stay_globs(tmp_path: Path) -> None:
    glob = 'a"]\nout = "/etc" # \\'
    assert init(tmp_path, "--only", glob).exit_code == 0
    table = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["tool"]
    assert table["runcomfy-codegen"]["only"] == [glob]
    assert table["runcomfy-codegen"]["out"] == "generated"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert init(tmp_path / "file").exit_code == 2
