"""Every supported Python writes the same bytes and runs the SDK."""

from __future__ import annotations

import hashlib
import os
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from .pythons import VERSIONS, environment, interpreter
from .test_readmes import ROOT

REQUIREMENTS = ROOT / ".ci" / "requirements.txt"


def _environment(version: str, python: str) -> Path:
    """The generator and its pinned tools."""
    needed = [
        line.split(";")[0].strip()
        for line in metadata.requires("runcomfy-codegen") or ()
        if "extra ==" not in line
    ]
    return environment(
        ROOT / ".venv" / "pythons" / version,
        python,
        hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest(),
        ["-c", REQUIREMENTS, *needed, "hatchling", "editables"],
        ["--no-deps", "--no-build-isolation", "-e", ROOT],
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_same_bytes_and_a_working_sdk(version: str, tmp_path: Path) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} on this machine")
    command = _environment(version, python) / "runcomfy-codegen"
    folders: list[str | Path] = ["--schemas", ROOT / "schemas", "--out", tmp_path / "sdk"]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    demo = subprocess.run(
        [command, "demo", *folders, "--save", tmp_path / "saved"],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert demo.returncode == 0, demo.stderr
    assert len(list((tmp_path / "saved").glob("*/*/*/*.png"))) == 2
    written = {
        path.relative_to(tmp_path / "sdk"): path
        for path in (tmp_path / "sdk").rglob("*")
        if path.is_file()
    }
    here = {
        path.relative_to(ROOT / "generated"): path
        for path in (ROOT / "generated").rglob("*")
        if path.is_file()
    }
    different = [
        str(path)
        for path in sorted(written.keys() | here.keys())
        if "__pycache__" not in path.parts
        and (
            path not in written
            or path not in here
            or written[path].read_bytes() != here[path].read_bytes()
        )
    ]
    assert different == []
