"""A project of somebody else, from scratch in an environment of its own: tests/consumer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from .._support.readmes import ROOT
from .same_bytes import files_of

MODEL = "openai/gpt-image-2/edit"


class Consumer:
    """A copy of tests/consumer with the generator's wheel; its models are not generated yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "postcards"
        shutil.copytree(ROOT / "tests" / "consumer", self.folder)
        shutil.copytree(ROOT / "schemas", self.folder / "schemas")
        (self.folder / "schemas" / "names.lock.json").unlink()
        venv.create(
            folder / "env"
        )  # without pip: ours works on it, its own takes seconds to install
        self._scripts = folder / "env" / ("Scripts" if os.name == "nt" else "bin")

    def run(self, *command: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        clean = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
        clean["PIP_NO_COMPILE"] = "1"  # most of what is installed is never imported
        path = f"{self._scripts}{os.pathsep}{clean['PATH']}"
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd or self.folder,
            env=clean | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def must(self, *command: object, cwd: Path | None = None) -> None:
        done = self.run(*command, cwd=cwd)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"

    def build(self, project: Path) -> Path:
        """Return the wheel of a project; without isolation, since its backend is here already."""
        folder = self.folder / "dist" / project.name
        shutil.rmtree(folder, ignore_errors=True)
        build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder]
        self.must(*build, project)
        [wheel] = folder.glob("*.whl")
        return wheel

    def install(self, *what: object) -> None:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        self.must(*pip, "--python", self._scripts.parent, "install", *what)

    def install_models(self) -> None:
        """Generate and builds the wheel of its own models, and depends on that."""
        self.must("runcomfy-codegen", "generate")
        self.install("--force-reinstall", "--no-deps", self.build(self.folder / "models"))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """With the generator installed, and nothing else."""
    folder = tmp_path_factory.mktemp("consumer")
    made = Consumer(folder)
    made.install(made.build(ROOT))
    return made


def test_the_generator_works_outside_its_checkout(alone: Consumer, tmp_path: Path) -> None:
    """Templates and runtime travel in its wheel, and the bytes are the same. Runs before the others."""
    folders = ["--schemas", ROOT / "schemas", "--out", tmp_path / "sdk"]
    alone.must("runcomfy-codegen", "generate", *folders, cwd=tmp_path)
    assert files_of(tmp_path / "sdk") == files_of(ROOT / "generated")
    alone.must("runcomfy-codegen", "demo", *folders, "--save", tmp_path / "saved", cwd=tmp_path)
    assert len(list((tmp_path / "saved").glob("*/*/*/*.png"))) == 2


@pytest.fixture(scope="module")
def consumer(alone: Consumer) -> Consumer:
    alone.install_models()
    alone.install(f"{alone.build(alone.folder)}[dev]")
    return alone


def test_its_ci_passes(consumer: Consumer) -> None:
    done = consumer.run("bash", "ci")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_its_ci_sees_a_model_that_drifts(consumer: Consumer) -> None:
    """Taken over first as drift, then as a type error where the app uses what was removed."""
    file = consumer.folder / "schemas" / MODEL / "input.json"
    published = file.read_text("utf-8")
    schema = json.loads(published)
    resolution = schema["properties"]["resolution"]
    resolution["enum"].remove("2k")
    try:
        file.write_text(json.dumps(schema), "utf-8")
        done = consumer.run("bash", "ci")
        assert done.returncode == 1
        assert f"{MODEL}: its schema, overlay or names changed" in done.stderr
        consumer.install_models()
        done = consumer.run("bash", "ci")
        assert done.returncode == 1
        assert 'Argument "resolution"' in done.stdout, done.stdout + done.stderr
    finally:
        file.write_text(published, "utf-8")
        consumer.install_models()


def test_only_the_chosen_models_are_in_its_wheel(consumer: Consumer) -> None:
    code = "import postcard_models as m; print(*m.list_endpoints(), m.__file__)"
    *models, where = consumer.run("python", "-c", code).stdout.split()
    assert models == ["openai/gpt-4o-image/edit", MODEL]
    assert Path(where).is_relative_to(consumer.folder.parent / "env")
