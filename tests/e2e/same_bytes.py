"""The generator with its pinned tools on one Python: does it write the same bytes, and does the SDK run?"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from importlib import metadata
from pathlib import Path

from .pythons import environment

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / ".ci" / "requirements.txt"
PIN = re.compile(r"^[A-Za-z0-9._-]+==[^\\\n]+", re.MULTILINE)


def wrong(version: str, python: str, folder: Path) -> list[str]:
    """Return what is wrong on this Python.

    Folder: an empty one. Raises CalledProcessError where pip fails.
    """
    command = _environment(version, python, folder) / "runcomfy-codegen"
    folders: list[str | Path] = ["--schemas", ROOT / "schemas", "--out", folder / "sdk"]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    demo = subprocess.run(
        [command, "demo", *folders, "--save", folder / "saved"],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if demo.returncode:
        return [f"demo ended with {demo.returncode}: {demo.stderr}"]
    pictures = len(list((folder / "saved").glob("*/*/*/*.png")))
    written, here = files_of(folder / "sdk"), files_of(ROOT / "generated")
    differing = (
        path for path in written.keys() | here.keys() if written.get(path) != here.get(path)
    )
    return [
        *([f"{pictures} pictures are saved instead of 2"] if pictures != 2 else []),
        *(f"{path} differs" for path in sorted(differing)),
    ]


def files_of(root: Path) -> dict[str, bytes]:
    """Every file but compiled ones."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _environment(version: str, python: str, folder: Path) -> Path:
    needed = [
        line.split(";")[0].strip()
        for line in metadata.requires("runcomfy-codegen") or ()
        if "extra ==" not in line
    ]
    # Without hashes, which pip would then ask of everything.
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(PIN.findall(REQUIREMENTS.read_text("utf-8"))), "utf-8")
    return environment(
        ROOT / ".venv" / "pythons" / version,
        python,
        hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest(),
        # Most of what is installed is never imported.
        ["--no-compile", "-c", constraints, *needed, "hatchling", "editables"],
        ["--no-deps", "--no-build-isolation", "-e", ROOT],
    )
