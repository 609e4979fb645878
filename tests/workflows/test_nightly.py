"""The nightly job that `init` writes, executed as written against the emulator's catalogue."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from runcomfy_codegen.cli.new_project import own_nightly

from .._support.nightly import Project, model
from .._support.workflows import Runner

ROOT = Path(__file__).parents[2]
HOSTILE = (
    '`$(touch pwned)` "; touch pwned #\n::set-output name=x::y\n##[add-path]/tmp\n'
    "@everyone fixes #12 </details> ${{ secrets.X }}"
)


def test_without_a_change_nothing_is_proposed(project: Project) -> None:
    project.begin(model("acme/a"))
    assert project.nightly() == 0
    assert project.requests == []
    assert project.proposed == ""


def test_an_addition_is_proposed_once(project: Project) -> None:
    project.begin(model("acme/a"))
    project.serve(model("acme/a"), model("acme/b", display_name="Painter"))
    assert project.nightly() == 0, project.runner.log
    created, label, text = project.requests[0]
    assert (created, label) == ("created", "additive")
    assert '- `acme/b`: new, "Painter", client.acme.b' in text.replace("\\", "")
    project.git("switch", "--quiet", "models/nightly")
    assert "### Added" in (project.root / "schemas/CHANGELOG.md").read_text("utf-8")
    assert '"0.2.0"' in (project.root / "generated/pyproject.toml").read_text("utf-8")
    assert project.does("generate", "--check")
    assert project.git("status", "--porcelain") == ""
    first = project.proposed
    assert first == project.git("rev-parse", "HEAD").strip()

    project.serve(model("acme/a"), model("acme/b"), model("acme/c"))
    assert project.nightly() == 0, project.runner.log
    assert [what for what, _, _ in project.requests] == ["created", "edited"]
    assert "acme/c" in project.requests[1][2]
    assert project.proposed != first


def test_a_break_has_its_label(project: Project) -> None:
    project.begin(model("acme/a"))
    project.serve(model("acme/a"), model("acme/b"))
    assert project.nightly() == 0
    project.serve(model("acme/a", {"prompt": {"type": "string", "maxLength": 9}}))
    assert project.nightly() == 0, project.runner.log
    assert [label for _, label, _ in project.requests] == ["additive", "breaking"]
    assert "### Breaking" in project.requests[1][2]


def test_a_gone_model_is_deprecated(project: Project) -> None:
    project.begin(model("acme/a"), model("acme/b"))
    project.serve(model("acme/b"))
    assert project.nightly() == 0, project.runner.log
    text = project.requests[0][2]
    assert "vanished from the catalogue" in text
    assert "gone acme/a" in text
    project.git("switch", "--quiet", "models/nightly")
    module = (project.root / "generated/runcomfy/models/acme/a.py").read_text("utf-8")
    assert "acme/a is gone from the catalogue: use client.acme.b" in module


def test_a_broken_entry_keeps_its_model_and_is_reported(project: Project) -> None:
    project.begin(model("acme/a"))
    broken = replace(model("acme/a"), input_schema={"type": 7, "properties": []})
    project.serve(broken, model("acme/b"))
    assert project.nightly() == 0, project.runner.log
    text = project.requests[0][2]
    assert "acme/a" in text
    assert "error" in text
    project.git("switch", "--quiet", "models/nightly")
    assert (project.root / "generated/runcomfy/models/acme/a.py").exists()


def test_a_catalogue_that_cannot_be_read_proposes_nothing(project: Project) -> None:
    project.begin(model("acme/a"))
    project.serve(model("acme/b"), token="another")
    assert project.nightly() == 2
    assert project.requests == []
    assert project.git("status", "--porcelain") == ""
    said = project.runner.summary if project.ci == "github" else project.runner.log
    assert "the catalogue cannot be read" in said


def test_texts_of_vendors_reach_no_shell_and_no_log(project: Project) -> None:
    project.begin(model("acme/a"))
    facts = {"display_name": HOSTILE, "description": HOSTILE, "pricing_note": HOSTILE}
    choices = {"mode": {"enum": [HOSTILE], "description": HOSTILE}}
    project.serve(model("acme/a", choices, **facts), model("acme/`id`", **facts))
    assert project.nightly() == 0, project.runner.log
    assert not list(project.root.rglob("pwned"))
    if project.ci == "github":  # whose log obeys what it shows
        assert "::set-output" not in project.runner.log
        assert "##[" not in project.runner.log
        assert project.runner.outputs["catalogue"] == {"changed": "true"}
    text = project.requests[0][2]
    changes = text.partition("<details>")[0]
    assert "@everyone" not in changes
    assert "#12" not in changes
    said = text.removeprefix(changes).splitlines()
    assert {line for line in said if "details>" in line and not line.startswith("    ")} == {
        "</details>",
        *(
            f"<details><summary>{name}</summary>"
            for name in ("sync", "lint", "generate", "release", "check")
        ),
    }


def test_ours_is_what_init_writes_but_for_the_set_up() -> None:
    file = ROOT / ".github/workflows/nightly.yml"
    assert file.read_text("utf-8") == own_nightly()


def test_only_a_push_with_a_new_version_is_tagged(project: Project) -> None:
    project.begin(model("acme/a"))
    assert project.job("drift") == 0, project.runner.log
    assert project.job("tag") == 0
    assert "v0.1.0" in project.git("tag", "--list")
    assert not (project.root / "dist").exists()
    project.serve(model("acme/a"), model("acme/b"))
    assert project.nightly() == 0
    assert project.job("drift") == 0, project.runner.log
    assert project.job("tag") == 0, project.runner.log
    assert "refs/tags/v0.2.0" in project.git("ls-remote", "--tags", "origin")
    (wheel,) = (project.root / "dist").iterdir()
    assert wheel.name == "runcomfy-0.2.0-py3-none-any.whl"
    releases = [
        call["arguments"] for call in project.runner.calls if "release" in call["arguments"]
    ]
    created = ["release", "create", "v0.2.0", f"dist/{wheel.name}"]
    assert [call[:4] for call in releases] == ([created] if project.ci == "github" else [])


def test_drift_fails_the_check(project: Project) -> None:
    project.begin(model("acme/a"))
    (project.root / "generated/README.md").write_text("mine\n", "utf-8")
    assert project.job("drift") == 1


def test_each_step_of_our_own_workflows_runs(tmp_path: Path) -> None:
    """`make` is replaced: its targets are what the rest of this suite and `make check` execute."""
    project = Project(tmp_path, "github")
    project.begin(model("acme/a"))
    workflows = ROOT / ".github/workflows"
    jobs = {
        (path.name, job)
        for path in workflows.glob("*.yml")
        for job in yaml.safe_load(path.read_text("utf-8"))["jobs"]
    }
    assert jobs == {
        ("ci.yml", "check"),
        ("ci.yml", "coverage"),
        ("ci.yml", "httpx2"),
        ("ci.yml", "test"),
        ("nightly.yml", "update"),
        ("release.yml", "build"),
        ("release.yml", "publish"),
    }
    project.serve(model("acme/a"), model("acme/b"))
    for name, job in sorted(jobs):
        project.runner.variables = {**project.runner.variables, "GITHUB_REF_NAME": "v0.2.0"}
        assert project.runner.github(workflows / name, job) == 0, (name, project.runner.log)
    project.runner.variables = {**project.runner.variables, "GITHUB_REF_NAME": "v9.0.0"}
    assert project.runner.github(workflows / "release.yml", "build") == 1
    assert "the tag must be v0.2.0, the version of the SDK; got v9.0.0" in project.runner.log
    assert json.dumps(project.runner.calls).count('"create"') == 2
    project.close()


def test_a_runner_pastes_no_expression_into_a_shell(tmp_path: Path) -> None:
    file = tmp_path / "bad.yml"
    file.write_text("jobs: {x: {steps: [{run: 'echo ${{ github.title }}'}]}}\n", "utf-8")
    runner = Runner(tmp_path, tmp_path / "runner", {})
    with pytest.raises(AssertionError, match="pasted into the shell"):
        runner.github(file, "x")
