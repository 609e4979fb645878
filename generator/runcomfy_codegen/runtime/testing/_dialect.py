"""Read the input schema of an endpoint into JSON Schema 2020-12, as the request classes read it.

Except for references, this is not the generator's code, so that the two check each other. It takes any
JSON. What cannot be read, and what the classes leave to the service, is left out and listed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from .._base.json_values import as_object, is_array, is_object
from .._schemas.conditions import takes_nothing
from .._schemas.joins import Contradiction
from .._schemas.joins import joined as joined_schemas
from .._schemas.media import media_kind
from .._schemas.normal import normal_form
from .._schemas.references import pointer_to
from ..media._implausible import needs_text
from ._demands import asked_together
from ._keywords import (
    BOUNDS,
    IMPLIED,
    NOT_CHECKED,
    TYPE_WORDS,
    as_number,
    is_no_bound,
    says_nothing,
)

Schema = dict[str, Any]
Published = Mapping[str, Any]

MAX_DEPTH = 50
MAX_NODES = 20_000  # schemas within one input; far more than any real one has

_UNIONS = ("anyOf", "oneOf")
# What stands beside a union and says nothing about its branches.
_OF_THE_WHOLE = {"title", "description", "default", "validations", "nullable", *NOT_CHECKED}
_TIGHTER: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), min),
}
MEDIA = "isMedia"
"""A keyword of ours: a text that may be meant as an image, a video or audio, as its kind says."""
NOT_BLANK = "isNotBlank"
"""A keyword of ours: a text that says what is to be made."""
_NEVER: Schema = {"not": {}}
_NOT_NULL: Schema = {"not": {"type": "null"}}


class InputReading(NamedTuple):
    """An input as the emulator reads it.

    Attributes:
        schema: The schema of a body.
        left_out: Pointers to the keywords that are not checked.
    """

    schema: Schema
    left_out: tuple[str, ...]


def read_input(published: Any, one_or_many: Collection[str] = ()) -> InputReading:
    """Read the input schema of an endpoint, whatever it holds.

    Args:
        published: The schema as published; it is not changed.
        one_or_many: Lists of texts that take one text as well, beside those whose default is one.
    """
    normal = normal_form(as_object(published))
    reader = _Reader(one_or_many)
    reader.leave_to_service(normal.document, _Place())
    schema = reader.read_object(normal.document, _Place())
    for name in schema.get("required", ()):
        described = normal.document["properties"][name]
        property_ = schema["properties"][name]
        if MEDIA in property_:
            property_[MEDIA] = {**property_[MEDIA], "may_be_blank": False}
        elif needs_text(name, described):
            property_[NOT_BLANK] = True
    # A union that a reader has turned into demands already is not one to turn again, and is checked.
    unread = [place for place in normal.faults if place.removeprefix("/") not in schema]
    left_out = [*reader.left_out, *unread, *normal.differing]
    return InputReading(schema, tuple(dict.fromkeys(left_out)))


@dataclass(frozen=True)
class _Place:
    """The place of a schema.

    Attributes:
        name: The property that the schema is of, or a part of.
        about: The description of that property.
        pointer: The place as a JSON pointer.
        depth: How deep it is.
    """

    name: str = ""
    about: str = ""
    pointer: str = ""
    depth: int = 0

    def inside(self, *tokens: str | int) -> _Place:
        pointer = self.pointer + pointer_to(*tokens)
        return replace(self, pointer=pointer, depth=self.depth + 1)


class _Read(NamedTuple):
    """A schema that was read.

    Attributes:
        schema: The schema.
        nullable: Whether null is a value as well. An empty schema takes it in any case.
    """

    schema: Schema
    nullable: bool = False

    @property
    def with_null(self) -> Schema:
        schema = self.schema
        if not self.nullable or not schema:
            return schema
        if is_array(schema.get("enum")):
            return {**schema, "enum": [*schema["enum"], None]}
        if "type" in schema:
            return {**schema, "type": [*schema["type"], "null"]}
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": ["null"]}]}


@dataclass
class _Reader:
    """A reader of one input's parts. It collects what is left out."""

    one_or_many: Collection[str]
    left_out: list[str] = field(default_factory=list[str])
    nodes: int = 0

    def read(self, published: Any, place: _Place) -> _Read:
        """Read a schema at any place but the top."""
        self.nodes += 1
        if not is_object(published) or self.nodes > MAX_NODES or place.depth > MAX_DEPTH:
            self._leave_out(place)
            return _Read({})
        schema = dict(published)
        self.leave_to_service(schema, place)
        nullable = schema.get("nullable") is True
        types = self._types(schema, place)
        if (choices := _choices(schema)) is not None:
            chosen = self._choice(choices, schema, types, place)
            return _Read(chosen.schema, chosen.nullable or nullable)
        asked = asked_together(schema).schema
        for union in _UNIONS:
            if union in schema and union not in asked:
                return self._union(schema, union, place)
        words = [word for word in types if word != "null"]
        if types and not words:
            return _Read({"type": ["null"]})
        return _Read(self._of_types(words, schema, place), nullable or "null" in types)

    def _types(self, schema: Schema, place: _Place) -> list[str]:
        """Return the standard words for its types; empty if there is no type, or an unknown one."""
        published = schema.get("type")
        if published is None:
            used = {
                keyword for keyword, value in schema.items() if not says_nothing(keyword, value)
            }
            about = (word for keywords, word in IMPLIED if not keywords.isdisjoint(used))
            return [word for word in [next(about, "")] if word]
        listed: list[Any] = published if is_array(published) else [published]
        words = [
            TYPE_WORDS.get(word.lower(), "") if isinstance(word, str) else "" for word in listed
        ]
        if not all(words):
            self._leave_out(place, "type")
            return []
        return list(dict.fromkeys(words))

    def _choice(self, choices: list[Any], schema: Schema, types: list[str], place: _Place) -> _Read:
        """Choices rule, whatever else is said; those of an array are the choices of its items."""
        values = [value for value in choices if value is not None]
        nested = any(is_array(value) or is_object(value) for value in values)
        chosen = _Read({"enum": values}, len(values) < len(choices))
        if choices and not values:
            chosen = _Read({"type": ["null"]})
        elif not values:
            self._leave_out(place, "enum")
            chosen = _Read({})
        if nested or "type" not in schema or {*types} - {"null"} != {"array"}:
            return chosen
        items = {"items": chosen.with_null}
        return _Read(
            {"type": ["array"], **items, **self._bounds("array", schema, place)}, "null" in types
        )

    def _union(self, schema: Schema, union: str, place: _Place) -> _Read:
        """Read a union. What stands beside it goes into its branches: A and (B or C)."""
        branches = schema[union]
        if not is_array(branches) or not branches:
            self._leave_out(place, union)
            return _Read({})
        outer = {
            keyword: value
            for keyword, value in schema.items()
            if keyword != union and keyword not in _OF_THE_WHOLE and not is_no_bound(keyword, value)
        }
        read = [
            self.read(_merged(outer, branch), place.inside(union, index))
            for index, branch in enumerate(branches)
        ]
        nullable = schema.get("nullable") is True
        if any(not branch.schema for branch in read):
            return _Read({}, True)
        null = {"type": ["null"]}
        nullable = nullable or any(branch.nullable or branch.schema == null for branch in read)
        values = [branch.schema for branch in read if branch.schema != null]
        if not values:
            return _Read(null)
        return _Read(values[0] if len(values) == 1 else {"anyOf": values}, nullable)

    def _of_types(self, words: list[str], schema: Schema, place: _Place) -> Schema:
        """Read what a schema says about the values of several types."""
        bounds: Schema = {}
        for word in words:
            bounds |= self._of_type(word, schema, place)
        return {**bounds, "type": words} if words else bounds

    def _of_type(self, word: str, schema: Schema, place: _Place) -> Schema:
        """Read what a schema says about the values of one type."""
        if word == "array":
            return self._array(schema, place)
        if word == "object":
            return self.read_object(schema, place)
        bounds = self._bounds(word, schema, place)
        kind = media_kind(place.name, {**schema, "type": word}, place.about)
        if word == "string" and kind:
            bounds[MEDIA] = {"kind": kind, "may_be_blank": True, "rules": _rules(schema)}
        return bounds

    def _array(self, schema: Schema, place: _Place) -> Schema:
        bounds = self._bounds("array", schema, place)
        items = schema.get("items")
        kind = media_kind(place.name, {**schema, "type": "array"}, place.about)
        medium = {MEDIA: {"kind": kind, "may_be_blank": False, "rules": _rules(schema)}}
        if items is None or items == {}:
            return bounds | ({"items": {"type": ["string"], **medium}} if kind else {})
        read = self.read(items, place.inside("items"))
        if kind and (not read.schema or read.schema.get("type") == ["string"]):
            read = _Read({"type": ["string"], **read.schema, **medium}, read.nullable)
        return bounds | {"items": read.with_null}

    def read_object(self, schema: Schema, place: _Place) -> Schema:
        """Read the properties; names that nobody described are taken unless the schema forbids them."""
        properties, extra = as_object(schema.get("properties")), schema.get("additionalProperties")
        reading: Schema = {"type": ["object"]}
        if extra is False:
            reading["additionalProperties"] = False
        if not properties:
            if is_object(extra) and extra:
                inside = place.inside("additionalProperties")
                reading["additionalProperties"] = self.read(extra, inside).with_null
            return reading
        reading["properties"] = {
            name: self._property(name, described, place) for name, described in properties.items()
        }
        listed = schema.get("required")
        names = listed if is_array(listed) else []
        # Some pages demand a name that no property has; no request could satisfy both.
        reading["required"] = [name for name in properties if name in names]
        return reading | asked_together(schema).schema

    def _property(self, name: str, described: Any, place: _Place) -> Schema:
        about = as_object(described).get("description")
        inside = replace(
            place.inside("properties", name),
            name=name,
            about=about if isinstance(about, str) else "",
        )
        if takes_nothing(described):
            return _NEVER
        read = self.read(described, inside)
        if not read.schema and is_object(described):
            return {} if read.nullable else _NOT_NULL  # what is left out is never sent as null
        is_one = isinstance(as_object(described).get("default"), str) or name in self.one_or_many
        if place.depth == 0 and is_one:
            return _one_or_many(read).with_null
        return read.with_null

    def _bounds(self, word: str, schema: Schema, place: _Place) -> Schema:
        bounds: Schema = {}
        for keyword, reads in BOUNDS.get(word, {}).items():
            value = reads(schema.get(keyword))
            if value is not None:
                bounds[keyword] = value
            elif keyword in schema:
                self._leave_out(place, keyword)
        return bounds

    def leave_to_service(self, schema: Schema, place: _Place) -> None:
        """Note the constraints of a schema that only the service checks."""
        for keyword in sorted(NOT_CHECKED & schema.keys() - asked_together(schema).read):
            self._leave_out(place, keyword)

    def _leave_out(self, place: _Place, *keyword: str) -> None:
        self.left_out.append("/".join((place.pointer, *keyword)))


