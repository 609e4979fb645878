"""The saved catalogue, all of it: synced, generated, imported, type-checked and used without a hand edit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import runcomfy_codegen
from runcomfy_codegen.dialect.schema_classes import read_classes
from runcomfy_codegen.ir.values import body_of, sample
from runcomfy_codegen.names.lock import Names
from runcomfy_codegen.schemas.folder import EndpointSource, read_schemas

from ..._support.sync import CATALOGUE, Folder, lines

pytestmark = pytest.mark.skipif(
    not CATALOGUE.is_file(), reason="../shared/corpus/catalogue.json is not here"
)
# Each job through the typed methods and HTTP; the emulator checks bodies against the published schema.
USE_ALL = """
import json, sys
from runcomfy import RunComfy, get_endpoint, list_endpoints
from runcomfy.testing import Behaviour, Emulator

with (
    Emulator(behaviour=Behaviour(statuses=("completed",))) as emulator,
    RunComfy(emulator.token, base_url=emulator.base_url, preflight="off") as client,
):
    for model_id, bodies in json.load(sys.stdin).items():
        info = get_endpoint(model_id)
        fields = info.request_type.model_fields.items()
        names = {field.alias or name: name for name, field in fields}
        endpoint = client
        for step in info.attribute_path.split("."):
            endpoint = getattr(endpoint, step)
        for body in bodies:
            job = endpoint.submit(**{names[wire]: value for wire, value in body.items()})
            assert emulator.received[-1].body == body, model_id
            assert job.status().state == "completed"
            assert job.result().urls
print(json.dumps({each: get_endpoint(each).facts["display_name"] for each in list_endpoints()}))
"""


def generate(folder: Folder) -> subprocess.CompletedProcess[str]:
    """Run the command as it is, with warnings of the tools underneath as errors."""
    folders = ["--schemas", str(folder.schemas), "--out", str(folder.root / "generated")]
    return python(folder, "-m", "runcomfy_codegen", "generate", *folders)


def python(
    folder: Folder, *arguments: str, given: str = "", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    paths = (folder.root / "generated", Path(runcomfy_codegen.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
        cwd=folder.root,
        timeout=timeout,
    )


def bodies(source: EndpointSource) -> list[dict[str, Any]]:
    """With what is required only, and with everything, from the schema as it was published."""
    names = Names()
    names.add_endpoints([source.model_id])
    request, _, problems = read_classes(
        source, names.endpoints[source.model_id], names.properties_of
    )
    assert problems == []
    everything = {field.wire: sample(field.type, request.nested) for field in request.cls.fields}
    return [body_of(request.cls, request.nested), everything]


def state(root: Path) -> dict[Path, tuple[int, int]]:
    """Return what a file that is written again, even with the same content, does not keep."""
    files = {path: path.stat() for path in root.rglob("*") if path.is_file()}
    return {path: (found.st_mtime_ns, found.st_ino) for path, found in files.items()}


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
    assert (made.returncode, made.stdout) == (0, "")
    assert re.fullmatch(
        rf"{len(ids)} endpoints, (\d+) files, \1 written to .*\n"
        r"\d+ notes: runcomfy-codegen lint lists them\n",
        made.stderr,
    ), "no warning of a tool underneath, none of ours"
    module = folder.root / "generated/runcomfy/models/kling/kling_3_0/v4k/text_to_video.py"
    assert "import MediaOutput" in module.read_text("utf-8"), "the one generic output"

    before = state(folder.root)
    again = folder.run("--from", str(CATALOGUE))
    assert (again.exit_code, again.stdout) == (0, "")
    assert ", 0 written to " in generate(folder).stderr
    assert state(folder.root) == before

    cases = json.dumps({each.model_id: bodies(each) for each in sources})
    used = python(folder, "-c", USE_ALL, given=cases)
    assert (used.returncode, used.stderr) == (0, "")
    assert json.loads(used.stdout) == {each["model_id"]: each["display_name"] for each in models}


def test_both_type_checkers_are_clean(folder: Folder) -> None:
    folder.run("--from", str(CATALOGUE))
    assert generate(folder).returncode == 0
    settings = {"typeCheckingMode": "strict", "include": ["generated/runcomfy/models"]}
    (folder.root / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    count = len(list((folder.root / "generated/runcomfy/models").rglob("*.py")))
    mypy = ["mypy", "--strict", "--warn-unreachable", "--config-file=", f"--cache-dir={os.devnull}"]
    mypy += ["--follow-imports=silent"]  # what all SDKs share, `make check` looks at
    said = python(folder, "-m", *mypy, "generated/runcomfy/models", timeout=300).stdout
    assert said == f"Success: no issues found in {count} source files\n"
    options = ["--outputjson", "--pythonpath", sys.executable]
    found = json.loads(python(folder, "-m", "pyright", *options, timeout=300).stdout)
    assert (found["generalDiagnostics"], found["summary"]["filesAnalyzed"]) == ([], count)


def test_over_schemas_captured_from_pages(folder: Folder) -> None:
    """Sync over an endpoint that was added by hand before."""
    folder.add("openai/gpt-image-2/edit")
    result = folder.run("--from", str(CATALOGUE), "--only", "openai/gpt-image-2/*")
    changed, new = lines(result)
    assert (
        changed == "changed openai/gpt-image-2/edit: input, title, kind, source page -> catalogue"
    )
    assert new == "new openai/gpt-image-2/text-to-image"
    assert "example" in folder.info("openai/gpt-image-2/edit")
