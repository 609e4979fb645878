# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The catalogue: entries, search, filters and paging (API.md §1.5 to §1.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ._endpoints import EmulatedEndpoint

Reply = dict[str, Any]

_LIMIT = 100
_LIMITS = {"limit": (1, 500), "offset": (0, None)}


def entry(endpoint: EmulatedEndpoint, *, include_schema: bool = True) -> Reply:
    """One endpoint as the catalogue shows it; an unknown price is absent, never 0."""
    schema = endpoint.input_schema
    reply: Reply = {
        "model_id": endpoint.model_id,
        "display_name": endpoint.display_name,
        "description": endpoint.description,
        "categories": list(endpoint.categories),
        "kind": endpoint.kind,
        "inputs": list(schema.get("properties", {})),
        "required_inputs": list(schema.get("required", [])),
    }
    if endpoint.base_price_usd is not None:
        reply["base_price_usd"] = endpoint.base_price_usd
    for name in ("price_unit", "pricing_note", "model_url"):
        if known := getattr(endpoint, name):
            reply[name] = known
    if include_schema:
        reply["input_schema"] = schema
    return reply


def categories(endpoints: Iterable[EmulatedEndpoint]) -> Reply:
    """All categories in use."""
    return {"categories": sorted({name for e in endpoints for name in e.categories})}


def paging_problems(query: Mapping[str, str]) -> list[Reply]:
    """What is wrong with limit and offset."""
    problems: list[Reply] = []
    for name, (least, most) in _LIMITS.items():
        text = query.get(name, str(least))
        number = int(text) if text.isascii() and text.isdigit() else -1
        if number < least or (most is not None and number > most):
            allowed = f"from {least}" + (f" to {most}" if most is not None else "")
            problems.append({"loc": ["query", name], "msg": f"must be an integer {allowed}"})
    return problems


def page(endpoints: Iterable[EmulatedEndpoint], query: Mapping[str, str], *, total: bool) -> Reply:
    """One page of the endpoints that match; `query` has no paging problems."""
    limit, offset = int(query.get("limit", _LIMIT)), int(query.get("offset", 0))
    found = [endpoint for endpoint in endpoints if _matches(endpoint, query)]
    include_schema = query.get("include_schema") == "true"
    reply: Reply = {
        "models": [
            entry(endpoint, include_schema=include_schema)
            for endpoint in found[offset : offset + limit]
        ],
        "limit": limit,
        "offset": offset,
    }
    return reply | {"total": len(found)} if total else reply


def _matches(endpoint: EmulatedEndpoint, query: Mapping[str, str]) -> bool:
    text = "\n".join((endpoint.model_id, endpoint.display_name, endpoint.description)).lower()
    return (
        query.get("search", "").lower() in text
        and ("category" not in query or query["category"] in endpoint.categories)
        and query.get("kind", endpoint.kind) == endpoint.kind
    )
