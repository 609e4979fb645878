"""Fixtures of the generator's benchmarks: generated SDKs by size, the peer, and one table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .peer import Peer
from .sdks import Sdks
from .tables import Table


@pytest.fixture(scope="session")
def table() -> Iterator[Table]:
    table = Table()
    yield table
    print(f"\n\n{table}")


@pytest.fixture(scope="session")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> Sdks:
    return Sdks(tmp_path_factory.mktemp("sdks"))


@pytest.fixture(scope="session")
def peer() -> Peer:
    try:
        return Peer()
    except LookupError as error:
        pytest.skip(str(error))
