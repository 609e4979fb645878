"""One emulator with priced endpoints for all tests of money."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from runcomfy.testing import Emulator

from ..._support.money import ENDPOINTS, KINDS, opened


@pytest.fixture(scope="module")
def _running() -> Iterator[Emulator]:
    with Emulator(ENDPOINTS) as emulator:
        yield emulator


@pytest.fixture
def emulator(_running: Emulator) -> Emulator:
    _running.reset()
    return _running


@pytest.fixture(params=KINDS)
async def either(emulator: Emulator, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """Each client in turn."""
    async with opened(request.param, emulator) as client:
        yield client
