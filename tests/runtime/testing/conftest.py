"""One server for all tests of a process, fresh for each."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from runcomfy_codegen.runtime.testing import Emulator

from ..._support.emulator import ENDPOINTS, NO_TLS, Api


@pytest.fixture(scope="session")
def _server() -> Iterator[Emulator]:
    with Emulator(ENDPOINTS) as emulator:
        yield emulator


@pytest.fixture
def emulator(_server: Emulator) -> Emulator:
    _server.reset()
    return _server


@pytest.fixture
def api(emulator: Emulator) -> Iterator[Api]:
    headers = {"Authorization": f"Bearer {emulator.token}"}
    with httpx.Client(
        base_url=emulator.base_url, headers=headers, timeout=10, verify=NO_TLS
    ) as http:
        yield Api(emulator, http)
