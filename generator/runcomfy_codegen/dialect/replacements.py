"""Find the living endpoint that is nearest to one that is gone from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..schemas.folder import EndpointSource
from ..text.json_types import is_object
from .model_facts import facts_of


def is_gone(source: EndpointSource) -> bool:
    """Tell whether `sync` found that the catalogue no longer lists an endpoint."""
    return bool(source.endpoint.value.get("gone"))


def replacements(sources: Mapping[str, EndpointSource]) -> dict[str, str]:
    """Find the nearest living endpoint of each that is gone.

    It is of the same provider and does the same task. One with an equal schema is nearest, then one whose
    id begins alike, then one that shares most properties.

    Args:
        sources: All endpoints by model id.

    Returns:
        The id of each removed endpoint -> the id of its replacement; an empty text where there is none.
    """
    gone = {model_id: source for model_id, source in sources.items() if is_gone(source)}
    living = {} if not gone else {key: source for key, source in sources.items() if key not in gone}
    return {model_id: nearest(source, living) for model_id, source in gone.items()}


def nearest(source: EndpointSource, living: Mapping[str, EndpointSource]) -> str:
    """Return the id of the endpoint that is nearest to one that is gone; empty if there is none."""
    provider = source.model_id.partition("/")[0]
    tasks = set(facts_of(source).tasks)
    candidates = [
        candidate
        for model_id, candidate in sorted(living.items())
        if model_id.startswith(f"{provider}/") and not tasks.isdisjoint(facts_of(candidate).tasks)
    ]
    best = max(candidates, key=lambda candidate: _likeness(source, candidate), default=None)
    return best.model_id if best else ""


def _likeness(source: EndpointSource, candidate: EndpointSource) -> tuple[bool, bool, int, float]:
    old, new = _properties(source), _properties(candidate)
    common = len(old.keys() & new.keys())
    shared = common / max(len(old.keys() | new.keys()), 1)
    is_equal = _shape(source.input.value) == _shape(candidate.input.value)
    old_id, new_id = source.model_id, candidate.model_id
    is_as_deep = old_id.count("/") == new_id.count("/")  # else one is a variant, such as a draft
    return is_equal, is_as_deep, _common_segments(old_id, new_id), shared


def _common_segments(old: str, new: str) -> int:
    common = 0
    for former, latter in zip(old.split("/"), new.split("/"), strict=False):
        if former != latter:
            break
        common += 1
    return common


def _properties(source: EndpointSource) -> Mapping[str, Any]:
    properties: Any = source.input.value.get("properties")
    return properties if is_object(properties) else {}


def _shape(value: Any, *, is_schema: bool = True) -> Any:
    """Return a schema without its texts, as two models describe one parameter in other words."""
    if not is_object(value):
        return value
    return {
        key: _shape(member, is_schema=key != "properties" or not is_schema)
        for key, member in value.items()
        if not (is_schema and key in ("title", "description"))
    }
