"""Limits in descriptions against those in the schema, as one table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ..dialect import words as dialect
from ..runtime._schemas.media_kinds import KINDS
from ..runtime._schemas.media_rules import QUANTITIES
from ..text.documents import pointer_to
from ..text.json_types import is_array, is_number
from ..text.patterns import Pattern
from .node import Node
from .rule import LintFinding, node_rule
from .sentences import clauses, name_words, only_words, vocabulary

Ends = tuple[float | None, ...]

# Not the 3 of "Veo 3.1", "2^32", "1e9", "10k", "720p", "16:9" or "$3"; no longer than a number is.
_N = r"(?<![\w.:$€/^*#-])(-?\d[\d,]{0,20}(?:\.\d{1,20})?)(?![\w^%°×:/*]|\.\d|,\d)"
_SECOND = r"(-?\d[\d,]{0,20}(?:\.\d{1,20})?)(?![\w^%°×:/*]|\.\d|,\d)"
_MOST = (
    r"(?:up to|at most|(?:no|not) more than|(?:must |may |can |can)?not (?:exceed|be (?:more|greater|larger|longer) than)"
    r"|not exceeding|max(?:imum)?(?: (?:value|number|count|length|size|of|is))*\s*[:=]?|≤|<=|(?:no|not) (?:longer|larger|greater|bigger) than)"
)
_TO = r"(?:to|-|–|—|~|through|and|\.\.\.?)"
_SIZE = r"(?:under|below|less than|smaller than|within|<)"

_FILLER = vocabulary(
    "the a an this its it and be is are must has have to in of on can value values number numbers integer"
    " int float decimal input inputs parameter valid allowed accepted acceptable possible supported"
    " permitted legal inclusive included limit limits limited set length size count"
)
_RANGE_WORDS = vocabulary("range ranges between from within values value must valid allowed")
_GIVING = vocabulary(
    "list array supports support accepts accept allows allow takes take provide upload add use give"
    " include pass you your provided uploaded used given reference references source additional optional"
    " one request at once image images picture pictures photo photos video videos clip clips audio audios"
    " track tracks file files item items element elements entries entry url urls shot shots segment"
    " segments prompt prompts keyframe keyframes lora loras frame frames edit"
)
_THING = (
    r"(?:images?|pictures?|photos?|videos?|clips?|audios?|tracks?|files?|items?|elements?|entries"
    r"|references?|urls?|shots?|segments?|prompts?|keyframes?|loras?|frames?)"
)
_COUNTED = vocabulary("images image outputs output steps pixels px results samples frames videos")
_SECONDS = vocabulary("second seconds s sec secs")
_TIMES = vocabulary("duration seconds second length")
_TEXT_WORDS = vocabulary("text string characters character chars long or less fewer")
_ABOUT_FILES = vocabulary("file files make sure your each")
_KINDS = {kind.name: vocabulary(kind.words.counted) for kind in KINDS.values()}


@dataclass(frozen=True)
class _Limit:
    """A kind of limit.

    words: a pattern whose groups are the numbers; on: the types that have it; published: what the schema
    says; around: other words that may stand in the clause.
    """

    name: str
    on: frozenset[str]
    words: str
    published: Callable[[Node], Ends]
    around: Callable[[Node], frozenset[str]]
    needs: frozenset[str] = frozenset()
    media: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: a run of one endpoint pays for few of them."""
        return re.compile(self.words, re.IGNORECASE)


class _Stated(NamedTuple):
    """A limit that a description states, in its words."""

    limit: _Limit
    words: str
    numbers: tuple[float, ...]


def _keyword(keyword: str) -> Callable[[Node], Ends]:
    return lambda node: (_number(node.schema.get(keyword)),)


def _range(node: Node) -> Ends:
    choices: Any = node.schema.get("enum")
    numbers = [_number(choice) for choice in choices] if is_array(choices) else []
    known = [number for number in numbers if number is not None]
    if known:
        return min(known), max(known)
    return _end(node, "minimum", "exclusiveMinimum"), _end(node, "maximum", "exclusiveMaximum")


