"""The saved catalogue, all of it: synced, generated and imported without a hand edit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from runcomfy_codegen.cli import main
from runcomfy_codegen.schemas_folder import read_schemas

from .support import CATALOGUE, Folder, lines

pytestmark = pytest.mark.skipif(
    not CATALOGUE.is_file(), reason="../shared/corpus/catalogue.json is not here"
)
IMPORT_ALL = """
import json, runcomfy
ids = runcomfy.list_endpoints()
assert all(runcomfy.get_endpoint(each).request_type.model_fields for each in ids)
print(json.dumps(ids))
"""


def generate(folder: Folder) -> Result:
    arguments = ["--schemas", str(folder.schemas), "--out", str(folder.root / "generated")]
    return CliRunner().invoke(main, ["generate", *arguments])


def times(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


def test_the_saved_catalogue(folder: Folder) -> None:
    models = json.loads(CATALOGUE.read_text("utf-8"))["models"]
    ids = sorted(model["model_id"] for model in models)
    result = folder.run("--from", str(CATALOGUE))
    assert (result.exit_code, lines(result)) == (0, [f"new {model_id}" for model_id in ids])
    assert result.stderr == f"{len(ids)} new, 0 unchanged\n"
    sources, problems = read_schemas(folder.schemas)
    assert problems == ()
    assert {each.model_id: each.input.value for each in sources} == {
        model["model_id"]: model["input_schema"] for model in models
    }

    made = generate(folder)
    assert made.exit_code == 0, made.stderr
    assert "error" not in made.stderr
    environment = {**os.environ, "PYTHONPATH": str(folder.root / "generated")}
    imported = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )
    assert imported.returncode == 0, imported.stderr
    assert sorted(json.loads(imported.stdout)) == ids
    module = folder.root / "generated/runcomfy/models/kling/kling_3_0/v4k/text_to_video.py"
    assert "import MediaOutput" in module.read_text("utf-8"), "the one generic output"

    before = times(folder.root)
    again = folder.run("--from", str(CATALOGUE))
    assert (again.exit_code, again.stdout) == (0, "")
    assert generate(folder).exit_code == 0
    assert times(folder.root) == before


def test_over_schemas_captured_from_pages(folder: Folder) -> None:
    """Where an endpoint of the catalogue was added by hand before."""
    folder.add("openai/gpt-image-2/edit")
    result = folder.run("--from", str(CATALOGUE), "--only", "openai/gpt-image-2/*")
    changed, new = lines(result)
    assert (
        changed == "changed openai/gpt-image-2/edit: input, title, kind, source page -> catalogue"
    )
    assert new == "new openai/gpt-image-2/text-to-image"
    assert "example" in folder.info("openai/gpt-image-2/edit")
