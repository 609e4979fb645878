"""Another project generates an SDK for itself: its own choice of models, under its own name."""

from __future__ import annotations

import json
import os
import re
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from runcomfy_codegen.cli.app import main

from .._support.generator import source, write
from .._support.project import BAD, Project, tree

TABLE = """
[project]
name = "their-app"

[tool.runcomfy-codegen]
schemas = "vendor/schemas"
out = "their_sdk"
package = "their_models"
only = ["kling/*", "acme/good"]
"""


def run(folder: Path, *arguments: str) -> Result:
    with chdir(folder):
        result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def consumer(tmp_path: Path) -> Path:
    ids = ["kling/v2/edit", "kling/v3", "acme/good", "acme/other"]
    write(
        tmp_path / "vendor/schemas", *(source(each, {"prompt": {"type": "string"}}) for each in ids)
    )
    (tmp_path / "pyproject.toml").write_text(TABLE, "utf-8")
    return tmp_path


def test_a_consumer_has_the_models_it_chose_and_sees_drift(consumer: Path) -> None:
    assert run(consumer, "generate", "--check").exit_code == 1
    assert run(consumer, "generate").exit_code == 0
    index = (consumer / "their_sdk/their_models/_endpoints.json").read_text("utf-8")
    assert {each: each in index for each in ("kling/v2/edit", "kling/v3", "acme/good", "acme/other")} == {
        "kling/v2/edit": True, "kling/v3": True, "acme/good": True, "acme/other": False,
    }  # fmt: skip
    assert run(consumer, "generate", "--check").exit_code == 0
    write(consumer / "vendor/schemas", source("acme/other", {"x": {"type": "integer"}}))
    assert run(consumer, "generate", "--check").exit_code == 0, "it is not one of theirs"
    write(consumer / "vendor/schemas", source("acme/new", {"4k": {"type": "integer"}}))
    assert run(consumer, "generate", "--only", "acme/*", "--out", "elsewhere").exit_code == 0
    assert "acme/new" in (consumer / "vendor/schemas/names.lock.json").read_text("utf-8")
    assert run(consumer, "generate", "--check").exit_code == 0, "nor is its name"
    write(consumer / "vendor/schemas", source("kling/v3", {"x": {"type": "integer"}}))
    result = run(consumer, "generate", "--check")
    assert result.exit_code == 1
    assert "their_models/models/kling/v3.py" in result.stderr
    assert "kling/v3: its schema, overlay or names changed" in result.stderr
    assert run(consumer, "generate").exit_code == 0
    assert run(consumer, "generate", "--check").exit_code == 0


def test_options_win(consumer: Path) -> None:
    assert run(consumer, "generate", "--package", "other_name", "--only", "acme/*").exit_code == 0
    files = tree(consumer / "their_sdk")
    assert "other_name/models/acme/other.py" in files
    assert not any("kling" in path for path in files)


def test_every_command_takes_the_folders_from_the_table(consumer: Path) -> None:
    assert "3 endpoints" in run(consumer, "lint").stderr
    assert "4 endpoints" in run(consumer, "lint", "--only", "*").stderr
    write(consumer / "before", source("kling/v3", {"prompt": {"type": "string"}}))
    changes = json.loads(run(consumer, "diff", "before", "--format", "json").stdout)["changes"]
    assert [each["model_id"] for each in changes] == ["acme/good", "kling/v2/edit"]


