# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What a batch costs: estimates from published prices, and the guard of `max_cost_usd`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from .._api.options import model_path
from .._api.replies import json_object, names_error
from .._api.settings import Api
from .._base.json_values import as_object, finite
from .._base.locks import ForkSafeLock
from .._base.money import dollars
from .._schemas.media_kinds import KINDS
from .._schemas.registry import published
from .._transport.effects import Flow, Reply
from ..errors import CostLimitReached, TransportError
from ._entry import OPEN, Entry

FEW = 4  # requests of a model that may be under way before its first cost is reported
_ROUNDING = 1e-9  # US dollars: sums of prices such as 0.1 are not exact
# Fields that multiply what a request costs; each of them counts.
_COUNTS = (
    *("n", "num_images", "num_outputs", "number_of_images", "num_videos", "max_images"),
    *("num_samples", "num_results", "num_generations", "number_of_outputs", "number_of_videos"),
    *("batch_size", "image_count", "video_count", "output_count"),
)
_DURATIONS = ("duration", "seconds", "duration_seconds", "video_duration", "audio_duration")
_PER_OUTPUT = ("output", *KINDS, "request", "generation")
_LONGEST_NUMBER = 40  # characters
_SECONDS = {"second": 1.0, "minute": 60.0}


@dataclass(frozen=True)
class Price:
    """The published price of one unit. Surcharges of parameters are not published.

    Attributes:
        usd: US dollars, None if unknown. A published zero counts as unknown.
        unit: The unit, such as "output" or "second"; "" if unknown.
        defaults: The published defaults of fields that a request may leave out.
    """

    usd: float | None = None
    unit: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def of(self, body: Mapping[str, Any]) -> float | None:
        """Estimate the US dollars of one request; None if they cannot be known beforehand."""
        units = self.units(body)
        return None if self.usd is None or units is None else finite(self.usd * units)

    def units(self, body: Mapping[str, Any]) -> float | None:
        """Count the units that one request asks for; None if it does not say."""
        fields = {**self.defaults, **body}
        outputs = math.prod(_count(fields.get(name)) for name in _COUNTS)
        if self.unit in _PER_OUTPUT:
            return finite(outputs)
        if self.unit in _SECONDS:
            seconds = max(_number(fields.get(name)) or 0.0 for name in _DURATIONS)
            return finite(seconds / _SECONDS[self.unit] * outputs) if seconds else None
        return None


def price_of(facts: Mapping[str, Any]) -> Price:
    """Read the price in a catalogue entry; missing, malformed or zero is unknown, never free."""
    usd, unit = finite(facts.get("base_price_usd")), facts.get("price_unit")
    return Price(
        usd=usd if usd is not None and usd > 0 else None,
        unit=unit.strip().lower() if isinstance(unit, str) else "",
        defaults=_defaults(facts.get("input_schema")),
    )


def _defaults(schema: object) -> dict[str, Any]:
    properties = as_object(as_object(schema).get("properties"))
    return {
        name: as_object(properties.get(name)).get("default")
        for name in (*_COUNTS, *_DURATIONS)
        if name in properties
    }


def current_price(api: Api, model_id: str) -> Flow[Price]:
    """Look up the price in the catalogue, else take the one published with this SDK. It is free."""
    built_in = price_of(published(model_id))
    try:
        reply: Reply = yield api.call("GET", model_path(model_id))
    except TransportError:
        facts = None
    else:
        facts = json_object(reply) if reply.status == 200 else None
    if facts is None or names_error(facts):
        return built_in
    price = price_of(facts)
    if price.usd is None:
        return built_in
    return replace(price, defaults={**built_in.defaults, **price.defaults})


def _count(value: object) -> float:
    """Read a count; an unreadable one is infinite, so that no estimate is made."""
    if value is None or isinstance(value, bool):
        return 1.0
    number = _number(value)
    return math.inf if number is None else max(number, 1.0)


def _number(value: object) -> float | None:
    """Read a number above 0, also as text; None for anything else."""
    if isinstance(value, str):
        try:
            value = float(value) if len(value) < _LONGEST_NUMBER else None
        except ValueError:
            return None
    number = finite(value)
    return number if number is not None and number > 0 else None


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
    unreported: dict[str, Entry] = field(default_factory=dict[str, Entry])

    def estimate(self, entry: Entry) -> float | None:
        """Estimate a request; None if its cost is unknown, which does not mean free."""
        units = self.price.units(entry.input)
        known = (
            self.price.of(entry.input),
            None if units is None else self.rate * units,
            self.highest if units is None else None,
        )
        return max((usd for usd in known if usd), default=None)

    def charge(self, entry: Entry) -> float:
        """Return the reported cost, else the higher of the estimates made at the submit and now."""
        if entry.state in OPEN:
            return entry.earlier_cost
        if entry.cost is not None:
            return entry.earlier_cost + entry.cost
        return entry.earlier_cost + max(entry.estimate or 0.0, self.estimate(entry) or 0.0)


class CostGuard:
    """The sum of what a journal's requests have cost and may still cost.

    A request counts with its reported cost; until there is one, with its estimate: the highest rate
    published or reported for its model, times the units that it asks for. Until the first cost of a
    model is reported, at most `FEW` of its requests are under way, or one if no price is published.
    May be used by several threads.
    """

    def __init__(
        self,
        limit: float | None,
        prices: Mapping[str, Price],
        entries: Iterable[Entry],
        underway: Iterable[str],
    ) -> None:
        """Count the requests of a journal.

        Args:
            limit: US dollars; None for no limit.
            prices: Published prices by model id.
            entries: All entries of the journal.
            underway: The keys of requests that this run waits for.
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
        """Admit a request to be submitted. It counts with its estimate until `settle`.

        Returns:
            The estimate in US dollars, None if there is none, or "later" if the answer depends on
            requests that are under way.

        Raises:
            CostLimitReached: The request would exceed the limit.
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
            if any(other.underway for other in self._models.values()):
                return "later"
        raise CostLimitReached(
            f"{entry.model_id}: not submitted: {fault}", model_id=entry.model_id, retry_safe=True
        )

    def settle(self, entry: Entry) -> None:
        """Count a request with its present state. It is no longer under way."""
        with self._lock:
            self._model(entry).underway.discard(entry.key)
            self._put(entry)

    @property
    def total(self) -> float:
        """The US dollars of all requests, reported or else estimated."""
        with self._lock:
            return self._total

    def _fault(self, estimate: float) -> str:
        """Return why the request does not fit now, "" if it does."""
        assert self._limit is not None
        if self._total + estimate <= self._limit + _ROUNDING:
            return ""
        return f"{self._so_far()}, and this request may cost {dollars(estimate)}"

    def _unknown_fault(self, model: _Model) -> str:
        assert self._limit is not None
        if model.sent > model.reported:
            return "its price is unknown, and no cost was reported for an earlier request of this model"
        return "" if self._total < self._limit else self._so_far()

    def _so_far(self) -> str:
        return f"the batch has cost up to {dollars(self._total)} of {dollars(self._limit or 0.0)}"

    def _model(self, entry: Entry) -> _Model:
        if entry.model_id not in self._models:
            price = self._prices.get(entry.model_id) or Price()
            self._models[entry.model_id] = _Model(price)
        return self._models[entry.model_id]

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
            for unreported in model.unreported.values():  # they may cost as much
                self._charge(model, unreported)

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
