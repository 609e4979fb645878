# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The pytest fixture `runcomfy_emulator`, registered by the distribution as a plugin (pytest11).

It stands outside `testing`, whose import needs the extra `testing`: pytest loads this module in every
environment that holds the SDK, so it imports nothing but pytest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..testing import Emulator


@pytest.fixture(scope="session")
def _runcomfy_emulator_server() -> Iterator[Emulator]:
    """Run one emulator for all tests of a process."""
    # Imported here: it takes time, and without the extra it raises an error that names it.
    from ..testing import Emulator

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def runcomfy_emulator(
    _runcomfy_emulator_server: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Emulator]:
    """Start an emulator of all endpoints. `RunComfy()` without arguments talks to it."""
    emulator = _runcomfy_emulator_server
    emulator.reset()
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", emulator.token)
    monkeypatch.setenv("RUNCOMFY_MODEL_API_BASE", emulator.base_url + "/v1")
    yield emulator
    emulator.reset()
