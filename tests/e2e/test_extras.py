"""The SDK's wheel with no extra, and with each one, in environments that hold nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .empty_environments import ROOT, EmptyEnvironment, build_wheel, make_environment

EXTRAS = ("", "media", "cli", "http2", "testing", "mcp")
# What a public package says when its extra is missing.
NEEDED = {"runcomfy.cli": "cli", "runcomfy.testing": "testing"}

IMPORT_ALL = """
import importlib, pkgutil, runcomfy

def public(package):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if "._" not in module.name and ".__" not in module.name:
            yield module.name
            if module.ispkg:
                try:
                    yield from public(importlib.import_module(module.name))
                except ImportError:
                    pass

for name in public(runcomfy):
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(name, "|", error)
    else:
        print(name, "| imported")
for name in runcomfy.__all__:
    getattr(runcomfy, name)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT / "generated", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module", params=EXTRAS, ids=[extra or "none" for extra in EXTRAS])
def extra(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def environment(
    wheel: Path, extra: str, tmp_path_factory: pytest.TempPathFactory
) -> EmptyEnvironment:
    folder = tmp_path_factory.mktemp("environment") / "env"
    return make_environment(folder, wheel, extra=extra, beside=["pytest"])


def test_a_foreign_test_suite_runs(environment: EmptyEnvironment, tmp_path: Path) -> None:
    tmp_path.joinpath("test_foreign.py").write_text("def test_foreign(): pass\n", "utf-8")
    done = environment.run("-m", "pytest", "-q", "-W", "error", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "1 passed" in done.stdout


def test_the_fixture_works_or_names_its_extra(
    environment: EmptyEnvironment, extra: str, tmp_path: Path
) -> None:
    test = (
        "def test_run(runcomfy_emulator):\n"
        "    from runcomfy import RunComfy\n"
        "    with RunComfy() as client:\n"
        "        image = 'https://example.com/a.png'\n"
        "        job = client.openai.gpt_image_2.edit.submit(prompt='x', images=[image])\n"
        "    assert job.request_id\n"
    )
    tmp_path.joinpath("test_fixture.py").write_text(test, "utf-8")
    done = environment.run("-m", "pytest", "-q", "-W", "error", cwd=tmp_path)
    if extra in ("testing", "mcp"):  # what `mcp` brings is enough for the emulator
        assert done.returncode == 0, done.stdout
    else:
        assert done.returncode == 1
        assert "[testing]" in done.stdout
        assert "jsonschema" in done.stdout


def test_every_public_module_imports_or_names_its_extra(
    environment: EmptyEnvironment, extra: str, tmp_path: Path
) -> None:
    done = environment.run("-W", "error", "-c", IMPORT_ALL, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    outcomes = dict(line.split(" | ", 1) for line in done.stdout.splitlines())
    assert {"runcomfy.errors", "runcomfy.models.openai.gpt_image_2.edit"} <= outcomes.keys()
    failed = {name: said for name, said in outcomes.items() if said != "imported"}
    for name, said in failed.items():
        [needed] = {NEEDED[package] for package in NEEDED if name.startswith(package)}
        assert needed != extra
        assert f"[{needed}]" in said


def test_help_is_shown_or_names_its_extra(
    environment: EmptyEnvironment, extra: str, tmp_path: Path
) -> None:
    done = environment.run("-W", "error", "-m", "runcomfy", "--help", cwd=tmp_path)
    if extra in ("cli", "mcp"):
        assert (done.returncode, done.stderr) == (0, "")
        assert "Usage" in done.stdout
    else:
        assert done.returncode == 2
        assert "[cli]" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_server_of_tools_starts_or_names_its_extra(
    environment: EmptyEnvironment, extra: str, tmp_path: Path
) -> None:
    """Check that it ends when its standard input does."""
    code = (
        "import os, sys; os.environ['RUNCOMFY_API_TOKEN'] = 'rc-0123456789abcdef'; "
        "os.dup2(os.open(os.devnull, os.O_RDONLY), 0); from runcomfy.cli import main; "
        "sys.exit(main(['mcp', '--journal', 'agent.sqlite']))"
    )
    done = environment.run("-c", code, cwd=tmp_path)
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    if extra == "mcp":
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / "agent.sqlite").is_file()
    else:
        assert done.returncode == (64 if extra == "cli" else 2)
        assert f"[{'mcp' if extra == 'cli' else 'cli'}]" in done.stderr


def test_the_plugin_imports_pytest_and_little_else(tmp_path: Path) -> None:
    """The plugin loads in every run of pytest where the SDK is installed."""
    code = (
        "import sys, pytest; before = set(sys.modules); import runcomfy._plugins.pytest_fixtures;"
        "print(*(name for name in set(sys.modules) - before if sys.modules[name].__spec__))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "generated",
        capture_output=True,
        text=True,
        check=True,
    )
    ours = {
        "runcomfy",
        *(f"runcomfy.{name}" for name in ("_base", "_base.forks", "_base.lazy", "_plugins")),
    }
    assert set(done.stdout.split()) <= ours | {"runcomfy._plugins.pytest_fixtures"}
