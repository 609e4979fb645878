"""The pytest options that record and replay, in a run of pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from runcomfy_codegen.runtime.testing import EmulatedEndpoint, Emulator

from .._support.sdk import TOKEN, Case, Sdk, imported_sdk, properties

MODEL = "acme/draw/edit"
CASE: Case = properties("prompt", prompt={"type": "string"})
PACKAGE = "sdk_under_test_options"
SUITE = """
import pytest
from sdk_under_test_options import CostLimitReached, RunComfy, ServerValidationError

@pytest.mark.parametrize("prompt", ["a dog", "a cat"])
def test_draw(runcomfy_emulator, prompt):
    with RunComfy() as client:
        result = client.acme.draw.edit.run(prompt=prompt)
    assert result.cost == 0.04
"""


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    with imported_sdk(PACKAGE, {MODEL: CASE}, tmp_path_factory.mktemp("options")) as sdk:
        yield sdk


@pytest.fixture
def service() -> Iterator[Emulator]:
    priced = EmulatedEndpoint(
        MODEL, CASE.input, CASE.output, base_price_usd=0.04, price_unit="output"
    )
    with Emulator([priced], token=TOKEN) as service:
        yield service


def run_suite(
    sdk: Sdk, folder: Path, *options: str, service: Emulator | None = None
) -> subprocess.CompletedProcess[str]:
    (folder / "test_suite.py").write_text(SUITE)
    environment = {name: value for name, value in os.environ.items() if "RUNCOMFY" not in name}
    environment |= {"PYTHONPATH": str(sdk.folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment["HOME"] = str(folder)  # the official command line's token file is there
    if service:
        environment |= {
            "RUNCOMFY_API_TOKEN": TOKEN,
            "RUNCOMFY_MODEL_API_BASE": f"{service.base_url}/v1",
        }
    plugin = f"{PACKAGE}._plugins.pytest_fixtures"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        plugin,
        *options,
    ]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def submits(service: Emulator) -> int:
    return sum(request.method == "POST" for request in service.received)


def test_suite_is_recorded_once_and_replayed_offline(
    sdk: Sdk, service: Emulator, tmp_path: Path
) -> None:
    record = ["--runcomfy-record", "jobs.sqlite", "--runcomfy-max-cost-usd", "1"]
    for _ in range(2):
        done = run_suite(sdk, tmp_path, *record, service=service)
        assert "2 passed" in done.stdout, done.stdout + done.stderr
        assert submits(service) == 2
    assert len(list((tmp_path / "jobs.files").iterdir())) == 2
    service.stop()
    done = run_suite(sdk, tmp_path, "--runcomfy-replay", "jobs.sqlite")
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_recording_stops_at_the_cost_limit(sdk: Sdk, service: Emulator, tmp_path: Path) -> None:
    record = ["--runcomfy-record", "jobs.sqlite", "--runcomfy-max-cost-usd", "0.05"]
    done = run_suite(sdk, tmp_path, *record, service=service)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "limit" in done.stdout
    assert submits(service) == 1


@pytest.mark.parametrize(("options", "advice"), [
    (["--runcomfy-record", "a"], "set --runcomfy-max-cost-usd"),
    (["--runcomfy-record", "a", "--runcomfy-replay", "a"], "leave out --runcomfy-replay"),
    (["--runcomfy-record", "a", "--runcomfy-max-cost-usd", "1", "-p", "xdist", "-n", "2"], "leave out -n"),
])  # fmt: skip
def test_option_that_cannot_be_is_refused(
    sdk: Sdk, tmp_path: Path, options: list[str], advice: str
) -> None:
    done = run_suite(sdk, tmp_path, *options)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert advice in done.stderr
    assert "Traceback" not in done.stderr


def test_replay_without_a_recording_says_so(sdk: Sdk, tmp_path: Path) -> None:
    done = run_suite(sdk, tmp_path, "--runcomfy-replay", "nothing.sqlite")
    assert "nothing.sqlite: no such journal" in done.stdout
