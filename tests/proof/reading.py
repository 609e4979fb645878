"""Turn a published schema into one for a validator that knows nothing of the generator.

A short table says where the generated classes differ from it on purpose.

Written from what is known of the dialect alone: nothing here comes from the generator, so a mistake of its normaliser
shows as a disagreement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

from runcomfy_codegen.runtime.media._implausible import UNSEEN

from .vendor_words import (
    COUNTS,
    MEDIA_NAME,
    MEDIA_URL,
    READ,
    Schema,
    first_text,
    implied_type,
    in_standard_words,
    is_all,
    is_media,
    says_what_to_make,
    types_of,
)

_SUBSCHEMAS = ("items", "additionalProperties")
_BRANCHES = ("anyOf", "oneOf", "allOf")


@dataclass(frozen=True)
class Place:
    """The place of a schema.

    Attributes:
        name: Of the property, or of the one that it is a part of.
        depth: 1 for the properties of an input.
        example: The published value of the property.
    """

    name: str = ""
    depth: int = 0
    example: Any = None
    is_part: bool = False
    names: frozenset[str] = frozenset()
    """The properties of the schema that this is a branch of."""
    published: Schema = field(default_factory=dict[str, Any])
    """The whole input as it is published, where this is it."""

    def inside(self) -> Place:
        return Place(self.name, self.depth + 1, is_part=True)


@dataclass(frozen=True)
class Difference:
    """One line of the table.

    Attributes:
        change: What it makes of a schema.
        lint: The rules that report it where the generated class accepts more than JSON Schema does.
    """

    name: str
    reason: str
    change: Callable[[dict[str, Any], Place], Mapping[str, Any]]
    lint: frozenset[str] = frozenset()


def read(
    schema: Schema, place: Place | None = None, *, without: AbstractSet[str] = frozenset()
) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what a generated class should accept.

    without: differences that are left out; without all of them, only the vendor's words are translated.
    """
    here = place or Place()
    if not here.depth:
        here = replace(here, published=schema)
    made = in_standard_words(schema)
    for keyword in _SUBSCHEMAS:
        if isinstance(made.get(keyword), Mapping):
            made[keyword] = read(made[keyword], here.inside(), without=without)
    for keyword in _BRANCHES:
        if isinstance(made.get(keyword), list):
            made[keyword] = [_branch(made, each, here, without) for each in made[keyword]]
    if isinstance(made.get("properties"), Mapping):
        examples = here.example if here.depth == 0 and isinstance(here.example, Mapping) else {}
        # `true` says what {} says.
        children = {name: {} if each is True else each for name, each in made["properties"].items()}
        made["properties"] = {
            name: (
                read(child, Place(name, here.depth + 1, examples.get(name)), without=without)
                if isinstance(child, Mapping)
                else child
            )
            for name, child in children.items()
        }
    for difference in DIFFERENCES:
        if difference.name not in without:
            made = dict(difference.change(made, here))
    if made.pop("nullable", None) is True:
        made = {"anyOf": [made, {"type": "null"}]}
    return made


def _branch(whole: Schema, branch: Any, here: Place, without: AbstractSet[str]) -> Any:
    if not isinstance(branch, Mapping):
        return branch
    if "untyped" not in without:
        outer = {key: whole[key] for key in ("type", "format") if key in whole}
        branch = {**outer, **branch}
    properties = whole.get("properties")
    names = frozenset(properties) if isinstance(properties, Mapping) else frozenset[str]()
    inner = Place(here.name, here.depth + 1, is_part=True, names=names)
    return read(branch, inner, without=without)


def _unknown_names(schema: dict[str, Any], place: Place) -> Schema:
    properties = schema.get("properties", {})
    names = {**_conditional(schema), **properties} if properties or not place.depth else {}
    if names:
        return {**schema, "properties": names, "additionalProperties": False}
    parts = schema.get("allOf")
    inherited: dict[str, Any] = {
        name: {}
        for part in (parts if isinstance(parts, list) else ())
        for name in (part.get("properties") or () if isinstance(part, Mapping) else ())
    }
    if not inherited:
        return schema
    return {**schema, "properties": inherited, "additionalProperties": False}


