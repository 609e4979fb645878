"""The words of the dialect that are not JSON Schema's: how each is read, and how often it occurs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..dialect import words as dialect
from ..runtime._schemas.media import URL_FORMATS
from ..schemas.folder import EndpointSource
from ..text.json_types import is_array
from .node import Node, nodes_of


@dataclass(frozen=True, order=True)
class Word:
    """A word that is not JSON Schema's.

    Attributes:
        kind: `type`, `format`, `keyword`, `rule` or `wrapper`.
        word: The word.
        reading: How it is read.
        endpoints: How many endpoints have it.
    """

    kind: str
    word: str
    reading: str
    endpoints: int


def words_of(sources: Iterable[EndpointSource]) -> list[Word]:
    """Return all words of the endpoints that are not JSON Schema's own, sorted."""
    met: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for source in sources:
        for node in nodes_of(source):
            for word in _words(node):
                met[word].add(source.model_id)
    return sorted(Word(*word, len(ids)) for word, ids in met.items())


def _words(node: Node) -> Iterator[tuple[str, str, str]]:
    schema = node.schema
    published = schema.get("type")
    for word in published if is_array(published) else [published]:
        if isinstance(word, str) and word not in dialect.STANDARD_TYPES:
            reading = dialect.TYPE_WORDS.get(word.lower())
            yield "type", word, f"type {reading}" if reading else "not read: the endpoint fails"
    if isinstance(word := schema.get("format"), str):
        yield "format", word, _format(word, node)
    for keyword in schema.keys() - dialect.NAMED_KEYWORDS:
        yield "keyword", keyword, "ignored"
    for keyword in schema.keys() & _VENDOR_KEYWORDS.keys():
        yield "keyword", keyword, _VENDOR_KEYWORDS[keyword]
    yield from _rules(node)
    if node.place == "top" and node.pointer:
        yield "wrapper", "output", "read as the wrapper of the output schema"


def _rules(node: Node) -> Iterator[tuple[str, str, str]]:
    rules: Any = node.schema.get("validations")
    for rule in rules if is_array(rules) else ():
        if dialect.is_rule(rule):
            name: str = rule["validation_rule"]
            known = dialect.is_known_rule(name) and node.is_media
            yield "rule", name, "checked on media" if known else "shown, not enforced"


_VENDOR_KEYWORDS: Mapping[str, str] = {
    "validations": "validation rules, each by its name",
    "order": "ignored: the SDK orders parameters itself",
    "nullable": "null is allowed",
}


def _format(word: str, node: Node) -> str:
    if node.in_output and word == "uri":
        return "URL"
    if kind := dialect.MEDIA_FORMATS.get(word):
        many = "list of " if word in dialect.PLURAL_MEDIA_FORMATS else ""
        return f"{many}{kind}: URL or local file"
    if word in URL_FORMATS and node.media_kind:
        return f"{node.media_kind}: URL or local file"
    if word == "password":
        return "never shown"
    return "not checked"
