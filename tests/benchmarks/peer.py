"""openapi-python-client, the established generator of typed clients, in an environment of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from .catalogue import ROOT, Endpoint
from .openapi_document import document, operation_id

VERSION = "0.29.1"
_HOME = ROOT / ".bench"


class Peer:
    """Raises LookupError where it cannot be installed."""

    def __init__(self) -> None:
        tag = f"{sys.implementation.cache_tag}-{VERSION}"
        self.environment = _HOME / f"openapi-python-client-{tag}"
        scripts = sysconfig.get_path("scripts", "venv", vars={"base": str(self.environment)})
        self._scripts = Path(scripts)
        self.python = self._scripts / "python"
        if not (self.environment / "complete").is_file():
            self._install()

    def command(self, described: Path, out: Path, *, formatted: bool) -> list[str]:
        """Its whole command; formatted: with its default post hooks (ruff check --fix, ruff format)."""
        config = described.with_name("no_hooks.json")
        config.write_text(json.dumps({"post_hooks": []}), "utf-8")
        options = ["--path", described, "--meta", "none", "--output-path", out, "--overwrite"]
        options += [] if formatted else ["--config", config]
        program = self._scripts / "openapi-python-client"
        return [str(each) for each in (program, "generate", *options)]

    @property
    def variables(self) -> dict[str, str]:
        """Its hooks look for ruff on PATH."""
        return {"PATH": f"{self._scripts}{os.pathsep}{os.environ.get('PATH', '')}"}

    def _install(self) -> None:
        shutil.rmtree(self.environment, ignore_errors=True)
        venv.create(self.environment, with_pip=True, symlinks=os.name != "nt")
        (_HOME / ".gitignore").write_text("*\n", "utf-8")
        pip = [
            str(self.python),
            "-m",
            "pip",
            "install",
            "--quiet",
            f"openapi-python-client=={VERSION}",
        ]
        done = subprocess.run(pip, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise LookupError(f"pip cannot install openapi-python-client {VERSION}: {done.stderr}")
        (self.environment / "complete").touch()


def describe(endpoints: list[Endpoint], file: Path) -> Path:
    file.write_text(json.dumps(document(endpoints)), "utf-8")
    return file


def missing(endpoints: list[Endpoint], out: Path) -> list[str]:
    """Endpoints that it left out: it does so with a warning where it does not understand a schema."""
    made = {each.stem for each in (out / "api" / "default").iterdir()}
    return [each.model_id for each in endpoints if operation_id(each) not in made]
