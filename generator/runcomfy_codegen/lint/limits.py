"""Limits in descriptions (API.md §6.4) against those in the schema, as one table.

A false finding costs more trust than a missed one: what is only a recommendation, holds under a
condition or for several properties together is not compared. English, as the catalogue is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .. import dialect
from ..documents import pointer as steps
from ..json_types import is_array, is_number
from .node import Node
from .rule import Found, node_rule

_MOST = r"(?:up to|at most|no more than|not exceed(?:ing)?|max(?:imum)?(?: of| is|:)?|最多|最大)\s*"
_N = r"(-?\d[\d,]{0,20}(?:\.\d{1,20})?)"  # no longer: a text may be one long number
_THINGS = (
    r"(?:images?|pictures?|photos?|videos?|clips?|audios?|tracks?|files?|items?|elements?|entries"
    r"|references?|urls?|shots?|segments?|prompts?|keyframes?|loras?|frames?)\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;。；])\s+|\n+|(?<=[。；])")
_HEDGED = re.compile(
    r"(?i)\b(?:recommend\w*|suggest\w*|typical\w*|usual\w*|best|ideal\w*|optimal\w*|preferred|about"
    r"|around|approximately|e\.g|example|if|when|unless|only|mode|depend\w*|otherwise|in total|total"
    r"|combined|together|altogether|across|sum|with|without|while)\b"
)


@dataclass(frozen=True)
class _Limit:
    """words: a pattern whose groups are the numbers; on: the types it is said of; published: what the
    schema says."""

    name: str
    on: frozenset[str]
    words: str
    published: Callable[[Node], list[float | None]]
    media: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: a run of one endpoint pays for few of them."""
        return re.compile(self.words, re.IGNORECASE)


def _keywords(*keywords: str) -> Callable[[Node], list[float | None]]:
    return lambda node: [_number(node.schema.get(keyword)) for keyword in keywords]


def _range(node: Node) -> list[float | None]:
    choices: Any = node.schema.get("enum")
    numbers = (
        [number for each in choices if (number := _number(each)) is not None]
        if is_array(choices)
        else []
    )
    least, most = (_number(node.schema.get(keyword)) for keyword in ("minimum", "maximum"))
    return [min(numbers), max(numbers)] if numbers else [least, most]


def _file_size(node: Node) -> list[float | None]:
    rules: Any = node.schema.get("validations")
    for rule in rules if is_array(rules) else ():
        if dialect.is_rule(rule) and rule["validation_rule"].startswith("file_size_mb<"):
            return [rule["validation_value"]]
    return [None]


def _number(value: Any) -> float | None:
    return value if is_number(value) and dialect.is_float(value) else None


_NUMERIC = frozenset({"integer", "number"})
_LIMITS = (
    _Limit(
        "maxItems",
        frozenset({"array"}),
        rf"{_MOST}{_N}\s*(?:(?:[a-z-]+\s+){{0,2}}?{_THINGS}|\s*[张枚個个])",
        _keywords("maxItems"),
    ),
    # "up to 4" and nothing else (API.md §7 row 11)
    _Limit(
        "maxItems",
        frozenset({"array"}),
        rf"{_MOST}{_N}\s*(?:[.;,)]|\Z)",
        _keywords("maxItems"),
    ),
    _Limit(
        "maxLength",
        frozenset({"string"}),
        rf"(?:{_MOST}|limit(?: of| is|:)?\s*|within\s*){_N}\s*(?:char|字符|文字)",
        _keywords("maxLength"),
    ),
    _Limit(
        "maxLength",
        frozenset({"string"}),
        rf"{_N}\s*char(?:acter)?s?\s*(?:max|limit|or (?:less|fewer))",
        _keywords("maxLength"),
    ),
    _Limit(
        "minimum to maximum",
        _NUMERIC,
        rf"(?:\brange|\bbetween|\bfrom|\bvalues?)\s*(?:is|of|:|from|are|\(|\[)?\s*{_N}"
        rf"\s*(?:to|-|–|—|~|and|\.\.+)\s*{_N}(?![\d:x×%])",
        _range,
    ),
    _Limit(
        "maximum",
        _NUMERIC,
        rf"{_MOST}{_N}(?![\d:x×%kKpP]|\s*(?:{_THINGS}|MB|MiB|GB))",
        lambda node: _range(node)[1:],
    ),
    _Limit(
        "file_size_mb<",
        frozenset({"string", "array"}),
        rf"(?:{_MOST}|under|below|less than|smaller than|within|≤|<=?|(?:larger|bigger|more) than)"
        rf"\s*{_N}\s*(?:MB|MiB)\b",
        _file_size,
        media=True,
    ),
)
# What no keyword of the dialect can say.
_UNSAYABLE = re.compile(
    r"(?i)(?:≤|≥|<|>|at least|at most|up to|max(?:imum)?|min(?:imum)?|between|less than|under|over|-|–|to)"
    r"\s*\d[\d.]*\s*(?:s|sec|seconds?|minutes?|fps|px|pixels)\b"
)


