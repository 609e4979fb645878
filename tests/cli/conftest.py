"""One SDK, one emulator and a folder with a picture for the tests of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from runcomfy_codegen.runtime.testing import Emulator
from runcomfy_codegen.runtime.testing._media import png
from sdk.endpoints import ENDPOINTS
from sdk.support import TOKEN, Sdk, imported_sdk

from .support import CommandLine


@pytest.fixture(scope="session")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    with imported_sdk("acme_models", ENDPOINTS, tmp_path_factory.mktemp("cli")) as sdk:
        yield sdk


@pytest.fixture(scope="session")
def _server(sdk: Sdk) -> Iterator[Emulator]:
    with Emulator(sdk.endpoints(), token=TOKEN) as emulator:
        yield emulator


@pytest.fixture
def cli(
    sdk: Sdk,
    _server: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    """The command line in an empty folder; `saw.png` is in it."""
    _server.reset()
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", TOKEN)
    monkeypatch.setenv("RUNCOMFY_MODEL_API_BASE", f"{_server.base_url}/v1")
    monkeypatch.chdir(tmp_path)
    Path("saw.png").write_bytes(png(8, 8, (0, 0, 0), (255, 255, 255)))
    return CommandLine(sdk, _server, tmp_path, capsys)
