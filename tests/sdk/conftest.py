"""One SDK and one emulator for the tests of calls and messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import Emulator

from .._support.endpoints import ENDPOINTS
from .._support.sdk import TOKEN, Sdk, imported_sdk, settled


@pytest.fixture(scope="session")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    with imported_sdk("sdk_under_test", ENDPOINTS, tmp_path_factory.mktemp("sdk")) as sdk:
        yield sdk


@pytest.fixture(scope="session")
def _server(sdk: Sdk) -> Iterator[Emulator]:
    with Emulator(sdk.endpoints(), token=TOKEN) as emulator:
        yield emulator


@pytest.fixture
def emulator(_server: Emulator) -> Emulator:
    _server.reset()
    return _server


@pytest.fixture
def client(sdk: Sdk, emulator: Emulator) -> Iterator[Any]:
    with sdk.client(emulator.base_url) as client:
        yield client


@pytest.fixture(params=["sync", "async"])
async def either(
    sdk: Sdk, emulator: Emulator, request: pytest.FixtureRequest
) -> AsyncIterator[Any]:
    """Each client in turn."""
    client = sdk.client(emulator.base_url, asynchronous=request.param == "async")
    yield client
    await settled(client.aclose() if request.param == "async" else client.close())
