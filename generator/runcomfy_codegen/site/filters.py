"""Describe models as data for the filters of the index, by the rules of `list_endpoints`."""

from __future__ import annotations

from typing import Any

from ..build.reading import Reading
from ..runtime._endpoint.finding import facts_from
from ..schemas.folder import EndpointSource


def filter_facts(source: EndpointSource, reading: Reading) -> dict[str, Any]:
    """Return the parameters of a model, what it gives, and what it costs.

    Args:
        source: The schemas as published, which prices are read from.
        reading: The same with their corrections.
    """
    published = {**reading.info, "input_schema": source.input.value}
    facts = facts_from(source.model_id, published, reading.source.input.value)
    parameters = sorted(field.wire for field in reading.input.cls.fields)
    return {"parameters": parameters, "gives": facts.gives, "usd": facts.usd}
