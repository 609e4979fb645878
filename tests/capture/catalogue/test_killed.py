"""A run that is killed at any point leaves whole files, and the next one finishes its work."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ..._support.sync import Folder, entry, lines, page

COUNT = 60
OLD = page(*(entry(f"acme/m{number}") for number in range(COUNT)))
SCHEMA = {"type": "object", "properties": {"text": {"type": "string", "description": "x" * 20000}}}
NEW = page(
    *(entry(f"acme/m{number}", input_schema=SCHEMA, kind="new") for number in range(1, COUNT)),
    entry("acme/n"),
)


@pytest.mark.parametrize("after", [0, 1, 30])
def test_killed_after_some_endpoints(folder: Folder, after: int) -> None:
    folder.sync(OLD)
    folder.saved.write_text(json.dumps(NEW), "utf-8")
    arguments = ["sync", "--from", str(folder.saved), "--schemas", str(folder.schemas)]
    command = [sys.executable, "-m", "runcomfy_codegen", *arguments, "--prune"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        for _ in range(after):
            assert running.stdout.readline()
        running.kill()
        made = after + len(running.stdout.read().splitlines())
    for path in folder.schemas.rglob("*.json"):
        if not path.name.startswith("."):
            json.loads(path.read_text("utf-8"))
    said = folder.sync(NEW, "--prune")
    assert said.exit_code == 0
    # The line of a change that was made may not have been written yet.
    assert len(lines(said)) in (COUNT + 1 - made, COUNT - made)
    expected = Folder(folder.root / "expected")
    expected.root.mkdir()
    expected.sync(NEW)
    assert folder.files() == expected.files()
