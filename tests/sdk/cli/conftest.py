"""The command line in a folder with a picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from runcomfy_codegen.runtime.testing import Emulator
from runcomfy_codegen.runtime.testing._media import png

from ..._support.cli import CommandLine
from ..._support.sdk import TOKEN, Sdk


@pytest.fixture
def cli(
    sdk: Sdk,
    emulator: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    """Return the command line in an empty folder with `saw.png` in it."""
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", TOKEN)
    monkeypatch.setenv("RUNCOMFY_MODEL_API_BASE", f"{emulator.base_url}/v1")
    monkeypatch.chdir(tmp_path)
    Path("saw.png").write_bytes(png(8, 8, (0, 0, 0), (255, 255, 255)))
    return CommandLine(sdk, emulator, tmp_path, capsys)
