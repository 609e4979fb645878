"""An SDK that depends on httpx2 in place of httpx."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from runcomfy_codegen.cli.app import main
from runcomfy_codegen.emit.http_library import for_library
from runcomfy_codegen.workspace import open_workspace

SCHEMAS = Path(__file__).parents[2] / "schemas"

PROGRAM = """
import sys, asyncio, tempfile
sys.modules["httpx"] = sys.modules["httpcore"] = None
from acme import AsyncRunComfy, ConnectionFailed, RunComfy
from acme.testing import Emulator

def ask(client):
    return client.openai.gpt_image_2.edit.run(prompt="x", images=["https://example.com/a.png"])

async def ask_async(emulator):
    async with AsyncRunComfy(emulator.token, base_url=emulator.base_url, preflight="off") as client:
        result = await ask(client)
        return len(await result.files[0].read_async())

with Emulator() as emulator:
    with RunComfy(emulator.token, base_url=emulator.base_url, preflight="off") as client:
        result = ask(client)
        print(result.status, len(result.download(tempfile.mkdtemp())))
    print(asyncio.run(ask_async(emulator)) > 0)
with RunComfy("t", base_url="http://127.0.0.1:9", preflight="off") as client:
    try:
        ask(client)
    except ConnectionFailed as error:
        print(error.retry_safe)
print("httpx2" in sys.modules)
try:
    RunComfy("t", verify=False)
except TypeError as error:
    print(str(error).partition("=")[2])
"""


def test_an_sdk_for_httpx2_runs_without_httpx(tmp_path: Path) -> None:
    workspace = replace(open_workspace(SCHEMAS, tmp_path, "acme"), http="httpx2")
    generation = workspace.generate()
    for path, text in generation.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    project: Any = tomllib.loads(generation["pyproject.toml"])["project"]
    needed = {requirement.partition(">")[0] for requirement in project["dependencies"]}
    assert {"httpx2", "httpcore2"} <= needed
    assert not {"httpx", "httpcore"} & needed
    assert "import httpx2\nfrom acme" in generation["README.md"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        *("completed", "1", "True", "True", "True"),
        "httpx2.Client(...)'?",
    ]


def test_only_imports_of_the_transport_are_rewritten() -> None:
    source = 'import httpx\n    import httpcore\nfrom httpx import URL\nimport httpx_sse\n"import httpx"\n'
    assert for_library("_transport/a.py", source, "httpx2") == (
        "import httpx2 as httpx\n    import httpcore2 as httpcore\n"
        'from httpx2 import URL\nimport httpx_sse\n"import httpx"\n'
    )
    assert for_library("_transport/a.py", source, "httpx") == source
    assert for_library("testing/a.py", source, "httpx2") == source


def test_check_notices_another_http_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SCHEMAS, tmp_path / "schemas")
    table = "[tool.runcomfy-codegen]\n"
    settings = tmp_path / "pyproject.toml"
    settings.write_text(table, "utf-8")
    run = CliRunner().invoke
    assert run(main, ["generate"]).exit_code == 0
    assert run(main, ["generate", "--check"]).exit_code == 0
    settings.write_text(f'{table}http = "httpx2"\n', "utf-8")
    assert run(main, ["generate", "--check"]).exit_code == 1
    assert run(main, ["generate"]).exit_code == 0
    module = tmp_path / "generated/runcomfy/_transport/bounds.py"
    assert "import httpx2 as httpx\n" in module.read_text("utf-8")
    assert run(main, ["generate", "--check"]).exit_code == 0


def test_an_unknown_http_library_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table = '[tool.runcomfy-codegen]\nhttp = "requests"\n'
    (tmp_path / "pyproject.toml").write_text(table, "utf-8")
    done = CliRunner().invoke(main, ["generate"])
    assert done.exit_code == 2
    assert 'http: must be "httpx" or "httpx2"; got \'requests\'' in done.output
