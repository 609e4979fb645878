"""Descriptions as clauses, so that a rule can demand that a whole clause says what it looks for.

Vendors write prose for people: "looks best between 0 and 1", "up to 10 images in pro mode", "5 seconds
for drafts". A pattern that is found anywhere in a text is wrong more often than right. So a clause counts
only if every word of it is accounted for, and only in a sentence without a condition or an opinion.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from ..text.patterns import Pattern

MAX_TEXT = 5000
"""Characters of a description that are read; published ones have some hundred."""

_ABBREVIATION = Pattern(r"(?i)\b(max|min|approx|incl|vs|etc|no|e\.g|i\.e)\.(?=[\s,)])")
_BULLET = Pattern(r"\s*(?:[-*•·–]|\d{1,2}[.)])\s+")
_END = Pattern(r"(?<=[.!?;])[\"'”’)]*\s+|\s+\|\s+|[。;!?]")
_IN_PARENTHESES = Pattern(r"\(([^()]*)\)")
_COMMA = Pattern(r",(?!\d)\s*|\s+[-–—]+\s+(?!\d)")
_OTHER_SCRIPT = Pattern(r"[^\W\d_A-Za-zÀ-ɏ]")
_OUTER = " \t.,;:!?*"
# Leaving a property out is what every default and every "optional" is about: it is not a condition on others.
OMITTED = (
    r"(?:(?:if|when|unless|where)\s+(?:(?:it|this|the (?:value|field|parameter|property)|left)\s+)?(?:is\s+|are\s+)?"
    r"(?:left\s+)?(?:omitted|unset|unspecified|empty|blank|absent|missing|out|undefined|null|none"
    r"|at (?:the |its )?default|not (?:set|provided|specified|given|supplied|passed|present)"
    r"|set|specified|provided|given)"
    r"|(?:leave|leaving|left)\s+(?:(?:it|this)\s+)?(?:empty|blank|unset|out|unspecified)"
    r"|omit(?:ting)?(?:\s+(?:it|this))?(?=\s+(?:to|for)\b))"
)
_OMITTED = Pattern(rf"(?i)\b{OMITTED}\b(?!\s+(?:to|as|in|by|with|and|or|for)\b)")
_HEDGE = Pattern(
    r"(?i)\b(?:recommend\w*|suggest\w*|advis\w*|typical\w*|usual\w*|common\w*|best|ideal\w*|optimal\w*"
    r"|prefer\w*|about|around|approx\w*|roughly|nearly|almost|e\.g|i\.e|etc|examples?|such|like|if|when"
    r"|whenever|unless|until|depend\w*|otherwise|else|total|combined|together|altogether|across|sum"
    r"|without|with|while|whereas|but|except|only|just|modes?|versions?|models?|tiers?|plans?|try|good"
    r"|great|better|sane|reasonabl\w*|sensibl\w*|safe|works?|sweet|normal\w*|often|general\w*|mostly"
    r"|may|might|could|would|should|likely|sometimes|beyond|first|was|were|previous\w*|original\w*"
    r"|currently|for|per|every|internal\w*|instead|other|another|some|most users|start\w*|equivalent"
    r"|words?|tokens?|english|chinese|than the|relative|minutes?|experiment\w*|override\w*|respectively)\b"
)
_NEGATION = Pattern(r"(?i)\b(?:not|never|no|nor|cannot|can't|don't|doesn't|isn't|won't)\b")
_NEGATIVE_LIMIT = Pattern(
    r"(?i)\b(?:(?:must|may|can|should)?\s*not|cannot|can't)\s+(?:exceed\w*|be (?:more|greater|larger|longer) than)"
    r"|\b(?:no|not) (?:more|greater|larger|bigger|longer) than\b"
)


class Clause(NamedTuple):
    """A part of a sentence between commas, dashes and parentheses, without outer punctuation.

    hedged: whether the sentence has a condition, an opinion or a comparison.
    """

    text: str
    sentence: str
    hedged: bool


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, each on one line, in Latin script.

    Lines of a list under a heading ("In pro mode:") are left out: they hold under its condition.
    """
    kept: list[str] = []
    under_heading = False
    for line in text[:MAX_TEXT].split("\n"):
        plain = " ".join(line.split())
        if not plain:
            continue
        if not _BULLET.match(line):
            under_heading = plain.endswith(":")
        elif under_heading:
            continue
        plain = _ABBREVIATION.sub(
            r"\1", _BULLET.sub("", line, count=1) if _BULLET.match(line) else plain
        )
        kept += (" ".join(sentence.split()) for sentence in _END.split(plain) if sentence.strip())
    return tuple(sentence for sentence in kept if not _OTHER_SCRIPT.search(sentence))


@lru_cache(maxsize=64)
def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text, those in parentheses by themselves."""
    kept: list[Clause] = []
    for sentence in sentences(text):
        hedged = is_hedged(sentence)
        inner = _IN_PARENTHESES.findall(sentence)
        outer = _IN_PARENTHESES.sub(" , ", sentence)
        for part in (outer, *inner):
            parts = [text.strip(_OUTER) for text in _COMMA.split(part)]
            kept += (Clause(text, sentence, hedged) for text in parts if text)
    return tuple(kept)


def is_hedged(sentence: str) -> bool:
    """Tell whether a sentence has a condition, an opinion or a negation."""
    plain = _OMITTED.sub(" ", sentence)
    if _HEDGE.search(plain):
        return True
    return _NEGATION.search(_NEGATIVE_LIMIT.sub(" ", plain)) is not None


def name_words(name: str) -> frozenset[str]:
    """Return the words of a property's name, in singular and plural."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    words = set(re.findall(r"[a-z]+", apart))
    return frozenset(words | {f"{word}s" for word in words} | {word.rstrip("s") for word in words})


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(text.split())


def only_words(text: str, allowed: Collection[str]) -> bool:
    """Tell whether every word of a text is one of those."""
    return all(word in allowed for word in re.findall(r"[^\s:=,.()\[\]\"'`]+", text.lower()))
