"""A project of one's own in a git repository, released over and over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import Result

from .._support.generator import source, write
from .._support.git import git
from .._support.project import run_in

DAY = "2026-11-30"
TEXT = {"type": "string"}
SETTINGS = """\
# the project's own words
[project]
name = "their-app"   # stays

[tool.runcomfy-codegen]   # what the SDK is
only = [
    "acme/*", # ours
]
out = "sdk"
version = '0.3.1' # raised by release
package = "acme_models"
"""


class Repository:
    """The folder of the project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = root / "pyproject.toml"
        self.schemas = root / "schemas"
        self.changelog = self.schemas / "CHANGELOG.md"
        self.package = root / "sdk/acme_models"
        self.git("init", "--quiet")
        self.settings.write_text(SETTINGS, "utf-8")

    def git(self, *arguments: str) -> str:
        return git(self.root, *arguments)

    def commit(self, tag: str = "") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        if tag:
            self.git("tag", tag)

    def write(self, model_id: str, properties: Any = None, **more: Any) -> None:
        write(self.schemas, source(model_id, properties or {"x": TEXT}, **more))

    def run(self, *arguments: str) -> Result:
        return run_in(self.root, *arguments)

    def release(self, *arguments: str) -> Result:
        return self.run("release", "--date", DAY, *arguments)

    def released(self, *arguments: str) -> str:
        """Release, commit and tag; return what was said."""
        result = self.release(*arguments)
        assert result.exit_code == 0, result.stderr
        tag = result.stderr.rpartition("git tag ")[2].split()[0]
        self.commit(tag)
        return result.stderr
