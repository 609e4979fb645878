"""The vendor's dialect (API.md §6) read into the intermediate representation.

Oddities that have one sensible reading are read that way here and reported by `lint`;
what has none is an error of this stage, and the endpoint is left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import dialect
from .documents import Document
from .documents import pointer as steps
from .ir import Field, ObjectType, Rule, Type
from .json_types import is_array, is_number, is_object
from .naming import camel_case, unique
from .problems import Problem
from .unions import Contradiction, merged

MAX_DEPTH = 40

_CORRECT = "correct it in overlay.json"
_NULL: Type = {"type": "null"}
# Of a whole schema. Real ones have tens of each; far beyond that is a mistake, and would take minutes.
MAX_PROPERTIES = 200  # real endpoints have at most 15; more with long names take seconds
MAX_CHOICES = 5000
MAX_CHOICES_TEXT = 200_000  # characters: black lays out some 200 of them in a millisecond
MAX_RULES = 500
MAX_BRANCHES = 200
MAX_UNION = 20  # branches of one union

FieldNames = Callable[[str, tuple[str, ...]], Mapping[str, str]]
"""Gives the Python names of a class's properties: (class name, wire names) -> {wire: python}."""


class _Unreadable(Exception):
    """A construct that must not be guessed; carries the pointer, the finding and a hint."""


def _too_many(number: int, most: int, what: str, pointer: str) -> _Unreadable:
    message = f"{number} {what}, at most {most} are read"
    return _Unreadable(pointer, message, "see whether the file is what was published")


