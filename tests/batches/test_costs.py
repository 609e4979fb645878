"""`max_cost_usd`: what is submitted, and what is not."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from runcomfy import Journal
from runcomfy.batches._costs import CostGuard
from runcomfy.batches._entry import STATES, Entry
from runcomfy.batches._prices import Price, price_of
from runcomfy.testing import Behaviour, Emulator

from .support import UNPRICED, VIDEO, Batches, requests


async def test_it_stops_before_the_limit_is_exceeded(batches: Batches, emulator: Emulator) -> None:
    report = await batches.run(requests(9), max_cost_usd=0.2)
    assert report.cost == pytest.approx(0.2)
    assert len(emulator.jobs) == 5
    refused = [outcome for outcome in report.outcomes if outcome.error]
    assert len(refused) == 4
    assert "up to $0.20 of $0.20, and this request may cost $0.04" in str(refused[0].error)
    report = await batches.run(requests(9), max_cost_usd=0.28)
    assert len(emulator.jobs) == 7
    assert (await batches.run(requests(9))).is_complete


async def test_a_limit_of_nothing_submits_nothing(batches: Batches, emulator: Emulator) -> None:
    await batches.run(requests(2), max_cost_usd=0)
    assert not emulator.jobs


@pytest.mark.parametrize("course", [{"cost": "never"}, {"statuses": ("failed",)}])
async def test_what_nobody_reports_counts_with_its_price(
    batches: Batches, emulator: Emulator, course: dict[str, Any]
) -> None:
    emulator.behaviour = Behaviour(**course)
    report = await batches.run(requests(9), max_cost_usd=0.2)
    assert len(emulator.jobs) == 5
    assert report.cost == pytest.approx(0.2)


async def test_what_is_in_doubt_counts(batches: Batches, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(submit_fault="drop_after_accept", fault_count=3)
    report = await batches.run(requests(9), max_cost_usd=0.2)
    assert len(emulator.jobs) == 5
    assert len(report.in_doubt) == 3
    assert report.cost == pytest.approx(0.2)


async def test_a_late_cost_is_asked_for_again(batches: Batches, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(cost="late")
    report = await batches.run(requests(2))
    assert [outcome.cost for outcome in report.outcomes] == [0.04, 0.04]


async def test_prices_by_the_second_and_by_the_output(batches: Batches, emulator: Emulator) -> None:
    given = requests(5, VIDEO.model_id, duration="5")
    await batches.run(given, max_cost_usd=1.2, concurrency=1)
    # The emulator reports less than the price of five seconds: then so many fit.
    assert 2 <= len(emulator.jobs) <= 5
    with Journal(batches.journal) as journal:
        assert journal.entry("1").estimate == pytest.approx(0.5)
    await batches.run(requests(1, num_images=3), journal=batches.home / "other", max_cost_usd=0.1)
    assert all(job.model_id == VIDEO.model_id for job in emulator.jobs.values())


async def test_of_an_unknown_price_one_request_is_tried_first(
    batches: Batches, emulator: Emulator
) -> None:
    emulator.behaviour = Behaviour(cost="never")
    report = await batches.run(requests(9, UNPRICED.model_id), max_cost_usd=1)
    assert len(emulator.jobs) == 1
    assert "nobody knows what it costs" in str(report.outcomes[-1].error)


async def test_an_unknown_price_is_learned(batches: Batches, emulator: Emulator) -> None:
    # Here the emulator reports what it costs: nothing.
    report = await batches.run(requests(9, UNPRICED.model_id), max_cost_usd=1)
    assert report.is_complete
    first = next(iter(emulator.jobs.values()))
    reads = [each for each in emulator.received if each.request_id == first.request_id]
    posts = [each for each in emulator.received if each.method == "POST"]
    assert posts[1].at > reads[-2].at, "the second submit waits for the cost of the first"


def test_the_total_is_that_of_the_requests_after_any_course() -> None:
    dice = random.Random(7)
    entries = {key: Entry(key, f"acme/{int(key) % 3}", {}, "") for key in map(str, range(30))}
    guard = CostGuard(None, {}, entries.values(), ())
    for _ in range(2000):
        key = dice.choice(list(entries))
        state, estimate = dice.choice(STATES), dice.choice([None, 0.04, 0.1])
        cost = dice.choice([None, 0.03, 0.3])
        entries[key] = replace(entries[key], state=state, estimate=estimate, cost=cost)
        guard.settle(entries[key])
        assert guard.total == pytest.approx(sum(each.may_cost for each in entries.values()))


@pytest.mark.parametrize(("price", "body", "usd"), [
    (Price(0.04, "output"), {}, 0.04),
    (Price(0.04, "image"), {"n": 3}, 0.12),
    (Price(0.04, "output"), {"num_images": "2"}, 0.08),
    (Price(0.04, "output"), {"n": 1, "num_images": 4}, 0.16),
    (Price(0.04, "output"), {"n": 1e308, "max_images": 10**400}, 4e306),
    (Price(100, "output"), {"n": 1e308}, None),
    (Price(0.04, "output"), {"num_images": True}, 0.04),
    (Price(0.1, "second"), {"duration": 5}, 0.5),
    (Price(0.1, "second"), {"duration": "10"}, 1.0),
    (Price(0.1, "second"), {"duration": "auto"}, None),
    (Price(0.1, "second"), {}, None),
    (Price(0.1, "megapixel"), {}, None),
    (Price(0.0, "megapixel"), {}, 0.0),
])  # fmt: skip
def test_the_price_of_a_request(price: Price, body: dict[str, Any], usd: float | None) -> None:
    found = price.of(body)
    assert found is None if usd is None else found == pytest.approx(usd)


@pytest.mark.parametrize("facts", [
    {}, {"base_price_usd": None}, {"base_price_usd": True}, {"base_price_usd": "0.1"},
    {"base_price_usd": -1}, {"base_price_usd": float("nan")}, {"base_price_usd": float("inf")},
])  # fmt: skip
def test_a_malformed_price_is_unknown_not_free(facts: dict[str, Any]) -> None:
    assert price_of(facts) is None
    assert price_of({**facts, "base_price_usd": 0, "price_unit": " Output "}) == Price(0, "output")
