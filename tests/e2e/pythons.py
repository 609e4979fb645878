"""The Pythons of this machine, and environments of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


def interpreter(version: str) -> str | None:
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


def environment(
    folder: Path, interpreter: str, wanted: str, *installs: Sequence[str | Path]
) -> Path:
    """Return the executables of a virtual environment, made by `pip install` runs; kept for the next run.

    wanted: what it is made for; another one makes it anew. Raises CalledProcessError.
    """
    stamp = folder / "installed"
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        bare = ["--clear", "--without-pip"]  # ours works on it, its own takes seconds to install
        subprocess.run([interpreter, "-m", "venv", *bare, folder], check=True)
        for arguments in installs:
            command = [*PIP, "--python", folder / "bin" / "python", "install", *arguments]
            subprocess.run(command, check=True, capture_output=True, text=True)
        stamp.write_text(wanted, "utf-8")
    return folder / "bin"
