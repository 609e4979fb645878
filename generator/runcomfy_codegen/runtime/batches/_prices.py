"""What a request is likely to cost, from published prices (API.md section 1.6)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._api import Api
from .._effects import Flow, Reply
from .._json import finite
from .._options import model_path
from .._registry import published
from .._replies import json_object, names_error
from ..errors import TransportError

# Fields that say how many outputs a request asks for (API.md sections 6.6 and 7).
_COUNTS = ("n", "num_images", "num_outputs", "number_of_images", "num_videos", "max_images")
_PER_OUTPUT = ("output", "image", "video", "audio", "request")
_PER_SECOND = ("second",)
_DURATIONS = ("duration", "seconds")


@dataclass(frozen=True)
class Price:
    """US dollars for one unit. No price is known for parameters, some of which cost extra."""

    usd: float
    unit: str

    def of(self, body: Mapping[str, Any]) -> float | None:
        """The price of one request; None where it depends on what nobody can know beforehand."""
        if self.usd == 0:
            return 0.0
        units = 0.0
        if self.unit in _PER_OUTPUT:
            units = _most(body, _COUNTS, 1.0)
        elif self.unit in _PER_SECOND:
            units = _most(body, _DURATIONS, 0.0)
        return self.usd * units if units and math.isfinite(self.usd * units) else None


def price_of(facts: Mapping[str, Any]) -> Price | None:
    """The price in a catalogue entry; missing or malformed is unknown, never free."""
    usd, unit = finite(facts.get("base_price_usd")), facts.get("price_unit")
    if usd is None or usd < 0:
        return None
    return Price(usd, unit.strip().lower() if isinstance(unit, str) else "")


def current_price(api: Api, model_id: str) -> Flow[Price | None]:
    """As the catalogue has it now, else as it was when this SDK was generated. It costs nothing."""
    try:
        reply: Reply = yield api.call("GET", model_path(model_id))
    except TransportError:
        facts = None
    else:
        facts = json_object(reply) if reply.status == 200 else None
    if facts is None or names_error(facts) or (price := price_of(facts)) is None:
        return price_of(published(model_id))
    return price


def _most(body: Mapping[str, Any], names: tuple[str, ...], default: float) -> float:
    """The highest number above 0 in these fields, be it as text (API.md section 6.2)."""
    found: list[float] = []
    for name in names:
        value = body.get(name)
        try:
            number = float(value) if isinstance(value, (str, int, float)) else 0.0
        except (ValueError, OverflowError):
            continue
        if not isinstance(value, bool) and math.isfinite(number) and number > 0:
            found.append(number)
    return max(found, default=default)
