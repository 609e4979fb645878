"""The guard of `max_cost_usd`: what is not certain to fit is not submitted."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from ..errors import CostLimitReached
from ._entry import OPEN, Entry, dollars
from ._prices import Price

_ROUNDING = 1e-9  # US dollars: sums of prices such as 0.1 are not exact


class CostGuard:
    """What a journal's requests have cost, and may still cost. For several threads.

    A request counts with its reported cost, before that with its estimate: the higher one of the
    published price and of the highest cost that was reported for its model so far. Of a model for
    which nothing is known, one request at a time is let through, until the first cost is reported.
    entries: all of the journal; underway: keys of those that this run waits for.
    """

    def __init__(
        self,
        limit: float | None,
        prices: Mapping[str, Price | None],
        entries: Iterable[Entry],
        underway: Iterable[str],
    ) -> None:
        self._limit = limit
        self._prices = prices
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._total = 0.0  # of all entries, kept up to date: thousands may ask at once
        self._sent: Counter[str] = Counter()  # entries that may have been accepted, by model
        self._underway = set(underway)
        self._highest: dict[str, float] = {}
        for entry in entries:
            self._put(entry)

    def admit(self, entry: Entry) -> float | Literal["later"] | None:
        """Its estimate, None if there is none; "later" if that depends on requests under way.

        It counts from now on, until `settle`. Raises CostLimitReached.
        """
        with self._lock:
            estimate = self._estimate(entry)
            if self._limit is None or estimate == 0:
                return estimate
            fault = self._fault(entry, estimate)
            if not fault:
                self._underway.add(entry.key)
                self._put(replace(entry, state="submitted", estimate=estimate))
                return estimate
            if self._underway:
                return "later"
        raise CostLimitReached(
            f"{entry.model_id}: not submitted: {fault}", model_id=entry.model_id, retry_safe=True
        )

    def settle(self, entry: Entry) -> None:
        """Its state as it is now; it is no longer under way."""
        with self._lock:
            self._underway.discard(entry.key)
            self._put(entry)

    @property
    def total(self) -> float:
        """US dollars: reported, or else estimated."""
        with self._lock:
            return self._total

    def _fault(self, entry: Entry, estimate: float | None) -> str:
        """Why it does not fit now."""
        assert self._limit is not None
        so_far = f"the batch has cost up to {dollars(self._total)} of {dollars(self._limit)}"
        if estimate is None:
            if self._sent[entry.model_id]:
                return (
                    "its price is not published, and no cost was reported for an earlier request of "
                    "this model, so that nobody knows what it costs"
                )
            return "" if self._total < self._limit else so_far
        if self._total + estimate <= self._limit + _ROUNDING:
            return ""
        return f"{so_far}, and this request may cost {dollars(estimate)}"

    def _estimate(self, entry: Entry) -> float | None:
        price = self._prices.get(entry.model_id)
        published = price.of(entry.input) if price else None
        known = (published, self._highest.get(entry.model_id))
        return max((usd for usd in known if usd is not None), default=None)

    def _put(self, entry: Entry) -> None:
        old = self._entries.get(entry.key)
        for each, sign in ((old, -1), (entry, 1)):
            if each is not None and each.state not in OPEN:
                self._sent[each.model_id] += sign
        self._total += entry.may_cost - (old.may_cost if old else 0.0)
        self._entries[entry.key] = entry
        if entry.cost is not None:
            highest = self._highest.get(entry.model_id, 0.0)
            self._highest[entry.model_id] = max(highest, entry.cost)
