# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The guard of `max_cost_usd`: it sums up what requests have cost and may still cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..._base.locks import ForkSafeLock
from ..._base.money import dollars
from ...errors import CostLimitReached
from .price import Price

FEW = 4  # requests of a model that may be under way before its first cost is reported
_ROUNDING = 1e-9  # US dollars: sums of prices such as 0.1 are not exact


@dataclass(frozen=True)
class Charge:
    """The cost of one request, reported or estimated. All amounts are US dollars.

    Attributes:
        key: The name of the request.
        model_id: The model.
        body: Its JSON, or the fields of it that an estimate reads.
        is_open: Whether it can be submitted: it was certainly not accepted.
        estimate: The estimate made at the submit, None if unknown.
        cost: The reported cost, None if unknown.
        earlier_cost: The cost of earlier attempts that were given up.
    """

    key: str
    model_id: str
    body: Mapping[str, Any]
    is_open: bool = True
    estimate: float | None = None
    cost: float | None = None
    earlier_cost: float = 0.0


@dataclass
class _Model:
    """The costs of one model. All amounts are US dollars.

    Attributes:
        price: The published price.
        rate: The highest reported cost per unit of the price.
        highest: The highest reported cost of one request.
        sent: The number of requests that may have been accepted.
        reported: The number of requests with a reported cost.
        underway: The keys of requests that are not settled.
        unreported: The requests without a reported cost, which count with their estimates.
    """

    price: Price
    rate: float = 0.0
    highest: float = 0.0
    sent: int = 0
    reported: int = 0
    underway: set[str] = field(default_factory=set[str])
    unreported: dict[str, Charge] = field(default_factory=dict[str, Charge])

    def estimate(self, charge: Charge) -> float | None:
        """Estimate a request; None if its cost is unknown, which does not mean free."""
        units = self.price.units(charge.body)
        known = (
            self.price.of(charge.body),
            None if units is None else self.rate * units,
            self.highest if units is None else None,
        )
        return max((usd for usd in known if usd), default=None)

    def amount(self, charge: Charge) -> float:
        """Return the reported cost, else the higher of the estimates made at the submit and now."""
        if charge.is_open:
            return charge.earlier_cost
        if charge.cost is not None:
            return charge.earlier_cost + charge.cost
        return charge.earlier_cost + max(charge.estimate or 0.0, self.estimate(charge) or 0.0)


