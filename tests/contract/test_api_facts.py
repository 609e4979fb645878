"""Every documented fact of the Model API, asked of the emulator and, on request, of the real one.

    RUNCOMFY_LIVE_TESTS=1 RUNCOMFY_API_TOKEN=... python -m pytest tests/contract -k live

reads only; with RUNCOMFY_LIVE_SPEND=1 it also buys the cheapest image twice, and tries to cancel one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from runcomfy_codegen.runtime.testing import Behaviour, EmulatedEndpoint, Emulator

from tests._support.emulator import ENDPOINTS, PROMPT

from .facts import FACTS, Fact
from .service import LIVE, SPENDS, Service, live_service

ROOT = Path(__file__).parents[2]
CHEAP = EmulatedEndpoint(
    "acme/cheap/text-to-image",
    {"type": "object", "required": ["prompt"], "properties": PROMPT},
    {},
    display_name="Cheap",
    categories=("text-to-image",),
    base_price_usd=0.01,
    price_unit="output",
)


def test_each_fact_is_in_the_documentation() -> None:
    lines = (ROOT / "docs" / "protocol.md").read_text("utf-8").splitlines()
    assert [fact.name for fact in FACTS if f"## {fact.where}" not in lines] == []


@pytest.fixture(scope="module")
def emulated() -> Iterator[Service]:
    with Emulator([*ENDPOINTS, CHEAP]) as emulator:
        url = emulator.base_url
        with closing(Service(f"{url}/v1", f"{url}/prod/v2", emulator.token, emulator)) as service:
            yield service


@pytest.fixture(scope="module")
def live() -> Iterator[Service]:
    assert isinstance(LIVE, Service)
    with closing(LIVE):
        yield LIVE


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name.replace(" ", "-"))
def test_the_emulator(emulated: Service, fact: Fact) -> None:
    assert emulated.emulator
    emulated.emulator.behaviour = fact.behaviour or Behaviour()
    fact.check(emulated)


@pytest.mark.skipif(isinstance(LIVE, str), reason=str(LIVE))
@pytest.mark.parametrize(
    "fact",
    [fact for fact in FACTS if not fact.behaviour],
    ids=lambda fact: fact.name.replace(" ", "-"),
)
def test_the_live_api(live: Service, fact: Fact, leaves_this_machine: None) -> None:
    if fact.spends and not SPENDS:
        pytest.skip("it costs money: RUNCOMFY_LIVE_SPEND=1 allows it")
    fact.check(live)


def test_nothing_is_asked_of_the_live_api_by_accident() -> None:
    token = {"RUNCOMFY_API_TOKEN": "t"}
    for environment in ({}, token, {"RUNCOMFY_LIVE_TESTS": "0"} | token, {"CI": "1"} | token):
        assert "RUNCOMFY_LIVE_TESTS=1" in str(live_service(environment))
    assert "RUNCOMFY_API_TOKEN" in str(live_service({"RUNCOMFY_LIVE_TESTS": "1"}))
    live = live_service({"RUNCOMFY_LIVE_TESTS": "1"} | token)
    assert isinstance(live, Service)
    assert live.base.startswith("https://model-api.")


@pytest.mark.parametrize(("spend", "passed"), [("0", 18), ("1", 28)])
def test_the_live_half_works(spend: str, passed: int) -> None:
    """Against an emulator in the place of the real service: nothing else may be asked here."""
    with Emulator([*ENDPOINTS, CHEAP]) as emulator:
        settings = {
            "RUNCOMFY_LIVE_TESTS": "1",
            "RUNCOMFY_LIVE_SPEND": spend,
            "RUNCOMFY_API_TOKEN": emulator.token,
            "RUNCOMFY_MODEL_API_BASE": f"{emulator.base_url}/v1",
            "RUNCOMFY_SERVERLESS_API_BASE": f"{emulator.base_url}/prod/v2",
        }
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-k",
            "test_the_live_api",
        ]
        done = subprocess.run(
            [*command, __file__],
            cwd=ROOT,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        posts = [request for request in emulator.received if request.method == "POST"]
    assert f"{passed} passed" in done.stdout, done.stdout
    paid = [request for request in posts if request.path.startswith("/v1/models/")]
    assert len([request for request in paid if request.request_id]) == 2 * int(spend)