def _conditional(schema: Schema) -> dict[str, Any]:
    """Return the properties that an object has under conditions."""
    groups = [schema.get(word) for word in ("dependentSchemas", "dependencies")]
    parts = [part for group in groups if isinstance(group, Mapping) for part in group.values()]
    parts += [schema.get(word) for word in ("then", "else")]
    condition = schema.get("if")
    looked_at = condition.get("properties") if isinstance(condition, Mapping) else None
    found: dict[str, Any] = {name: read({}, Place(name, 2)) for name in looked_at or ()}
    for part in parts:
        if isinstance(part, Mapping):
            for name, described in (part.get("properties") or {}).items():
                found[name] = (
                    read(described, Place(name, 2)) if isinstance(described, Mapping) else {}
                )
    return found


def _required(schema: dict[str, Any], place: Place) -> Schema:
    properties, listed = schema.get("properties"), schema.get("required")
    names = place.names.union(properties if isinstance(properties, Mapping) else ())
    if not isinstance(listed, list):
        return {key: value for key, value in schema.items() if key != "required"}
    return {**schema, "required": [name for name in listed if name in names]}


def _untyped(schema: dict[str, Any], place: Place) -> Schema:
    return {**schema, "type": word} if (word := implied_type(schema)) else schema


def _undescribed(schema: dict[str, Any], place: Place) -> Schema:
    if not place.depth or place.is_part or schema.get("nullable") is True or implied_type(schema):
        return schema
    described = not {"type", "enum", "const", "anyOf", "oneOf"}.isdisjoint(schema)
    return schema if described or "not" in schema else {**schema, "not": {"type": "null"}}


def _choices(schema: dict[str, Any], place: Place) -> Schema:
    keyword = "const" if "const" in schema else "enum"
    if keyword == "enum" and not isinstance(schema.get("enum"), list):
        return {key: value for key, value in schema.items() if key != "enum"}
    choice = {keyword: schema[keyword]}
    beside = {key: value for key, value in schema.items() if key in {*COUNTS, "type", "default"}}
    kept = {key: value for key, value in schema.items() if key == "not"}
    if schema.get("nullable") is True:
        kept["nullable"] = True
    return {**(beside | {"items": choice} if is_all(schema, "array") else choice), **kept}


def _server(schema: dict[str, Any], place: Place) -> Schema:
    """Leave out what the server checks; any position of a list, any name of an object takes the same."""
    if place.depth and not place.is_part and (schema.get("not") is True or schema.get("not") == {}):
        return {"not": {}}
    if isinstance(positions := schema.get("prefixItems"), list) and positions:
        is_full = schema.get("maxItems", len(positions) + 1) <= len(positions)
        rest = False if is_full else schema.get("items", {})
        is_of_media = rest == {"type": "string"} and is_media(schema.get("format"))
        positions = [] if is_of_media else positions  # any text, whatever its position
        most = {"maxItems": len(positions)} if rest is False and not is_full else {}
        schema = {**schema, **most, "items": _one_of_all([*positions, rest], place)}
    patterns = schema.get("patternProperties")
    if isinstance(patterns, dict) and patterns and not schema.get("properties"):
        rest = False if {".*", "^.*$"} & patterns.keys() else schema.get("additionalProperties", {})
        schema = {**schema, "additionalProperties": _one_of_all([*patterns.values(), rest], place)}
    return {key: value for key, value in schema.items() if key in READ}


def _one_of_all(parts: list[Any], place: Place) -> Schema:
    branches = [{} if part is True else part for part in parts if part is not False]
    if {} in branches:
        return {}
    return {"anyOf": [read(part, place.inside()) for part in branches]}


def _media(schema: dict[str, Any], place: Place) -> Schema:
    items = schema.get("items")
    formats = [schema.get("format"), items.get("format") if isinstance(items, dict) else None]
    if not any(map(is_media, formats)) and not (
        MEDIA_NAME.search(place.name.lower())
        or MEDIA_URL.fullmatch(first_text(schema.get("default")))
    ):
        return schema
    if "array" in types_of(schema) and not items:
        return {**schema, "items": {"type": "string"}}
    return schema