def _end(node: Node, *keywords: str) -> float | None:
    ends = (_number(node.schema.get(keyword)) for keyword in keywords)
    return next((end for end in ends if end is not None), None)


def _upper_rule(name: str) -> Callable[[Node], Ends]:
    def published(node: Node) -> Ends:
        rules: Any = node.schema.get("validations")
        for rule in rules if is_array(rules) else ():
            if dialect.is_rule(rule) and rule["validation_rule"].startswith(f"{name}<"):
                return (rule["validation_value"],)
        return (None,)

    return published


def _number(value: Any) -> float | None:
    return value if is_number(value) and dialect.is_float(value) else None


def _around_numbers(node: Node) -> frozenset[str]:
    own = name_words(node.name)
    return (
        _FILLER | _RANGE_WORDS | _COUNTED | own | (_SECONDS if own & _TIMES else frozenset[str]())
    )


def _around_lists(node: Node) -> frozenset[str]:
    return _FILLER | _GIVING | name_words(node.name)


def _around_texts(node: Node) -> frozenset[str]:
    return _FILLER | _TEXT_WORDS | name_words(node.name)


def _around_files(node: Node) -> frozenset[str]:
    words = _FILLER | _ABOUT_FILES
    return words | _KINDS[node.media_kind] if node.media_kind else words


_NUMERIC, _LIST, _TEXT = (
    frozenset({"integer", "number"}),
    frozenset({"array"}),
    frozenset({"string"}),
)
_STATED_UNITS = [quantity for quantity in QUANTITIES.values() if quantity.units_in_text]
_LIMITS = (
    _Limit("maxItems", _LIST, rf"{_MOST}\s*{_N}(?:\s+[a-z-]+){{0,2}}?\s+{_THING}\b", _keyword("maxItems"), _around_lists),
    _Limit("maxItems", _LIST, rf"{_MOST}\s*{_N}\Z", _keyword("maxItems"), _around_lists),
    _Limit("maxLength", _TEXT, rf"(?:{_MOST}|within|limit(?:ed)?(?: to| of| is|:)?)\s*{_N}\s*char(?:acter)?s?\b", _keyword("maxLength"), _around_texts),
    _Limit("maxLength", _TEXT, rf"{_N}\s*char(?:acter)?s? (?:max(?:imum)?|limit|or (?:less|fewer))\b", _keyword("maxLength"), _around_texts),
    _Limit("minimum to maximum", _NUMERIC, rf"\[?\s*{_N}\s*{_TO}\s*{_SECOND}\s*\]?", _range, _around_numbers, _RANGE_WORDS),
    _Limit("maximum", _NUMERIC, rf"{_MOST}\s*{_N}", lambda node: _range(node)[1:], _around_numbers),
    *(
        _Limit(f"{quantity.name}<", _TEXT | _LIST, rf"(?:{_MOST}|{_SIZE})\s*{_N}\s*(?:{quantity.units_in_text})\b", _upper_rule(quantity.name), _around_files, media=True)
        for quantity in _STATED_UNITS
    ),
)  # fmt: skip
_DIGIT = Pattern(r"\d")
# "10MB" and "10 MB" alike; a unit must not hide in the number.
_GLUED = Pattern(
    rf"(?i)(?<=\d)(?=(?:{'|'.join(quantity.units_in_text for quantity in _STATED_UNITS)})\b)"
)


def _stated(node: Node) -> list[_Stated]:
    """Return the limits of a description; those that it states in two ways are left out."""
    if not _DIGIT.search(node.description):
        return []
    limits = [
        limit for limit in _LIMITS if node.type in limit.on and (node.is_media or not limit.media)
    ]
    limits_stated: list[_Stated] = []
    for clause in clauses(node.description) if limits else ():
        if clause.hedged or not _DIGIT.search(clause.text):
            continue
        matches = (_matched(limit, node, _GLUED.sub(" ", clause.text)) for limit in limits)
        limits_stated += [match for match in matches if match][:1]
    numbers: dict[str, set[tuple[float, ...]]] = {}
    for stated in limits_stated:
        numbers.setdefault(stated.limit.name, set()).add(stated.numbers)
    return [stated for stated in limits_stated if len(numbers[stated.limit.name]) == 1]


