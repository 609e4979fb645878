# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The pytest fixture `runcomfy_emulator` and its options, registered by the distribution (pytest11).

They stand outside `testing`, whose import needs the extra `testing`: pytest loads this module in every
environment that holds the SDK, so it imports nothing but pytest.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..testing import Emulator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that record and replay."""
    group = parser.getgroup("runcomfy", "RunComfy: the fixture runcomfy_emulator")
    group.addoption(
        "--runcomfy-replay",
        metavar="FILE",
        help="answer requests from this recording; one that is not in it fails, and the error names what differs",
    )
    group.addoption(
        "--runcomfy-record",
        metavar="FILE",
        help="send requests that are not in this recording to the service, which charges for them, and "
        "record the replies; needs RUNCOMFY_API_TOKEN and --runcomfy-max-cost-usd",
    )
    group.addoption(
        "--runcomfy-max-cost-usd",
        metavar="USD",
        type=float,
        help="with --runcomfy-record: the most US dollars to spend",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Check the options."""
    if config.getoption("--runcomfy-record") is None:
        return
    if config.getoption("--runcomfy-replay") is not None:
        raise pytest.UsageError("--runcomfy-record replays as well: leave out --runcomfy-replay")
    if config.getoption("--runcomfy-max-cost-usd") is None:
        raise pytest.UsageError("--runcomfy-record spends money: set --runcomfy-max-cost-usd")
    if hasattr(config, "workerinput") or getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--runcomfy-record needs a single process: leave out -n")


@contextmanager
def _started_emulator(config: pytest.Config) -> Generator[Emulator, None, None]:
    # Imported here: it takes time, and without the extra it raises an error that names it.
    from .._client import SyncClient
    from ..testing import Behaviour, Emulator

    at_once = Behaviour(statuses=("completed",))  # tests should not wait for a queue
    record = config.getoption("--runcomfy-record")
    if record is None:
        with Emulator(behaviour=at_once, replay=config.getoption("--runcomfy-replay")) as emulator:
            yield emulator
        return
    limit = config.getoption("--runcomfy-max-cost-usd")
    with (
        SyncClient(max_cost_usd=limit) as service,
        Emulator(behaviour=at_once, record=record, service=service) as emulator,
    ):
        yield emulator


@pytest.fixture(scope="session")
def _runcomfy_emulator_server(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """Run one emulator for all tests of a process."""
    with _started_emulator(pytestconfig) as emulator:
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
