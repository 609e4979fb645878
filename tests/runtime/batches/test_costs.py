"""`max_cost_usd`: what is submitted, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runcomfy import JobError, Journal
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


@pytest.mark.parametrize("end", [{"status": "failed"}, {"status": "cancelled"}, {"output": None}])
async def test_a_job_without_a_result_counts_with_its_reported_cost(
    end: dict[str, Any], kind: Kind, tmp_path: Path
) -> None:
    with odd_service() as service:
        service.facts = {"base_price_usd": 0.1, "price_unit": "output"}
        service.result = lambda number: {"cost": 0.5, **end}
        async with opened(kind, service, tmp_path) as batches:
            report = await batches.run(requests(9), max_cost_usd=1, concurrency=1)
    assert len(service.posts) == 2
    assert report.cost == pytest.approx(1)
    assert [outcome.cost for outcome in report.outcomes][:2] == [0.5, 0.5]
    error = report.outcomes[0].error
    assert isinstance(error, JobError)
    assert error.cost == 0.5


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
