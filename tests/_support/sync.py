"""Small catalogues, saved and served, and the command on a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from runcomfy_codegen.capture import add_pages
from runcomfy_codegen.cli.app import main

SHARED = Path(__file__).parents[3] / "shared"
CATALOGUE = SHARED / "corpus" / "catalogue.json"
SCHEMA: Mapping[str, Any] = {
    "properties": {"prompt": {"description": "what", "type": "string"}},
    "required": ["prompt"],
    "type": "object",
}
EXAMPLE = {"prompt": "a fox"}
PAGE_SCHEMA = {
    "type": "object",
    "title": "In",
    "required": ["prompt"],
    "properties": {"prompt": {"type": "string", "title": "Prompt", "description": "was"}},
}
PAGE_OUTPUT = {"output": {"type": "object", "properties": {"video": {"type": "string"}}}}


def entry(model_id: str, **more: Any) -> dict[str, Any]:
    """Return an entry as the catalogue has it; a key given as None is there as null."""
    return {"model_id": model_id, "kind": "model", "input_schema": SCHEMA} | more


def page(*entries: Any, **more: Any) -> dict[str, Any]:
    """Return a whole catalogue on one page."""
    return {"models": list(entries), "total": len(entries)} | more


class Folder:
    """A schemas folder and the saved replies it is brought in line with."""

    def __init__(self, root: Path) -> None:
        self.root, self.schemas, self.saved = root, root / "schemas", root / "saved.json"

    def run(self, *arguments: str, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(
            main, ["sync", *arguments, "--schemas", str(self.schemas)], input=stdin
        )
        assert result.exception is None or isinstance(
            result.exception, SystemExit
        ), result.exception
        assert "Traceback (most" not in result.stderr
        return result

    def sync(self, reply: Any, *arguments: str) -> Result:
        """From a saved reply; reply: its text, or a value."""
        text = reply if isinstance(reply, str) else json.dumps(reply)
        self.saved.write_text(text, "utf-8", "surrogatepass")
        return self.run("--from", str(self.saved), *arguments)

    def info(self, model_id: str) -> dict[str, Any]:
        return self.read(model_id, "endpoint")

    def read(self, model_id: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            (self.schemas / model_id / f"{name}.json").read_text("utf-8")
        )
        return found

    def files(self) -> dict[str, bytes]:
        """Every file of the schemas with its content."""
        return {
            path.relative_to(self.schemas).as_posix(): path.read_bytes()
            for path in self.schemas.rglob("*")
            if path.is_file()
        }

    def add(self, model_id: str = "acme/demo") -> None:
        """Add an endpoint from an API page, with words of its own."""
        page = self.root / "page.txt"
        page.write_text(
            f"curl --url https://api.example/v1/models/{model_id} --data '{json.dumps(EXAMPLE)}'\n"
            f"In\n{json.dumps(PAGE_SCHEMA)}\nOut\n{json.dumps(PAGE_OUTPUT)}\n",
            "utf-8",
        )
        assert add_pages([page], self.schemas).problems == ()


def lines(result: Result) -> list[str]:
    """Return what it says of each endpoint."""
    return result.stdout.splitlines()