def _matched(limit: _Limit, node: Node, clause: str) -> _Stated | None:
    match = limit.pattern.search(clause)
    if match is None:
        return None
    rest = f"{clause[: match.start()]} {clause[match.end() :]}"
    if not only_words(rest, limit.around(node)):
        return None
    if limit.needs and not limit.needs.intersection(rest.lower().replace(":", " ").split()):
        return None
    numbers = tuple(float(number.replace(",", "")) for number in match.groups())
    if len(numbers) == 2 and numbers[0] >= numbers[1]:
        return None
    return _Stated(limit, clause.strip(), numbers)


def _mentioned(node: Node) -> frozenset[float]:
    """Return every number of a description, whatever it stands for."""
    texts = re.findall(r"\d[\d,]{0,20}(?:\.\d{1,20})?", node.description)
    return frozenset(float(text.replace(",", "")) for text in texts)


def _differs(ours: float | None, theirs: float, mentioned: frozenset[float]) -> bool:
    """Tell whether the schema has another number, which the text does not mention anywhere."""
    return ours not in (None, theirs) and abs(ours or 0) not in mentioned


@node_rule(
    id="text-limit",
    severity="warning",
    what="a description that states another limit than the schema",
    why="one of the two allows what the other refuses",
    on="description",
)
def text_limit(node: Node) -> Iterator[LintFinding]:
    mentioned = _mentioned(node)
    for limit, words, numbers in _stated(node):
        published = limit.published(node)
        pairs = zip(published, numbers, strict=True)
        if any(_differs(ours, theirs, mentioned) for ours, theirs in pairs):
            shown = " to ".join("?" if end is None else f"{end:g}" for end in published)
            message = f"the description says {words!r}, the schema has {limit.name} {shown}"
            yield LintFinding(message, pointer_to("description"), "the schema decides")


@node_rule(
    id="prose-limit",
    severity="note",
    what="a limit that only the description states",
    why="it is shown, not enforced",
    on="description",
)
def prose_limit(node: Node) -> Iterator[LintFinding]:
    for limit, words, numbers in _stated(node):
        published = limit.published(node)
        differs = any(
            ours not in (None, theirs) for ours, theirs in zip(published, numbers, strict=True)
        )
        if None in published and not differs:
            hint = "shown, not enforced; overlay.json can add it"
            yield LintFinding(
                f"the description says {words!r}, the schema has no {limit.name}",
                pointer_to("description"),
                hint,
            )
    for clause in clauses(node.description) if node.is_media else ():
        match = _UNSAYABLE.search(clause.text)
        if (
            match
            and not clause.hedged
            and only_words(_UNSAYABLE.sub("", clause.text), _AROUND_MEDIA)
        ):
            message = f"{clause.text!r}, which the schema cannot say"
            yield LintFinding(message, pointer_to("description"), "shown, not enforced")


# Durations and sizes of media, for which the dialect has no keyword.
_UNSAYABLE = Pattern(
    r"(?i)(?:≤|≥|<=|>=|at least|at most|up to|max(?:imum)?(?: of)?|min(?:imum)?(?: of)?|between|less than|(?:no|not) (?:longer|more) than|must (?:be|last))?"
    r"\s*\d[\d.]{0,20}(?:\s*(?:-|–|to|and)\s*\d[\d.]{0,20})?\s*(?:s|sec|seconds?|minutes?|fps|px|pixels)\b"
)
_AROUND_MEDIA = (
    _FILLER
    | vocabulary("duration long last resolution width height side sides at least most between both")
).union(*_KINDS.values())
