"""A cold generate of real endpoints against datamodel-code-generator and black alone on their schemas."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from runcomfy_codegen.schemas_folder import write_endpoint

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT.parent / "shared" / "corpus" / "catalogue.json"
OUTPUT = {"output": {"type": "object", "properties": {"image": {"type": "string"}}}}


def test_generate(tmp_path: Path) -> None:
    if not CATALOGUE.is_file():
        pytest.skip("the catalogue of real endpoints is not beside this checkout")
    models = json.loads(CATALOGUE.read_text("utf-8"))["models"]
    for model in models:
        model_id, schema = model["model_id"], model["input_schema"]
        write_endpoint(tmp_path / "schemas", model_id, {"model_id": model_id}, schema, OUTPUT)
        target = tmp_path / "plain" / f"{model_id.replace('/', '_').replace('.', '_')}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(schema), "utf-8")
    bin_ = Path(sys.executable).parent
    folders = ["--schemas", tmp_path / "schemas", "--out", tmp_path / "sdk"]
    ours = _seconds([bin_ / "runcomfy-codegen", "generate", *folders])
    again = _seconds([bin_ / "runcomfy-codegen", "generate", "--check", *folders])
    kind = ["--input-file-type", "jsonschema", "--output-model-type", "pydantic_v2.BaseModel"]
    plain = ["--input", tmp_path / "plain", "--output", tmp_path / "classes", *kind]
    tool = _seconds([bin_ / "datamodel-codegen", *plain])
    print(
        f"\ngenerate, {len(models)} endpoints: {ours:.2f} s, again with --check {again:.2f} s,"
        f" datamodel-codegen and black on the input classes alone {tool:.2f} s, ratio {ours / tool:.2f}"
    )


def _seconds(command: list[object]) -> float:
    start = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return time.perf_counter() - start
