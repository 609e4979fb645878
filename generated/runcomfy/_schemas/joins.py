# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Join two schemas into one, where that has one reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from .._base.json_values import is_array, is_object
from .conditions import CONDITIONAL, is_left, left_beside

Schema = dict[str, Any]

ANNOTATIONS = frozenset(
    {"title", "description", "default", "example", "examples", "deprecated", "readOnly", "order"}
    | {"writeOnly", "$comment", "validations", "$schema", "$id", "$anchor", "discriminator"}
)
"""Keywords that take no value and allow no value."""
UNEVALUATED = "unevaluatedProperties"
_MERGED = frozenset({"type", "required", "not", "allOf", *CONDITIONAL})
"""Keywords of which both a reference and what stands beside it hold."""
_BRANCHES = frozenset({"$ref", "allOf", "anyOf", "oneOf", "if", "not", "dependentSchemas"})
_MAX_BRANCHES = 20
_UNLISTED = {"array", "object"}
_NUMBERS = {"integer", "number"}
_TYPE_WORDS = {"float": "number", "double": "number", "int": "integer", "bool": "boolean"}


class Contradiction(Exception):
    """A keyword to which two schemas give values that cannot be joined."""

    def __init__(self, keyword: str) -> None:
        super().__init__(keyword)
        self.keyword = keyword


