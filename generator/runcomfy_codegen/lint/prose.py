"""Descriptions against the default, the choices, the type and the demand that the schema has.

A false finding costs more trust than a missed one: only words in quotes, words that the enum has and
words that stand alone are taken for values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .. import dialect
from ..documents import pointer as steps
from ..json_types import is_array, is_number
from .node import Node
from .rule import Found, node_rule
from .samples import short

_QUOTED = r"""[`"'“‘](?P<{}>[^`"'“”‘’]+)[`"'”’]"""
_WORD = r"(?P<{}>-?[A-Za-z0-9][\w.:/+-]{{0,40}}?)"  # no longer: a text may be one long word
_IS_DEFAULT = r"(?:\(default\)|is (?:the|used as) default\b|by default\b)"
# Default: `x` | Default: x. | defaults to x | `x` is the default | x (default)
_DEFAULT = re.compile(
    rf"(?i)\bdefaults?(?:\s+(?:value|is|to))*\s{{0,9}}[:=]?\s{{0,9}}(?:{_QUOTED.format('a')}|{_WORD.format('b')}(?=[.,;)\]]?(?:\s*\Z|[\s]*[)\]]|[.,;]\s)))"
    rf"|{_QUOTED.format('c')}\s*{_IS_DEFAULT}|\b{_WORD.format('d')}\s*(?:\(default\)|is the default\b)"
)
_NO_VALUES = (
    "none null empty unset random auto automatic this that it which what value option setting mode one"
    " here same enabled disabled on off yes no true false n/a not the a an"
)
_UNVALUED = frozenset(_NO_VALUES.split())
_LIST = re.compile(
    r"(?i)\b(?:one of|options?|values?|choices?|choose|supports?|supported|available|possible|allowed|either)\b"
)
_AFTER_COLON = re.compile(r"(?i)\b(?:one of|options|values|choices)\b(?: are)?\s*:?\s*([^.;()]+)")
_TOKEN = re.compile(_QUOTED.format("text"))
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_OBJECT = re.compile(r"""\{\s*["'`]?\w+["'`]?\s*[,:][^{}]*\}""")
_OPTIONAL = re.compile(r"(?i)\A\W*optional\b|\(optional\)")
_REQUIRED = re.compile(r"(?i)\A\W*required\s*[.:;)]|\(required\)")


def _choices(node: Node) -> frozenset[str]:
    published: Any = node.schema.get("enum")
    return frozenset(map(_folded, published if is_array(published) else ()))


def _folded(value: Any) -> str:
    if is_number(value) and dialect.is_float(value):
        return f"{value:g}"
    return (value if isinstance(value, str) else short(value)).strip().casefold()


def _named_default(node: Node) -> str | None:
    """The value that the description calls the default; None where that is not certain."""
    match = _DEFAULT.search(node.description)
    if match is None:
        return None
    named = next(text for text in match.groups() if text is not None)
    bare = match["b"] or match["d"]
    if _folded(named) in _UNVALUED or (bare and not _is_value(node, bare, alone=bool(match["b"]))):
        return None
    return named


def _is_value(node: Node, word: str, *, alone: bool) -> bool:
    """Whether a word without quotes can be meant as a value: a number, a choice, or one like them."""
    if node.type in ("integer", "number"):
        return re.fullmatch(r"-?\d+(?:\.\d+)?", word) is not None
    choices = _choices(node)
    return (
        _folded(word) in choices or (alone and bool(choices)) or (bool(choices) and word.islower())
    )


@node_rule(
    "text-default",
    "warning",
    "a description that names another default than the schema",
    "API.md §7 row 10: nobody knows what leaving it out does",
    on="description",
)
def text_default(node: Node) -> Iterator[Found]:
    named, default = _named_default(node), node.schema.get("default")
    scalar = isinstance(default, str) or is_number(default)
    if named is not None and scalar and _folded(default) != _as_number(node, named):
        message = f"the text says {named!r}, the schema {short(default)}"
        yield Found(message, steps("description"), "both are shown; nothing is sent for it")


def _as_number(node: Node, named: str) -> str:
    numeric = node.type in ("integer", "number") and re.fullmatch(r"-?\d+(?:\.\d+)?", named)
    return f"{float(named):g}" if numeric else _folded(named)


@node_rule(
    "text-enum",
    "warning",
    "a description that names a choice that the enum lacks",
    "API.md §7 row 9: what the text recommends is refused",
    on="enum",
)
def text_enum(node: Node) -> Iterator[Found]:
    choices = _choices(node)
    named = [default] if (default := _named_default(node)) else []
    for sentence in _SENTENCE.split(node.description):
        named += _listed(sentence, choices)
    missing = [each for each in dict.fromkeys(named) if choices and _folded(each) not in choices]
    if missing:
        message = f"the text names {', '.join(map(repr, missing))}, which the enum does not have"
        yield Found(message, steps("description"), "the enum rules")


def _listed(sentence: str, choices: frozenset[str]) -> list[str]:
    """The values that a sentence lists, if it lists some that the enum has."""
    if not _LIST.search(sentence):
        return []
    tokens = [match["text"] for match in _TOKEN.finditer(sentence)]
    if not tokens and (match := _AFTER_COLON.search(sentence)):
        tokens = [
            each.strip() for each in re.split(r",|\bor\b|\band\b|/", match[1]) if each.strip()
        ]
        known = sum(_folded(each) in choices for each in tokens)
        if known < 2 or any(" " in each for each in tokens):
            return []
    return tokens if any(_folded(each) in choices for each in tokens) else []


@node_rule(
    "prose-default",
    "note",
    "a default that only the description has",
    "API.md §6.4: what leaving it out does is known from the text alone",
    on="description",
)
def prose_default(node: Node) -> Iterator[Found]:
    named = _named_default(node)
    unlisted = (
        bool(choices := _choices(node)) and named is not None and _folded(named) not in choices
    )
    if named is not None and node.schema.get("default") is None and not unlisted:
        yield Found(f"the text says that it is {named!r}", steps("description"))


@node_rule(
    "text-type",
    "note",
    "a description that shows an object where the type is another",
    "API.md §7 row 15: image_size is a string, the text allows a {width, height}",
    on="description",
)
def text_type(node: Node) -> Iterator[Found]:
    match = _OBJECT.search(node.description)
    if match and node.type in ("string", "integer", "number", "boolean"):
        message = f"the text shows {match[0][:60]!r}, the type is {node.type}"
        yield Found(message, steps("description"), "the type rules; extra_body sends anything")


@node_rule(
    "text-required",
    "warning",
    "a description that says optional of what is required, or the reverse",
    "API.md §7 row 13: the schema decides",
    on="description",
)
def text_required(node: Node) -> Iterator[Found]:
    if node.place == "property":
        says = _OPTIONAL if node.required else _REQUIRED
        if match := says.search(node.description):
            really = "required" if node.required else "optional"
            yield Found(f"the text says {match[0]!r}, the schema {really}", steps("description"))


RULES = (text_default, text_enum, prose_default, text_type, text_required)