def _one_or_many(schema: dict[str, Any], place: Place) -> Schema:
    samples = (schema.get("default"), place.example)
    listed = _only_branch(schema)
    if not is_all(listed, "array") or place.depth != 1:
        return schema
    if not any(isinstance(sample, str) for sample in samples):
        return schema
    items = _only_branch(listed.get("items") or {"type": "string"})
    texts = items.get("enum", [items.get("const")])
    if items.get("type") != "string" and not all(isinstance(each, str) for each in texts):
        return schema
    one_or_many = {"anyOf": [{**schema, "nullable": False}, items]}
    return {**one_or_many, "nullable": schema.get("nullable", False)}


def _only_branch(schema: Schema) -> Schema:
    """Return the schema inside of unions of a single branch, but for null."""
    union = next((keyword for keyword in ("anyOf", "oneOf") if keyword in schema), None)
    if union is None:
        return schema
    branches = [each for each in schema[union] if each != {"type": "null"}]
    return _only_branch(branches[0]) if len(branches) == 1 else schema


def _whole(schema: dict[str, Any], place: Place) -> Schema:
    if place.depth:
        return schema
    return {key: value for key, value in schema.items() if key not in (*_BRANCHES, "enum", "const")}


def _blank(schema: dict[str, Any], place: Place) -> Schema:
    if place.depth:
        return schema
    properties = schema.get("properties") or {}
    blank = {"type": "string", "pattern": rf"^{UNSEEN}\Z"}
    changed = {
        name: {"allOf": [properties[name], {"not": blank}]}
        for name in schema.get("required", ())
        if name in properties and says_what_to_make(name, place.published["properties"][name])
    }
    return {**schema, "properties": {**properties, **changed}} if changed else schema


def _one_of(schema: dict[str, Any], place: Place) -> Schema:
    branches = schema.get("oneOf")
    if branches is None:
        return schema
    return {**{key: value for key, value in schema.items() if key != "oneOf"}, "anyOf": branches}


# In the order in which they apply.
DIFFERENCES = (
    Difference(
        "unknown names",
        "a name that the schema does not have is a typing mistake that would be paid for; "
        "extra_body= sends what is newer than the SDK",
        _unknown_names,
    ),
    Difference(
        "required names",
        "a required name that no property has could never be given; lint says so",
        _required,
        frozenset({"required-unknown"}),
    ),
    Difference(
        "untyped",
        "a schema without a type is of the type that its keywords are about: every published schema has a type "
        "everywhere, so it was forgotten; lint says so",
        _untyped,
    ),
    Difference(
        "choices",
        "the enum rules, whatever type and bounds beside it say; on an array it is that "
        "of the items",
        _choices,
        frozenset({"enum-type", "enum-bounds", "keyword-misplaced", "enum-shape"}),
    ),
    Difference(
        "media",
        "a list that its name or its default shows to be of media holds texts",
        _media,
    ),
    Difference(
        "left to the server",
        "no request needs it to be typed; lint says that it is not enforced",
        _server,
        frozenset({"keyword-not-enforced", "keyword-unknown", "keyword-unused", "format-unknown"}),
    ),
    Difference(
        "one or many",
        "seed page of gpt-4o-image/edit: an array that is shown as one text takes both",
        _one_or_many,
        frozenset({"default-type", "example-type"}),
    ),
    Difference(
        "whole input",
        "a choice over the whole input has no Python signature; lint says that it is ignored",
        _whole,
        frozenset({"keyword-misplaced"}),
    ),
    Difference(
        "oneOf",
        "read as anyOf: that no second branch matches is left to the server",
        _one_of,
        frozenset({"one-of"}),
    ),
    Difference(
        "blank prompts",
        "a required text that says what is to be made is not blank, unless the schema shows it so",
        _blank,
    ),
    Difference(
        "null for anything",
        "None stands for what is left out; a property that may be null says so",
        _undescribed,
    ),
)
NAMES = frozenset(difference.name for difference in DIFFERENCES)
