"""Another project generates an SDK for itself: its own choice of models, under its own name."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from runcomfy_codegen.cli import main

from .support import source, write
from .test_cli import BAD, Project
from .test_publish import tree

TABLE = """
[project]
name = "their-app"

[tool.runcomfy-codegen]
schemas = "vendor/schemas"
out = "their_sdk"
package = "their_models"
only = ["kling/*", "acme/good"]
"""


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """contextlib.chdir() is newer than Python 3.10."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def run(folder: Path, *arguments: str) -> Result:
    with working_in(folder):
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
        ("schema = 'x'", ["schema: unknown, expected one of schemas, out, package, only"]),
        ("only = 'kling/*'", ["only: expected a list of texts, found 'kling/*'"]),
        ("only = [1]", ["only: expected a list of texts, found [1]"]),
        ("out = 3\npackage = []", ["out: expected a text, found 3", "package: expected a text"]),
        ("out = ''", ["out: expected a text, found ''"]),
        ("package = 'os'", ["'os' is a package that the SDK needs itself (in pyproject.toml)"]),
        *(
            (f"package = '{name}'", ["begins or ends with _, which the name of the distribution"])
            for name in ("_x", "x_", "_")
        ),
        (
            "schemas = 'vendor/schemas'\nout = 'vendor/schemas'",
            ["the SDK cannot be in the folder of the schemas"],
        ),
        (
            "schemas = 'vendor/schemas'\nout = 'vendor/schemas/kling'",
            ["the SDK cannot be in the folder of the schemas"],
        ),
        ("out = ", ["pyproject.toml: it is not TOML: "]),
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
    assert "not UTF-8" in run(consumer, "lint").stderr


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
    assert "the SDK cannot be in the folder of the schemas" in result.stderr
    assert tree(consumer) == before
