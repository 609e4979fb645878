"""Every supported Python writes the same bytes and runs the SDK."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from .test_readmes import ROOT

VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
REQUIREMENTS = ROOT / ".ci" / "requirements.txt"


def _interpreter(version: str) -> str | None:
    """One that really runs: a version manager may put names on the path that lead nowhere."""
    managed = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for candidate in (sys.executable, shutil.which(f"python{version}"), *map(str, managed)):
        check = (
            f"import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
        )
        if (
            candidate
            and subprocess.run(
                [candidate, "-c", check], capture_output=True, check=False
            ).returncode
            == 0
        ):
            return candidate
    return None


def _environment(version: str, interpreter: str) -> Path:
    """A virtual environment with the generator and its pinned tools; kept for the next run."""
    folder = ROOT / ".venv" / "pythons" / version
    stamp, wanted = folder / "installed", hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        subprocess.run([interpreter, "-m", "venv", "--clear", folder], check=True)
        needed = [
            line.split(";")[0].strip()
            for line in metadata.requires("runcomfy-codegen") or ()
            if "extra ==" not in line
        ]
        pip: list[str | Path] = [
            folder / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, "-c", REQUIREMENTS, *needed, "hatchling", "editables"], check=True)
        subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT], check=True)
        stamp.write_text(wanted)
    return folder / "bin"


@pytest.mark.parametrize("version", VERSIONS)
def test_same_bytes_and_a_working_sdk(version: str, tmp_path: Path) -> None:
    interpreter = _interpreter(version)
    if interpreter is None:
        pytest.skip(f"there is no Python {version} on this machine")
    command = _environment(version, interpreter) / "runcomfy-codegen"
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
