"""The whole story of a project: it begins, the catalogue changes, and the SDK follows.

Its commands are those of the README, in the order of its text.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from .._support.nightly import TOKEN, Project, model
from .._support.readmes import README, blocks

APP = """\
from runcomfy import RunComfy

with RunComfy() as client:
    client.acme.paint.run(prompt="x", mode="slow")
    client.acme.paint.run(prompt="x", mode="fast")
    client.acme.sing.run(prompt="x", seed=1)
    client.acme.film.run(prompt="x")
    client.acme.old.run(prompt="x")
    client.acme.cut_2_1.run(prompt="x")
"""
SEED = {"seed": {"type": "integer"}}


def modes(*values: str) -> dict[str, object]:
    return {"mode": {"enum": list(values)}}


BEFORE = (
    model("acme/paint", modes("fast", "slow")),
    model("acme/sing", SEED, categories=("text-to-audio",)),
    model("acme/film", base_price_usd=0.5),
    model("acme/old", modes("a")),
    model("acme/cut-2-1", {"size": {"type": "integer"}}),
)
AFTER = (
    model("acme/paint", modes("slow")),  # narrowed
    model("acme/sing", categories=("text-to-audio",)),  # narrowed
    model("acme/film", base_price_usd=0.75),  # another price
    # acme/old is gone
    model("acme/cut-2.1", {"size": {"type": "integer"}}),  # renamed
    model("acme/new", display_name="Painter"),  # new
)


def wheel(project: Project) -> Path:
    folder = project.root.parent / "wheels"
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*build, str(project.root / "generated")], capture_output=True, text=True)
    return folder / done.stdout.split()[-1]


def shell(project: Project, script: str) -> subprocess.CompletedProcess[str]:
    """Run commands of the README in the project."""
    names = {
        f"GIT_{who}_{what}": "you@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    env = {
        **os.environ,
        **names,
        "PATH": f"{project.runner.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "RUNCOMFY_API_TOKEN": TOKEN,
        "RUNCOMFY_MODEL_API_BASE": project.address,
    }
    command = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=project.root, env=env, capture_output=True, text=True)


def test_the_sdk_follows_the_catalogue(tmp_path: Path) -> None:
    section = README.read_text("utf-8").partition("## Keep the SDK current")[2]
    begin, by_hand, impact = [text for text in blocks(README, "sh") if text in section][:3]
    project = Project(tmp_path, "github")
    project.serve(*BEFORE)

    # In an empty folder: init, first sync, generate, commit.
    done = shell(project, begin)
    assert done.returncode == 0, done.stderr
    project.git("push", "--quiet", "--tags", "origin", "HEAD")
    assert project.git("status", "--porcelain") == ""
    first = wheel(project)
    assert first.name == "runcomfy-0.1.0-py3-none-any.whl"

    # The catalogue changes, and the job runs what the README runs.
    job = (project.root / ".github/workflows/nightly.yml").read_text("utf-8")
    for line in by_hand.splitlines():
        assert line.partition("#")[0].strip() in job
    project.serve(*AFTER)
    assert project.nightly() == 0, project.runner.log

    # The text of the pull request, and its label.
    ((what, label, text),) = project.requests
    assert (what, label) == ("created", "breaking")
    changes = text.partition("<details>")[0]
    assert "Suggested version: minor (code that works today may stop working;" in changes
    headings = [line for line in changes.splitlines() if line.startswith("#")]
    assert headings == [
        "## Unreleased",
        "### Breaking",
        "### Deprecated",
        "### Prices",
        "### Added",
    ]
    for expected in (
        'mode`: "fast" is no longer allowed',
        "client.acme.paint.submit(prompt=",
        "client.acme.sing.submit(prompt=",
        "price: $0.5 -> $0.75",
        "vanished from the catalogue",
        '`acme/new`: new, "Painter", client.acme.new',
    ):
        assert expected in changes.replace("\\", ""), expected
    question = (
        "renamed? acme/cut-2-1 -> acme/cut-2.1: runcomfy-codegen rename acme/cut-2-1 acme/cut-2.1"
    )
    assert question in text

    # The version and the wheel.
    project.git("switch", "--quiet", "models/nightly")
    assert "0.1.0 -> 0.2.0: minor" in text
    settings = (project.root / "pyproject.toml").read_text("utf-8")
    assert 'version = "0.2.0"' in settings
    changelog = (project.root / "schemas/CHANGELOG.md").read_text("utf-8")
    assert "## 0.2.0 - " in changelog
    assert project.does("generate", "--check")
    second = wheel(project)
    assert second.name == "runcomfy-0.2.0-py3-none-any.whl"

    # Exactly the two lines that break, each with its cause.
    (project.root / "app").mkdir()
    (project.root / "app/main.py").write_text(APP, "utf-8")
    done = shell(project, impact)
    assert done.returncode == 1, done.stderr
    places = [line for line in done.stdout.splitlines() if line.startswith("app/main.py:")]
    assert [line.split(":")[1] for line in places] == ["5", "6"]
    paint, sing = done.stdout.split("app/main.py:")[1:]
    assert "breaking: acme/paint" in paint
    assert "client.acme.paint.submit(prompt=" in paint
    assert "breaking: acme/sing" in sing
    assert "seed" in sing

    # One wheel replaces the other.
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    for package, version in ((first, "0.1.0"), (second, "0.2.0")):
        options = ("--quiet", "--no-deps", "--no-index", "--upgrade")
        install = [str(python), "-m", "pip", "install", *options]
        subprocess.run([*install, str(package)], check=True)
        script = "import runcomfy, json; print(json.dumps([runcomfy.__version__]))"
        said = subprocess.run([python, "-c", script], check=True, capture_output=True, text=True)
        assert json.loads(said.stdout) == [version]
    project.close()


def test_a_model_that_is_pruned_later_is_named(tmp_path: Path) -> None:
    """The Monday after: what was gone is removed, and the SDK says since when."""
    project = Project(tmp_path, "github")
    project.begin(model("acme/old"), model("acme/new"))
    project.serve(model("acme/new"))
    assert project.nightly() == 0, project.runner.log
    project.git("switch", "--quiet", "main")
    project.git("merge", "--quiet", "models/nightly")
    project.git("tag", "v0.2.0")
    project.does("sync", "--from", project.address, "--prune")
    project.does("generate")
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "Remove what is gone")
    project.does("release")
    record = json.loads((project.root / "generated/runcomfy/_removed.json").read_text("utf-8"))
    assert record == {"acme/old": "acme.old:Old since version 0.3.0; use client.acme.new"}
    project.close()
