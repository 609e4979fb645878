"""The estimate of one request, from the price in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..._base.money import dollars
from ..._schemas.registry import published
from ..._transport.effects import Flow
from ...errors import RunComfyError
from ..catalogue import get_model
from ..settings import Api
from .price import Price, price_of


@dataclass(frozen=True)
class Estimate:
    """The likely cost of a request. The service may charge more: it does not publish all charges.

    Attributes:
        model_id: The model.
        usd: US dollars; None if they cannot be known beforehand, which does not mean free.
        basis: How the estimate comes about, or why there is none, in words.
        price_usd: The published price of one unit in US dollars; None if it is unknown.
        unit: The unit of the price, such as "output" or "second"; "" if it is unknown.
        units: The number of units that the request asks for; None if it does not say.
    """

    model_id: str
    usd: float | None
    basis: str
    price_usd: float | None = None
    unit: str = ""
    units: float | None = None

    def __str__(self) -> str:
        amount = "not known" if self.usd is None else dollars(self.usd)
        return f"{amount} ({self.basis})"


def estimate(api: Api, model_id: str, body: Mapping[str, Any]) -> Flow[Estimate]:
    """Estimate a request. Asks the catalogue for the price, which is free."""
    price = yield from current_price(api, model_id)
    return estimate_by(price, model_id, body)


def estimate_by(price: Price, model_id: str, body: Mapping[str, Any]) -> Estimate:
    """Estimate a request by a price."""
    return Estimate(
        model_id=model_id,
        usd=price.of(body),
        basis=price.basis(body),
        price_usd=price.usd,
        unit=price.unit,
        units=price.units(body),
    )


def current_price(api: Api, model_id: str) -> Flow[Price]:
    """Look up the price in the catalogue, else take the one published with this SDK. It is free."""
    built_in = price_of(published(model_id))
    try:
        model = yield from get_model(api, model_id, patiently=False)
    except RunComfyError:
        return built_in
    price = price_of(model.raw)
    if price.usd is None:
        return built_in
    return replace(price, defaults={**built_in.defaults, **price.defaults})
