"""The branches of `anyOf` and `oneOf`, each with what the schema around it says as well.

A and (B or C) is (A and B) or (A and C), so what stands beside a union goes into its branches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..runtime._schemas.joins import Contradiction as CannotJoin
from ..runtime._schemas.joins import check_closed, joined
from ..text.json_types import is_array, is_number, is_object
from . import words as dialect

_OF_THE_WHOLE = (
    dialect.ANNOTATION_KEYWORDS | dialect.UNUSED_KEYWORDS | dialect.SERVER_KEYWORDS | {"nullable"}
)


class Contradiction(Exception):
    """A keyword to which the schema and its branch give values that cannot be joined."""


def merged(schema: Mapping[str, Any], union: str, branch: Mapping[str, Any]) -> dict[str, Any]:
    """Return a branch joined with what stands beside the union.

    Raises:
        Contradiction: With the keyword that cannot be joined.
    """
    both = {
        keyword: value
        for keyword, value in schema.items()
        if keyword != union and keyword not in _OF_THE_WHOLE and not _is_nothing(keyword, value)
    }
    hints = {dialect.implied_type(part) for part in (both, branch)} - {""}
    if len(hints) > 1 and "type" not in {*both, *branch}:
        raise Contradiction("type")  # each is about another type, and neither says so
    try:
        check_closed(both, branch)
    except CannotJoin as reason:
        raise Contradiction(reason.keyword) from None
    for keyword, value in branch.items():
        if keyword in both and both[keyword] != value:
            if keyword not in _JOINS:
                raise Contradiction(keyword)
            value = _JOINS[keyword](both[keyword], value)
            if value is None:
                raise Contradiction(keyword)
        both[keyword] = value
    return both


def _is_nothing(keyword: str, value: Any) -> bool:
    """Return whether a bound is unusable, such as a text; `lint` reports it."""
    return keyword in dialect.BOUND_KEYWORDS and not dialect.is_usable(keyword, value)


def _types(outer: Any, inner: Any) -> list[str] | None:
    """Return the types that both allow. An integer is a number too."""
    ours, theirs = _words(outer), _words(inner)
    integer = {"integer", "number"}
    both = [
        "integer" if word in integer and word not in ours else word
        for word in theirs
        if word in ours or (word in integer and integer & ours.keys())
    ]
    return both or None


def _words(published: Any) -> dict[Any, None]:
    listed = published if is_array(published) else [published]
    return dict.fromkeys(
        dialect.TYPE_WORDS.get(word.lower(), word) if isinstance(word, str) else repr(word)
        for word in listed
    )


def _tighter(choose: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def tighter(outer: Any, inner: Any) -> Any:
        return choose(outer, inner) if is_number(inner) else outer

    return tighter


def _properties(outer: Any, inner: Any) -> dict[str, Any] | None:
    """Return the properties of both. What one of them says of a property goes with what the other says."""
    if not is_object(outer) or not is_object(inner):
        return None
    try:
        properties: dict[str, Any] = joined({"properties": outer}, {"properties": inner})[
            "properties"
        ]
    except CannotJoin:
        return None
    return properties


def _both(outer: Any, inner: Any) -> Any:
    return [*outer, *inner] if is_array(outer) and is_array(inner) else None


# None where the two cannot be joined.
_JOINS: Mapping[str, Callable[[Any, Any], Any]] = {
    "type": _types,
    "format": lambda outer, inner: inner,
    "required": _both,
    "properties": _properties,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), _tighter(max)),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), _tighter(min)),
}
