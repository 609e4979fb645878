"""What a request is likely to cost, from published prices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._api.options import model_path
from .._api.replies import json_object, names_error
from .._api.settings import Api
from .._base.json_values import as_object, finite
from .._registry import published
from .._schemas.media_kinds import KINDS
from .._transport.effects import Flow, Reply
from ..errors import TransportError

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
    """US dollars for one unit. No price is known for parameters, some of which cost extra.

    Attributes:
        usd: None where nobody said, or said nothing: a price of zero is not one to count with.
        unit: Such as "output" or "second"; empty where nobody said.
        defaults: Of fields that a request may leave out, as published.
    """

    usd: float | None = None
    unit: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def of(self, body: Mapping[str, Any]) -> float | None:
        """Estimate one request; None where nobody can know beforehand."""
        units = self.units(body)
        return None if self.usd is None or units is None else finite(self.usd * units)

    def units(self, body: Mapping[str, Any]) -> float | None:
        """Count the units that one request asks for; None where it does not say."""
        given = {**self.defaults, **body}
        outputs = math.prod(_count(given.get(name)) for name in _COUNTS)
        if self.unit in _PER_OUTPUT:
            return finite(outputs)
        if self.unit in _SECONDS:
            seconds = max(_number(given.get(name)) or 0.0 for name in _DURATIONS)
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
    """Look it up in the catalogue, else take what was published with this SDK. It costs nothing."""
    ours = price_of(published(model_id))
    try:
        reply: Reply = yield api.call("GET", model_path(model_id))
    except TransportError:
        facts = None
    else:
        facts = json_object(reply) if reply.status == 200 else None
    if facts is None or names_error(facts) or (price := price_of(facts)).usd is None:
        return ours
    return replace(price, defaults={**ours.defaults, **price.defaults})


def _count(value: object) -> float:
    """Read how many; infinitely many for what cannot be read, so that nothing is estimated."""
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
