"""`max_cost_usd`: what is submitted, and what is not."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from runcomfy import CostLimitReached, Journal
from runcomfy.batches._costs import FEW, CostGuard, Price, price_of
from runcomfy.batches._entry import OPEN, STATES, Entry
from runcomfy.testing import Behaviour, Emulator

from ..._support.batches import UNPRICED, VIDEO, Batches, Kind, opened, requests
from ..._support.odd_service import odd_service


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
    assert "its price is unknown" in str(report.outcomes[-1].error)


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
    highest: dict[str, float] = defaultdict(float)
    for _ in range(2000):
        key = dice.choice(list(entries))
        state, estimate = dice.choice(STATES), dice.choice([None, 0.04, 0.1])
        cost = dice.choice([None, None, 0.03, 0.05, 0.3])
        entry = entries[key] = replace(entries[key], state=state, estimate=estimate, cost=cost)
        guard.settle(entry)
        highest[entry.model_id] = max(highest[entry.model_id], cost or 0)
        unreported = [e for e in entries.values() if e.state not in OPEN and e.cost is None]
        least = sum(max(highest[e.model_id] - (e.estimate or 0), 0) for e in unreported)
        assert guard.total == pytest.approx(least + sum(e.may_cost for e in entries.values()))


@pytest.mark.parametrize(("price", "body", "usd"), [
    (Price(0.04, "output"), {}, 0.04),
    (Price(0.04, "image"), {"n": 3}, 0.12),
    (Price(0.04, "output"), {"num_images": "2"}, 0.08),
    (Price(0.04, "output"), {"n": 1, "num_images": 4}, 0.16),
    (Price(0.04, "output"), {"n": 1e308, "max_images": 10**400}, None),
    (Price(0.04, "output"), {"n": 2, "num_images": 3, "duration": 5}, 0.24),
    (Price(0.04, "output"), {"n": 0.1}, 0.04),
    (Price(0.04, "output"), {"n": "many"}, None),
    (Price(0.04, "output", {"num_images": 4}), {}, 0.16),
    (Price(0.04, "output", {"num_images": 4}), {"num_images": 1}, 0.04),
    (Price(0.1, "second"), {"duration": 5, "num_videos": 4}, 2.0),
    (Price(0.1, "second", {"duration": "10"}), {"num_videos": "2"}, 2.0),
    (Price(0.6, "minute"), {"duration": 30}, 0.3),
    (Price(100, "output"), {"n": 1e308}, None),
    (Price(0.04, "output"), {"num_images": True}, 0.04),
    (Price(0.1, "second"), {"duration": 5}, 0.5),
    (Price(0.1, "second"), {"duration": "10"}, 1.0),
    (Price(0.1, "second"), {"duration": "auto"}, None),
    (Price(0.1, "second"), {}, None),
    (Price(0.1, "megapixel"), {}, None),
    (Price(None, "output"), {}, None),
])  # fmt: skip
def test_the_price_of_a_request(price: Price, body: dict[str, Any], usd: float | None) -> None:
    found = price.of(body)
    assert found is None if usd is None else found == pytest.approx(usd)


@pytest.mark.parametrize("usd", [
    None, True, "0.1", -1, 0, 0.0, float("nan"), float("inf"), 10**400, [0.1], {},
])  # fmt: skip
def test_a_malformed_price_or_none_is_unknown_not_free(usd: Any) -> None:
    assert price_of({"base_price_usd": usd, "price_unit": " Output "}) == Price(None, "output")
    assert price_of({"price_unit": 7}) == Price()


def test_published_defaults_count() -> None:
    properties = {"num_images": {"default": 4}, "duration": {"default": "5"}, "n": 7}
    schema = {"properties": properties}
    price = price_of({"base_price_usd": 0.1, "price_unit": "second", "input_schema": schema})
    assert price.of({}) == pytest.approx(2.0)


def asked(guard: CostGuard, count: int) -> list[Any]:
    return [guard.admit(Entry(str(n), "m", {}, "")) for n in range(count)]


def test_few_are_under_way_until_a_cost_is_known() -> None:
    entries = [Entry(str(n), "m", {}, "") for n in range(40)]
    guard = CostGuard(2.0, {"m": Price(0.04, "output")}, entries, ())
    assert asked(guard, FEW + 2) == [0.04] * FEW + ["later"] * 2
    # It costs four times its price: that of those under way is corrected too.
    guard.settle(replace(entries[0], state="completed", cost=0.16))
    assert guard.total == pytest.approx(FEW * 0.16)
    admitted = [guard.admit(entry) for entry in entries[FEW:]]
    assert [usd for usd in admitted if usd != "later"] == [0.16] * (12 - FEW)
    assert guard.total <= 2.0


def test_a_reported_cost_of_nothing_tells_nothing() -> None:
    guard = CostGuard(1.0, {}, [], ())
    for number in range(3):
        entry = Entry(str(number), "m", {}, "")
        assert guard.admit(entry) is None
        assert guard.admit(replace(entry, key="other")) == "later"
        guard.settle(replace(entry, state="completed", cost=0.0))


def test_what_was_submitted_without_an_estimate_counts() -> None:
    doubt = Entry("1", "m", {"n": 2}, "", state="unknown")
    guard = CostGuard(0.1, {"m": Price(0.04, "output")}, [doubt], ())
    assert guard.total == pytest.approx(0.08)
    with pytest.raises(CostLimitReached, match=r"up to \$0.08 of \$0.10"):
        guard.admit(Entry("2", "m", {}, ""))


@pytest.mark.parametrize(("price", "body", "real", "most"), [
    (0.04, {}, 0.04, 25), (0.0, {}, 0.04, 25), (None, {}, 0.04, 25), (0.01, {}, 0.16, 6),
    (0.05, {"num_images": "4"}, 0.2, 5),
])  # fmt: skip
async def test_a_wrong_price_is_not_paid_a_hundred_times(
    kind: Kind, tmp_path: Path, price: float | None, body: Any, real: float, most: int
) -> None:
    with odd_service() as service:
        service.facts = {"base_price_usd": price, "price_unit": "output"}
        service.result = lambda number: {"cost": real}
        async with opened(kind, service, tmp_path) as batches:
            options = {"max_cost_usd": 1.0, "concurrency": 60, "folder": None}
            report = await batches.run(requests(60, **body), **options)
        assert len(service.posts) == most
        assert report.cost == pytest.approx(real * most)
