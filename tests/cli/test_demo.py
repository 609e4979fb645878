"""The whole way in one command, on endpoints that the seed pages do not have."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from runcomfy_codegen.runtime.testing import EmulatedEndpoint

from .._support.generator import REPOSITORY, source, write
from .._support.project import Project, tree


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
    assert "4 of them submits" in result.stderr
    assert list((save / "acme/odd").iterdir())
    assert list((save / "acme/silent").iterdir()), "a made-up request was sent"
    assert not (save / "acme/wrong").exists()


def test_refused_example_is_named_and_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator is made to refuse what the SDK takes, as a service with a newer schema does."""
    project = Project(tmp_path)
    prompt = {"prompt": {"type": "string"}}
    write(
        project.schemas,
        source("acme/refused", prompt, example={"prompt": "a"}),
        source("acme/works", prompt, example={"prompt": "z"}),
    )
    newer = {"properties": {"prompt": {"type": "string", "enum": ["z"]}}}
    monkeypatch.setattr(
        "runcomfy_codegen.cli.emulator.emulated",
        lambda sources: [
            EmulatedEndpoint(source.endpoint.value["model_id"], newer, {}) for source in sources
        ],
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


def test_a_demo_writes_what_generate_writes(tmp_path: Path) -> None:
    project = Project(tmp_path)
    write(project.schemas, source("acme/good"), source("acme/other"))
    project.run("demo", "--package", "demo_sdk_3", "--save", str(tmp_path / "saved"))
    demonstrated = tree(project.out)
    shutil.rmtree(project.out)
    project.run("generate", "--package", "demo_sdk_3")
    assert tree(project.out) == demonstrated
    project.run("generate", "--package", "demo_sdk_4", "--only", "*/good")
    before = tree(project.out)
    arguments = ["--package", "demo_sdk_4", "--only", "*/good", "--save", str(tmp_path / "more")]
    result = project.run("demo", *arguments)
    assert result.exit_code == 0, result.stderr
    assert tree(project.out) == before
    assert not (tmp_path / "more/acme/other").exists()


def test_a_demo_makes_up_what_the_schemas_require(tmp_path: Path) -> None:
    project = Project(tmp_path)
    properties = {
        "prompt": {"type": "string", "minLength": 8},
        "images": {"type": "array", "format": "image_uris", "minItems": 2},
        "size": {"type": "integer", "enum": [512, 1024]},
        "strength": {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
        "extra": {"type": "string"},
    }
    write(project.schemas, source("acme/strict", properties, required=list(properties)[:4]))
    save = tmp_path / "saved"
    result = project.run("demo", "--package", "demo_sdk_5", "--save", str(save))
    assert result.exit_code == 0, result.stderr
    assert "2 of them submits" in result.stderr
    assert list((save / "acme/strict").iterdir())


def test_a_demo_says_why_nothing_is_sent(tmp_path: Path) -> None:
    project = Project(tmp_path)
    write(project.schemas, source("acme/wrong", {"x": {"type": "string"}}, example={"x": 6}))
    save = tmp_path / "saved"
    result = project.run("demo", "--package", "demo_sdk_6", "--save", str(save))
    assert result.exit_code == 1
    assert "skipped    the published example of acme/wrong: " in result.stderr
    assert (
        "nothing was sent: no endpoint has a request that its own schema accepts" in result.stderr
    )


def test_demo_leaves_the_sdk_importable(tmp_path: Path) -> None:
    """An environment elsewhere, such as the one that runs this test, is left alone."""
    write(tmp_path / "schemas", source("acme/good"))
    venv.create(tmp_path / ".venv", symlinks=True)
    [site] = (tmp_path / ".venv").glob("lib/python*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (site / "ours.pth").write_text("\n".join([*ours, str(REPOSITORY / "generator")]), "utf-8")
    python = tmp_path / ".venv/bin/python"

    def run(*arguments: str, folder: Path = tmp_path) -> str:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        done = subprocess.run(
            [python, *arguments], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    demo = ("-m", "runcomfy_codegen", "demo", "--package", "demo_sdk_4")
    text = run(*demo)
    assert ".venv/bin/python: `import demo_sdk_4` works here now" in text
    printed = run(
        "-c", "import demo_sdk_4; print(demo_sdk_4.__file__)", folder=tmp_path / "schemas"
    )
    assert printed.strip() == str(tmp_path / "generated/demo_sdk_4/__init__.py")
    (site / "demo_sdk_4-generated.pth").unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    text = run(*demo, "--schemas", "../schemas", folder=elsewhere)
    assert "pip install ./generated" in text
    assert not (site / "demo_sdk_4-generated.pth").exists()


def test_a_demo_in_another_folder_leaves_this_environment_alone(tmp_path: Path) -> None:
    project = Project(tmp_path)
    write(project.schemas, source("acme/good"))
    project.run("demo", "--package", "demo_sdk_7", "--save", str(tmp_path / "saved"))
    folder = Path(sysconfig.get_path("purelib"))
    assert not list(folder.glob("demo_sdk_7*"))
