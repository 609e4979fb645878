"""The pytest fixture `runcomfy_emulator`; a plugin that the distribution registers (pytest11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from . import Emulator


@pytest.fixture(scope="session")
def _runcomfy_emulator_server() -> Iterator[Emulator]:
    """One server for all tests of a process."""
    from . import Emulator  # only tests that use it pay for its import

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def runcomfy_emulator(
    _runcomfy_emulator_server: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Emulator]:
    """A fresh emulator of all endpoints; `RunComfy()` without arguments talks to it."""
    emulator = _runcomfy_emulator_server
    emulator.reset()
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", emulator.token)
    monkeypatch.setenv("RUNCOMFY_MODEL_API_BASE", emulator.base_url + "/v1")
    yield emulator
    emulator.reset()
