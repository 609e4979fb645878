"""Words that are not JSON Schema, or that are and have no reading here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ..dialect import words as dialect
from ..dialect.constraints import enum_values
from ..dialect.demands import is_demand
from ..runtime._schemas.media import URL_FORMATS, formats_of, is_by_description
from ..text.documents import pointer_to
from ..text.json_types import is_array, is_object
from .node import Node
from .rule import Found, node_rule, nodes_rule

_TYPED_BY = frozenset({"enum", "const", "anyOf", "oneOf", "properties", "items", "$ref"})
_READ_FORMATS = frozenset({*dialect.MEDIA_FORMATS, "password"})
_CHOSEN = ("enum", "const", "anyOf", "oneOf")


@node_rule(
    "type-word",
    "note",
    "a type word that is not JSON Schema",
    "vendors write `float`; an unknown word fails the endpoint [unreadable]",
    on="type",
    outputs=True,
)
def type_word(node: Node) -> Iterator[Found]:
    published = node.schema["type"]
    for word in published if is_array(published) else [published]:
        if not isinstance(word, str) or word in dialect.STANDARD_TYPES:
            continue
        if standard := dialect.TYPE_WORDS.get(word.lower()):
            yield Found(f"type {word!r} is not JSON Schema", "/type", f"read as {standard}")


@node_rule(
    "type-missing",
    "warning",
    "a schema that does not say what it describes",
    "its keywords tell; where they do not, any JSON is accepted and nothing is checked before the "
    "request is paid for",
    outputs=True,
)
def type_missing(node: Node) -> Iterator[Found]:
    if "type" in node.schema or _TYPED_BY & node.schema.keys() or node.place == "top":
        return
    if node.place == "part" and not node.schema:
        return  # `items: {}` says so on purpose
    reading = dialect.implied_type(node.schema) or "any JSON"
    yield Found("no type", "", f"correct it in overlay.json; read as {reading}")


@node_rule(
    "format-unknown",
    "note",
    "a format that has no meaning here",
    "only media formats change how a value is sent",
    on="format",
    outputs=True,
)
def format_unknown(node: Node) -> Iterator[Found]:
    word = node.schema["format"]
    known = dialect.OUTPUT_FORMATS if node.in_output else _READ_FORMATS
    is_url = node.is_media and word in URL_FORMATS
    if not is_url and (not isinstance(word, str) or word not in known):
        yield Found(f"format {word!r} has no meaning here", "/format", "not checked")


@node_rule(
    "format-type",
    "warning",
    "a media format that the type, or the format of the items, contradicts",
    "image_uri is for a string, image_uris for an array of them",
    on="format",
)
def format_type(node: Node) -> Iterator[Found]:
    word, items = node.schema["format"], node.schema.get("items")
    if not isinstance(word, str) or word not in dialect.MEDIA_FORMATS:
        return
    if node.type not in ("", "array" if word in dialect.PLURAL_MEDIA_FORMATS else "string"):
        yield Found(f"format {word!r} on type {node.type}", "/format", "the type decides")
    inner = items.get("format") if is_object(items) else None
    other = dialect.MEDIA_FORMATS.get(inner) if isinstance(inner, str) else None
    if other not in (None, kind := dialect.MEDIA_FORMATS[word]):
        message = f"format {word!r}, and items of format {inner!r}"
        yield Found(message, "/format", f"read as {kind}")


@node_rule(
    "media-without-format",
    "note",
    "media that only a name or a default gives away",
    "sync/react-1 has a plain string video_url",
    on="type",
)
def media_without_format(node: Node) -> Iterator[Found]:
    if node.place != "property" or not node.is_media:
        return
    formats = formats_of(node.schema)
    if any(word in dialect.MEDIA_FORMATS for word in formats):
        return
    if not is_by_description(node.name, node.schema, node.about):
        hint = "URLs and local files are accepted"
        yield Found("taken for media by its name or default", "", hint)


@node_rule(
    "media-by-description",
    "note",
    "a URL that only its description says to be media",
    "the name says nothing; remove the format in overlay.json where the reading is wrong",
    on="format items",
)
def media_by_description(node: Node) -> Iterator[Found]:
    if is_by_description(node.name, node.schema, node.about):
        hint = "URLs and local files are accepted; without its format it is plain text"
        yield Found(f"taken for {node.media_kind} by its description", "", hint)


@node_rule(
    "keyword-unknown",
    "warning",
    "a keyword that neither JSON Schema's core nor the vendor has",
    "it may be a constraint that nobody reads",
    outputs=True,
)
def keyword_unknown(node: Node) -> Iterator[Found]:
    for keyword in sorted(node.schema.keys() - dialect.NAMED_KEYWORDS):
        if not keyword.startswith(_EXTENSION):
            yield Found(f"keyword {keyword!r} is not read", pointer_to(keyword), "ignored")


_EXTENSION = "x-"
_MOST_NAMED = 10


@nodes_rule(
    "keyword-extension",
    "note",
    "extension keywords of the vendor, `x-...`",
    "by convention they only help tools that show a form",
)
def keyword_extension(nodes: Sequence[Node]) -> Iterator[Found]:
    counts = Counter[str]()
    first: Node | None = None
    for node in nodes:
        found = [keyword for keyword in node.schema if keyword.startswith(_EXTENSION)]
        counts.update(found)
        first = first or (node if found else None)
    if first is None:
        return
    named = [f"{keyword} ({count})" for keyword, count in sorted(counts.items())]
    more = f" and {len(named) - _MOST_NAMED} more" if named[_MOST_NAMED:] else ""
    keyword = next(each for each in first.schema if each.startswith(_EXTENSION))
    at = first.pointer + pointer_to(keyword)
    message = f"extension keywords: {', '.join(named[:_MOST_NAMED]):.300}{more}"
    yield Found(message, at, "ignored", first.document)


@node_rule(
    "keyword-not-enforced",
    "warning",
    "a constraint that the SDK does not check",
    "a request may be refused by the server only",
    on=" ".join(dialect.SERVER_KEYWORDS),
)
def keyword_not_enforced(node: Node) -> Iterator[Found]:
    for keyword in sorted(dialect.SERVER_KEYWORDS & node.schema.keys()):
        yield Found(f"{keyword} is left to the server", pointer_to(keyword), "not enforced")


@node_rule(
    "one-of",
    "note",
    "oneOf, of whose branches several may fit",
    "it is read as anyOf: a request that fits two of them may be refused by the server only",
    on="oneOf",
)
def one_of(node: Node) -> Iterator[Found]:
    branches = node.schema["oneOf"]
    if is_demand(node.schema, "oneOf") or _is_refused(node, "oneOf") or _differ(branches):
        return
    if is_array(branches) and len(branches) > 1:
        yield Found("that only one of them fits is left to the server", "/oneOf", "read as anyOf")


def _is_refused(node: Node, keyword: str) -> bool:
    """Return whether an error says already that a keyword has no reading."""
    normal = node.document.normal
    return normal is not None and node.pointer + pointer_to(keyword) in normal.faults


def _differ(branches: Any) -> bool:
    """Return whether each branch lists its values, and none is listed twice."""
    listed: list[str] = []
    for branch in branches if is_array(branches) else ():
        values = enum_values(branch) if is_object(branch) else None
        if values is None:
            return False
        listed += map(repr, values)
    return len(set(listed)) == len(listed)


@node_rule(
    "keyword-unused",
    "note",
    "a known keyword that has no effect here",
    "nothing is dropped without being said",
    on=" ".join(dialect.UNUSED_KEYWORDS),
    outputs=True,
)
def keyword_unused(node: Node) -> Iterator[Found]:
    for keyword in sorted(dialect.UNUSED_KEYWORDS & node.schema.keys()):
        yield Found(f"{keyword} has no effect here", pointer_to(keyword), "ignored")


@node_rule(
    "keyword-misplaced",
    "warning",
    "a keyword that says nothing where it stands",
    "another keyword beside it decides, so it is ignored",
    on="items properties required additionalProperties anyOf oneOf enum const",
)
def keyword_misplaced(node: Node) -> Iterator[Found]:
    if node.place == "top":
        for keyword in sorted({*_CHOSEN, "items"} & node.schema.keys()):
            if is_demand(node.schema, keyword) or _is_refused(node, keyword):
                continue
            yield Found(
                f"{keyword} over the whole schema is not read", pointer_to(keyword), "ignored"
            )
        return
    chosen = [
        keyword
        for keyword in _CHOSEN
        if keyword in node.schema and not is_demand(node.schema, keyword)
    ]
    for keyword in chosen[1:]:
        yield Found(f"{keyword} beside {chosen[0]}", pointer_to(keyword), "one of them is ignored")
    for word, keywords in dialect.OWN_KEYWORDS.items():
        for keyword in sorted(keywords & node.schema.keys()):
            if node.type and node.type != word:
                message = f"{keyword} has no meaning on type {node.type}"
                yield Found(message, pointer_to(keyword), "ignored")


RULES = (
    type_word,
    type_missing,
    format_unknown,
    format_type,
    media_without_format,
    media_by_description,
    keyword_unknown,
    keyword_extension,
    keyword_not_enforced,
    one_of,
    keyword_unused,
    keyword_misplaced,
)