def test_names_of_the_schemas_are_used_and_stay_where_they_are(consumer: Path) -> None:
    schemas = consumer / "vendor/schemas"
    lock = '{"endpoints": {"acme/good": "acme.kept:Chosen"}, "properties": {}}'
    (schemas / "names.lock.json").write_text(lock, "utf-8")
    assert run(consumer, "generate", "--only", "acme/good").exit_code == 0
    assert "class Chosen(" in (consumer / "their_sdk/their_models/models/acme/kept.py").read_text(
        "utf-8"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_names_that_cannot_be_remembered(consumer: Path) -> None:
    schemas = consumer / "vendor/schemas"
    schemas.chmod(0o500)
    try:
        result = run(consumer, "generate")
    finally:
        schemas.chmod(0o700)
    assert result.exit_code == 2
    assert "names.lock.json: new names were given and cannot be remembered here" in result.stderr
    assert not (consumer / "their_sdk").exists()


@pytest.mark.parametrize(
    ("table", "complaints"),
    [
        ("schema = 'x'", ['schema: unknown key; did you mean "schemas"?']),
        ("only = 'kling/*'", ["only: must be a list of non-empty strings; got 'kling/*'"]),
        ("version = '1.0'", ["version: must be three numbers, such as 0.4.0,"]),
        ("version = 1.0", ["version: must be three numbers, such as 0.4.0,"]),
        ("only = [1]", ["only: must be a list of non-empty strings; got [1]"]),
        (
            "out = 3\npackage = []",
            ["out: must be a non-empty string; got 3", "package: must be a non-empty"],
        ),
        ("out = ''", ["out: must be a non-empty string; got ''"]),
        (
            "package = 'os'",
            ["must not be a package that the SDK imports; got 'os' (in pyproject.toml)"],
        ),
        *(
            (
                f"package = '{name}'",
                ["must not begin or end with _, as the distribution has the same name"],
            )
            for name in ("_x", "x_", "_")
        ),
        (
            "schemas = 'vendor/schemas'\nout = 'vendor/schemas'",
            ["--out must not be inside --schemas"],
        ),
        (
            "schemas = 'vendor/schemas'\nout = 'vendor/schemas/kling'",
            ["--out must not be inside --schemas"],
        ),
        ("out = ", ["pyproject.toml:2:7: must be TOML; got: Invalid value"]),
    ],
)
def test_a_wrong_table_is_refused_with_all_that_is_wrong(
    consumer: Path, table: str, complaints: list[str]
) -> None:
    (consumer / "pyproject.toml").write_text(f"[tool.runcomfy-codegen]\n{table}\n", "utf-8")
    before = tree(consumer)
    result = run(consumer, "generate")
    assert result.exit_code == 2
    assert all(each in result.stderr for each in complaints), result.stderr
    assert tree(consumer) == before


@pytest.mark.parametrize(
    "text", ["[tool]\nruncomfy-codegen = 1\n", "tool = 1\n# runcomfy-codegen\n"]
)
def test_a_table_that_is_none(consumer: Path, text: str) -> None:
    (consumer / "pyproject.toml").write_text(text, "utf-8")
    result = run(consumer, "lint")
    assert result.exit_code == 2
    assert (
        "must be a table" if "[tool]" in text else "no such folder"
    ) in result.stderr + result.stdout


def test_a_project_without_a_table_is_left_alone(consumer: Path) -> None:
    (consumer / "pyproject.toml").write_text("this is no TOML at all", "utf-8")
    assert "no such folder" in run(consumer, "lint").stdout
    (consumer / "pyproject.toml").write_bytes(b"\xff")
    assert "no such folder" in run(consumer, "lint").stdout
    (consumer / "pyproject.toml").write_bytes(b"[tool.runcomfy-codegen]\nout = '\xff'")
    assert "must be UTF-8 text" in run(consumer, "lint").stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("acme/good")
    return made


def test_only_is_the_whole_sdk(project: Project) -> None:
    """Endpoints that do not match are not part of it, and lose no name."""
    project.add("acme/other")
    project.run("generate")
    lock = (project.schemas / "names.lock.json").read_bytes()
    assert project.run("generate", "--only", "*/good").exit_code == 0
    after = tree(project.out)
    assert "runcomfy/models/acme/good.py" in after
    assert not any("other" in path for path in after)
    assert '"acme/other"' not in after["runcomfy/_endpoints.json"]
    assert (project.schemas / "names.lock.json").read_bytes() == lock
    assert project.run("generate", "--check", "--only", "*/good").exit_code == 0
    assert project.run("generate", "--check").exit_code == 1
    assert project.run("generate").exit_code == 0
    assert project.run("generate", "--only", "nothing").exit_code == 2


def test_a_bad_endpoint_that_is_not_chosen_is_nobodys_business(project: Project) -> None:
    project.add("acme/bad", BAD)
    (project.schemas / "acme/broken").mkdir()
    (project.schemas / "acme/broken/input.json").write_text("{", "utf-8")
    assert project.run("generate").exit_code == 1
    result = project.run("generate", "--only", "*/good")
    assert (result.exit_code, result.stderr.count("error")) == (0, 0)


def test_a_demo_leaves_the_schemas_alone_too(consumer: Path) -> None:
    before = tree(consumer)
    result = run(consumer, "demo", "--out", "vendor/schemas/kling")
    assert result.exit_code == 2
    assert "--out must not be inside --schemas" in result.stderr
    assert tree(consumer) == before


@pytest.fixture
def below(consumer: Path) -> Path:
    """Return a folder inside the project."""
    folder = consumer / "src/app"
    folder.mkdir(parents=True)
    return folder


def test_settings_above_apply_relative_to_their_file(consumer: Path, below: Path) -> None:
    assert run(below, "generate").exit_code == 0
    assert (consumer / "their_sdk/their_models").is_dir()
    assert list(below.iterdir()) == []
    before = tree(consumer)
    assert run(consumer, "generate", "--check").exit_code == 0
    assert run(below, "generate", "--check").exit_code == 0
    assert tree(consumer) == before
    reply = {"models": [{"model_id": "kling/v4", "input_schema": {"type": "object", "properties": {}}}], "total": 1}  # fmt: skip
    (below / "reply.json").write_text(json.dumps(reply), "utf-8")
    assert "new kling/v4" in run(below, "sync", "--from", "reply.json").stdout
    assert (consumer / "vendor/schemas/kling/v4/input.json").is_file()


def test_folders_that_the_table_leaves_out_are_beside_it(consumer: Path, below: Path) -> None:
    (consumer / "pyproject.toml").write_text("[tool.runcomfy-codegen]\npackage = 'mine'\n", "utf-8")
    (consumer / "vendor/schemas").rename(consumer / "schemas")
    assert run(below, "generate").exit_code == 0
    assert (consumer / "generated/mine").is_dir()


def test_the_nearest_file_with_the_table_is_used(consumer: Path, below: Path) -> None:
    (below / "pyproject.toml").write_text("[project]\nname = 'app'\n", "utf-8")
    assert "3 endpoints" in run(below, "lint").stderr
    (below / "pyproject.toml").write_text(
        "[project]\ndependencies = ['runcomfy-codegen']\n[tool.other]\n", "utf-8"
    )
    assert "3 endpoints" in run(below, "lint").stderr
    (below / "pyproject.toml").write_text("[tool.runcomfy-codegen]\nschemas = 's'\n", "utf-8")
    assert "no such folder" in run(below, "lint").stdout
    (below / "pyproject.toml").write_text("[tool.runcomfy-codegen]\nschemas = 's'\n[", "utf-8")
    assert "pyproject.toml:3:2: must be TOML; got: " in run(below, "lint").stderr


def test_options_are_relative_to_the_current_folder(consumer: Path, below: Path) -> None:
    assert run(below, "generate", "--out", "here").exit_code == 0
    assert (below / "here/their_models").is_dir()


def test_a_byte_order_mark_is_ignored(consumer: Path) -> None:
    (consumer / "pyproject.toml").write_bytes(b"\xef\xbb\xbf" + TABLE.encode())
    assert "3 endpoints" in run(consumer, "lint").stderr


def test_all_mistakes_in_the_table_are_listed(consumer: Path, below: Path) -> None:
    table = "[tool.runcomfy-codegen]\nonyl = ['a']\nout = 3\npackage = true\ncolour = 1\n"
    (consumer / "pyproject.toml").write_text(table, "utf-8")
    result = run(below, "generate")
    where = f"{Path('../..') / 'pyproject.toml'}: [tool.runcomfy-codegen]"
    assert result.stderr.splitlines() == [
        f'error: {where} onyl: unknown key; did you mean "only"?',
        f"{where} out: must be a non-empty string; got 3",
        f"{where} package: must be a non-empty string; got True",
        f"{where} colour: unknown key; must be one of schemas, out, package, only, version, http, install",
    ]
    assert result.exit_code == 2


REPLY = {
    "models": [
        {"model_id": each, "input_schema": {"type": "object", "properties": {"x": {"type": "string"}}}}
        for each in ("kling/v3", "acme/other")
    ],
    "total": 2,
}  # fmt: skip


def test_only_of_the_table_binds_every_command(consumer: Path) -> None:
    (consumer / "reply.json").write_text(json.dumps(REPLY), "utf-8")
    assert run(consumer, "sync", "--from", "reply.json").stdout.split("\n")[0] == (
        "changed kling/v3: input, source page -> catalogue".replace("source page", "source unknown")
    )
    other = consumer / "vendor/schemas/acme/other/input.json"
    assert "prompt" in other.read_text("utf-8")
    demo = run(consumer, "demo", "--save", "saved", "--package", "demo_only")
    assert "3 endpoints" in demo.stderr
    assert not (consumer / "their_sdk/demo_only/models/acme/other.py").exists()
    site = run(consumer, "site", "--site", "web")
    assert site.exit_code == 0, site.stderr
    assert (consumer / "web/kling/v3.html").is_file()
    assert not (consumer / "web/acme/other.html").exists()
    for command in ("generate", "lint"):
        assert "3 endpoints" in run(consumer, command, "--package=m" if command == "generate" else "--notes").stderr  # fmt: skip


def test_a_glob_that_matches_nothing_is_a_warning(consumer: Path) -> None:
    table = TABLE.replace('"acme/good"', '"acme/godo"')
    (consumer / "pyproject.toml").write_text(table, "utf-8")
    (consumer / "reply.json").write_text(json.dumps(REPLY), "utf-8")
    warning = (
        "pyproject.toml: warning: only: must match a model id; got 'acme/godo', which matches none"
    )
    for arguments in (
        ["generate"],
        ["lint"],
        ["sync", "--from", "reply.json", "--dry-run"],
        ["diff", "vendor/schemas"],
        ["demo", "--save", "saved", "--package", "demo_glob"],
    ):
        result = run(consumer, *arguments)
        assert warning in result.output, arguments
        assert result.exit_code == 0 or arguments[0] == "diff", result.output
    assert run(consumer, "generate").exit_code == 0
    check = run(consumer, "generate", "--check")
    assert check.exit_code == 1, "up to date, and yet an endpoint is missing"
    assert warning.replace("warning", "error") in check.stderr
    assert run(consumer, "generate", "--check", "--only", "kling/*").exit_code == 0, "the same SDK"
    assert "--only: warning: must match a model id; got 'x/*'" in (
        run(consumer, "generate", "--only", "kling/*", "--only", "x/*").stderr
    )


USES = {
    "add": {"schemas"},
    "demo": {"only", "out", "package", "save", "schemas"},
    "diff": {"changelog", "format", "only", "schemas"},
    "generate": {"check", "force", "jobs", "only", "out", "package", "schemas"},
    "lint": {"format", "notes", "only", "rule", "rules", "schemas", "since"},
    "site": {"only", "out", "package", "schemas", "site"},
    "sync": {"dry-run", "from", "only", "prune", "schemas"},
    "watch": {"only", "out", "package", "schemas"},
}


@pytest.mark.parametrize("command", USES)
def test_a_command_has_only_the_options_it_uses(tmp_path: Path, command: str) -> None:
    text = run(tmp_path, command, "--help").output
    assert set(re.findall(r"^  (?:-\w, )?--([a-z-]+)", text, re.MULTILINE)) == USES[command] | {
        "help"
    }
