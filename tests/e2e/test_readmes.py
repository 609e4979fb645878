"""Every code block of both READMEs is executed as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
from runcomfy.testing import Emulator

ROOT = Path(__file__).parents[2]
README, SDK_README = ROOT / "README.md", ROOT / "generated" / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(page.read_text("utf-8")) if found == language]


def _cases(language: str) -> list[object]:
    return [
        pytest.param(text, id=f"{page.parent.name}-{number}")
        for page in (README, SDK_README)
        for number, text in enumerate(blocks(page, language))
    ]


def test_there_is_nothing_but_python_and_shell() -> None:
    languages = {
        found
        for page in (README, SDK_README)
        for found, _ in BLOCK.findall(page.read_text("utf-8"))
    }
    assert languages == {"python", "sh"}


@pytest.mark.parametrize("block", _cases("python"))
def test_python_block(block: str, tmp_path: Path) -> None:
    with Emulator() as emulator:
        (tmp_path / "saw.png").write_bytes(emulator_picture())
        shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT / "generated"), str(ROOT / "generator")]),
            "RUNCOMFY_API_TOKEN": emulator.token,
            "RUNCOMFY_MODEL_API_BASE": f"{emulator.base_url}/v1",
        }
        # Dask warns where the machine is busy.
        warnings = [] if "distributed" in block else ["-W", "error"]
        done = subprocess.run(
            [sys.executable, *warnings, "-c", block],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    if ".download" in block:
        assert list((tmp_path / "out").glob("*.png"))
    if "promt" in block:
        assert [
            name
            for name in ("prompt", "images", "quality", "promt")
            if f"\n  {name}:" not in done.stdout
        ] == []


@pytest.mark.parametrize("block", blocks(SDK_README, "sh"))
def test_shell_block_of_the_sdk(block: str, tmp_path: Path) -> None:
    """Its command line, where `python` is the one that runs the tests."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', "utf-8")
    (tmp_path / "bin" / "python").chmod(0o755)
    with Emulator() as emulator:
        (tmp_path / "saw.png").write_bytes(emulator_picture())
        environment = os.environ | {
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "generated"),
            "RUNCOMFY_API_TOKEN": emulator.token,
            "RUNCOMFY_MODEL_API_BASE": f"{emulator.base_url}/v1",
        }
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").glob("*.png"))) == 2
    assert "openai/gpt-image-2/edit" in done.stdout


@cache
def emulator_picture() -> bytes:
    """A real picture: one that the emulator itself delivered."""
    from runcomfy import RunComfy

    with (
        Emulator() as emulator,
        RunComfy(emulator.token, base_url=emulator.base_url) as client,
        tempfile.TemporaryDirectory() as folder,
    ):
        endpoint = client.untyped("openai/gpt-image-2/edit")
        result = endpoint.run({"prompt": "x", "images": ["https://media.invalid/a.png"]})
        return result.download(folder)[0].read_bytes()


def _page() -> str:
    """A saved page of a third model, in no language at all."""
    return """<html><body><h1>?</h1><pre>curl --request POST \\
  --url https://api.invalid/v1/models/acme/paint/text-to-image \\
  --data '{"prompt": "it's a dog"}'</pre>
<pre>{"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"},
"steps": {"type": "float", "minimum": 1, "maximum": 50, "default": 20}}}</pre>
<pre>{"output": {"type": "object", "properties": {"image": {"type": "string", "format": "uri"}}}}</pre></body></html>"""


@pytest.mark.parametrize(
    "block", [text for text in blocks(README, "sh") if "pip install" not in text]
)
def test_shell_block(block: str, tmp_path: Path) -> None:
    """In a copy of the project. `pip install` has a test of its own, in test_distributions.py."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, tracked.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
            # Older than .venv, whatever was edited since: make must never rebuild it from in here.
            os.utime(tmp_path / name, (0, 0))
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "page.html").write_text(_page(), "utf-8")
    # `make test` would start this very test again, so of that line only the recipe is read.
    script = block.replace("make test", "make --dry-run test")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if "make demo" in block:
        pictures = {
            path.parent.relative_to(tmp_path / "out" / "demo").as_posix()
            for path in tmp_path.glob("out/demo/*/*/*/*.png")
        }
        assert pictures == {"openai/gpt-4o-image/edit", "openai/gpt-image-2/edit"}
        assert "pytest" in done.stdout
    if " add " in block:
        assert (tmp_path / "generated/runcomfy/models/acme/paint/text_to_image.py").is_file()
        assert "3 endpoints" in done.stderr
