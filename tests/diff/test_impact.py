"""`runcomfy-codegen impact`: the lines of other code that break, each with its cause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from runcomfy_codegen.diff.checkers import CHECKERS

from .._support.project import run_in
from .._support.repository import Repository

TEXT = {"type": "string"}
MODES = {"prompt": TEXT, "mode": {"enum": ["fast", "slow"]}, "seed": {"type": "integer"}}
CODE = """\
from runcomfy import RunComfy
from runcomfy.models.acme.sing import SingRequest


def paint(client: RunComfy) -> None:
    job = client.acme.paint.submit(
        prompt="x",
        mode="fast",
    )
    job.wait()
    client.acme.paint.run(prompt="x", mode="slow", seed=1)


def sing(client: RunComfy) -> None:
    print(client.acme.sing.run(prompt="x").output.images)
    client.submit(SingRequest(prompt="x", seed=3))
    client.acme.paint.run(prompt=7)
"""


class Code(Repository):
    """A repository with schemas, and code that uses the SDK."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.code = root / "app"
        self.write("acme/paint", MODES, required=["prompt"])
        self.write("acme/sing", MODES, required=["prompt"])
        self.file("app.py", CODE)
        self.commit()

    def file(self, name: str, text: str) -> None:
        (self.code / name).parent.mkdir(parents=True, exist_ok=True)
        (self.code / name).write_text(text, "utf-8")

    def narrow(self) -> None:
        """Take a value from one model, and a parameter from another."""
        self.write("acme/paint", {**MODES, "mode": {"enum": ["slow"]}}, required=["prompt"])
        without = {key: value for key, value in MODES.items() if key != "seed"}
        self.write("acme/sing", without, required=["prompt"])

    def impact(self, *arguments: object, checker: str = "ty") -> Result:
        return run_in(self.root, "impact", "--checker", checker, *map(str, arguments))

    def lines(self, *arguments: object, checker: str = "ty") -> list[dict[str, Any]]:
        result = self.impact("--code", "app", "--format", "json", *arguments, checker=checker)
        assert result.exit_code in (0, 1), result.stderr
        lines: list[dict[str, Any]] = json.loads(result.stdout)
        assert result.exit_code == bool(lines)
        return lines


@pytest.fixture
def code(tmp_path: Path) -> Code:
    return Code(tmp_path / "repository")


def test_without_a_change_nothing_breaks(code: Code) -> None:
    assert code.lines() == [], "the error that is there already is none of ours"


@pytest.mark.parametrize("checker", CHECKERS)
def test_each_checker_names_exactly_the_lines(code: Code, checker: str) -> None:
    code.narrow()
    lines = code.lines(checker=checker)
    causes = [
        (
            line["file"],
            line["line"],
            [(cause["model_id"], cause["place"]) for cause in line["changes"]],
        )
        for line in lines
    ]
    assert causes == [
        ("app.py", 8, [("acme/paint", "mode")]),
        ("app.py", 16, [("acme/sing", "seed")]),
    ]


def test_each_line_has_its_cause_and_counterexample(code: Code) -> None:
    code.narrow()
    result = code.impact("--code", "app")
    assert result.exit_code == 1
    first, second = result.stdout.split("app/app.py:")[1:]
    assert first.startswith("8:9: error\n")
    assert "breaking: acme/paint" in first
    assert 'mode: "fast" is no longer allowed [input-choice-removed]' in first
    assert "client.acme.paint.submit(prompt=" in first
    assert 'mode="fast"' in first
    assert "breaking: acme/sing" in second
    assert "seed" in second
    assert "broken: 2 lines of app, according to ty" in result.stderr


def test_a_removed_model_breaks_its_callers(code: Code) -> None:
    for file in (code.schemas / "acme/sing").iterdir():
        file.unlink()
    lines = code.lines()
    assert {line["line"] for line in lines} >= {2, 15}
    assert {cause["rule"] for line in lines for cause in line["changes"]} == {"endpoint-removed"}


def test_a_model_in_a_variable_is_found_by_its_file(code: Code) -> None:
    code.file("app.py", "from runcomfy import RunComfy\n\npaint = RunComfy().acme.paint\n")
    code.file("b.py", 'from app import paint\n\npaint.run(prompt="x", mode="fast")\n')
    code.commit()
    code.narrow()
    (line,) = code.lines()
    assert (line["file"], line["line"]) == ("b.py", 3)
    assert [cause["model_id"] for cause in line["changes"]] == ["acme/paint"]


def test_two_revisions_are_compared(code: Code) -> None:
    code.narrow()
    code.commit()
    assert code.lines() == []
    assert len(code.lines("HEAD~1", "HEAD")) == 2
    assert code.lines("HEAD", "HEAD~1") == []


def test_folders_that_are_not_the_users_are_left_out(code: Code) -> None:
    code.file(".hidden/a.py", CODE)
    code.file("env/pyvenv.cfg", "")
    code.file("env/lib/a.py", CODE)
    code.narrow()
    assert {line["file"] for line in code.lines()} == {"app.py"}


def test_wrong_use_is_explained(code: Code, monkeypatch: pytest.MonkeyPatch) -> None:
    (code.root / "empty").mkdir()
    result = code.impact("--code", "empty")
    assert (result.exit_code, "--code: must hold Python files; got none" in result.stderr) == (
        2,
        True,
    )
    assert code.impact("nowhere").exit_code == 2
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sysconfig.get_path", lambda _name: "/nowhere")
    result = code.impact("--code", "app")
    assert result.exit_code == 2
    assert "a type checker must be installed: ty; got none" in result.stderr


def test_a_checker_that_fails_is_an_error(code: Code, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = code.root / "programs"
    programs.mkdir()
    (programs / "ty").write_text("#!/bin/sh\necho broken >&2\nexit 3\n", "utf-8")
    (programs / "ty").chmod(0o755)
    monkeypatch.setattr("sysconfig.get_path", lambda _name: str(programs))
    result = code.impact("--code", "app")
    assert result.exit_code == 2
    assert "ty: must report errors as JSON; got broken" in result.stderr
