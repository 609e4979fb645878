"""Words that are not JSON Schema's, or that the generator does not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..dialect import words as dialect
from ..dialect.constraints import enum_values
from ..dialect.demands import is_demand
from ..runtime._schemas.conditions import is_left, takes_nothing
from ..runtime._schemas.media import URL_FORMATS, formats_of, is_by_description
from ..text.documents import pointer_to
from ..text.json_types import is_array, is_object
from .node import Node
from .rule import LintFinding, node_rule, nodes_rule

_TYPED_BY = frozenset(
    {"enum", "const", "anyOf", "oneOf", "properties", "items", "$ref", "$dynamicRef", "allOf"}
)
_READ_FORMATS = frozenset({*dialect.MEDIA_FORMATS, "password"})
_CHOSEN = ("enum", "const", "anyOf", "oneOf")


@node_rule(
    id="type-word",
    severity="note",
    what="a type word that JSON Schema does not have",
    why="vendors write `float`; an unknown word is the error `unreadable`",
    on="type",
    outputs=True,
)
def type_word(node: Node) -> Iterator[LintFinding]:
    published = node.schema["type"]
    for word in published if is_array(published) else [published]:
        if not isinstance(word, str) or word in dialect.STANDARD_TYPES:
            continue
        if standard := dialect.TYPE_WORDS.get(word.lower()):
            yield LintFinding(
                f"type {word!r} is not a JSON Schema type", "/type", f"read as {standard}"
            )


@node_rule(
    id="type-missing",
    severity="warning",
    what="a schema without a type",
    why="the type is read from other keywords; without any, the value is not checked before the request is billed",
    outputs=True,
)
def type_missing(node: Node) -> Iterator[LintFinding]:
    if "type" in node.schema or _TYPED_BY & node.schema.keys() or node.place == "top":
        return
    if (node.place == "part" and not node.schema) or takes_nothing(node.schema):
        return  # `items: {}` says so on purpose
    reading = dialect.implied_type(node.schema) or "any JSON"
    yield LintFinding("no type", "", f"read as {reading}; set it in overlay.json")


@node_rule(
    id="format-unknown",
    severity="note",
    what="a format that has no effect",
    why="only media formats change how a value is sent",
    on="format",
    outputs=True,
)
def format_unknown(node: Node) -> Iterator[LintFinding]:
    word = node.schema["format"]
    known = dialect.OUTPUT_FORMATS if node.in_output else _READ_FORMATS
    is_url = node.is_media and word in URL_FORMATS
    if not is_url and (not isinstance(word, str) or word not in known):
        yield LintFinding(f"format {word!r} has no effect", "/format", "not checked")


@node_rule(
    id="format-type",
    severity="warning",
    what="a media format that contradicts the type or the format of the items",
    why="image_uri is for a string, image_uris for an array of them",
    on="format",
)
def format_type(node: Node) -> Iterator[LintFinding]:
    word, items = node.schema["format"], node.schema.get("items")
    if not isinstance(word, str) or word not in dialect.MEDIA_FORMATS:
        return
    if node.type not in ("", "array" if word in dialect.PLURAL_MEDIA_FORMATS else "string"):
        yield LintFinding(f"format {word!r} on type {node.type}", "/format", "the type decides")
    inner = items.get("format") if is_object(items) else None
    other = dialect.MEDIA_FORMATS.get(inner) if isinstance(inner, str) else None
    if other not in (None, kind := dialect.MEDIA_FORMATS[word]):
        message = f"format {word!r}, and items of format {inner!r}"
        yield LintFinding(message, "/format", f"read as {kind}")


@node_rule(
    id="media-without-format",
    severity="note",
    what="media recognised only by a name or a default",
    why="sync/react-1 has a plain string video_url",
    on="type",
)
def media_without_format(node: Node) -> Iterator[LintFinding]:
    if node.place != "property" or not node.is_media:
        return
    formats = formats_of(node.schema)
    if any(word in dialect.MEDIA_FORMATS for word in formats):
        return
    if not is_by_description(node.name, node.schema, node.about):
        hint = "URLs and local files are accepted"
        yield LintFinding("read as media because of its name or default", "", hint)


@node_rule(
    id="media-by-description",
    severity="note",
    what="media recognised only by its description",
    why="if that is wrong, remove the format in overlay.json",
    on="format items",
)
def media_by_description(node: Node) -> Iterator[LintFinding]:
    if is_by_description(node.name, node.schema, node.about):
        hint = "URLs and local files are accepted; without its format it is plain text"
        yield LintFinding(f"read as {node.media_kind} because of its description", "", hint)


@node_rule(
    id="keyword-unknown",
    severity="warning",
    what="a keyword of neither JSON Schema's core nor the vendor",
    why="it may be a constraint that is not checked",
    outputs=True,
)
def keyword_unknown(node: Node) -> Iterator[LintFinding]:
    for keyword in sorted(node.schema.keys() - dialect.NAMED_KEYWORDS):
        if not keyword.startswith(dialect.EXTENSIONS):
            yield LintFinding(f"keyword {keyword!r} is not read", pointer_to(keyword), "ignored")


_MOST_NAMED = 10


@nodes_rule(
    id="keyword-extension",
    severity="note",
    what="extension keywords of the vendor, `x-...` or `_...`",
    why="by convention they only help tools that show a form",
)
def keyword_extension(nodes: Sequence[Node]) -> Iterator[LintFinding]:
    counts = Counter[str]()
    first: Node | None = None
    for node in nodes:
        extensions = [keyword for keyword in node.schema if keyword.startswith(dialect.EXTENSIONS)]
        counts.update(extensions)
        first = first or (node if extensions else None)
    if first is None:
        return
    named = [f"{keyword} ({count})" for keyword, count in sorted(counts.items())]
    more = f" and {len(named) - _MOST_NAMED} more" if named[_MOST_NAMED:] else ""
    keyword = next(keyword for keyword in first.schema if keyword.startswith(dialect.EXTENSIONS))
    at = first.pointer + pointer_to(keyword)
    message = f"extension keywords: {', '.join(named[:_MOST_NAMED]):.300}{more}"
    yield LintFinding(message, at, "ignored", first.document)


@node_rule(
    id="keyword-not-enforced",
    severity="warning",
    what="a constraint that the SDK does not check",
    why="only the server can refuse such a request",
    on=" ".join({*dialect.SERVER_KEYWORDS, "allOf"}),
)
def keyword_not_enforced(node: Node) -> Iterator[LintFinding]:
    for keyword in _unchecked(node.schema, node.schema):
        yield LintFinding(f"the SDK does not check {keyword}", pointer_to(keyword), "not enforced")
    parts: Any = node.schema.get("allOf")
    for part in parts if is_left(parts) else ():
        for keyword in _unchecked(part, {"properties": node.schema.get("properties"), **part}):
            message = f"the SDK does not check {keyword} in further parts of allOf"
            yield LintFinding(message, "", "not enforced")


def _unchecked(part: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keywords of a schema, or of a part of it, that are left to the server."""
    for keyword in sorted(dialect.SERVER_KEYWORDS & part.keys()):
        is_said_by_if = keyword in ("then", "else") and "if" in part
        if not is_said_by_if and not takes_nothing(part) and not is_demand(whole, keyword):
            yield keyword