class CostGuard:
    """The sum of what requests have cost and may still cost.

    A request counts with its reported cost; until there is one, with its estimate: the highest rate
    published or reported for its model, times the units that it asks for. May be used by several
    threads.
    """

    def __init__(
        self,
        limit: float | None,
        prices: Mapping[str, Price],
        charges: Iterable[Charge],
        underway: Iterable[str],
        subject: str = "the batch has",
    ) -> None:
        """Count requests.

        Args:
            limit: US dollars; None for no limit.
            prices: Published prices by model id.
            charges: What was requested before.
            underway: The keys of requests that this run waits for.
            subject: The words before "cost up to" in messages.
        """
        self._limit = limit
        self._prices = dict(prices)
        self._subject = subject
        self._lock = ForkSafeLock()
        self._models: dict[str, _Model] = {}
        self._charges: dict[str, Charge] = {}
        self._amounts: dict[str, float] = {}
        self._total = 0.0  # of all requests, kept up to date: thousands may ask at once
        waited = set(underway)
        for charge in charges:
            self._put(charge)
            if charge.key in waited:
                self._model(charge.model_id).underway.add(charge.key)

    def admit(self, charge: Charge) -> float | Literal["later"] | None:
        """Admit a request to be submitted. It counts with its estimate until `settle`.

        Until the first cost of a model is reported, at most `FEW` of its requests are under way, or
        one if no price is published.

        Returns:
            The estimate in US dollars, None if there is none, or "later" if the answer depends on
            requests that are under way.

        Raises:
            CostLimitReached: The request would exceed the limit.
        """
        with self._lock:
            model = self._model(charge.model_id)
            estimate = model.estimate(charge)
            if self._limit is None:
                return estimate
            fault = self._fault(model, estimate)
            is_priced = estimate is not None
            if is_priced and not fault and not model.reported and len(model.underway) >= FEW:
                return "later"
            if not fault:
                self._take(charge, estimate)
                return estimate
            if any(other.underway for other in self._models.values()):
                return "later"
            raise self._refusal(charge, estimate, fault)

    def reserve(self, charge: Charge) -> float | None:
        """Admit a request now, or refuse it. It counts with its estimate until `settle`.

        Returns:
            The estimate in US dollars, None if there is none.

        Raises:
            CostLimitReached: The request would exceed the limit, or its price is unknown and the cost
                of an earlier request of the model is not reported yet.
        """
        with self._lock:
            model = self._model(charge.model_id)
            estimate = model.estimate(charge)
            fault = self._fault(model, estimate)
            if fault:
                raise self._refusal(charge, estimate, fault)
            self._take(charge, estimate)
            return estimate

    def settle(self, charge: Charge) -> None:
        """Count a request by its present state, and as no longer under way."""
        with self._lock:
            self._model(charge.model_id).underway.discard(charge.key)
            self._put(charge)

    def forget(self, key: str) -> None:
        """Drop a request whose cost is reported. The total keeps it."""
        with self._lock:
            self._charges.pop(key, None)
            self._amounts.pop(key, None)

    def set_price(self, model_id: str, price: Price) -> None:
        """Replace the published price of a model."""
        with self._lock:
            self._prices[model_id] = price
            model = self._model(model_id)
            if model.price != price:
                model.price = price
                for charge in model.unreported.values():
                    self._recharge(model, charge)

    @property
    def total(self) -> float:
        """The US dollars of all requests, reported or else estimated."""
        with self._lock:
            return self._total

    def _fault(self, model: _Model, estimate: float | None) -> str:
        """Return why a request does not fit now, "" if it does."""
        assert self._limit is not None
        if estimate is not None:
            if self._total + estimate <= self._limit + _ROUNDING:
                return ""
            return f"{self._so_far()}, and this request may cost {dollars(estimate)}"
        if model.sent > model.reported:
            return "its price is unknown, and no cost was reported for an earlier request of this model"
        return "" if self._total < self._limit else self._so_far()

    def _refusal(self, charge: Charge, estimate: float | None, fault: str) -> CostLimitReached:
        return CostLimitReached(
            f"{charge.model_id}: not submitted: {fault}",
            model_id=charge.model_id,
            retry_safe=True,
            limit_usd=self._limit,
            spent_usd=self._total,
            estimate_usd=estimate,
        )

    def _so_far(self) -> str:
        limit = dollars(self._limit or 0.0)
        return f"{self._subject} cost up to {dollars(self._total)} of {limit}"

    def _take(self, charge: Charge, estimate: float | None) -> None:
        self._model(charge.model_id).underway.add(charge.key)
        self._put(replace(charge, is_open=False, estimate=estimate))

    def _model(self, model_id: str) -> _Model:
        if model_id not in self._models:
            self._models[model_id] = _Model(self._prices.get(model_id) or Price())
        return self._models[model_id]

    def _put(self, charge: Charge) -> None:
        old = self._charges.get(charge.key)
        if old is not None:
            self._count(old, -1)
        self._charges[charge.key] = charge
        self._count(charge, 1)
        model = self._model(charge.model_id)
        if charge.cost is None:
            return
        units = model.price.units(charge.body)
        rate = charge.cost / units if units else 0.0
        if rate > model.rate or charge.cost > model.highest:
            model.rate = max(rate, model.rate)
            model.highest = max(charge.cost, model.highest)
            for unreported in model.unreported.values():  # they may cost as much
                self._recharge(model, unreported)

    def _count(self, charge: Charge, sign: int) -> None:
        model = self._model(charge.model_id)
        model.unreported.pop(charge.key, None)
        if not charge.is_open:
            model.sent += sign
            if charge.cost is not None:
                model.reported += sign
            elif sign > 0:
                model.unreported[charge.key] = charge
        if sign > 0:
            self._recharge(model, charge)

    def _recharge(self, model: _Model, charge: Charge) -> None:
        amount = model.amount(charge)
        self._total += amount - self._amounts.get(charge.key, 0.0)
        self._amounts[charge.key] = amount
