"""`client.estimate` and `client.balance`, which cost nothing."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
import runcomfy
from runcomfy import Balance, Estimate, ServerError
from runcomfy._api.balance import _address
from runcomfy.models.openai.gpt_image_2.edit import GptImage2EditRequest
from runcomfy.testing import Behaviour, Emulator

from ..._support.money import (
    IMAGE,
    KINDS,
    UNPRICED,
    VIDEO,
    Kind,
    opened,
    posts,
    priced,
    serving_any,
)
from ..._support.runtime import settled


async def test_the_price_of_the_catalogue_times_the_outputs(
    either: Any, emulator: Emulator
) -> None:
    estimate = await settled(either.untyped(IMAGE).estimate({"prompt": "a", "num_images": 3}))
    assert isinstance(estimate, Estimate)
    assert estimate.usd == pytest.approx(0.12)
    assert estimate.basis == "$0.04 per output x 3; extra charges are not published"
    assert str(estimate) == f"$0.12 ({estimate.basis})"
    assert (estimate.price_usd, estimate.unit, estimate.units) == (0.04, "output", 3)
    assert not posts(emulator)


async def test_a_duration_that_is_left_out_is_the_published_default(either: Any) -> None:
    estimate = await settled(either.untyped(VIDEO).estimate({"prompt": "a"}))
    assert estimate.usd == pytest.approx(0.5)
    assert estimate.basis == "$0.1 per second x 5 s; extra charges are not published"


async def test_an_unknown_price_is_none_and_never_free(either: Any) -> None:
    estimate = await settled(either.untyped(UNPRICED).estimate({"prompt": "a"}))
    assert estimate.usd is None
    assert str(estimate) == "not known (the price is not published)"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_request_object_is_estimated_without_its_media(kind: Kind, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    request = GptImage2EditRequest(prompt="a", images=[picture])  # no such file
    with Emulator([priced(request.model_id, 0.05)]) as emulator:
        async with opened(kind, emulator) as client:
            estimate = await settled(client.estimate(request))
    assert estimate.usd == pytest.approx(0.05)
    assert pickle.loads(pickle.dumps(estimate)) == estimate


@pytest.mark.parametrize("kind", KINDS)
async def test_without_an_answer_the_published_price_counts(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = {"base_price_usd": 0.07, "price_unit": "request"}
    monkeypatch.setattr("runcomfy._api.costs.estimate.published", lambda model_id: facts)
    with serving_any({}) as service:
        pass
    async with opened(kind, service) as client:  # nobody listens there any more
        estimate = await settled(client.untyped("acme/demo/model").estimate({}))
    assert estimate.usd == pytest.approx(0.07)


async def test_a_price_is_asked_for_once_a_minute(either: Any, emulator: Emulator) -> None:
    for _ in range(3):
        await settled(either.untyped(IMAGE).estimate({}))
    await settled(either.with_options(http_timeout=9).untyped(IMAGE).estimate({}))
    assert [received.path for received in emulator.received] == [f"/v1/models/{IMAGE}"]


async def test_wrong_input_is_refused_by_an_estimate(either: Any, emulator: Emulator) -> None:
    with pytest.raises(runcomfy.ConfigurationError, match="request"):
        await settled(either.estimate({"prompt": "a"}))
    with pytest.raises(runcomfy.InvalidRequestError, match="body"):
        await settled(either.untyped(IMAGE).estimate([1]))
    assert not emulator.received


@pytest.mark.parametrize(("usd", "text"), [(5, "$5.00"), (0, "$0.00"), (-1.25, "-$1.25")])
async def test_the_balance_may_be_zero_or_less(
    either: Any, emulator: Emulator, usd: float, text: str
) -> None:
    emulator.behaviour = Behaviour(balance_usd=usd)
    balance = await settled(either.balance())
    assert isinstance(balance, Balance)
    assert (balance.usd, balance.currency, str(balance)) == (usd, "USD", text)
    assert balance.raw["balance_microdollars"] == usd * 1_000_000
    assert [received.path for received in emulator.received] == ["/prod/v2/balance"]


def test_the_public_balance_is_at_the_documented_host() -> None:
    assert _address("https://model-api.runcomfy.net/v1") == "https://api.runcomfy.net/prod/v2"
    assert _address("http://127.0.0.1:8000/v1") == "http://127.0.0.1:8000/prod/v2"
    assert _address("https://gateway.example/api/v1") == "https://gateway.example/prod/v2"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reply", [
    {}, {"balance_usd": "5"}, {"balance_usd": None, "balance_microdollars": True},
])  # fmt: skip
async def test_a_balance_that_is_no_number_is_an_error(kind: Kind, reply: Any) -> None:
    with serving_any(reply) as service:
        async with opened(kind, service) as client:
            with pytest.raises(ServerError, match="balance_usd, a number") as caught:
                await settled(client.balance())
    assert caught.value.retry_safe
    assert service.token not in str(caught.value)


async def test_microdollars_alone_are_a_balance() -> None:
    with serving_any({"balance_microdollars": 2_500_000, "currency": 7}) as service:
        async with opened("sync", service) as client:
            assert str(client.balance()) == "$2.50"
