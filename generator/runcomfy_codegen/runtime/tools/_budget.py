"""The budget of a toolbox: what all calls of its journal may cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._api.costs.guard import CostGuard
from .._api.costs.price import Price
from ..batches._costs import charge_of
from ..batches._entry import Entry


@dataclass(frozen=True)
class Quote:
    """The price and the limit that a call is judged by.

    Attributes:
        price: The published price of its model.
        limit: US dollars for all calls of the journal; None for no limit.
    """

    price: Price
    limit: float | None


def admitted(quote: Quote, call: Entry, entries: Sequence[Entry]) -> float | None:
    """Return the estimate of a call in US dollars, None if there is none.

    Args:
        quote: The price and the budget.
        call: The call.
        entries: All calls of the journal, which no other session changes meanwhile.

    Raises:
        CostLimitReached: The call would exceed the budget.
    """
    if quote.limit is None:
        return quote.price.of(call.input)
    charges = map(charge_of, entries)
    prices = {call.model_id: quote.price}
    guard = CostGuard(quote.limit, prices, charges, (), subject="all calls so far have")
    return guard.reserve(charge_of(call))
