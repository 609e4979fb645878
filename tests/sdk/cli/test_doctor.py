"""`doctor`: the models of the package against the live catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from runcomfy_codegen.runtime.testing import EmulatedEndpoint, Emulator

from ..._support.generator import Sdk, generated, imported, source

PACKAGE = "sdk_for_doctor"
TEXT = {"type": "string"}
PRICE = {"base_price_usd": 0.5, "price_unit": "output"}
PROPERTIES = {
    "prompt": {**TEXT, "description": "Words."},
    "title": TEXT,
    "mode": {"enum": ["a", "b"]},
}
KNOWN = EmulatedEndpoint(
    "acme/paint",
    {"type": "object", "properties": PROPERTIES, "required": ["prompt"]},
    {},
    base_price_usd=0.5,
    price_unit="output",
)


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    generation = generated(
        source("acme/paint", PROPERTIES, required=["prompt"], **PRICE), package=PACKAGE
    )
    with imported(tmp_path_factory.mktemp("sdk"), generation, PACKAGE) as sdk:
        yield sdk


def doctor(
    sdk: Sdk, capsys: pytest.CaptureFixture[str], *live: EmulatedEndpoint, json: bool = False
) -> tuple[int, str, str]:
    with Emulator(live) as emulator, pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNCOMFY_API_TOKEN", emulator.token)
        options = ["--json"] if json else []
        code = sdk.module("cli").main(["doctor", "--base-url", emulator.base_url, *options])
    out, err = capsys.readouterr()
    return code, out, err


def with_schema(**schema: Any) -> EmulatedEndpoint:
    return replace(KNOWN, input_schema={**KNOWN.input_schema, **schema})


def test_a_current_package_is_fine(sdk: Sdk, capsys: pytest.CaptureFixture[str]) -> None:
    other = replace(KNOWN, model_id="acme/new")
    code, out, err = doctor(sdk, capsys, KNOWN, other)
    assert (code, out) == (0, "")
    assert "1 models compared, 0 differ; only in the catalogue: 1" in err


@pytest.mark.parametrize(
    ("live", "row"),
    [
        (replace(KNOWN, model_id="acme/other"), "gone\tthe catalogue no longer lists it"),
        (with_schema(required=["prompt", "mode"]), "required\tmode"),
        (
            with_schema(properties={**PROPERTIES, "x": TEXT}, required=["prompt", "x"]),
            "required\tx",
        ),
        (with_schema(properties={**PROPERTIES, "x": TEXT}), "added\tx"),
        (with_schema(properties={"prompt": TEXT, "title": TEXT}), "removed\tmode"),
        (with_schema(properties={**PROPERTIES, "mode": {"enum": ["a"]}}), "changed\tmode"),
        (
            with_schema(anyOf=[{"required": ["mode"]}]),
            "changed\tthe rules about several parameters",
        ),
        (replace(KNOWN, base_price_usd=0.75), "price\t$0.5 per output -> $0.75 per output"),
        (replace(KNOWN, price_unit="second"), "price\t$0.5 per output -> $0.5 per second"),
    ],
)
def test_each_difference_is_a_row(
    sdk: Sdk, capsys: pytest.CaptureFixture[str], live: EmulatedEndpoint, row: str
) -> None:
    code, out, err = doctor(sdk, capsys, live)
    assert (code, out) == (1, f"acme/paint\t{row}\n")
    assert "1 models compared, 1 differ" in err


@pytest.mark.parametrize(
    "live",
    [
        with_schema(properties={**PROPERTIES, "prompt": {**TEXT, "title": "Other"}}, title="New"),
        replace(KNOWN, base_price_usd=None),
        replace(KNOWN, input_schema={}),
    ],
)
def test_words_and_what_is_not_said_differ_in_nothing(
    sdk: Sdk, capsys: pytest.CaptureFixture[str], live: EmulatedEndpoint
) -> None:
    assert doctor(sdk, capsys, live)[:2] == (0, "")


def test_programs_get_json(sdk: Sdk, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = doctor(sdk, capsys, replace(KNOWN, base_price_usd=1), json=True)
    assert code == 1
    assert json.loads(out) == [
        {
            "model_id": "acme/paint",
            "kind": "price",
            "detail": "$0.5 per output -> $1 per output",
        }
    ]


def test_a_service_that_does_not_answer_is_unavailable(
    sdk: Sdk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", "a-token")
    usual = sdk.module("_api.settings").Api.retry_policy
    budget = usual.read_budget
    object.__setattr__(usual, "read_budget", 0.1)
    try:
        code = sdk.module("cli").main(["doctor", "--base-url", "http://127.0.0.1:9"])
    finally:
        object.__setattr__(usual, "read_budget", budget)
    assert code == 69
    assert capsys.readouterr().out == ""


def test_without_a_token_nothing_is_asked(sdk: Sdk, capsys: pytest.CaptureFixture[str]) -> None:
    assert sdk.module("cli").main(["doctor"]) == 77
    assert "RUNCOMFY_API_TOKEN" in capsys.readouterr().err