_DIGIT = re.compile(r"\d")


def _stated(node: Node) -> Iterator[tuple[_Limit, str, list[float]]]:
    """Each limit of the description, with its words and its numbers."""
    for sentence in _SENTENCE.split(node.description):
        sentence = " ".join(sentence.split())  # no pattern has to look for the end of many spaces
        if not _DIGIT.search(sentence) or _HEDGED.search(sentence):
            continue
        said: set[str] = set()
        for limit in _LIMITS:
            if (
                node.type not in limit.on
                or (limit.media and not node.is_media)
                or limit.name in said
            ):
                continue
            if match := limit.pattern.search(sentence):
                said.add(limit.name)
                if limit.name == "minimum to maximum":
                    said.add("maximum")
                numbers = [float(number.replace(",", "")) for number in match.groups()]
                yield limit, match[0].strip(), numbers


@node_rule(
    "text-limit",
    "warning",
    "a description that names another limit than the schema",
    "API.md §7 rows 2, 11 and 14: one of the two refuses what the other allows",
    on="description",
)
def text_limit(node: Node) -> Iterator[Found]:
    for limit, words, numbers in _stated(node):
        published = limit.published(node)
        if any(ours not in (None, theirs) for ours, theirs in zip(published, numbers, strict=True)):
            shown = " to ".join("?" if each is None else f"{each:g}" for each in published)
            message = f"the text says {words!r}, the schema has {limit.name} {shown}"
            yield Found(message, steps("description"), "the schema rules")


@node_rule(
    "prose-limit",
    "note",
    "a limit that only the description has",
    "API.md §6.4 and §7 rows 14 and 27: it is shown, not enforced",
    on="description",
)
def prose_limit(node: Node) -> Iterator[Found]:
    for limit, words, numbers in _stated(node):
        published = limit.published(node)
        differs = any(
            ours not in (None, theirs) for ours, theirs in zip(published, numbers, strict=True)
        )
        if None in published and not differs:
            hint = "shown, not enforced; overlay.json can add it"
            yield Found(f"{words!r}, and no {limit.name}", steps("description"), hint)
    if node.is_media and (match := _UNSAYABLE.search(node.description)):
        message = f"{match[0]!r}, which the schema cannot say"
        yield Found(message, steps("description"), "shown, not enforced")


@node_rule(
    "prose-condition",
    "note",
    "a condition between properties that only the description has",
    "API.md §6.4 and §7 rows 13, 14 and 29: it is shown, not enforced",
    on="description",
)
def prose_condition(node: Node) -> Iterator[Found]:
    if match := _CONDITION.search(node.description):
        yield Found(f"a condition: {match[0]!r}", steps("description"), "shown, not enforced")


_CONDITION = re.compile(
    r"(?i)\bat least one (?:of|image|video|audio|reference)\b|\b(?:is |are )?required (?:if|when|unless)\b"
    r"|\b(?:cannot|can't|must not|may not) be (?:used|combined|set|given)\b|\bmutually exclusive\b"
    r"|\b(?:valid|available|supported|works|applies|used|allowed) only (?:if|when|with|for|in|at)\b"
    r"|\bonly (?:valid|available|supported|works|applies|used|allowed) (?:if|when|with|for|in|at)\b"
    r"|\bignored (?:if|when|unless)\b|\b(?:in total|combined|together|altogether)\b"
    r"|\b(?:image|video|audio)s?\W+or\W+(?:an? )?(?:image|video|audio)s?\b"
)

RULES = (text_limit, prose_limit, prose_condition)
