"""A small SDK with prices, its emulator, and a toolbox of each client in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from ..._support.sdk import TOKEN, Sdk, imported_sdk
from ..._support.toolboxes import CASES, KINDS, Box, Kind, opened, priced


@pytest.fixture(scope="session")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    with imported_sdk("sdk_of_tools", CASES, tmp_path_factory.mktemp("tools")) as sdk:
        yield sdk


@pytest.fixture(scope="session")
def _server(sdk: Sdk) -> Iterator[Emulator]:
    with Emulator(priced(sdk), token=TOKEN) as emulator:
        yield emulator


@pytest.fixture
def emulator(_server: Emulator) -> Emulator:
    _server.reset()
    return _server


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture
async def box(sdk: Sdk, kind: Kind, emulator: Emulator, tmp_path: Path) -> AsyncIterator[Box]:
    async with opened(sdk, kind, emulator, tmp_path) as box:
        yield box
