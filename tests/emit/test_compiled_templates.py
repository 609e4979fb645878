"""Templates are compiled once, and never is an old one used. In a generator of its own: it writes beside it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .._support.generator import PROMPT, REPOSITORY
from .._support.project import Project, tree


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.add("acme/good", PROMPT)
    for name in ("generator", "templates"):
        no_bytecode = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=no_bytecode)
    return project


def generated(project: Project, **environment: str) -> dict[str, str]:
    shutil.rmtree(project.out, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "runcomfy_codegen", "generate", "--out", str(project.out)],
        env={"PYTHONPATH": str(project.root / "generator"), "PATH": "", **environment},
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return tree(project.out)


def kept(project: Project) -> dict[str, bytes]:
    folder = project.root / "templates/__pycache__"
    return {path.name: path.read_bytes() for path in folder.glob("*")}


def test_the_next_run_finds_them(project: Project) -> None:
    first = generated(project)
    compiled = kept(project)
    assert compiled
    assert generated(project) == first
    assert kept(project) == compiled


def test_none_is_kept_where_python_keeps_none(project: Project) -> None:
    without = generated(project, PYTHONDONTWRITEBYTECODE="1")
    assert kept(project) == {}
    assert generated(project) == without


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("templates/LICENSE.jinja", "Copyright", "© Copyright"),
        ("generator/runcomfy_codegen/emit/templates.py", "trim_blocks=True", "trim_blocks=False"),
    ],
    ids=["the template", "the options it is compiled with"],
)
def test_a_change_is_seen(project: Project, file: str, old: str, new: str) -> None:
    first = generated(project)
    before = kept(project)
    path = project.root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    changed = generated(project)
    assert kept(project) != before
    assert changed != first
    assert generated(project, PYTHONDONTWRITEBYTECODE="1") == changed


def test_what_is_broken_is_compiled_again(project: Project) -> None:
    first = generated(project)
    for path in (project.root / "templates/__pycache__").glob("*"):
        path.write_bytes(path.read_bytes()[:-9])
    assert generated(project) == first
