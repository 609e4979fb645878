"""A folder with schemas and generated files, as the commands see it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from runcomfy_codegen.cli.app import main

from .generator import PROMPT, source, write

BAD = {"x": {"$ref": "#/x"}}


WRITES_OUT = ("generate", "demo", "site", "watch")


class Project:
    """A folder with schemas/ and generated/ in it."""

    def __init__(self, root: Path) -> None:
        self.root, self.schemas, self.out = root, root / "schemas", root / "generated"

    def run(self, *arguments: str, folders: bool = True) -> Result:
        where = ["--schemas", str(self.schemas)] if folders else []
        if folders and arguments[0] in WRITES_OUT:
            where += ["--out", str(self.out)]
        result = CliRunner().invoke(main, [*arguments, *where])
        assert result.exception is None or isinstance(
            result.exception, SystemExit
        ), result.exception
        assert "Traceback (most" not in result.stderr
        return result

    def add(self, model_id: str, properties: Any = PROMPT, **more: Any) -> None:
        write(self.schemas, source(model_id, properties, **more))


def run_in(folder: Path, *arguments: str, **environment: str) -> Result:
    """Run a command in a folder, where it finds its settings."""
    with contextlib.chdir(folder):
        result = CliRunner().invoke(main, arguments, env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def tree(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes().decode()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }
