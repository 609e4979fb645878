"""Read the vendor's dialect into the intermediate representation.

An oddity with one sensible reading is read that way, and `lint` reports it. An oddity without one is an
error of this stage, and the endpoint is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..ir.model import Field, ObjectType, Type
from ..names.nested import Nested, Remembered, give_names, nested
from ..names.rules import property_name
from ..runtime._base.json_values import whole
from ..runtime._schemas.conditions import is_left, takes_nothing
from ..runtime._schemas.media import media_kind
from ..text.documents import Document, pointer_to, tokens_of
from ..text.json_types import is_array, is_number, is_object
from ..text.problems import Problem
from . import words as dialect
from .constraints import bounds, enum_values, examples_of, read_rules, text_of
from .demands import demands_of, is_demand
from .places import Place, Unreadable, too_many
from .type_unions import NULL, any_of, distinct_values, joined_choices, or_null
from .unions import Contradiction, merged

MAX_DEPTH = 40

_CORRECT = "correct it in overlay.json"
# Limits of a whole schema. Real ones have tens of each; far more is a mistake, and would take minutes.
MAX_PROPERTIES = 200  # real endpoints have at most 15; more with long names take seconds
MAX_CHOICES = 5000
MAX_CHOICES_TEXT = 200_000  # characters: black lays out some 200 of them in a millisecond
MAX_RULES = 500
MAX_BRANCHES = 200
MAX_UNION = 20  # branches of one union

FieldNames = Callable[[str, tuple[str, ...]], Mapping[str, str]]
"""Gives the Python names of a class's properties: (class name, wire names) -> {wire: python}."""


@dataclass
class Normaliser:
    """A reader of one document's properties. It collects problems instead of raising.

    Attributes:
        document: The document, in its normal form.
        names: Gives properties their Python names.
        module: Goes before a class name where the names of its properties are remembered.
        prefix: The beginning of the names of nested classes.
        class_names: Names that other classes of the module have.
        example: A published request.
        problems: What could not be read.
        remembered: Names of nested classes from earlier runs; new ones are added.
        part: `input` or `output`.
        nested: The nested classes that were read.
    """

    document: Document
    names: FieldNames
    module: str
    prefix: str
    class_names: set[str]
    example: Mapping[str, Any] = field(default_factory=dict[str, Any])
    problems: list[Problem] = field(default_factory=list[Problem])
    remembered: Remembered = field(default_factory=Remembered)
    part: str = "input"
    nested: list[ObjectType] = field(default_factory=list[ObjectType])

    def read(self, schema: Mapping[str, Any], class_name: str, pointer: str = "") -> ObjectType:
        """Return the class of a whole schema; nested classes are appended to `nested`, innermost first."""

        def plain_names(cls: str, wires: tuple[str, ...]) -> Mapping[str, str]:
            if cls == f"{self.module}.{class_name}":
                return self.names(cls, wires)
            return {wire: property_name(wire) for wire in wires}

        # The names of nested classes depend on all of them, so a first pass finds which there are.
        look = _Reading(replace(self, names=plain_names, problems=[]), [])
        cls = look.whole(schema, class_name, pointer)
        if not look.classes:
            self.problems += look.of.problems
            return cls
        give_names(look.classes, self.prefix, self.class_names, self.remembered)
        reading = _Reading(self, [cls.name for cls in look.classes])
        cls = reading.whole(schema, class_name, pointer)
        self.nested += reading.nested
        return cls


