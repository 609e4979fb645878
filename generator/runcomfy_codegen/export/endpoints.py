"""The endpoints as they are exported: names, facts, and both schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..build.endpoint import endpoint_of
from ..build.reading import read
from ..names.lock import Names
from ..runtime._validation.schema_parts import Schema
from ..schemas.folder import EndpointSource
from ..text.problems import Problem
from .schemas import output_schema, request_schema


class Exported(NamedTuple):
    """One endpoint: info is what the catalogue says of it."""

    model_id: str
    info: Mapping[str, Any]
    request: Schema
    output: Schema


def exported(
    sources: Iterable[EndpointSource], names: Names
) -> tuple[list[Exported], list[Problem]]:
    """Return the endpoints in the order of their ids, and what was found in reading them.

    Args:
        sources: The endpoints as captured.
        names: Those that the SDK has. Nothing is added to them.
    """
    ordered = sorted(sources, key=lambda source: source.model_id)
    names = names.copy()
    names.add_endpoints([source.model_id for source in ordered])
    endpoints: list[Exported] = []
    problems: list[Problem] = []
    for source in ordered:
        reading, findings = read(source, names)
        problems += findings
        if reading is None:
            continue
        endpoint = endpoint_of(reading)
        request = request_schema(endpoint, source, reading.source)
        output = output_schema(endpoint)
        endpoints.append(Exported(endpoint.model_id, reading.info, request, output))
    return endpoints, problems