@dataclass
class Normaliser:
    """Reads the properties of one document; collects problems instead of raising.

    prefix: of the names of nested classes; class_names: those that are taken; module: goes before
    a class name where the names of its properties are remembered.
    """

    document: Document
    names: FieldNames
    module: str
    prefix: str
    class_names: set[str]
    example: Mapping[str, Any] = field(default_factory=dict[str, Any])
    problems: list[Problem] = field(default_factory=list[Problem])
    nested: list[ObjectType] = field(default_factory=list[ObjectType])
    _counts: Counter[str] = field(default_factory=Counter[str])

    def read(self, schema: Mapping[str, Any], class_name: str, pointer: str = "") -> ObjectType:
        """The class of a whole schema; nested classes are appended to `nested`, innermost first."""
        try:
            _refuse_composition(schema, pointer)
        except _Unreadable as unreadable:
            self._report(unreadable)
        return self._object(schema, class_name, self.prefix, pointer, 0)

    def _object(
        self, schema: Mapping[str, Any], class_name: str, prefix: str, pointer: str, depth: int
    ) -> ObjectType:
        published: Any = schema.get("properties")
        properties: Mapping[str, Any] = published if is_object(published) else {}
        at = pointer + steps("properties")
        try:
            self._count(len(properties), MAX_PROPERTIES, "properties", at)
        except _Unreadable as unreadable:
            self._report(unreadable)
            return ObjectType(class_name, ())
        listed: Any = schema.get("required")
        required = dict.fromkeys(
            name
            for name in (listed if is_array(listed) else ())
            if isinstance(name, str) and name in properties
        )
        # API.md §6.5: the order of properties means nothing, so required ones come first.
        ordered = (*required, *(name for name in properties if name not in required))
        names = self.names(f"{self.module}.{class_name}", ordered)
        fields: list[Field] = []
        for wire in ordered:
            at = pointer + steps("properties", wire)
            name, described = names[wire], properties[wire]
            try:
                if not is_object(described):
                    raise _Unreadable(at, "a property must be described by an object", _CORRECT)
                if len(wire) > dialect.MAX_NAME:
                    message = (
                        f"a name of {len(wire)} characters, at most {dialect.MAX_NAME} are read"
                    )
                    raise _Unreadable(at, message, _CORRECT)
                type_, nullable = self._read_type(
                    described, wire, camel_case(f"{prefix}_{name}"), at, depth
                )
                rules = tuple(read_rules(described))
                self._count(len(rules), MAX_RULES, "rules", at + steps("validations"))
            except _Unreadable as unreadable:
                self._report(unreadable)
                continue
            if depth == 0 and (single := self._single_of(wire, described, type_)):
                type_ = {"anyOf": [single, type_]}
            fields.append(
                Field(
                    wire=wire,
                    name=name,
                    type=type_,
                    required=wire in required,
                    nullable=nullable,
                    title=_text(described.get("title")),
                    description=_text(described.get("description")),
                    default=described.get("default"),
                    rules=rules,
                )
            )
        return ObjectType(class_name, tuple(fields))

    def _report(self, unreadable: _Unreadable) -> None:
        where, message, hint = unreadable.args
        self.problems.append(self.document.problem("unreadable", "error", message, where, hint))

    def _count(self, number: int, most: int, what: str, pointer: str) -> None:
        self._counts[what] += number
        if self._counts[what] > most:
            raise _too_many(self._counts[what], most, what, pointer)

    def _single_of(self, wire: str, schema: Mapping[str, Any], type_: Type) -> Type | None:
        """An array of text whose default or example is a single string takes both (seed page of
        gpt-4o-image/edit): the type of one."""
        samples = (schema.get("default"), self.example.get(wire))
        if type_.get("type") != "array" or not any(isinstance(each, str) for each in samples):
            return None
        items: Type = type_["items"] or {"type": "string"}
        is_text = "media" in items or items.get("type") == "string"
        return (
            items
            if is_text or all(isinstance(each, str) for each in items.get("enum", [None]))
            else None
        )

    def _read_type(
        self, schema: Mapping[str, Any], name: str, class_name: str, pointer: str, depth: int
    ) -> tuple[Type, bool]:
        """The type and whether null is one of its values."""
        if depth > MAX_DEPTH:
            raise _Unreadable(
                pointer,
                f"nested deeper than {MAX_DEPTH} levels",
                "no request needs that; see the source",
            )
        _refuse_composition(schema, pointer)
        nullable = schema.get("nullable") is True
        words = self._type_words(schema, pointer)
        values = _enum_values(schema)
        if values is not None:
            keyword = "const" if "const" in schema else "enum"
            enum, has_null = self._enum(values, pointer + steps(keyword))
            if "type" not in schema or {*words} - {"null"} != {"array"}:
                return enum, nullable or has_null
            items = _or_null(enum, has_null)
            type_ = {"type": "array", "items": items, **_bounds("array", schema)}
            return type_, nullable or "null" in words
        for union in ("anyOf", "oneOf"):
            if union in schema:
                return self._union(schema, union, name, class_name, pointer, depth)
        types = [
            self._single(word, schema, name, class_name, pointer, depth)
            for word in words
            if word != "null"
        ]
        if "null" in words:
            return _any_of(types) if types else _NULL, True
        return _any_of(types), nullable

    def _type_words(self, schema: Mapping[str, Any], pointer: str) -> list[str]:
        """The standard words for the types; those that its keywords imply where it says none."""
        published = schema.get("type")
        if published is None:
            return [word] if (word := dialect.implied_type(schema)) else []
        words: list[str] = []
        for word in published if is_array(published) else [published]:
            if not isinstance(word, str) or word.lower() not in dialect.TYPE_WORDS:
                raise _Unreadable(
                    pointer + steps("type"),
                    f"unknown type {word!r}",
                    f"expected one of {', '.join(sorted(dialect.TYPE_WORDS))}; {_CORRECT}",
                )
            words.append(dialect.TYPE_WORDS[word.lower()])
        return list(dict.fromkeys(words))

    def _enum(self, published: list[Any], pointer: str) -> tuple[Type, bool]:
        """The choices, and whether null is one of them."""
        values = [value for value in published if value is not None]
        if published and not values:
            return _NULL, True
        if not values or any(isinstance(value, (dict, list)) for value in values):
            raise _Unreadable(
                pointer,
                "an enum must list at least one string, number, boolean or null, and nothing else",
                _CORRECT,
            )
        self._count(len(values), MAX_CHOICES, "choices", pointer)
        long = sum(len(value) for value in values if isinstance(value, str))
        self._count(long, MAX_CHOICES_TEXT, "characters of choices", pointer)
        exact = [_whole(value) for value in values]
        # In Python True == 1, in JSON they differ.
        unlike: dict[tuple[str, Any], Any] = {
            (type(value).__name__, value): value for value in exact
        }
        distinct = list(unlike.values())
        # Python has no Literal of a float, so these stay numbers with a check of their own.
        fractions = [value for value in distinct if isinstance(value, float)]
        literals = [value for value in distinct if not isinstance(value, float)]
        has_null = len(values) < len(published)
        if not fractions:
            return {"enum": literals}, has_null
        numbers = [value for value in distinct if is_number(value)]
        others = [value for value in literals if not is_number(value)]
        return _any_of([{"one_of": numbers}, *([{"enum": others}] if others else [])]), has_null

    def _union(
        self,
        schema: Mapping[str, Any],
        union: str,
        name: str,
        class_name: str,
        pointer: str,
        depth: int,
    ) -> tuple[Type, bool]:
        branches: Any = schema[union]
        if not is_array(branches) or not branches:
            raise _Unreadable(pointer + steps(union), "expected a list of schemas", _CORRECT)
        if len(branches) > MAX_UNION:
            raise _too_many(len(branches), MAX_UNION, "branches", pointer + steps(union))
        self._count(len(branches), MAX_BRANCHES, "branches", pointer + steps(union))
        # To Python, `A | B | C` is `(A | B) | C`: a union is as deep as it is long.
        depth += len(branches)
        types: list[Type] = []
        nullable = schema.get("nullable") is True
        for index, branch in enumerate(branches):
            at = pointer + steps(union, index)
            if not is_object(branch):
                raise _Unreadable(at, "expected a schema object", _CORRECT)
            try:
                whole = merged(schema, union, branch)
            except Contradiction as found:
                message = f"{found} contradicts the {found} beside {union}"
                raise _Unreadable(at + steps(str(found)), message, _CORRECT) from None
            type_, branch_nullable = self._read_type(
                whole, name, f"{class_name}Option{index + 1}", at, depth
            )
            nullable = nullable or branch_nullable or type_ == {}
            if type_ != _NULL:
                types.append(type_)
        return _any_of(types) if types else _NULL, nullable

    def _single(
        self,
        word: str,
        schema: Mapping[str, Any],
        name: str,
        class_name: str,
        pointer: str,
        depth: int,
    ) -> Type:
        kind = dialect.media_kind(name, {**schema, "type": word})
        if word == "string":
            return {"media": kind} if kind else {"type": "string", **_bounds(word, schema)}
        if word == "array":
            return {
                "type": "array",
                "items": self._items(schema, kind, name, class_name, pointer, depth),
            } | _bounds(word, schema)
        if word != "object":
            return {"type": word, **_bounds(word, schema)}
        properties: Any = schema.get("properties")
        extra: Any = schema.get("additionalProperties")
        # Without properties and without others, only {} is left: a class of nothing.
        if (is_object(properties) and properties) or extra is False:
            unique_name = unique(class_name, self.class_names, separator="")
            self.class_names.add(unique_name)
            self.nested.append(self._object(schema, unique_name, unique_name, pointer, depth + 1))
            return {"class": unique_name}
        if is_object(extra) and extra:
            at = pointer + steps("additionalProperties")
            read = self._read_type(extra, name, f"{class_name}Value", at, depth + 1)
            return {"type": "object", "values": _or_null(*read)}
        return {"type": "object", "values": {}}

    def _items(
        self,
        schema: Mapping[str, Any],
        kind: dialect.MediaKind | None,
        name: str,
        class_name: str,
        pointer: str,
        depth: int,
    ) -> Type:
        items = schema.get("items")
        if items is None or items == {}:
            return {"media": kind} if kind else {}
        if not is_object(items):
            raise _Unreadable(
                pointer + steps("items"),
                "items must be one schema object",
                _CORRECT,
            )
        at = pointer + steps("items")
        type_, nullable = self._read_type(items, name, f"{class_name}Item", at, depth + 1)
        if kind and (not type_ or type_.get("type") == "string"):
            type_ = {"media": kind}
        return _or_null(type_, nullable)