@dataclass
class _Reading:
    """One pass over a schema. class_names: those of nested classes, in the order of the schema."""

    of: Normaliser
    class_names: list[str]
    classes: list[Nested] = field(default_factory=list[Nested])
    nested: list[ObjectType] = field(default_factory=list[ObjectType])
    _defined: dict[str, Nested] = field(default_factory=dict[str, Nested])
    _counts: Counter[str] = field(default_factory=Counter[str])

    def whole(self, schema: Mapping[str, Any], class_name: str, pointer: str) -> ObjectType:
        try:
            self._refuse_composition(schema, pointer)
        except Unreadable as unreadable:
            self._report(unreadable)
        cls = self._object(schema, class_name, Place(pointer, self.of.part))
        if (
            not cls.fields
            and not self.of.problems
            and self.of.part == "input"
            and _has_names(schema)
        ):
            message = "an input must have properties that can be given; got none"
            hint = "describe them in overlay.json; until then, client.untyped(...) takes any"
            self._report(Unreadable(pointer + pointer_to("properties"), message, hint))
        return cls

    def _object(self, schema: Mapping[str, Any], class_name: str, place: Place) -> ObjectType:
        published: Any = schema.get("properties")
        properties: Mapping[str, Any] = published if is_object(published) else {}
        pointer = place.pointer
        try:
            self._count(len(properties), MAX_PROPERTIES, "properties", pointer + "/properties")
        except Unreadable as unreadable:
            self._report(unreadable)
            return ObjectType(class_name, ())
        listed: Any = schema.get("required")
        required = dict.fromkeys(
            name
            for name in (listed if is_array(listed) else ())
            if isinstance(name, str) and name in properties
        )
        # The order of properties means nothing, so required ones come first.
        optional = (name for name in properties if name not in required)
        ordered = (*required, *(name for name in optional if not takes_nothing(properties[name])))
        names = self.of.names(f"{self.of.module}.{class_name}", ordered)
        fields: list[Field] = []
        for wire in ordered:
            inner = place.property(wire, names[wire])
            try:
                fields.append(self._field(properties[wire], names[wire], wire in required, inner))
            except Unreadable as unreadable:
                self._report(unreadable)
        return ObjectType(class_name, tuple(fields), tuple(demands_of(schema, ordered)))

    def _field(self, described: Any, name: str, required: bool, place: Place) -> Field:
        wire, at = place.name, place.pointer
        if takes_nothing(described):
            raise Unreadable(at, "a required property must have a value; got `never`", _CORRECT)
        if not is_object(described):
            raise Unreadable(at, "a property must be described by an object", _CORRECT)
        if len(wire) > dialect.MAX_NAME:
            message = f"a name of {len(wire)} characters, at most {dialect.MAX_NAME} are read"
            raise Unreadable(at, message, _CORRECT)
        place = place._replace(about=text_of(described.get("description")))
        type_, nullable = self._read_type(described, place)
        rules = tuple(read_rules(described))
        self._count(len(rules), MAX_RULES, "rules", at + pointer_to("validations"))
        single = self._single_of(wire, described, type_) if place.depth == 0 else None
        return Field(
            wire=wire,
            name=name,
            type={"anyOf": [single, type_]} if single else type_,
            required=required,
            nullable=nullable,
            title=text_of(described.get("title")),
            description=text_of(described.get("description")),
            default=described.get("default"),
            rules=rules,
            examples=examples_of(described),
            deprecated=described.get("deprecated") is True,
            secret=dialect.is_secret(described),
        )

    def _report(self, unreadable: Unreadable) -> None:
        where, message, hint = unreadable.pointer, unreadable.message, unreadable.hint
        problem = self.of.document.problem("unreadable", "error", message, where, hint)
        self.of.problems.append(problem)

    def _refuse_composition(self, schema: Mapping[str, Any], pointer: str) -> None:
        normal = self.of.document.normal
        for word in dialect.REFUSED_KEYWORDS:
            if word not in schema or (word == "allOf" and is_left(schema[word])):
                continue
            at = pointer + pointer_to(word)
            if normal and at in normal.faults:
                raise Unreadable(at, *normal.faults[at])
            message = f"{word} has no reading here and must not be guessed"
            raise Unreadable(at, message, "spell the property out in overlay.json")
        for word in ("anyOf", "oneOf"):
            at = pointer + pointer_to(word)
            if normal and at in normal.faults:
                raise Unreadable(at, *normal.faults[at])

    def _count(self, number: int, most: int, noun: str, pointer: str) -> None:
        self._counts[noun] += number
        if self._counts[noun] > most:
            raise too_many(self._counts[noun], most, noun, pointer)

    def _single_of(self, wire: str, schema: Mapping[str, Any], type_: Type) -> Type | None:
        """Return the type of one where a list of texts is shown as a single one: both are taken."""
        samples = (schema.get("default"), self.of.example.get(wire))
        if type_.get("type") != "array" or not any(isinstance(sample, str) for sample in samples):
            return None
        items: Type = type_["items"] or {"type": "string"}
        if "media" in items or items.get("type") == "string":
            return items
        is_text = all(isinstance(choice, str) for choice in items.get("enum", [None]))
        return items if is_text else None

    def _read_type(self, schema: Mapping[str, Any], place: Place) -> tuple[Type, bool]:
        """Return the type and whether null is one of its values."""
        pointer = place.pointer
        if place.depth > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            raise Unreadable(pointer, message, "no request needs that; see the source")
        self._refuse_composition(schema, pointer)
        nullable = schema.get("nullable") is True
        words = self._type_words(schema, pointer)
        values = enum_values(schema)
        if values is not None:
            keyword = "const" if "const" in schema else "enum"
            enum, has_null = self._enum(values, pointer + pointer_to(keyword))
            if "type" not in schema or {*words} - {"null"} != {"array"}:
                return self._named_enum(enum, schema, place), nullable or has_null
            items = or_null(enum, has_null)
            type_ = {"type": "array", "items": items, **bounds("array", schema)}
            return type_, nullable or "null" in words
        for union in ("anyOf", "oneOf"):
            if union in schema and not is_demand(schema, union):
                return self._union(schema, union, place)
        types = [self._single(word, schema, place) for word in words if word != "null"]
        if "null" in words:
            return any_of(types) if types else NULL, True
        return any_of(types), nullable

    def _type_words(self, schema: Mapping[str, Any], pointer: str) -> list[str]:
        """Return the standard words for the types; those that its keywords imply where it says none."""
        published = schema.get("type")
        if published is None:
            word = dialect.implied_type(schema)
            return [word] if word else []
        words: list[str] = []
        for word in published if is_array(published) else [published]:
            if not isinstance(word, str) or word.lower() not in dialect.TYPE_WORDS:
                raise Unreadable(
                    pointer + pointer_to("type"),
                    f"unknown type {word!r}",
                    f"expected one of {', '.join(sorted(dialect.TYPE_WORDS))}; {_CORRECT}",
                )
            words.append(dialect.TYPE_WORDS[word.lower()])
        return list(dict.fromkeys(words))

    def _enum(self, published: list[Any], pointer: str) -> tuple[Type, bool]:
        """Return the choices, and whether null is one of them."""
        values = [value for value in published if value is not None]
        if published and not values:
            return NULL, True
        if not values or any(isinstance(value, (dict, list)) for value in values):
            raise Unreadable(
                pointer,
                "an enum must list at least one string, number, boolean or null, and nothing else",
                _CORRECT,
            )
        self._count(len(values), MAX_CHOICES, "choices", pointer)
        long = sum(len(value) for value in values if isinstance(value, str))
        self._count(long, MAX_CHOICES_TEXT, "characters of choices", pointer)
        distinct = distinct_values(map(whole, values))
        # Python has no Literal of a float, so these stay numbers with a check of their own.
        fractions = [value for value in distinct if isinstance(value, float)]
        literals = [value for value in distinct if not isinstance(value, float)]
        has_null = len(values) < len(published)
        if not fractions:
            return {"enum": literals}, has_null
        numbers = [value for value in distinct if is_number(value)]
        others = [value for value in literals if not is_number(value)]
        return any_of([{"one_of": numbers}, *([{"enum": others}] if others else [])]), has_null

    def _named_enum(self, enum: Type, schema: Mapping[str, Any], place: Place) -> Type:
        """Return the choices under the name of their definition, where they have one."""
        defined = self._definition(place)
        if not defined or "enum" not in enum:
            return enum
        return {**enum, "name": self._class_at(schema, defined).name}

    def _definition(self, place: Place) -> Place | None:
        """Return the place of the definition that stands here."""
        normal = self.of.document.normal
        defined_at = normal.definitions.get(place.pointer) if normal else None
        if not defined_at or place.is_joined:
            return None
        path, suffix = f"{self.of.part}#{defined_at}", _last_token(defined_at)
        return place._replace(path=path, suffix=suffix, parent=None, is_definition=True)

    def _class_at(self, schema: Mapping[str, Any], place: Place) -> Nested:
        """Return the class that a place gets, which has a name once all of them are known."""
        if place.is_definition and place.path in self._defined:
            return self._defined[place.path]
        cls = nested(place.path, place.suffix, place.parent, schema)
        if self.class_names:
            cls.name = self.class_names[len(self.classes)]
        self.classes.append(cls)
        if place.is_definition:
            self._defined[place.path] = cls
        return cls

    def _union(self, schema: Mapping[str, Any], union: str, place: Place) -> tuple[Type, bool]:
        branches: Any = schema[union]
        at = place.pointer + pointer_to(union)
        if not is_array(branches) or not branches:
            raise Unreadable(at, "expected a list of schemas", _CORRECT)
        if len(branches) > MAX_UNION:
            raise too_many(len(branches), MAX_UNION, "branches", at)
        self._count(len(branches), MAX_BRANCHES, "branches", at)
        types: list[Type] = []
        nullable = schema.get("nullable") is True
        for index, branch in enumerate(branches):
            # To Python, `A | B | C` is `(A | B) | C`: a union is as deep as it is long.
            inner = place._replace(
                pointer=at + pointer_to(index), depth=place.depth + len(branches)
            )
            if not is_object(branch):
                raise Unreadable(inner.pointer, "expected a schema object", _CORRECT)
            try:
                joined = merged(schema, union, branch)
            except Contradiction as found:
                message = f"{found} contradicts the {found} beside {union}"
                raise Unreadable(
                    inner.pointer + pointer_to(str(found)), message, _CORRECT
                ) from None
            inner = inner._replace(is_joined=joined != branch)
            type_, branch_nullable = self._read_type(joined, inner)
            nullable = nullable or branch_nullable or type_ == {}
            if type_ != NULL:
                types.append(type_)
        return any_of(joined_choices(types)) if types else NULL, nullable

    def _single(self, word: str, schema: Mapping[str, Any], place: Place) -> Type:
        kind = media_kind(place.name, {**schema, "type": word}, place.about)
        limits = bounds(word, schema)
        if word == "string":
            return {"media": kind, **limits} if kind else {"type": "string", **limits}
        if word == "array":
            return {"type": "array", "items": self._items(schema, kind, place), **limits}
        if word != "object":
            return {"type": word, **limits}
        properties: Any = schema.get("properties")
        extra: Any = schema.get("additionalProperties")
        # Without properties and without others, only {} is left: a class of nothing.
        if (is_object(properties) and properties) or extra is False:
            return {"class": self._nested_class(schema, place)}
        if is_object(extra) and extra:
            inner = place.inside("additionalProperties", "value")
            return {"type": "object", "values": or_null(*self._read_type(extra, inner))}
        return {"type": "object", "values": {}}

    def _nested_class(self, schema: Mapping[str, Any], place: Place) -> str:
        before = len(self.classes)
        place = self._definition(place) or place
        cls = self._class_at(schema, place)
        if len(self.classes) > before:
            inner = place._replace(parent=cls, depth=place.depth + 1)
            self.nested.append(self._object(schema, cls.name, inner))
        return cls.name

    def _items(
        self, schema: Mapping[str, Any], kind: dialect.MediaKind | None, place: Place
    ) -> Type:
        items = schema.get("items")
        if items is None or items == {}:
            return {"media": kind} if kind else {}
        inner = place.inside("items", "item")
        if not is_object(items):
            raise Unreadable(inner.pointer, "items must be one schema object", _CORRECT)
        type_, nullable = self._read_type(items, inner)
        if kind and (not type_ or type_.get("type") == "string"):
            type_ = {"media": kind, **bounds("string", items)}
        return or_null(type_, nullable)


def _has_names(schema: Mapping[str, Any]) -> bool:
    """Return whether an object takes names, be they described or not."""
    words = ("properties", "additionalProperties", "patternProperties")
    return any(schema.get(word) for word in words)


def _last_token(pointer: str) -> str:
    return property_name(tokens_of(pointer)[-1])
