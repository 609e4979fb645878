"""A new media rule is one row: every reader of the table knows it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import runcomfy_codegen

PACKAGE = Path(runcomfy_codegen.__file__).parent
ROW = """_ROWS = (
    Quantity(
        "file_bytes",
        measure=lambda file: file.size,
        needs_pixels=False,
        subject="the content has",
        unit=" bytes",
        example="of {value:g} bytes",
        is_whole=True,
        units_in_text="bytes",
    ),
"""
IMAGE = {"type": "string", "format": "image_uri", "description": "At most 9 bytes."}
RULE = {"validation_rule": "file_bytes<", "validation_value": 100}
TRY = """
import base64, json, sys
sys.path.insert(0, "out")
import runcomfy
from runcomfy.testing import Emulator
large = "data:image/png;base64," + base64.b64encode(b"\\x89PNG\\r\\n\\x1a\\n" + bytes(200)).decode()
said = []
with Emulator() as emulator:
    for mode in ("auto", "off"):
        options = {"base_url": emulator.base_url, "preflight": mode, "api_token": emulator.token}
        with runcomfy.RunComfy(**options) as client:
            try:
                client.acme.demo.run(image=large)
            except (runcomfy.InvalidRequestError, runcomfy.ServerValidationError) as error:
                said.append(str(error))
print(json.dumps(said))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the generator with one more row in its table of rules."""
    root = tmp_path / "copy"
    shutil.copytree(PACKAGE, root / "generator" / PACKAGE.name)
    shutil.copytree(PACKAGE.parents[1] / "templates", root / "templates")
    table = root / "generator" / PACKAGE.name / "runtime/_schemas/media_rules.py"
    text = table.read_text("utf-8")
    assert "_ROWS = (\n" in text
    table.write_text(text.replace("_ROWS = (\n", ROW), "utf-8")
    for version, rules in (("old", []), ("schemas", [RULE])):
        folder = root / version / "acme" / "demo"
        folder.mkdir(parents=True)
        image = {**IMAGE, "validations": rules}
        schema = {"type": "object", "properties": {"image": image}, "required": ["image"]}
        (folder / "endpoint.json").write_text('{"model_id": "acme/demo"}', "utf-8")
        (folder / "input.json").write_text(json.dumps(schema), "utf-8")
        (folder / "output.json").write_text('{"type": "object", "properties": {}}', "utf-8")
    return root


def run(root: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(root / "generator")}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def test_a_new_row_reaches_every_reader(copy: Path) -> None:
    codegen = ("-m", "runcomfy_codegen")
    linted = run(copy, *codegen, "lint", "--notes")
    assert "[rule-unknown]" not in linted
    assert "the schema has file_bytes< 100" in linted
    assert "an image of 200 bytes" in run(copy, *codegen, "diff", "old", "schemas")
    run(copy, *codegen, "generate", "--out", "out")
    module = (copy / "out/runcomfy/models/acme/demo.py").read_text("utf-8")
    assert "must be under 100" in " ".join(module.split())
    assert "(not checked)" not in (copy / "out/docs/acme/demo.md").read_text("utf-8")
    here, by_emulator = json.loads(run(copy, "-c", TRY))
    for said in (here, by_emulator):
        assert "the content has 208 bytes, must be under 100 bytes" in said
