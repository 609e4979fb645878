from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from runcomfy.testing import Emulator

from ..._support.batches import ENDPOINT, KINDS, UNPRICED, VIDEO, Batches, Kind, opened


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator([ENDPOINT, VIDEO, UNPRICED]) as emulator:
        yield emulator


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
async def batches(kind: Kind, emulator: Emulator, tmp_path: Path) -> AsyncIterator[Batches]:
    async with opened(kind, emulator, tmp_path) as batches:
        yield batches
