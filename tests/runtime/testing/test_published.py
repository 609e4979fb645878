"""The emulator as users get it: inside a published package, with its pytest plugin."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import runcomfy_codegen.runtime.testing as testing

PLAIN = {"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a folder with a package `acme_sdk` that holds the emulator and two endpoints."""
    package = tmp_path / "acme_sdk"
    runtime = Path(testing.__file__).parents[1]
    shutil.copytree(runtime, package, ignore=shutil.ignore_patterns("__pycache__", "cli"))
    for path in ("acme/demo/text_to_image", "acme/films/v4k/make"):
        file = package / "models" / f"{path}.json"
        file.parent.mkdir(parents=True)
        document = {"model_id": path, "input_schema": PLAIN, "output_schema": {}}
        more = {"categories": ["text-to-video"], "base_price_usd": 0.5, "schema_hash": "x"}
        file.write_text(json.dumps(document | (more if "films" in path else {})))
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )


USER_TEST = """
import os
import httpx

def submit():
    headers = {"Authorization": "Bearer " + os.environ["RUNCOMFY_API_TOKEN"]}
    base = os.environ["RUNCOMFY_MODEL_API_BASE"]
    reply = httpx.post(base + "/models/acme/films/v4k/make", json={"prompt": "x"}, headers=headers)
    assert reply.status_code == 202, reply.text

def test_one(runcomfy_emulator):
    submit()
    (job,) = runcomfy_emulator.jobs.values()
    assert job.endpoint.base_price_usd == 0.5
    assert job.endpoint.categories == ("text-to-video",)
    runcomfy_emulator.behaviour = type(runcomfy_emulator.behaviour)(submit_status=200)

def test_two(runcomfy_emulator):
    assert [e.model_id for e in runcomfy_emulator.endpoints] == [
        "acme/demo/text_to_image", "acme/films/v4k/make"]
    assert not runcomfy_emulator.jobs
    submit()

def test_without():
    assert "RUNCOMFY_MODEL_API_BASE" not in os.environ
"""


def test_the_fixture_is_fresh_in_every_test(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNCOMFY_MODEL_API_BASE", raising=False)
    (published / "test_user.py").write_text(USER_TEST)
    done = run(
        published, "-m", "pytest", "-q", "-W", "error", "-p", "acme_sdk._plugins.pytest_fixtures"
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_no_published_endpoints_is_a_clear_error(published: Path) -> None:
    shutil.rmtree(published / "acme_sdk" / "models")
    done = run(published, "-c", "from acme_sdk.testing import Emulator; Emulator()")
    assert "LookupError: acme_sdk has no published endpoints" in done.stderr


@pytest.mark.parametrize("missing", ["jsonschema", "starlette", "uvicorn"])
def test_a_missing_extra_says_what_to_install(published: Path, missing: str) -> None:
    done = run(
        published, "-c", f"import sys; sys.modules['{missing}'] = None; import acme_sdk.testing"
    )
    assert "install acme_sdk[testing] from" in done.stderr.splitlines()[-1]


def test_it_needs_no_pytest(published: Path) -> None:
    done = run(published, "-c", "import sys; sys.modules['pytest'] = None; import acme_sdk.testing")
    assert (done.returncode, done.stderr) == (0, "")
