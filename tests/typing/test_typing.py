"""Four type checkers, run as a stranger runs them: on an installed SDK, without our settings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest

from .._support.endpoints import DIALECT, ENDPOINTS
from .._support.sdk import properties, write_sdk

HERE = Path(__file__).parent
SDK = HERE.parents[1] / "generated" / "runcomfy"
FILES = ("usage.py", "mistakes.py", "constructs.py")
PACKAGE = "sdk_under_test_types"
# The rest of an SDK is the same for all models: `make check` reports what is wrong in that.
EMITTED = tuple(f"{PACKAGE}/{name}" for name in ("__init__.py", "client.py", "models"))
Errors = dict[str, dict[int, str]]
"""File name -> line -> what a checker says of it."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files, an SDK of every construct, and an environment with ours installed."""
    folder = tmp_path_factory.mktemp("project")
    venv.create(folder / "env", symlinks=sys.platform != "win32")
    site = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(folder / "env")}))
    shutil.copytree(SDK, site / "runcomfy", ignore=shutil.ignore_patterns("__pycache__"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))  # httpx and pydantic
    described = (properties("value", value=each, other=each) for each in DIALECT.values())
    dialect = {f"acme/dialect/{name}": case for name, case in zip(DIALECT, described, strict=True)}
    write_sdk(PACKAGE, ENDPOINTS | dialect, folder)
    for name in FILES:
        shutil.copy(HERE / name, folder)
    return folder


def python_of(project: Path) -> str:
    return str(
        Path(sysconfig.get_path("scripts", "venv", vars={"base": str(project / "env")})) / "python"
    )


def checked(command: list[str], project: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=project, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1, f"the mistakes were not found: {done.stdout}\n{done.stderr}"
    return done.stdout


def mypy(project: Path) -> Errors:
    options = ["--strict", "--warn-unreachable", "--config-file=", "--follow-imports=silent"]
    options += [f"--cache-dir={os.devnull}", f"--python-executable={python_of(project)}"]
    options += ["--no-error-summary", "--output=json"]
    found = [
        json.loads(line)
        for line in checked(["mypy", *options, *FILES, *EMITTED], project).splitlines()
    ]
    errors: Errors = {}
    for each in found:
        if each["severity"] == "error":
            errors.setdefault(Path(each["file"]).name, {})[each["line"]] = each["message"]
    return errors


def pyright(project: Path) -> Errors:
    settings = {"typeCheckingMode": "strict", "include": [*FILES, *EMITTED]}
    (project / "pyrightconfig.json").write_text(json.dumps(settings))
    command = ["pyright", "--outputjson", "--pythonpath", python_of(project)]
    found: Any = json.loads(checked(command, project))
    assert found["summary"]["filesAnalyzed"] > len(FILES) + len(DIALECT)
    errors: Errors = {}
    for each in found["generalDiagnostics"]:
        line = each["range"]["start"]["line"] + 1
        errors.setdefault(Path(each["file"]).name, {})[line] = each["message"]
    return errors


def marked(name: str, checker: str) -> set[int]:
    """Find the lines that a checker must report. "not ty": it takes any value for a pydantic field."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return {
        number
        for number, line in enumerate(lines, start=1)
        if "  # E: " in line and f"not {checker}" not in line
    }


def ty(project: Path) -> Errors:
    command = ["ty", "check", "--output-format=gitlab", "--python", python_of(project)]
    errors: Errors = {}
    for found in json.loads(checked([*command, *FILES], project)):
        place = found["location"]
        line = place["positions"]["begin"]["line"]
        errors.setdefault(Path(place["path"]).name, {})[line] = found["description"]
    return errors


def pyrefly(project: Path) -> Errors:
    command = ["pyrefly", "check", "--output-format=json", "--preset=strict"]
    command += ["--python-interpreter-path", python_of(project)]
    errors: Errors = {}
    for found in json.loads(checked([*command, *FILES], project))["errors"]:
        errors.setdefault(Path(found["path"]).name, {})[found["line"]] = found["description"]
    return errors


@pytest.mark.parametrize("checker", [mypy, pyright, ty, pyrefly])
def test_reports_the_mistakes_and_nothing_else(checker: Any, project: Path) -> None:
    errors: Errors = checker(project)
    for name in FILES:
        found, expected = errors.pop(name, {}), marked(name, checker.__name__)
        wrong = {line: found[line] for line in sorted(found.keys() - expected)}
        assert not wrong, f"{name}: correct, but reported: {wrong}"
        assert (
            not expected - found.keys()
        ), f"{name}: not reported: {sorted(expected - found.keys())}"
    assert errors == {}
    assert len(marked("mistakes.py", checker.__name__)) > 30


@pytest.mark.slow
def test_the_public_types_are_written_down(project: Path) -> None:
    command = ["pyright", "--verifytypes", PACKAGE, "--ignoreexternal", "--outputjson"]
    # Here, pyright looks for the dependencies of the first `python` of the path, whatever --pythonpath says.
    programs = os.pathsep.join((str(Path(python_of(project)).parent), os.environ["PATH"]))
    report = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env={**os.environ, "PATH": programs, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    completeness: Any = json.loads(report.stdout)["typeCompleteness"]
    exported = [symbol for symbol in completeness["symbols"] if symbol["isExported"]]
    assert len(exported) > 1_000
    unknown = [
        (symbol["name"], [each["message"] for each in symbol["diagnostics"]])
        for symbol in exported
        if not symbol["isTypeKnown"]
    ]
    assert completeness["completenessScore"] >= 0.95, unknown[:20]
