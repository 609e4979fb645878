"""A git repository with a folder of schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from runcomfy_codegen.cli.app import main

from .generator import source, write
from .git import git

TEXT = {"type": "string"}


class Repository:
    """A git repository with a folder of schemas."""

    def __init__(self, root: Path) -> None:
        self.root, self.schemas = root, root / "schemas"
        root.mkdir()
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> str:
        return git(self.root, *arguments)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x")

    def write(self, model_id: str, properties: Any = None, **more: Any) -> None:
        write(self.schemas, source(model_id, properties or {"x": TEXT}, **more))

    def diff(self, *arguments: str) -> Result:
        result = CliRunner().invoke(main, ["diff", *arguments, "--schemas", str(self.schemas)])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.stderr
        return result

    def changes(self, *arguments: str) -> list[tuple[str, str]]:
        report = json.loads(self.diff(*arguments, "--format", "json").stdout)
        assert not report["errors"]
        return [(change["model_id"], change["rule"]) for change in report["changes"]]
