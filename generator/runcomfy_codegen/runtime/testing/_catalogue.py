"""The catalogue: entries, search, filters and paging."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ._endpoints import EmulatedEndpoint

Reply = dict[str, Any]

_LIMIT = 100
_LIMITS = {"limit": (1, 500), "offset": (0, 2**31 - 1)}
_DIGITS = 10


def entry(endpoint: EmulatedEndpoint, *, include_schema: bool = True) -> Reply:
    """One endpoint as the catalogue shows it; an unknown price is absent, never 0."""
    reply: Reply = {
        "model_id": endpoint.model_id,
        "display_name": endpoint.display_name,
        "description": endpoint.description,
        "categories": list(endpoint.categories),
        "kind": endpoint.kind,
        "inputs": list(endpoint.properties),
        "required_inputs": endpoint.required,
    }
    if endpoint.base_price_usd is not None:
        reply["base_price_usd"] = endpoint.base_price_usd
    for name in ("price_unit", "pricing_note", "model_url"):
        if known := getattr(endpoint, name):
            reply[name] = known
    if include_schema:
        reply["input_schema"] = endpoint.input_schema
    return reply


def categories(endpoints: Iterable[EmulatedEndpoint]) -> Reply:
    """List the categories in use."""
    return {
        "categories": sorted(set[str]().union(*(endpoint.categories for endpoint in endpoints)))
    }


def query_problems(parameters: Sequence[tuple[str, str]]) -> list[Reply]:
    """Find what is wrong with a query: names given twice, and values that are not pages."""
    times = Counter(name for name, _ in parameters)
    twice = [name for name, number in times.items() if number > 1]
    problems = [_problem(name, "must be given once") for name in twice]
    for name, text in dict(parameters).items():
        least, most = _LIMITS.get(name, (0, 0))
        if name not in _LIMITS or name in twice:
            continue
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1
        if not least <= number <= most:
            problems.append(_problem(name, f"must be an integer from {least} to {most}"))
    return problems


def _problem(name: str, message: str) -> Reply:
    return {"loc": ["query", name], "msg": message}


def page(endpoints: Iterable[EmulatedEndpoint], query: Mapping[str, str], *, total: bool) -> Reply:
    """One page of the endpoints that match; `query` has no problems."""
    limit, offset = int(query.get("limit", _LIMIT)), int(query.get("offset", 0))
    matching = [endpoint for endpoint in endpoints if _matches(endpoint, query)]
    include_schema = query.get("include_schema") == "true"
    reply: Reply = {
        "models": [
            entry(endpoint, include_schema=include_schema)
            for endpoint in matching[offset : offset + limit]
        ],
        "limit": limit,
        "offset": offset,
    }
    return reply | {"total": len(matching)} if total else reply


def _matches(endpoint: EmulatedEndpoint, query: Mapping[str, str]) -> bool:
    text = "\n".join((endpoint.model_id, endpoint.display_name, endpoint.description)).lower()
    return (
        query.get("search", "").lower() in text
        and ("category" not in query or query["category"] in endpoint.categories)
        and query.get("kind", endpoint.kind) == endpoint.kind
    )
