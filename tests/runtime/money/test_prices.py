"""Published prices, estimates by them, and the guard that adds up costs."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from runcomfy import CostLimitReached
from runcomfy._api.costs.guard import FEW, Charge, CostGuard
from runcomfy._api.costs.price import Price, price_of


def test_the_total_is_that_of_the_requests_after_any_course() -> None:
    dice = random.Random(7)
    charges = {key: Charge(key, f"acme/{int(key) % 3}", {}) for key in map(str, range(30))}
    guard = CostGuard(None, {}, charges.values(), ())
    highest: dict[str, float] = defaultdict(float)
    for _ in range(2000):
        key = dice.choice(list(charges))
        is_open, estimate = dice.random() < 0.3, dice.choice([None, 0.04, 0.1])
        cost = dice.choice([None, None, 0.03, 0.05, 0.3])
        charge = replace(charges[key], is_open=is_open, estimate=estimate, cost=cost)
        charges[key] = charge
        guard.settle(charge)
        highest[charge.model_id] = max(highest[charge.model_id], cost or 0)
        sent = [each for each in charges.values() if not each.is_open]
        reported = sum(each.cost for each in sent if each.cost is not None)
        unreported = [each for each in sent if each.cost is None]
        estimated = sum(max(highest[each.model_id], each.estimate or 0) for each in unreported)
        assert guard.total == pytest.approx(reported + estimated)


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
    return [guard.admit(Charge(str(n), "m", {})) for n in range(count)]


def test_few_are_under_way_until_a_cost_is_known() -> None:
    charges = [Charge(str(n), "m", {}) for n in range(40)]
    guard = CostGuard(2.0, {"m": Price(0.04, "output")}, charges, ())
    assert asked(guard, FEW + 2) == [0.04] * FEW + ["later"] * 2
    # It costs four times its price: that of those under way is corrected too.
    guard.settle(replace(charges[0], is_open=False, cost=0.16))
    assert guard.total == pytest.approx(FEW * 0.16)
    admitted = [guard.admit(charge) for charge in charges[FEW:]]
    assert [usd for usd in admitted if usd != "later"] == [0.16] * (12 - FEW)
    assert guard.total <= 2.0


def test_a_reported_cost_of_nothing_tells_nothing() -> None:
    guard = CostGuard(1.0, {}, [], ())
    for number in range(3):
        charge = Charge(str(number), "m", {})
        assert guard.admit(charge) is None
        assert guard.admit(replace(charge, key="other")) == "later"
        guard.settle(replace(charge, is_open=False, cost=0.0))


def test_what_was_submitted_without_an_estimate_counts() -> None:
    doubt = Charge("1", "m", {"n": 2}, is_open=False)
    guard = CostGuard(0.1, {"m": Price(0.04, "output")}, [doubt], ())
    assert guard.total == pytest.approx(0.08)
    with pytest.raises(CostLimitReached, match=r"up to \$0.08 of \$0.10"):
        guard.admit(Charge("2", "m", {}))


@pytest.mark.parametrize(("price", "body", "basis"), [
    (Price(0.036, "second"), {"duration": 10}, "$0.036 per second x 10 s"),
    (Price(0.6, "minute"), {"duration": "30"}, "$0.6 per minute x 30 s"),
    (Price(0.1, "second"), {"duration": 5, "n": 2}, "$0.1 per second x 5 s x 2"),
    (Price(0.04, "output"), {}, "$0.04 per output"),
    (Price(0.04, "image"), {"num_images": 3}, "$0.04 per image x 3"),
])  # fmt: skip
def test_the_basis_of_an_estimate_in_words(price: Price, body: dict[str, Any], basis: str) -> None:
    assert price.basis(body) == f"{basis}; extra charges are not published"


@pytest.mark.parametrize(("price", "body", "basis"), [
    (Price(), {}, "the price is not published"),
    (Price(None, "output"), {}, "the price is not published"),
    (Price(0.1, "megapixel"), {}, "$0.1 per megapixel; how many megapixels are charged is not known beforehand"),
    (Price(0.1, "second"), {}, "$0.1 per second; how many seconds are charged is not known beforehand"),
    (Price(0.1, ""), {}, "$0.1; how many units are charged is not known beforehand"),
    (Price(0.1, "\x1b[2J"), {}, "$0.1 per \\x1b[2J; how many \\x1b[2Js are charged is not known beforehand"),
])  # fmt: skip
def test_the_basis_says_why_there_is_no_estimate(
    price: Price, body: dict[str, Any], basis: str
) -> None:
    assert price.of(body) is None
    assert price.basis(body) == basis


def test_a_call_is_refused_at_once_where_a_batch_would_wait() -> None:
    guard = CostGuard(1.0, {}, [], ())
    assert guard.reserve(Charge("1", "m", {})) is None
    with pytest.raises(CostLimitReached, match="its price is unknown") as caught:
        guard.reserve(Charge("2", "m", {}))
    assert caught.value.retry_safe
    assert (caught.value.limit_usd, caught.value.spent_usd) == (1.0, 0.0)
    guard.settle(Charge("1", "m", {}, is_open=False, cost=0.3))
    assert guard.reserve(Charge("2", "m", {})) == 0.3


def test_what_is_forgotten_stays_in_the_total() -> None:
    guard = CostGuard(1.0, {"m": Price(0.04, "output")}, [], ())
    for number in range(3):
        guard.reserve(Charge(str(number), "m", {}))
        guard.settle(Charge(str(number), "m", {}, is_open=False, cost=0.1))
        guard.forget(str(number))
    assert guard.total == pytest.approx(0.3)
    assert guard.reserve(Charge("next", "m", {})) == pytest.approx(0.1)


def test_a_new_price_corrects_what_is_not_reported() -> None:
    guard = CostGuard(1.0, {}, [], ())
    guard.reserve(Charge("1", "m", {"n": 2}))
    guard.set_price("m", Price(0.1, "output"))
    assert guard.total == pytest.approx(0.2)
