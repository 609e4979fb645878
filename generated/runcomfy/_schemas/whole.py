# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""A union over a whole schema, as one object with all properties and what must be given of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._base.json_values import is_array, is_object
from .joins import Contradiction, Schema, is_annotation, joined
from .references import Fault

_READ = frozenset({"type", "properties", "required", "additionalProperties"})


class United(NamedTuple):
    """moved: property -> the tokens of the place it was moved from."""

    schema: Schema
    moved: Mapping[str, tuple[str | int, ...]]


def united(schema: Schema) -> United | Fault:
    """Return the schema with the properties of its branches beside its own, or why there is no such."""
    unions = [keyword for keyword in ("anyOf", "oneOf") if is_array(schema.get(keyword))]
    moved: dict[str, tuple[str | int, ...]] = {}
    for keyword in unions:
        result = _united(schema, keyword)
        if isinstance(result, Fault):
            return result
        schema = result.schema
        moved |= result.moved
    return United(schema, moved)


def pooled(schema: Schema) -> United:
    """Return the schema of a reply with the properties of all its branches; nothing is demanded."""
    moved: dict[str, tuple[str | int, ...]] = {}
    properties: dict[str, Any] = dict(_object(schema.get("properties")))
    unions = [keyword for keyword in ("anyOf", "oneOf") if is_array(schema.get(keyword))]
    for union in unions:
        for index, branch in enumerate(schema[union]):
            for name, described in _object(_object(branch).get("properties")).items():
                if name not in properties:
                    moved[name] = (union, index, "properties", name)
                elif properties[name] != described:
                    described = {}
                properties[name] = described
    if not unions:
        return United(schema, {})
    rest = {keyword: value for keyword, value in schema.items() if keyword not in unions}
    return United({**rest, "type": "object", "properties": properties}, moved)


def _united(schema: Schema, union: str) -> United | Fault:
    rest = {keyword: value for keyword, value in schema.items() if keyword != union}
    branches = [
        (index, branch) for index, branch in enumerate(schema[union]) if _may_be_object(branch)
    ]
    if not branches:
        return Fault(f"{union} over the whole schema must have a branch that is an object")
    for _, branch in branches:
        unread = [word for word in branch if word not in _READ and not is_annotation(word)]
        if unread and len(branches) > 1:
            return Fault(f"{unread[0]} in a branch of {union} over the whole schema has no reading")
    if len(branches) == 1:
        return _only(rest, union, *branches[0])
    moved: dict[str, tuple[str | int, ...]] = {}
    properties: dict[str, Any] = dict(_object(rest.get("properties")))
    for index, branch in branches:
        for name, described in _object(branch.get("properties")).items():
            if properties.setdefault(name, described) != described and described != {}:
                return Fault(f"the branches of {union} describe {name!r:.100} differently")
            if name not in _object(rest.get("properties")):
                moved.setdefault(name, (union, index, "properties", name))
    demands = [_demand(branch) for _, branch in branches]
    unknown = {name for demand in demands for name in demand["required"]} - properties.keys()
    if unknown:
        return Fault(f"{union} requires {min(unknown)!r:.100}, which is no property")
    common = [
        name
        for name in demands[0]["required"]
        if all(name in demand["required"] for demand in demands)
    ]
    own = rest.get("required", [])
    required = [*own, *(name for name in common if name not in own)] if is_array(own) else common
    for demand in demands:
        demand["required"] = [name for name in demand["required"] if name not in required]
    whole = {**rest, "type": "object", "properties": properties, "required": required}
    if not required:
        del whole["required"]
    is_free = [demand == {"required": []} for demand in demands]
    if union == "oneOf" and sum(is_free) > 1:
        return Fault(
            "oneOf over the whole schema must tell its branches apart by what they require"
        )
    if union == "oneOf" or not any(is_free):
        whole[union] = demands
    return United(whole, moved)


def _only(rest: Schema, union: str, index: int, branch: Schema) -> United | Fault:
    """Return a union of a single branch, which is no choice."""
    try:
        whole = joined(rest, branch)
    except Contradiction as found:
        return Fault(f"{found.keyword} of {union} contradicts the {found.keyword} beside it")
    names = _object(branch.get("properties")).keys() - _object(rest.get("properties")).keys()
    return United(whole, {name: (union, index, "properties", name) for name in names})


def _may_be_object(branch: Any) -> bool:
    if not is_object(branch):
        return False
    words = branch.get("type", "object")
    return "object" in (words if is_array(words) else [words])


def _demand(branch: Schema) -> Schema:
    """Return what a branch asks of the names that are given."""
    required = branch.get("required")
    names = [name for name in required if isinstance(name, str)] if is_array(required) else []
    demand: Schema = {"required": names}
    if branch.get("additionalProperties") is False:
        demand["propertyNames"] = {"enum": sorted(_object(branch.get("properties")))}
    return demand


def _object(value: Any) -> Mapping[str, Any]:
    return value if is_object(value) else {}
