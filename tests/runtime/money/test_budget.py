"""`RunComfy(max_cost_usd=...)`: a limit on single calls, in one process."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import runcomfy
from runcomfy import CostLimitReached, SubmitOutcomeUnknown
from runcomfy.testing import Behaviour, Emulator

from ..._support.money import IMAGE, KINDS, UNPRICED, Kind, opened, posts
from ..._support.odd_service import odd_service
from ..._support.runtime import settled


@pytest.fixture(params=KINDS)
async def capped(emulator: Emulator, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """Each client in turn, with a limit of five images."""
    async with opened(request.param, emulator, max_cost_usd=0.2) as client:
        yield client


async def submit(client: Any, model_id: str = IMAGE, **body: Any) -> Any:
    return await settled(client.untyped(model_id).submit({"prompt": "a", **body}))


async def test_a_submit_over_the_limit_is_refused_with_the_figures(
    capped: Any, emulator: Emulator
) -> None:
    for _ in range(5):
        await submit(capped)
    assert capped.spent_usd == pytest.approx(0.2)
    with pytest.raises(CostLimitReached) as caught:
        await submit(capped)
    error = caught.value
    assert str(error) == (
        f"{IMAGE}: not submitted: the calls of this client have cost up to $0.20 of $0.20, and this "
        "request may cost $0.04"
    )
    assert error.retry_safe
    assert error.model_id == IMAGE
    assert (error.limit_usd, error.spent_usd, error.estimate_usd) == pytest.approx((0.2, 0.2, 0.04))
    assert len(posts(emulator)) == 5
    assert vars(pickle.loads(pickle.dumps(error)))["estimate_usd"] == 0.04


async def test_every_field_that_multiplies_the_price_counts(
    capped: Any, emulator: Emulator
) -> None:
    with pytest.raises(CostLimitReached, match=r"may cost \$0.24"):
        await submit(capped, num_images=6)
    endpoint = capped.untyped(IMAGE)
    with pytest.raises(CostLimitReached, match=r"may cost \$0.24"):
        await settled(endpoint.submit({"prompt": "a"}, extra_body={"num_images": 6}))
    await submit(capped, num_images=5)
    assert capped.spent_usd == pytest.approx(0.2)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_reported_cost_takes_the_place_of_the_estimate(kind: Kind) -> None:
    with odd_service() as service:
        service.facts = {"base_price_usd": 0.04, "price_unit": "output"}
        service.result = lambda number: {"cost": 0.01}
        async with opened(kind, _with_token(service), max_cost_usd=0.1) as client:
            job = await submit(client)
            assert client.spent_usd == pytest.approx(0.04)
            await settled(job.wait(timeout=20))
            assert client.spent_usd == pytest.approx(0.01)
            await settled(job.result())
            await settled(client.job(job.request_id).wait(timeout=20))
            assert client.spent_usd == pytest.approx(0.01), "read again, it counts once"
            result = await settled(client.untyped(IMAGE).run({"prompt": "a"}, timeout=20))
            assert result.cost == 0.01
            assert client.spent_usd == pytest.approx(0.02)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_cost_above_the_price_raises_later_estimates(kind: Kind) -> None:
    with odd_service() as service:
        service.facts = {"base_price_usd": 0.01, "price_unit": "output"}
        service.result = lambda number: {"cost": 0.16}
        async with opened(kind, _with_token(service), max_cost_usd=0.3) as client:
            await settled(client.untyped(IMAGE).run({"prompt": "a"}, timeout=20))
            with pytest.raises(CostLimitReached, match=r"\$0.16 of \$0.30.*may cost \$0.16"):
                await submit(client)
        assert len(service.posts) == 1


async def test_a_refused_submit_is_released(capped: Any, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(submit_fault="payment_required")
    for _ in range(7):
        with pytest.raises(runcomfy.InsufficientBalanceError):
            await submit(capped)
    assert capped.spent_usd == 0


async def test_a_submit_in_doubt_stays_counted(capped: Any, emulator: Emulator) -> None:
    emulator.behaviour = Behaviour(submit_fault="drop_after_accept")
    for _ in range(5):
        with pytest.raises(SubmitOutcomeUnknown):
            await submit(capped)
    emulator.behaviour = Behaviour()
    with pytest.raises(CostLimitReached):
        await submit(capped)
    assert len(emulator.jobs) == 5


async def test_a_failed_job_counts_as_estimated(capped: Any, emulator: Emulator) -> None:
    """Nobody documents whether it is charged."""
    emulator.behaviour = Behaviour(statuses=("failed",), cost="never")
    with pytest.raises(runcomfy.JobFailed):
        await settled((await submit(capped)).wait(timeout=20))
    assert capped.spent_usd == pytest.approx(0.04)


async def test_of_an_unknown_price_one_call_is_tried_first(capped: Any, emulator: Emulator) -> None:
    job = await submit(capped, UNPRICED)
    with pytest.raises(CostLimitReached, match="its price is unknown") as caught:
        await submit(capped, UNPRICED)
    assert caught.value.estimate_usd is None
    await settled(job.wait(timeout=20))  # the emulator reports a cost of nothing
    await submit(capped, UNPRICED)
    assert len(emulator.jobs) == 2


async def test_threads_and_tasks_cannot_overspend(emulator: Emulator) -> None:
    def blocking(client: Any) -> str:
        try:
            return str(client.untyped(IMAGE).submit({"prompt": "a"}).request_id)
        except CostLimitReached:
            return ""

    patient = {"max_cost_usd": 0.4, "read_budget": 20.0}  # 40 look-ups of a price at once
    async with opened("sync", emulator, **patient) as client:
        with ThreadPoolExecutor(16) as pool:
            ids = await asyncio.to_thread(list, pool.map(blocking, [client] * 40))
    assert sum(map(bool, ids)) == 10
    async with opened("async", emulator, **patient) as client:
        calls = [submit(client) for _ in range(40)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(outcome, CostLimitReached) for outcome in outcomes) == 30
    assert len(emulator.jobs) == 20


async def test_copies_share_the_limit(capped: Any, emulator: Emulator) -> None:
    other = capped.with_options(http_timeout=9)
    for client in (capped, other, capped, other, capped):
        await submit(client)
    with pytest.raises(CostLimitReached):
        await submit(other)
    own = capped.with_options(max_cost_usd=0.04)
    await submit(own)
    with pytest.raises(CostLimitReached, match=r"\$0.04 of \$0.04"):
        await submit(own)
    assert capped.spent_usd == pytest.approx(0.2)


async def test_a_batch_of_the_client_counts(emulator: Emulator, tmp_path: Any) -> None:
    requests = [{"model_id": IMAGE, "input": {"prompt": str(number)}} for number in range(5)]
    async with opened("sync", emulator, max_cost_usd=0.12) as client:
        batch = client.batch(requests, journal=tmp_path / "jobs.sqlite", concurrency=1)
        report = await asyncio.to_thread(batch.run)
    errors = [outcome.error for outcome in report.outcomes if outcome.error]
    assert len(emulator.jobs) == 5 - len(errors)
    assert len(emulator.jobs) >= 3
    assert all(isinstance(error, CostLimitReached) for error in errors)


async def test_a_limit_of_nothing_sends_nothing(emulator: Emulator) -> None:
    async with opened("async", emulator, max_cost_usd=0) as client:
        with pytest.raises(CostLimitReached):
            await submit(client)
    assert not posts(emulator)


async def test_without_a_limit_no_price_is_asked_for(either: Any, emulator: Emulator) -> None:
    await submit(either)
    assert either.spent_usd is None
    assert [received.method for received in emulator.received] == ["POST"]


async def test_no_time_for_the_price_posts_nothing() -> None:
    """The look-up of the price is within the deadline of a run."""
    with odd_service() as service:
        service.hangs = ("price",)
        async with opened("async", _with_token(service), max_cost_usd=1) as client:
            client._api = replace(
                client._api, retry_policy=replace(client._api.retry_policy, read_budget=30)
            )
            began = asyncio.get_running_loop().time()
            with pytest.raises(runcomfy.WaitTimeout, match="nothing was posted"):
                await client.untyped("acme/price").run({"prompt": "a"}, timeout=0.5)
            assert asyncio.get_running_loop().time() - began < 5
        assert not service.posts


@pytest.mark.parametrize(("settings", "message"), [
    ({"max_cost_usd": -1}, "max_cost_usd: must be US dollars, at least 0; got -1"),
    ({"max_cost_usd": "5"}, "max_cost_usd: must be US dollars, at least 0; got '5'"),
    ({"max_cost_usd": float("nan")}, "max_cost_usd: must be US dollars"),
    ({"max_cost_usd": True}, "max_cost_usd: must be US dollars, at least 0; got True"),
    ({"journal": "a.sqlite"}, "journal: must come with max_cost_usd"),
    ({"max_cost_usd": 5, "journal": 7}, "journal: must be the path of a file or folder; got 7"),
])  # fmt: skip
def test_a_wrong_limit_is_refused(settings: dict[str, Any], message: str) -> None:
    for kind in (runcomfy.RunComfy, runcomfy.AsyncRunComfy):
        with pytest.raises(runcomfy.ConfigurationError) as caught:
            kind("token", **settings)
        assert str(caught.value).startswith(message)


def test_a_pickled_client_has_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", "token")
    with runcomfy.RunComfy(max_cost_usd=5) as client, pickle.loads(pickle.dumps(client)) as copy:
        assert copy.spent_usd == 0
        assert copy._api.budget.limit == 5


def _with_token(service: Any) -> Any:
    service.token = "token"
    return service
