"""Descriptions against the default, the choices, the type and the demand that the schema has.

A false finding costs more trust than a missed one. Only a clause that states a default or a list of
choices and nothing else is read, and only where its values look like those of the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..dialect import words as dialect
from ..text.documents import pointer_to
from ..text.json_types import is_array, is_number, is_object
from ..text.patterns import Pattern
from .node import Node
from .rule import LintFinding, node_rule
from .samples import short
from .sentences import MAX_TEXT, clauses, is_hedged, sentences, vocabulary

_MARKS = "`\"'“”‘’*"
_QUOTED = rf"[{_MARKS}]+(?P<quoted>[^{_MARKS}]+)[{_MARKS}]+"
_BARE = r"(?P<bare>-?[A-Za-z0-9][\w.:/+-]{0,40}?)"
# "default: x", "the default value is x", "defaults to x", "default 5", and the clause says no more
_DEFAULT = Pattern(
    r"(?i)(?:(?:the|its|published|server)\s+)*default(?:s|ed)?(?:\s+(?:value|setting))?\s*"
    rf"(?:(?:\bis\b|\bto\b|\bof\b|[:=]|\s)+\s*(?:{_QUOTED}|(?P<number>-?\d[\d,]*(?:\.\d+)?))|(?:\bis\b|\bto\b|[:=])+\s*{_BARE})"
)
# "x is the default", "x is used by default"
_REVERSED = Pattern(
    rf"(?i){_QUOTED}\s+(?:is|is used as|as) (?:the )?default(?: value)?|{_QUOTED.replace('quoted', 'other')}\s+(?:is used )?by default"
)
# "x (default)" in a list of choices
_MARKED = Pattern(
    rf"(?i)(?:\A|[,;:|/•\n-]|\bor\b|\band\b)\s*[{_MARKS}]*(?P<phrase>[\w.:+-][\w.:+ -]{{0,40}}?)[{_MARKS}]*\s*[:–-]?\s*\(default\)"
)
_ALTERNATIVE = Pattern(r"(?i)(?:\A|\s)(?:or|and)\s")
_NUMBER = Pattern(r"-?\d[\d,]*(?:\.\d+)?")
_DIGITS = Pattern(r"\d+")
_WORD = Pattern(r"[a-z][a-z_-]{2,}")
_UNVALUED = vocabulary(
    "none null nil empty unset random auto automatic adaptive this that it which what value option setting"
    " mode one here same enabled disabled on off yes no n/a not the a an is to of for false true"
)
_LIST_HEAD = Pattern(
    r"(?i)(?:\bone of|\b(?:options|choices|(?:valid|allowed|possible|supported|accepted|available) (?:values|options|choices|formats|sizes|modes))"
    r"(?: are| include)?|\bchoose(?: from| between)?|\beither|\bsupports)\s*:?\s*(?P<list>.*)"
)
_ITEM = Pattern(rf"[{_MARKS}]+([^{_MARKS}]+)[{_MARKS}]+|(-?[\w][\w.:+/-]*)")
_BETWEEN = Pattern(r"\s*(?:,?\s*(?:or|and)|,|/|\|)?\s*")
_IN_PARENTHESES = Pattern(r"\s*\([^()]*\)")
_OBJECT = Pattern(
    r"""(?i)\{\s*["'`]?width["'`]?\s*[,:][^{}]*height[^{}]*\}|\bobject\s*[:,]?\s*\{\s*["'`]?\w+["'`]?\s*[,:][^{}]*\}"""
)
_AS_TEXT = Pattern(r"(?i)\b(?:json|string|text|serialized|stringified|template|encoded|escaped)\b")
_OPTIONAL = Pattern(r"(?i)\A\W*optional\s*(?:[.:;)\]]|\Z)|[(\[]optional[)\]]")
_REQUIRED = Pattern(r"(?i)\A\W*required\s*(?:[.)\]]|\Z)|[(\[]required[)\]]")


def _enum(node: Node) -> list[Any]:
    published: Any = node.schema.get("enum")
    return published if is_array(published) else []


def _choices(node: Node) -> frozenset[str]:
    return frozenset(map(_folded, _enum(node)))


def _folded(value: Any) -> str:
    """Return a value as people compare it: case, spaces and punctuation do not count."""
    if is_number(value) and dialect.is_float(value):
        return f"{value:g}"
    text = (value if isinstance(value, str) else short(value)).strip().casefold()
    if _NUMBER.fullmatch(text):
        return f"{float(text.replace(',', '')):g}"
    apart = re.sub(r"(?<=\d)[x×*](?=\d)", " ", text)
    return " ".join(re.findall(r"[^\W_]+", apart)) or text


class _Named(NamedTuple):
    """A value that a description calls the default.

    Attributes:
        value: The value, as the text spells it.
        quoted: Whether it is in quotes, and so certainly a value.
        marked: Whether it is marked in a list, as in "a, b (default)".
    """

    value: str
    quoted: bool
    marked: bool = False


def _named_defaults(node: Node) -> list[_Named]:
    """Return the values that the description calls the default."""
    if "default" not in node.description.lower():
        return []
    named: list[_Named] = []
    for clause in clauses(node.description):
        if clause.hedged:
            continue
        if match := _DEFAULT.fullmatch(clause.text):
            value = match["quoted"] or match["number"] or match["bare"]
            named.append(_Named(value, bool(match["quoted"])))
        elif match := _REVERSED.search(clause.sentence):
            named.append(_Named(match["quoted"] or match["other"], True))
    choices = {choice for choice in _choices(node) if choice not in _UNVALUED}
    for match in _MARKED.finditer(node.description[:MAX_TEXT]):
        phrase = _ALTERNATIVE.split(match["phrase"])[-1]
        if _folded(phrase) in choices:
            named.append(_Named(phrase, quoted=True, marked=True))
    return [candidate for candidate in named if _folded(candidate.value) not in _UNVALUED]


def _named_default(node: Node) -> _Named | None:
    """Return the one value that the description calls the default; None where it is not certain."""
    named = _named_defaults(node)
    if len({_folded(candidate.value) for candidate in named}) != 1:
        return None
    if node.type in ("integer", "number") and not _NUMBER.fullmatch(named[0].value):
        return None
    return max(named, key=lambda candidate: (candidate.marked, candidate.quoted))


@node_rule(
    id="text-default",
    severity="warning",
    what="a description that names another default than the schema",
    why="the effect of leaving it out is unclear",
    on="description",
)
def text_default(node: Node) -> Iterator[LintFinding]:
    named, default = _named_default(node), node.schema.get("default")
    if (
        named is None
        or default in (None, "")
        or not (isinstance(default, str) or is_number(default))
    ):
        return
    value, quoted = named.value, named.quoted
    if node.required or _same_value(default, value):
        return
    if not named.marked and _mentions(node, default):
        return
    if _enum(node):
        comparable = _folded(value) in _choices(node) or _is_like(node, value, quoted)
    else:
        comparable = is_number(default) == bool(_NUMBER.fullmatch(value)) and (
            is_number(default) or quoted
        )
    if comparable:
        message = f"the description says {value!r}, the schema {short(default)}"
        yield LintFinding(message, pointer_to("description"), "both are shown; neither is sent")


def _same_value(default: Any, named: str) -> bool:
    """Tell whether a text names the default, perhaps rounded."""
    if _folded(default) == _folded(named):
        return True
    if not is_number(default) or not dialect.is_float(default) or not _NUMBER.fullmatch(named):
        return False
    digits = len(named.partition(".")[2])
    return round(float(default), digits) == float(named.replace(",", ""))


def _mentions(node: Node, default: Any) -> bool:
    """Tell whether a sentence about the default names the published one too."""
    about = [sentence for sentence in sentences(node.description) if "default" in sentence.lower()]
    words = f" {_folded(default)} "
    return any(words in f" {_folded(_BARE_MARKS.sub(' ', sentence))} " for sentence in about)


_BARE_MARKS = Pattern(rf"[{_MARKS}(),;]")


@node_rule(
    id="text-enum",
    severity="warning",
    what="a description that names a choice missing from the enum",
    why="a recommended value would be refused",
    on="enum",
)
def text_enum(node: Node) -> Iterator[LintFinding]:
    choices = _choices(node)
    if not node.description or not choices:
        return
    named: list[str] = []
    for sentence in sentences(node.description):
        named += _listed(node, sentence)
    default = _named_default(node)
    if default and _is_like(node, default.value, default.quoted):
        named.append(default.value)
    missing = [value for value in dict.fromkeys(named) if _is_missing(node, value)]
    if missing:
        message = (
            f"the description names {', '.join(map(repr, missing))}, which the enum does not have"
        )
        yield LintFinding(message, pointer_to("description"), "the enum is enforced")


def _is_missing(node: Node, value: str) -> bool:
    """Tell whether a value is certainly none of the choices, in whichever spelling."""
    word = _folded(value)
    if word in _UNVALUED or word in _folded_names(node):
        return False
    parts = [f" {choice} " for choice in _choices(node)]
    joined = word.replace(" ", "")
    return not any(
        f" {word} " in part
        or part in f" {word} "
        or part.replace(" ", "") in joined
        or joined in part.replace(" ", "")
        for part in parts
    )


def _folded_names(node: Node) -> frozenset[str]:
    """Return the names of all properties: a text may list them too."""
    properties: Any = node.source.input.value.get("properties")
    return frozenset(map(_folded, properties if is_object(properties) else ()))


def _is_like(node: Node, value: str, quoted: bool) -> bool:
    """Tell whether a value that is not a choice may be meant as one.

    It is a word among words, or is in quotes and has the digits where all choices have theirs.
    """
    texts = [choice for choice in _enum(node) if isinstance(choice, str)]
    if len(texts) < len(_enum(node)):
        return False
    if quoted and _DIGITS.search(value):
        return {_DIGITS.sub("0", text.casefold()) for text in texts} == {
            _DIGITS.sub("0", value.casefold())
        }
    words = all(map(_WORD.fullmatch, (*texts, value)))
    return words and (quoted or value.islower())


def _listed(node: Node, sentence: str) -> list[str]:
    """Return the values of a list, if the sentence is one and most of it is in the enum."""
    head = _LIST_HEAD.search(sentence)
    if head is None or is_hedged(sentence):
        return []
    items = _items(_IN_PARENTHESES.sub("", head["list"]))
    choices = _choices(node)
    known = sum(_folded(item) in choices for item, _ in items)
    unknown = [item for item, _ in items if _folded(item) not in choices]
    in_quotes = all(quoted for _, quoted in items)
    if known < (1 if in_quotes and len(items) == 2 else 2) or len(unknown) > known:
        return []
    return unknown


def _items(text: str) -> list[tuple[str, bool]]:
    """Return the items of `a, b or c`, and whether each is in quotes; nothing unless it is all items."""
    text = text.strip().rstrip(".!:;")
    items: list[tuple[str, bool]] = []
    at = 0
    while at < len(text):
        item = _ITEM.match(text, at)
        if item is None:
            return []
        items.append((item[1] or item[2], item[1] is not None))
        between = _BETWEEN.match(text, item.end())
        at = between.end() if between else item.end()
        if at < len(text) and (between is None or not between[0].strip()):
            return []  # two words side by side are prose
    return items


@node_rule(
    id="prose-default",
    severity="note",
    what="a default that only the description states",
    why="the schema does not say what leaving it out does",
    on="description",
)
def prose_default(node: Node) -> Iterator[LintFinding]:
    named = _named_default(node)
    if named is None or node.schema.get("default") is not None:
        return
    choices = _choices(node)
    if not choices or _folded(named.value) in choices:
        yield LintFinding(
            f"the description says that the default is {named.value!r}", pointer_to("description")
        )


@node_rule(
    id="text-type",
    severity="note",
    what="a description that shows an object for a property of another type",
    why="only `extra_body` can send such an object",
    on="description",
)
def text_type(node: Node) -> Iterator[LintFinding]:
    match = _OBJECT.search(node.description[:MAX_TEXT])
    scalar = node.type in ("string", "integer", "number", "boolean")
    if match and scalar and not _AS_TEXT.search(node.description):
        message = f"the description shows {match[0][:60]!r}, the type is {node.type}"
        yield LintFinding(
            message, pointer_to("description"), "the type is enforced; extra_body sends anything"
        )


@node_rule(
    id="text-required",
    severity="warning",
    what="a description that contradicts `required`",
    why="the schema decides",
    on="description",
)
def text_required(node: Node) -> Iterator[LintFinding]:
    if node.place != "property":
        return
    top: Any = node.source.input.value
    if not node.required and not {"anyOf", "oneOf", "allOf"}.isdisjoint(top):
        return  # what is required may depend on what else is given
    match = (_OPTIONAL if node.required else _REQUIRED).search(node.description)
    if match:
        really = "required" if node.required else "optional"
        yield LintFinding(
            f"the description says {match[0]!r}, the schema {really}", pointer_to("description")
        )
