"""Formatters of the project around the SDK leave it alone, and are named where they did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import black
import pytest
from runcomfy_codegen.emit.layout import HEADER
from runcomfy_codegen.publish.reformatting import is_reformatted

from .._support.project import Project, tree

GOOD = "runcomfy/models/acme/good.py"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("acme/good", {"choice": {"type": "string", "enum": ["a" * 30, "b" * 30]}})
    assert made.run("generate").exit_code == 0
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "host"\nversion = "1"\n', "utf-8")
    return made


@pytest.mark.parametrize(
    "command",
    [["black", "-q", "."], ["ruff", "format", "-n", "."], ["ruff", "check", "-n", "--fix", "."]],
)
def test_formatters_leave_the_sdk_alone(project: Project, command: list[str]) -> None:
    for part in ("batches", "cli", "testing"):  # the rest shows it too, in less time
        shutil.rmtree(project.out / "runcomfy" / part)
    before = tree(project.out)
    program = Path(sys.executable).with_name(command[0])
    subprocess.run([program, *command[1:]], cwd=project.root, check=True, capture_output=True)
    assert tree(project.out) == before


def reformat(project: Project) -> None:
    path = project.out / GOOD
    text = path.read_text("utf-8").removeprefix(HEADER)
    first, second = HEADER.splitlines(keepends=True)
    laid_out = black.format_str(text, mode=black.Mode(line_length=60))
    assert laid_out != text
    path.write_text(first + second + "\n" + laid_out, "utf-8")


def test_a_formatter_is_named_and_generate_restores_the_file(project: Project) -> None:
    before = tree(project.out)
    reformat(project)
    check = project.run("generate", "--check")
    assert check.exit_code == 1
    assert f"{project.out / GOOD}: rewritten by a formatter" in check.stderr
    assert "by hand" not in check.stderr
    result = project.run("generate")
    assert result.exit_code == 0
    assert "1 file had been rewritten by a formatter" in result.stderr
    assert tree(project.out) == before


def test_a_formatter_is_named_for_an_index_too(project: Project) -> None:
    before = tree(project.out)
    index = project.out / "runcomfy/models/acme/__init__.py"
    text = index.read_text("utf-8")
    one_line = "    from runcomfy.models.acme.good import Good, GoodOutput\n"
    assert one_line in text
    split = (
        "    from runcomfy.models.acme.good import (\n        Good,\n        GoodOutput,\n    )\n"
    )
    index.write_text(text.replace(one_line, split), "utf-8")
    assert f"{index}: rewritten by a formatter" in project.run("generate", "--check").stderr
    assert project.run("generate").exit_code == 0
    assert tree(project.out) == before


def test_what_was_edited_as_well_is_left_alone(project: Project) -> None:
    reformat(project)
    with (project.out / GOOD).open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    assert "edited by hand" in project.run("generate", "--check").stderr
    assert project.run("generate").exit_code == 1


@pytest.mark.parametrize(
    ("path", "old", "new", "same"),
    [
        ("a.py", "from a import b, c\nimport d\n", "import d\nfrom a import (\n    c,\n    b,\n)\n", True),
        ("a.py", 'class A:\n    """x \n    y"""\n', "class A:\n    '''x\n    y'''\n", True),
        ("a.py", "x = 1\n", "x = 2\n", False),
        ("a.py", "x = 1\n", "x = 1  # mine\n", False),
        ("a.py", "x = 1\n", "x = (\n", False),
        ("a.json", '{"a": [1]}', '{\n "a": [\n  1\n ]\n}\n', True),
        ("a.json", '{"a": 1}', '{"a": 2}', False),
        ("a.json", '{"a": 1}', "{", False),
        ("a.toml", "a = [1]\n", "a=[ 1 ]\n", True),
        ("a.md", "| a | b |\n|---|---|\n", "| a   | b   |\n| --- | --- |\n\n", True),
        ("a.toml", "a = 1  # one\n", "# one\na = 1\n", True),
        ("a.toml", "a = 1\n", "a = 1  # mine\n", False),
        ("a.md", "a\n", "b\n", False),
        ("a.md", "a\n```python\nf(\"a\")  # b\n```\n", "a\n\n```python\nf(\n  'a',\n)  # b\n```\n", True),
        ("a.md", "```python\nf(1)\n```\n", "```python\nf(2)\n```\n", False),
        ("a.md", "```bash\nrm  -r a\n```\n", "```bash\nrm -r a\n```\n", False),
        ("a.md", "1. a\n   ```json\n   {\"a\":1}\n   ```\n", "1. a\n\n   ```json\n   { \"a\": 1 }\n   ```\n", True),
        ("a.md", "```python\nf(\n```\nb\n", "```python\nf(\n```\nc\n", False),
        ("LICENSE", "a \nb\n", "a\nb\n\n", True),
        ("LICENSE", "a b\n", "a  b\n", False),
    ],
)  # fmt: skip
def test_what_counts_as_reformatted(path: str, old: str, new: str, same: bool) -> None:
    assert is_reformatted(path, old, new) is same


def test_a_readme_whose_code_was_laid_out_is_restored(project: Project) -> None:
    readme = project.out / "README.md"
    before = readme.read_bytes()
    program = Path(sys.executable).with_name("ruff")
    command = [str(program), "format", "-n", "-q", "--isolated", "--preview", str(readme)]
    subprocess.run(command, check=True, capture_output=True)
    assert readme.read_bytes() != before
    assert f"{readme}: rewritten by a formatter" in project.run("generate", "--check").stderr
    assert project.run("generate").exit_code == 0
    assert readme.read_bytes() == before
