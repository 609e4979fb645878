"""A union over a whole schema, as one object with all properties and what must be given of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, NamedTuple

from .._base.json_values import is_array, is_object
from .joins import Contradiction, Schema, choices_of, either, is_annotation, joined
from .references import Fault

_READ = frozenset({"type", "properties", "required", "additionalProperties"})


class United(NamedTuple):
    """A schema with its branches in one.

    Attributes:
        moved: Property -> the tokens of the place it was moved from.
        differing: Union -> a property that its branches describe differently, so that each is read as any.
    """

    schema: Schema
    moved: Mapping[str, tuple[str | int, ...]]
    differing: Mapping[str, str] = {}


def united(schema: Schema) -> United | Fault:
    """Return the schema with the properties of its branches beside its own, or why that is impossible."""
    unions = [keyword for keyword in ("anyOf", "oneOf") if is_array(schema.get(keyword))]
    moved: dict[str, tuple[str | int, ...]] = {}
    differing: dict[str, str] = {}
    for keyword in unions:
        result = _united(schema, keyword)
        if isinstance(result, Fault):
            return result
        schema = result.schema
        moved |= result.moved
        differing |= result.differing
    return United(schema, moved, differing)


def pooled(schema: Schema) -> United:
    """Return the schema of a reply with the properties of all its branches; nothing is demanded."""
    moved: dict[str, tuple[str | int, ...]] = {}
    own = _object(schema.get("properties"))
    properties: dict[str, Any] = dict(own)
    unions = [keyword for keyword in ("anyOf", "oneOf") if is_array(schema.get(keyword))]
    for union in unions:
        for index, branch in enumerate(schema[union]):
            for name, described in _object(_object(branch).get("properties")).items():
                if name in own:
                    continue
                if name not in properties:
                    moved[name] = (union, index, "properties", name)
                elif properties[name] != described:
                    described = either(properties[name], described)
                properties[name] = described
    if not unions:
        return United(schema, {})
    rest = {keyword: value for keyword, value in schema.items() if keyword not in unions}
    return United({**rest, "type": "object", "properties": properties}, moved)


def _united(schema: Schema, union: str) -> United | Fault:
    rest = {keyword: value for keyword, value in schema.items() if keyword != union}
    branches = _objects(schema[union])
    if fault := _unread(union, branches):
        return fault
    if len(branches) == 1:
        return _only(rest, union, *branches[0])
    described = _described(rest, union, branches)
    if isinstance(described, Fault):
        return described
    properties, moved, differing = described
    tag = _object(schema.get("discriminator")).get("propertyName")
    demands = [_demand(branch, properties, tag) for _, branch in branches]
    if differing and union == "oneOf" and not _are_apart(demands):
        return Fault(f"the branches of oneOf describe {differing!r:.100} differently")
    unknown = _required_names(demands) - properties.keys()
    if unknown:
        return Fault(f"{union} requires {min(unknown)!r:.100}, which is not a property")
    required = _take_common(demands, rest.get("required", []))
    whole = _requiring({**rest, "type": "object", "properties": properties}, required, tag)
    if union == "oneOf" and _has_twins(demands):
        return Fault(
            "oneOf over the whole schema must tell its branches apart by what they require"
        )
    if union == "oneOf" or {"required": []} not in demands:
        whole[union] = demands
    return United(whole, moved, {union: differing} if differing else {})


def _requiring(whole: Schema, required: list[str], tag: Any) -> Schema:
    """Return the whole schema with the names that every branch requires."""
    if not required:
        return {word: value for word, value in whole.items() if word != "required"}
    if tag in required:
        del whole["discriminator"]  # the demand says it
    return {**whole, "required": required}


def _objects(branches: list[Any]) -> list[tuple[int, Any]]:
    """Return the branches that may be objects, each with its index."""
    return [(index, branch) for index, branch in enumerate(branches) if _may_be_object(branch)]


def _unread(union: str, branches: list[tuple[int, Any]]) -> Fault | None:
    """Return why the branches cannot be read."""
    if not branches:
        return Fault(f"{union} over the whole schema must have a branch that is an object")
    for _, branch in branches:
        words = [word for word in branch if word not in _READ and not is_annotation(word)]
        if _excluded_names(branch):
            words.remove("not")
        if words and len(branches) > 1:
            return Fault(f"{words[0]} in a branch of {union} over the whole schema has no reading")
    return None


def _excluded_names(branch: Schema) -> set[str]:
    """Return the names that a branch forbids, each by itself; none if it forbids anything else."""
    excluded: Any = branch.get("not")
    forms: list[Any] = [excluded]
    if is_object(excluded) and {*excluded} == {"anyOf"} and is_array(excluded["anyOf"]):
        forms = excluded["anyOf"]
    names: set[str] = set()
    for form in forms:
        required: Any = (
            form.get("required") if is_object(form) and {*form} == {"required"} else None
        )
        if not is_array(required) or len(required) != 1:
            return set()
        names.add(str(required[0]))
    return names


def _required_names(demands: list[Schema]) -> set[str]:
    return set[str]().union(*(demand["required"] for demand in demands))


def _are_apart(demands: list[Schema]) -> bool:
    """Return whether no two branches can be met at once, as each names other choices of a property."""
    return all(_excludes(demand, other) for demand, other in combinations(demands, 2))


def _excludes(demand: Schema, other: Schema) -> bool:
    ours, theirs = demand.get("properties", {}), other.get("properties", {})
    for name in set(demand["required"]) & set(other["required"]) & ours.keys() & theirs.keys():
        listed = [repr(value) for value in theirs[name]["enum"]]
        if not any(repr(value) in listed for value in ours[name]["enum"]):
            return True
    return False


def _has_twins(demands: list[Schema]) -> bool:
    return any(demand in demands[:index] for index, demand in enumerate(demands))


def _take_common(demands: list[Schema], own: Any) -> list[str]:
    """Take the names that all demands require out of them, and add them to those of the whole schema."""
    required: list[str] = [*own] if is_array(own) else []
    for name in demands[0]["required"]:
        if name not in required and all(name in demand["required"] for demand in demands):
            required.append(name)
    for demand in demands:
        demand["required"] = [name for name in demand["required"] if name not in required]
    return required


def _described(
    rest: Schema, union: str, branches: list[tuple[int, Any]]
) -> tuple[dict[str, Any], dict[str, tuple[str | int, ...]], str] | Fault:
    """Return the properties of all branches, where those of branches are, and one that they describe twice."""
    own = _object(rest.get("properties"))
    properties: dict[str, Any] = dict(own)
    moved: dict[str, tuple[str | int, ...]] = {}
    differing = ""
    for index, branch in branches:
        for name, described in _object(branch.get("properties")).items():
            if name not in properties:
                properties[name] = described
                moved[name] = (union, index, "properties", name)
            elif name in own and _narrows_to_choices(described, own[name]):
                continue
            elif (same := _either(properties[name], described)) is not None:
                properties[name] = same
            elif name in own:
                differing = name  # the value must fit both, and the service checks the branch
            else:
                properties[name] = either(properties[name], described)
                differing = name
    return properties, moved, differing


def _narrows_to_choices(inner: Any, outer: Any) -> bool:
    """Return whether a branch says no more of a property of the whole schema than some choices."""
    if inner == outer or choices_of(inner) is not None:
        return True
    if not is_object(inner) or not is_object(outer):
        return False
    return _without_annotations(inner) in ({}, _without_annotations(outer))


def _either(schema: Any, other: Any) -> Any:
    """Return the schema of two branches for one property; None where they differ by more than choices."""
    if schema == other or other == {}:
        return schema
    if not is_object(schema) or not is_object(other):
        return None
    # A default or an example is that of its own branch.
    words = [word for word in schema if word in ("default", "example", "examples")]
    same = {word: value for word, value in schema.items() if word not in words}
    same |= {word: schema[word] for word in words if schema[word] == other.get(word)}
    if _without_annotations(schema) == _without_annotations(other):
        return same
    ours, theirs = choices_of(schema), choices_of(other)
    if ours is None or theirs is None:
        return None
    both = [*ours, *(choice for choice in theirs if repr(choice) not in map(repr, ours))]
    dropped = {"const"} if schema.get("type") == other.get("type") else {"const", "type"}
    return {**{word: value for word, value in same.items() if word not in dropped}, "enum": both}


def _without_annotations(schema: Schema) -> Schema:
    return {word: value for word, value in schema.items() if not is_annotation(word)}


def _only(rest: Schema, union: str, index: int, branch: Schema) -> United | Fault:
    """Return a union of a single branch, which leaves no choice."""
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


def _demand(branch: Schema, whole: Mapping[str, Any], tag: Any) -> Schema:
    """Return what a branch asks of the names that are given, and of the choices among them."""
    properties = _object(branch.get("properties"))
    required = branch.get("required")
    names = [name for name in required if isinstance(name, str)] if is_array(required) else []
    if tag in properties and tag not in names:
        names.append(tag)  # it tells the branches apart, so it is given
    demand: Schema = {"required": names}
    if branch.get("additionalProperties") is False:
        demand["propertyNames"] = {"enum": sorted(properties)}
    elif excluded := _excluded_names(branch):
        demand["propertyNames"] = {"enum": sorted(whole.keys() - excluded)}
    listed = {name: choices_of(described) for name, described in properties.items()}
    chosen = {
        name: {"enum": values}
        for name, values in listed.items()
        if values is not None and values != choices_of(whole.get(name))
    }
    return {**demand, "properties": chosen} if chosen else demand


def _object(value: Any) -> Mapping[str, Any]:
    return value if is_object(value) else {}
