"""The whole way in one command, on endpoints that the seed pages do not have."""

from __future__ import annotations

import shutil
from pathlib import Path

from .support import source, write
from .test_cli import Project
from .test_publish import tree


def test_demo(tmp_path: Path) -> None:
    """An example with renamed properties runs; one that its own schema refuses is skipped and named."""
    project = Project(tmp_path)
    properties = {"6_text": {"type": "string"}, "startImage": {"format": "image_uri"}}
    write(
        project.schemas,
        source("acme/odd", properties, required=["6_text"], example={"6_text": "x", "startImage": "https://a.example/b.png"}),
        source("acme/wrong", properties, required=["6_text"], example={"6_text": 6}),
        source("acme/silent", properties),
    )  # fmt: skip
    save = tmp_path / "saved"
    result = project.run("demo", "--package", "demo_sdk", "--save", str(save))
    assert result.exit_code == 0, result.stderr
    assert "skipped    the published example of acme/wrong" in result.stderr
    assert "2 of them submits" in result.stderr
    assert list((save / "acme/odd").iterdir())
    assert not (save / "acme/wrong").exists()


def test_an_example_that_the_server_refuses_is_named_and_stops_no_other(tmp_path: Path) -> None:
    """The emulator checks what the SDK leaves to the server."""
    project = Project(tmp_path)
    strict = {"prompt": {"type": "string", "pattern": "^z"}}
    write(
        project.schemas,
        source("acme/refused", strict, example={"prompt": "a"}),
        source("acme/works", strict, example={"prompt": "z"}),
    )
    save = tmp_path / "saved"
    result = project.run("demo", "--package", "demo_sdk_2", "--save", str(save))
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "failed     client.acme.refused: " in result.stderr
    assert "client.acme.refused.run(...) -> failed: " in result.stderr
    assert list((save / "acme/works").iterdir())


def test_a_demo_of_nothing_leaves_what_was_published(tmp_path: Path) -> None:
    project = Project(tmp_path)
    write(project.schemas, source("acme/good"))
    project.run("generate")
    published = tree(project.out)
    shutil.rmtree(project.schemas / "acme")
    write(project.schemas, source("acme/bad", {"x": {"enum": []}}))
    assert project.run("demo", "--save", str(tmp_path / "saved")).exit_code == 1
    assert tree(project.out) == published
