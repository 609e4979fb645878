"""An alias of a choice stays with the field that it was published for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from .._support.project import Project

SIZES: Any = {"enum": ["1k", "2k"]}
MODES: Any = {"enum": ["fast", "slow"]}
KINDS: Any = {"enum": ["a", "b"]}
MODULE = "runcomfy/models/acme/demo.py"


def alias(project: Project, name: str) -> str:
    """Return what the alias stands for in the module."""
    lines = (project.out / MODULE).read_text("utf-8").splitlines()
    return next(line.partition(" = ")[2] for line in lines if line.startswith(f"{name}: TypeAlias"))


def names(project: Project) -> Any:
    return json.loads((project.schemas / "names.lock.json").read_text("utf-8"))


def test_a_field_that_sorts_first_takes_no_published_alias(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.add("acme/demo", {"image_1": SIZES})
    assert project.run("generate").exit_code == 0
    assert alias(project, "Image1") == 'Literal["1k", "2k"]'
    project.add("acme/demo", {"image_1": SIZES, "image1": MODES})
    assert project.run("generate").exit_code == 0
    assert alias(project, "Image1") == 'Literal["1k", "2k"]'
    (project.schemas / "acme/demo/input.json").unlink()
    project.add("acme/demo", {"image1": MODES})
    assert project.run("generate").exit_code == 0
    assert alias(project, "Image1") == 'Literal["fast", "slow"]'


def test_a_choice_of_a_nested_class_keeps_its_alias(tmp_path: Path) -> None:
    project = Project(tmp_path)
    box = {"type": "object", "properties": {"size": SIZES}}
    project.add("acme/demo", {"box": box})
    assert project.run("generate").exit_code == 0
    assert alias(project, "DemoBoxSize") == 'Literal["1k", "2k"]'
    project.add("acme/demo", {"box": box, "demo_box_size": KINDS})
    assert project.run("generate").exit_code == 0
    assert alias(project, "DemoBoxSize") == 'Literal["1k", "2k"]'


def test_an_alias_that_follows_from_its_field_needs_no_record(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.add("acme/demo", {"aspect_ratio": SIZES})
    assert project.run("generate").exit_code == 0
    assert "classes" not in names(project)


def test_check_passes_without_the_records_that_generate_adds(tmp_path: Path) -> None:
    """A lock of an earlier version lists no choices."""
    project = Project(tmp_path)
    project.add("acme/demo", {"image_1": SIZES})
    assert project.run("generate").exit_code == 0
    content = names(project)
    assert content.pop("classes") == {"acme.demo": {"Image1": "choice .image_1 {}"}}
    (project.schemas / "names.lock.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    assert project.run("generate", "--check").exit_code == 0
    assert project.run("generate").exit_code == 0
    assert "classes" in names(project)
    assert project.run("generate", "--check").exit_code == 0


def test_the_alias_moves_with_a_renamed_endpoint(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.add("acme/demo", {"image_1": SIZES})
    assert project.run("generate").exit_code == 0
    shutil.rmtree(project.schemas / "acme/demo")
    project.add("acme/later", {"image_1": SIZES})
    assert project.run("rename", "acme/demo", "acme/later").exit_code == 0
    assert names(project)["classes"] == {"acme.later": {"Image1": "choice .image_1 {}"}}