def _any_of(types: list[Type]) -> Type:
    if not types:
        return {}
    return types[0] if len(types) == 1 else {"anyOf": types}


def _or_null(type_: Type, nullable: bool) -> Type:
    return {"anyOf": [type_, _NULL]} if nullable and type_ not in ({}, _NULL) else type_


def _refuse_composition(schema: Mapping[str, Any], pointer: str) -> None:
    for word in dialect.REFUSED_KEYWORDS:
        if word in schema:
            raise _Unreadable(
                pointer + steps(word),
                f"{word} is not part of the vendor's dialect and must not be guessed",
                "spell the property out in overlay.json",
            )


def read_rules(schema: Mapping[str, Any]) -> Iterator[Rule]:
    """The well-formed entries of `validations`; `lint` reports the others."""
    entries: Any = schema.get("validations")
    for entry in filter(dialect.is_rule, entries if is_array(entries) else ()):
        text = _text(entry.get("validation_error"))
        yield Rule(entry["validation_rule"], entry["validation_value"], text)


def _enum_values(schema: Mapping[str, Any]) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values: Any = schema.get("enum")
    return list(values) if is_array(values) else None


def _bounds(word: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The constraints that apply to this type and have a usable value; `lint` reports the others."""
    return {
        keyword: (
            _BOUND_OF_INTEGERS[keyword](schema[keyword])
            if word == "integer"
            else schema[keyword] if word == "number" else _whole(schema[keyword])
        )
        for keyword in sorted(dialect.CONSTRAINT_KEYWORDS.get(word, ()))
        if dialect.is_usable(keyword, schema.get(keyword))
    }


# The bound of whole numbers that a fraction is: at least 1.5 is at least 2, and whole multiples of
# 0.75 (three quarters) are multiples of 3.
_BOUND_OF_INTEGERS: Mapping[str, Callable[[Any], int]] = {
    "minimum": math.ceil,
    "maximum": math.floor,
    "exclusiveMinimum": math.floor,
    "exclusiveMaximum": math.ceil,
    "multipleOf": lambda step: Fraction(str(step)).numerator,
}


def _whole(value: Any) -> Any:
    """10.0 is the integer 10 in JSON; Python's lengths, counts and choices want it as one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(value: Any) -> str:
    """Published text without the site's untranslated keys (API.md §6.5)."""
    if not isinstance(value, str) or dialect.UNTRANSLATED.fullmatch(value.strip()):
        return ""
    return " ".join(value.split()) if "\n" not in value else value.strip()