def is_annotation(keyword: str) -> bool:
    """Return whether a keyword leaves the accepted values as they are."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def constraints_of_object(schema: Mapping[str, Any]) -> set[str]:
    """Return the keywords of a schema that say more than that a value is an object."""
    words = {word for word in schema if not is_annotation(word)}
    if schema.get("type") == "object":
        words.discard("type")
    return words


def choices_of(schema: object) -> list[Any] | None:
    """Return the values that a schema lists; None where it says anything else, or lists no plain ones."""
    if not is_object(schema):
        return None
    words = {word for word in schema if not is_annotation(word) and word != "type"}
    listed: Any = None
    if words == {"const"}:
        listed = [schema["const"]]
    elif words == {"enum"}:
        listed = schema["enum"]
    if not is_array(listed) or not listed:
        return None
    if "type" in schema and not _UNLISTED.isdisjoint(_words(schema["type"])):
        return None  # there, the choices are those of the items
    return listed if all(isinstance(choice, (str, int)) for choice in listed) else None


def joined(schema: Schema, other: Schema) -> Schema:
    """Return the schema of the values that both take; annotations of the first one win.

    Raises:
        Contradiction: No schema without `allOf` says that.
    """
    check_closed(schema, other)
    both = {**schema}
    left = left_beside(schema, other)
    apart = set[str]().union(*left)
    for keyword, value in other.items():
        if keyword in apart:
            continue
        if keyword not in schema:
            both[keyword] = value
        elif schema[keyword] != value and not is_annotation(keyword):
            both[keyword] = _joined_values(keyword, schema[keyword], value)
    if left:
        both["allOf"] = [*both.get("allOf", []), *left]
    # Null is taken only where both take it.
    if schema.get("nullable") is not other.get("nullable"):
        both.pop("nullable", None)
    return both


def either(schema: Any, other: Any) -> Schema:
    """Return the schema of the values that one of two schemas takes."""
    branches = [*_union_of(schema), *_union_of(other)]
    distinct = [part for index, part in enumerate(branches) if part not in branches[:index]]
    return {} if {} in distinct else {"anyOf": distinct}


def _union_of(schema: Any) -> list[Any]:
    return schema["anyOf"] if is_object(schema) and {*schema} == {"anyOf"} else [schema]


def unread_words(schema: Schema) -> set[str]:
    """Return the words of a schema that should have been read and could not be."""
    unread = {"$ref", "allOf"} & schema.keys()
    return unread - {"allOf"} if is_left(schema.get("allOf")) else unread


def closed(schema: Schema) -> Schema:
    """Return the schema with its word about other names as the one that joins with others."""
    extra = schema.get(UNEVALUATED)
    is_closed = extra is False and "patternProperties" not in schema
    if extra is not True and not (is_closed and _BRANCHES.isdisjoint(schema)):
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword != UNEVALUATED}
    return {"additionalProperties": extra, **rest}


def overridden(named: Schema, beside: Schema) -> Schema:
    """Return what a reference names with the keywords beside it, which win.

    Raises:
        Contradiction: What is named and what stands beside it exclude each other.
    """
    check_closed(named, beside)
    whole = {**named, **beside}
    conditions = {word: named[word] for word in (*CONDITIONAL, "not") if word in named}
    left = left_beside(beside, conditions)
    if left:
        whole["allOf"] = [*whole.get("allOf", []), *left]
    for keyword in named.keys() & beside.keys():
        ours, theirs = beside[keyword], named[keyword]
        if keyword == "properties" and is_object(ours) and is_object(theirs):
            both = {
                name: _overridden(theirs[name], ours[name]) for name in ours.keys() & theirs.keys()
            }
            whole[keyword] = {**theirs, **ours, **both}
        elif keyword == "required" and is_array(ours) and is_array(theirs):
            whole[keyword] = _united(theirs, ours)
        elif keyword == "type":
            types = _joined_types(ours, theirs)
            whole[keyword] = ours if {*types} == {*_words(ours)} else types
        elif keyword in ("anyOf", "oneOf") and ours != theirs:
            raise Contradiction(keyword)
    return whole


def _overridden(named: Any, beside: Any) -> Any:
    return overridden(named, beside) if is_object(named) and is_object(beside) else beside


def replaced(named: Schema, beside: Schema) -> Iterator[tuple[str, ...]]:
    """Yield where what stands beside a reference takes values that the reference does not name."""
    for keyword in named.keys() & beside.keys() - _MERGED:
        theirs, ours = named[keyword], beside[keyword]
        if keyword == "properties" and is_object(ours) and is_object(theirs):
            for name in ours.keys() & theirs.keys():
                if is_object(theirs[name]) and is_object(ours[name]):
                    for tokens in replaced(theirs[name], ours[name]):
                        yield (keyword, name, *tokens)
        elif ours != theirs and not is_annotation(keyword) and not _narrows(keyword, theirs, ours):
            yield (keyword,)


def _narrows(keyword: str, theirs: Any, ours: Any) -> bool:
    try:
        return bool(_joined_values(keyword, ours, theirs) == ours)
    except Contradiction:
        return False


def check_closed(schema: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """Refuse two schemas of which one takes no names that the other describes.

    Raises:
        Contradiction: They cannot be joined.
    """
    # These look at what the keywords beside them have seen, so that a join changes their meaning.
    for keyword in ("unevaluatedItems", "unevaluatedProperties"):
        if keyword in schema or keyword in other:
            raise Contradiction(keyword)
    for closed, open_ in ((schema, other), (other, schema)):
        extra = closed.get("additionalProperties")
        if extra is False or (is_object(extra) and extra):
            known = closed.get("properties", {})
            added = open_.get("properties", {})
            if is_object(known) and is_object(added) and added.keys() - known.keys():
                raise Contradiction("additionalProperties")


def _joined_values(keyword: str, ours: Any, theirs: Any) -> Any:
    join = _JOINS.get(keyword)
    if join is None:
        raise Contradiction(keyword)
    try:
        return join(ours, theirs)
    except (TypeError, ValueError):
        raise Contradiction(keyword) from None


def _joined_types(our_types: Any, their_types: Any) -> list[str]:
    ours, theirs = _words(our_types), _words(their_types)
    both = [word for word in ours if word in theirs]
    # An integer is a number: where one side says `number` and the other `integer`, integers are both.
    has_numbers = not (_NUMBERS.isdisjoint(ours) or _NUMBERS.isdisjoint(theirs))
    if has_numbers and _NUMBERS.isdisjoint(both):
        both.append("integer")
    if not both:
        raise Contradiction("type")
    return both


def _words(published: Any) -> list[str]:
    listed = published if is_array(published) else [published]
    return [_TYPE_WORDS.get(str(word).lower(), str(word).lower()) for word in listed]


def _joined_properties(ours: Any, theirs: Any) -> Any:
    both = {**ours}
    for name, schema in theirs.items():
        if name in ours and ours[name] != schema:
            both[name] = _joined_schemas(ours[name], schema)
        else:
            both[name] = schema
    return both


def _joined_schemas(ours: Any, theirs: Any) -> Schema:
    if not is_object(ours) or not is_object(theirs):
        raise ValueError
    return joined(ours, theirs)


def _joined_choices(ours: Any, theirs: Any) -> list[Any]:
    if not is_array(ours) or not is_array(theirs):
        raise ValueError
    kept = {repr(value) for value in theirs}
    both = [value for value in ours if repr(value) in kept]
    if not both:
        raise ValueError
    return both


def _united(ours: Any, theirs: Any) -> list[Any]:
    return [*ours, *(name for name in theirs if name not in ours)]


def _joined_extra(ours: Any, theirs: Any) -> Any:
    if is_object(ours) and is_object(theirs):
        return joined(ours, theirs)
    if False in (ours, theirs):
        return False
    return theirs if ours is True else ours


def _product(our_branches: Any, their_branches: Any) -> list[Any]:
    """Return the branches of two unions that both hold: (A or B) and (C or D) has four."""
    if (
        not is_array(our_branches)
        or not is_array(their_branches)
        or len(our_branches) * len(their_branches) > _MAX_BRANCHES
    ):
        raise ValueError
    branches: list[Any] = []
    for ours, theirs in product(our_branches, their_branches):
        try:
            branches.append(_joined_schemas(ours, theirs))
        except Contradiction as empty:
            if empty.keyword not in ("type", "enum"):
                raise
    if not branches:
        raise Contradiction("type")
    return branches


_JOINS: Mapping[str, Callable[[Any, Any], Any]] = {
    "type": _joined_types,
    "properties": _joined_properties,
    "items": _joined_schemas,
    "additionalProperties": _joined_extra,
    "required": _united,
    "allOf": lambda ours, theirs: [*ours, *theirs],
    **dict.fromkeys(("anyOf", "oneOf"), _product),
    "enum": _joined_choices,
    "nullable": lambda ours, theirs: ours is True and theirs is True,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), min),
}