def _one_or_many(read: _Read) -> _Read:
    """Let a list of texts that is shown as one text take both."""
    if read.schema.get("type") != ["array"]:
        return read
    items: Schema = read.schema.get("items", {"type": ["string"]})
    texts = items.get("enum", ())
    if items.get("type") == ["string"] or (texts and all(isinstance(text, str) for text in texts)):
        return _Read({"anyOf": [read.schema, items]}, read.nullable)
    return read


def _choices(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return list(values) if is_array(values) else None


def _rules(schema: Schema) -> list[tuple[str, float]]:
    """Return the names and the values of its validation rules."""
    published: Any = schema.get("validations")
    entries = [entry for entry in published if is_object(entry)] if is_array(published) else []
    rules: list[tuple[str, float]] = []
    for entry in entries:
        rule, value = entry.get("validation_rule"), as_number(entry.get("validation_value"))
        if isinstance(rule, str) and value is not None:
            rules.append((rule, value))
    return rules


def _merged(outer: Schema, branch: Any) -> Any:
    """Return a branch with what stands beside its union."""
    if not is_object(branch):
        return branch
    joined = {**outer, **branch}
    for keyword in outer.keys() & branch.keys():
        ours, theirs = outer[keyword], branch[keyword]
        if keyword in _TIGHTER:
            joined[keyword] = ours if as_number(theirs) is None else _TIGHTER[keyword](ours, theirs)
        elif keyword == "type":
            joined[keyword] = _common_types(ours, theirs)
        elif keyword == "required" and is_array(ours) and is_array(theirs):
            joined[keyword] = [*ours, *theirs]
        elif keyword == "properties" and is_object(ours) and is_object(theirs):
            joined[keyword] = _merged_properties(ours, theirs)
    return joined


def _merged_properties(ours: Schema, theirs: Schema) -> Schema:
    """Return the properties of a schema and of its branch; a branch may say more of one of them."""
    merged = {**ours, **theirs}
    for name in ours.keys() & theirs.keys():
        with suppress(Contradiction):
            merged[name] = joined_schemas(as_object(ours[name]), as_object(theirs[name]))
    return merged


def _common_types(ours: Any, theirs: Any) -> Any:
    """Return the types that both allow; an integer is a number too."""
    outer, inner = (
        [TYPE_WORDS.get(str(word).lower(), word) for word in _listed(published)]
        for published in (ours, theirs)
    )
    numbers = ["integer", "number"]  # and not a set: a published word may be anything
    return [
        "integer" if word in numbers and word not in outer else word
        for word in inner
        if word in outer or (word in numbers and any(other in numbers for other in outer))
    ]


def _listed(value: Any) -> list[Any]:
    return value if is_array(value) else [value]
