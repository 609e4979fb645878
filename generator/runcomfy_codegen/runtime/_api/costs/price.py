"""The published price of a model, and what a request costs by it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._base.json_values import as_object, finite
from ..._base.money import price_text
from ..._base.text import shorten
from ..._schemas.media_kinds import KINDS

# Fields that multiply what a request costs; each of them counts.
_COUNTS = (
    *("n", "num_images", "num_outputs", "number_of_images", "num_videos", "max_images"),
    *("num_samples", "num_results", "num_generations", "number_of_outputs", "number_of_videos"),
    *("batch_size", "image_count", "video_count", "output_count"),
)
_DURATIONS = ("duration", "seconds", "duration_seconds", "video_duration", "audio_duration")
_PER_OUTPUT = ("output", *KINDS, "request", "generation")
_LONGEST_NUMBER = 40  # characters
_LONGEST_UNIT = 40  # characters that are shown
_SECONDS = {"second": 1.0, "minute": 60.0}
_EXTRA = "extra charges are not published"


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
        outputs = self._outputs(body)
        if self.unit in _PER_OUTPUT:
            return outputs
        seconds = self._seconds(body)
        if self.unit not in _SECONDS or seconds is None or outputs is None:
            return None
        return finite(seconds / _SECONDS[self.unit] * outputs)

    def basis(self, body: Mapping[str, Any]) -> str:
        """Return how the estimate comes about, or why there is none, in words."""
        if self.usd is None:
            return "the price is not published"
        unit = shorten(self.unit, _LONGEST_UNIT)  # the vendor's text
        price = price_text(self.usd, unit)
        if self.of(body) is None:
            return f"{price}; how many {unit or 'unit'}s are charged is not known beforehand"
        outputs = self._outputs(body) or 1.0
        factors = [price]
        if self.unit in _SECONDS:
            factors.append(f"{self._seconds(body):g} s")
        if outputs != 1:
            factors.append(f"{outputs:g}")
        return f"{' x '.join(factors)}; {_EXTRA}"

    def _outputs(self, body: Mapping[str, Any]) -> float | None:
        fields = {**self.defaults, **body}
        return finite(math.prod(_count(fields.get(name)) for name in _COUNTS))

    def _seconds(self, body: Mapping[str, Any]) -> float | None:
        fields = {**self.defaults, **body}
        return max(_number(fields.get(name)) or 0.0 for name in _DURATIONS) or None


def price_of(facts: Mapping[str, Any]) -> Price:
    """Read the price in a catalogue entry; missing, malformed or zero is unknown, never free."""
    usd, unit = finite(facts.get("base_price_usd")), facts.get("price_unit")
    return Price(
        usd=usd if usd is not None and usd > 0 else None,
        unit=unit.strip().lower() if isinstance(unit, str) else "",
        defaults=_defaults(facts.get("input_schema")),
    )


def priced_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a body that an estimate reads."""
    return {name: body[name] for name in (*_COUNTS, *_DURATIONS) if name in body}


def _defaults(schema: object) -> dict[str, Any]:
    properties = as_object(as_object(schema).get("properties"))
    return {
        name: as_object(properties.get(name)).get("default")
        for name in (*_COUNTS, *_DURATIONS)
        if name in properties
    }


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
