"""The vendor's dialect (API.md §6) read into the intermediate representation.

Oddities that have one sensible reading are read that way here and reported by `lint`;
what has none is an error of this stage, and the endpoint is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import dialect
from .documents import Document
from .documents import pointer as steps
from .ir import Field, ObjectType, Rule, Type
from .json_types import is_array, is_number, is_object
from .naming import camel_case, unique
from .problems import Problem

MAX_DEPTH = 40

_CORRECT = "correct it in overlay.json"
# Of a whole schema. Real ones have tens of each; far beyond that is a mistake, and would take minutes.
MAX_PROPERTIES = 1000
MAX_CHOICES = 5000
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
        properties: Mapping[str, Any] = schema.get("properties", {})
        try:
            self._count(
                len(properties), MAX_PROPERTIES, "properties", pointer + steps("properties")
            )
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
            name, published = names[wire], properties[wire]
            try:
                if not is_object(published):
                    raise _Unreadable(at, "a property must be described by an object", _CORRECT)
                if len(wire) > dialect.MAX_NAME:
                    message = (
                        f"a name of {len(wire)} characters, at most {dialect.MAX_NAME} are read"
                    )
                    raise _Unreadable(at, message, _CORRECT)
                type_, nullable = self._read_type(
                    published, wire, camel_case(f"{prefix}_{name}"), at, depth
                )
                rules = tuple(read_rules(published))
                self._count(len(rules), MAX_RULES, "rules", at + steps("validations"))
            except _Unreadable as unreadable:
                self._report(unreadable)
                continue
            if depth == 0 and self._one_or_many(wire, published, type_):
                type_ = {"anyOf": [type_["items"], type_]}
            fields.append(
                Field(
                    wire=wire,
                    name=name,
                    type=type_,
                    required=wire in required,
                    nullable=nullable,
                    title=_text(published.get("title")),
                    description=_text(published.get("description")),
                    default=published.get("default"),
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

    def _one_or_many(self, wire: str, schema: Mapping[str, Any], type_: Type) -> bool:
        """An array whose default or example is a single string takes both (seed page of gpt-4o-image/edit)."""
        samples = (schema.get("default"), self.example.get(wire))
        return type_.get("type") == "array" and any(isinstance(sample, str) for sample in samples)

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
        words, nullable = self._type_words(schema, pointer)
        values = _enum_values(schema)
        if values is not None:
            nullable = nullable or None in values
            enum = self._enum([value for value in values if value is not None], pointer)
            return (
                {"type": "array", "items": enum, **_bounds("array", schema)}
                if words == ["array"]
                else enum
            ), nullable
        for union in ("anyOf", "oneOf"):
            if union in schema:
                return self._union(
                    schema[union], name, class_name, pointer + steps(union), depth, nullable
                )
        types = [self._single(word, schema, name, class_name, pointer, depth) for word in words]
        if not types:
            return {}, nullable
        return (types[0] if len(types) == 1 else {"anyOf": types}), nullable

    def _type_words(self, schema: Mapping[str, Any], pointer: str) -> tuple[list[str], bool]:
        published = schema.get("type")
        if published is None:
            for keyword, word in (
                ("properties", "object"),
                ("items", "array"),
                ("format", "string"),
            ):
                if keyword in schema:
                    return [word], bool(schema.get("nullable"))
            return [], bool(schema.get("nullable"))
        words: list[str] = []
        for word in published if is_array(published) else [published]:
            if not isinstance(word, str) or word.lower() not in dialect.TYPE_WORDS:
                raise _Unreadable(
                    pointer + steps("type"),
                    f"unknown type {word!r}",
                    f"expected one of {', '.join(sorted(dialect.TYPE_WORDS))}; {_CORRECT}",
                )
            words.append(dialect.TYPE_WORDS[word.lower()])
        nullable = "null" in words or bool(schema.get("nullable"))
        return [word for word in dict.fromkeys(words) if word != "null"], nullable

    def _enum(self, values: list[Any], pointer: str) -> Type:
        if not values or any(isinstance(value, (dict, list)) for value in values):
            raise _Unreadable(
                pointer + steps("enum"),
                "an enum must list at least one string, number or boolean, and nothing else",
                _CORRECT,
            )
        self._count(len(values), MAX_CHOICES, "choices", pointer + steps("enum"))
        exact = [_whole(value) for value in values]
        # In Python True == 1, in JSON they differ.
        unlike: dict[tuple[str, Any], Any] = {
            (type(value).__name__, value): value for value in exact
        }
        distinct = list(unlike.values())
        # Python has no Literal of a float, so these stay numbers with a check of their own.
        fractions = [value for value in distinct if isinstance(value, float)]
        literals = [value for value in distinct if not isinstance(value, float)]
        if not fractions:
            return {"enum": literals}
        numbers = [value for value in distinct if is_number(value)]
        others = [value for value in literals if not is_number(value)]
        return {"anyOf": [{"one_of": numbers}, {"enum": others}]} if others else {"one_of": numbers}

    def _union(
        self, branches: Any, name: str, class_name: str, pointer: str, depth: int, nullable: bool
    ) -> tuple[Type, bool]:
        if not is_array(branches) or not branches:
            raise _Unreadable(pointer, "expected a list of schemas", _CORRECT)
        if len(branches) > MAX_UNION:
            raise _too_many(len(branches), MAX_UNION, "branches", pointer)
        self._count(len(branches), MAX_BRANCHES, "branches", pointer)
        # To Python, `A | B | C` is `(A | B) | C`: a union is as deep as it is long.
        depth += len(branches)
        types: list[Type] = []
        for index, branch in enumerate(branches):
            at = pointer + steps(str(index))
            if not is_object(branch):
                raise _Unreadable(at, "expected a schema object", _CORRECT)
            type_, branch_nullable = self._read_type(
                branch, name, f"{class_name}Option{index + 1}", at, depth
            )
            nullable = nullable or branch_nullable
            if branch.get("type") != "null":
                types.append(type_)
        if not types:
            return {}, nullable
        return (types[0] if len(types) == 1 else {"anyOf": types}), nullable

    def _single(
        self,
        word: str,
        schema: Mapping[str, Any],
        name: str,
        class_name: str,
        pointer: str,
        depth: int,
    ) -> Type:
        kind = dialect.media_kind(name, dict(schema))
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
        if is_object(properties) and properties:
            unique_name = unique(class_name, self.class_names, separator="")
            self.class_names.add(unique_name)
            self.nested.append(self._object(schema, unique_name, unique_name, pointer, depth + 1))
            return {"class": unique_name}
        extra: Any = schema.get("additionalProperties")
        if is_object(extra) and extra:
            at = pointer + steps("additionalProperties")
            value, _ = self._read_type(extra, name, f"{class_name}Value", at, depth + 1)
            return {"type": "object", "values": value}
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
        if kind:
            return {"media": kind}
        if items is None or items == {}:
            return {}
        if not is_object(items):
            raise _Unreadable(
                pointer + steps("items"),
                "items must be one schema object",
                _CORRECT,
            )
        at = pointer + steps("items")
        type_, nullable = self._read_type(items, name, f"{class_name}Item", at, depth + 1)
        return {"anyOf": [type_, {"type": "null"}]} if nullable else type_


def _refuse_composition(schema: Mapping[str, Any], pointer: str) -> None:
    for word in ("$ref", "$dynamicRef", "allOf", "not", "if"):
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
        keyword: schema[keyword] if word == "number" else _whole(schema[keyword])
        for keyword in sorted(dialect.CONSTRAINT_KEYWORDS.get(word, ()))
        if dialect.is_usable(keyword, schema.get(keyword))
    }


def _whole(value: Any) -> Any:
    """10.0 is the integer 10 in JSON; Python's lengths, counts and choices want it as one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(value: Any) -> str:
    """Published text without the site's untranslated keys (API.md §6.5)."""
    if not isinstance(value, str) or dialect.UNTRANSLATED.fullmatch(value.strip()):
        return ""
    return " ".join(value.split()) if "\n" not in value else value.strip()
