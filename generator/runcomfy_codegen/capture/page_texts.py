"""Keep the titles and descriptions of API pages, which the catalogue often leaves empty."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..dialect.words import UNTRANSLATED
from ..text.documents import MAX_DEPTH, pointer_to
from ..text.json_types import is_array, is_object

KEY = "page_texts"
"""The key of endpoint.json that lists where input.json holds a page's text."""
_WORDS = ("title", "description")
_UNTRANSLATED = re.compile(UNTRANSLATED)


def kept_texts(schema: Mapping[str, Any], info: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a captured input schema that come from a page, by JSON pointer.

    Args:
        schema: The schema as it was captured.
        info: The endpoint.json beside it.
    """
    texts = {place: node[word] for place, node, word in _places(schema) if _is_text(node.get(word))}
    if info.get("source") == "catalogue":
        listed: Any = info.get(KEY)
        places = (
            {place for place in listed if isinstance(place, str)}
            if is_array(listed)
            else set[str]()
        )
        return {place: text for place, text in texts.items() if place in places}
    return texts


def with_texts(
    schema: Mapping[str, Any], texts: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """Fill in texts that a schema does not have.

    Args:
        schema: The schema as the catalogue has it.
        texts: Texts by JSON pointer.

    Returns:
        The schema with the texts, and the places that were filled, sorted.
    """
    if not texts:
        return dict(schema), []
    missing = {
        place
        for place, node, word in _places(schema)
        if node.get(word) in (None, "") and place in texts
    }
    return _filled(schema, "", texts, missing), sorted(missing)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not _UNTRANSLATED.search(value)


def _places(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Yield every place of a text, with its schema and its keyword."""
    for place, node in _nodes(schema, "", 0):
        for word in _WORDS:
            yield place + pointer_to(word), node, word


def _nodes(
    schema: Mapping[str, Any], place: str, depth: int
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every schema that is in one place on both sides: branches of a union have none."""
    yield place, schema
    if depth > MAX_DEPTH:
        return
    for keyword in ("properties", "$defs", "definitions"):
        members = schema.get(keyword)
        for name, member in members.items() if is_object(members) else ():
            if is_object(member):
                yield from _nodes(member, place + pointer_to(keyword, name), depth + 1)
    for keyword in ("items", "additionalProperties"):
        member = schema.get(keyword)
        if is_object(member):
            yield from _nodes(member, place + pointer_to(keyword), depth + 1)


def _filled(
    value: Any, place: str, texts: Mapping[str, str], missing: Collection[str]
) -> dict[str, Any]:
    """Copy an object, with the missing texts in the schemas where they belong."""
    filled: dict[str, Any] = {}
    for key, member in value.items():
        inner = place + pointer_to(key)
        filled[key] = _filled(member, inner, texts, missing) if is_object(member) else member
    for word in _WORDS:
        if place + pointer_to(word) in missing:
            filled[word] = texts[place + pointer_to(word)]
    return filled