@node_rule(
    id="branches-differ",
    severity="warning",
    what="branches of a union over the whole schema that describe a property differently",
    why="only the server can refuse a value that goes with another branch",
    on="properties",
)
def branches_differ(node: Node) -> Iterator[LintFinding]:
    normal = node.document.normal
    for at, name in normal.differing.items() if normal and node.place == "top" else ():
        message = f"the branches describe {name!r:.100} differently"
        yield LintFinding(message, at, "the SDK does not check that a value fits its branch")


@node_rule(
    id="reference-replaced",
    severity="warning",
    what="a constraint beside a reference that takes more than the reference",
    why="what stands beside a reference wins; the server may still check the reference",
    on="properties",
)
def reference_replaced(node: Node) -> Iterator[LintFinding]:
    normal = node.document.normal
    for at in normal.replaced if normal and node.place == "top" else ():
        keyword = at.rpartition("/")[2]
        message = f"{keyword} takes more than the {keyword} of the reference beside it"
        yield LintFinding(message, at, "the SDK checks this one")


@node_rule(
    id="property-never",
    severity="note",
    what="an optional property that takes no value",
    why="some tools print `never` so; the SDK has no parameter for it",
    on="not",
)
def property_never(node: Node) -> Iterator[LintFinding]:
    if node.place == "property" and not node.required and takes_nothing(node.schema):
        yield LintFinding("no value fits", "/not", "left out")


@node_rule(
    id="one-of",
    severity="note",
    what="a oneOf whose branches may overlap",
    why="it is read as anyOf; only the server refuses a request that fits two branches",
    on="oneOf",
)
def one_of(node: Node) -> Iterator[LintFinding]:
    branches = node.schema["oneOf"]
    if is_demand(node.schema, "oneOf") or node.is_refused("oneOf") or _differ(branches):
        return
    if is_array(branches) and len(branches) > 1:
        yield LintFinding(
            "the SDK does not check that exactly one branch fits", "/oneOf", "read as anyOf"
        )


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
    id="keyword-unused",
    severity="note",
    what="a known keyword without effect",
    why="nothing is dropped silently",
    on=" ".join(dialect.UNUSED_KEYWORDS),
    outputs=True,
)
def keyword_unused(node: Node) -> Iterator[LintFinding]:
    for keyword in sorted(dialect.UNUSED_KEYWORDS & node.schema.keys()):
        yield LintFinding(f"{keyword} has no effect", pointer_to(keyword), "ignored")


@node_rule(
    id="keyword-misplaced",
    severity="warning",
    what="a keyword that has no effect in its place",
    why="it is ignored in favour of another keyword",
    on="items properties required additionalProperties anyOf oneOf enum const",
)
def keyword_misplaced(node: Node) -> Iterator[LintFinding]:
    if node.place == "top":
        for keyword in sorted({*_CHOSEN, "items"} & node.schema.keys()):
            if is_demand(node.schema, keyword) or node.is_refused(keyword):
                continue
            yield LintFinding(
                f"{keyword} over the whole schema is not read", pointer_to(keyword), "ignored"
            )
        return
    chosen = [
        keyword
        for keyword in _CHOSEN
        if keyword in node.schema and not is_demand(node.schema, keyword)
    ]
    for keyword in chosen[1:]:
        yield LintFinding(
            f"{keyword} beside {chosen[0]}", pointer_to(keyword), "one of them is ignored"
        )
    for word, keywords in dialect.OWN_KEYWORDS.items():
        for keyword in sorted(keywords & node.schema.keys()):
            if node.type and node.type != word:
                message = f"{keyword} has no effect on type {node.type}"
                yield LintFinding(message, pointer_to(keyword), "ignored")
