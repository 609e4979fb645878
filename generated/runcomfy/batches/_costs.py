# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The guard of `max_cost_usd`: what is not certain to fit is not submitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from .._base.locks import ForkSafeLock
from ..errors import CostLimitReached
from ._entry import OPEN, Entry, dollars
from ._prices import Price

FEW = 4  # requests of a model that are under way while nobody has seen what it costs
_ROUNDING = 1e-9  # US dollars: sums of prices such as 0.1 are not exact


@dataclass
class _Model:
    """What is known of one model.

    Attributes:
        price: As published.
        rate: The highest cost that was reported, for one unit of the price.
        highest: The highest cost that was reported for one request.
        sent: How many requests may have been accepted.
        reported: For how many of them a cost was reported.
        underway: Keys of those that are not settled.
        unreported: Those without a reported cost, which count with their estimates.
    """

    price: Price
    rate: float = 0.0
    highest: float = 0.0
    sent: int = 0
    reported: int = 0
    underway: set[str] = field(default_factory=set[str])
    unreported: dict[str, Entry] = field(default_factory=dict[str, Entry])

    def estimate(self, entry: Entry) -> float | None:
        """What a request may cost; None where nobody knows, which is not for nothing."""
        units = self.price.units(entry.input)
        known = (
            self.price.of(entry.input),
            None if units is None else self.rate * units,
            self.highest if units is None else None,
        )
        return max((usd for usd in known if usd), default=None)

    def charge(self, entry: Entry) -> float:
        """What it counts with: as reported, else the higher one of its estimates then and now."""
        if entry.state in OPEN:
            return entry.earlier_cost
        if entry.cost is not None:
            return entry.earlier_cost + entry.cost
        return entry.earlier_cost + max(entry.estimate or 0.0, self.estimate(entry) or 0.0)


class CostGuard:
    """What a journal's requests have cost, and may still cost. For several threads.

    A request counts with its reported cost, before that with its estimate: the highest rate that was
    published or reported for its model, times what it asks for. Until the first cost of a model is
    reported, `FEW` of its requests are under way, and one where no price is published either.
    """

    def __init__(
        self,
        limit: float | None,
        prices: Mapping[str, Price],
        entries: Iterable[Entry],
        underway: Iterable[str],
    ) -> None:
        """Count what a journal holds.

        Args:
            limit: US dollars; None for no limit.
            prices: By model; a missing one is not known.
            entries: All of the journal.
            underway: Keys of those that this run waits for.
        """
        self._limit = limit
        self._prices = prices
        self._lock = ForkSafeLock()
        self._models: dict[str, _Model] = {}
        self._entries: dict[str, Entry] = {}
        self._charges: dict[str, float] = {}
        self._total = 0.0  # of all entries, kept up to date: thousands may ask at once
        waited = set(underway)
        for entry in entries:
            self._put(entry)
            if entry.key in waited:
                self._model(entry).underway.add(entry.key)

    def admit(self, entry: Entry) -> float | Literal["later"] | None:
        """Let a request be submitted: it counts from now on, until `settle`.

        Returns:
            Its estimate, None if there is none; "later" if that depends on requests under way.

        Raises:
            CostLimitReached: It does not fit, and will not.
        """
        with self._lock:
            model = self._model(entry)
            estimate = model.estimate(entry)
            if self._limit is None:
                return estimate
            if estimate is None:
                fault = self._unknown_fault(model)
            else:
                fault = self._fault(estimate)
                if not fault and not model.reported and len(model.underway) >= FEW:
                    return "later"
            if not fault:
                model.underway.add(entry.key)
                self._put(replace(entry, state="submitted", estimate=estimate))
                return estimate
            if any(each.underway for each in self._models.values()):
                return "later"
        raise CostLimitReached(
            f"{entry.model_id}: not submitted: {fault}", model_id=entry.model_id, retry_safe=True
        )

    def settle(self, entry: Entry) -> None:
        """Take its state as it is now; it is no longer under way."""
        with self._lock:
            self._model(entry).underway.discard(entry.key)
            self._put(entry)

    @property
    def total(self) -> float:
        """US dollars: reported, or else estimated."""
        with self._lock:
            return self._total

    def _fault(self, estimate: float) -> str:
        """Say why it does not fit now."""
        assert self._limit is not None
        if self._total + estimate <= self._limit + _ROUNDING:
            return ""
        return f"{self._so_far()}, and this request may cost {dollars(estimate)}"

    def _unknown_fault(self, model: _Model) -> str:
        assert self._limit is not None
        if model.sent > model.reported:
            return (
                "its price is not known, and no cost was reported for an earlier request of this "
                "model, so that nobody knows what it costs"
            )
        return "" if self._total < self._limit else self._so_far()

    def _so_far(self) -> str:
        return f"the batch has cost up to {dollars(self._total)} of {dollars(self._limit or 0.0)}"

    def _model(self, entry: Entry) -> _Model:
        found = self._models.get(entry.model_id)
        if found is None:
            price = self._prices.get(entry.model_id) or Price()
            found = self._models[entry.model_id] = _Model(price)
        return found

    def _put(self, entry: Entry) -> None:
        old = self._entries.get(entry.key)
        if old is not None:
            self._count(old, -1)
        self._entries[entry.key] = entry
        self._count(entry, 1)
        model = self._model(entry)
        if entry.cost is None:
            return
        units = model.price.units(entry.input)
        rate = entry.cost / units if units else 0.0
        if rate > model.rate or entry.cost > model.highest:
            model.rate = max(rate, model.rate)
            model.highest = max(entry.cost, model.highest)
            for each in model.unreported.values():  # they may cost as much
                self._charge(model, each)

    def _count(self, entry: Entry, sign: int) -> None:
        model = self._model(entry)
        model.unreported.pop(entry.key, None)
        if entry.state not in OPEN:
            model.sent += sign
            if entry.cost is not None:
                model.reported += sign
            elif sign > 0:
                model.unreported[entry.key] = entry
        if sign > 0:
            self._charge(model, entry)

    def _charge(self, model: _Model, entry: Entry) -> None:
        charge = model.charge(entry)
        self._total += charge - self._charges.get(entry.key, 0.0)
        self._charges[entry.key] = charge
