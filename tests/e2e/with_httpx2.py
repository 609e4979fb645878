"""The tests of the SDK against a runtime and an SDK that are generated for httpx2.

python -m tests.e2e.with_httpx2 [ARGUMENTS OF PYTEST...]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from runcomfy_codegen.emit.http_library import for_library

from tests._support.http_clients import TESTED_LIBRARY

ROOT = Path(__file__).parents[2]
COPIED = ("generator", "templates", "schemas", "docs", "tests", "README.md", "LICENSE")
TESTS = ("tests/runtime", "tests/sdk")
_TABLE = "[tool.runcomfy-codegen]\n"


def bind(folder: Path) -> None:
    """Copy the project into an empty folder, and write its runtime and its settings for httpx2."""
    without_caches = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=without_caches)
        else:
            shutil.copy2(ROOT / name, folder / name)
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    settings = settings.replace(_TABLE, f'{_TABLE}http = "httpx2"\n')
    (folder / "pyproject.toml").write_text(settings, "utf-8")
    runtime = folder / "generator" / "runcomfy_codegen" / "runtime"
    for file in runtime.rglob("*.py"):
        source = file.read_text("utf-8")
        path = file.relative_to(runtime).as_posix()
        file.write_text(for_library(path, source, "httpx2"), "utf-8")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of Python in the copy. What it prints is shown."""
    paths = os.pathsep.join(str(folder / name) for name in ("generator", "generated"))
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, TESTED_LIBRARY: "httpx2"},
        text=True,
        check=False,
    )


def main(arguments: Sequence[str]) -> int:
    """Generate the SDK for httpx2 and run its tests, or the given ones. Returns the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        bind(folder)
        generated = run(folder, "runcomfy_codegen", "generate")
        if generated.returncode:
            return generated.returncode
        wanted = arguments or ("-n", "auto", *TESTS)
        return run(folder, "pytest", "-p", "no:cacheprovider", *wanted).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
