"""Published texts by themselves, as one table of patterns."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from ..dialect import words as dialect
from ..schemas.folder import EndpointSource
from ..text.documents import pointer_to
from ..text.json_types import is_array, is_object
from ..text.patterns import Pattern
from ..text.untrusted import printable
from .rule import LintFinding, LintRule, TextRule

_PROSE = frozenset(
    {"title", "description", "display_name", "pricing_note", "validation_error", "categories"}
)
_VALUES = frozenset({"default", "enum", "const"})
_SAMPLES = frozenset({"default", "example"})
_ALL = _PROSE | _VALUES | _SAMPLES
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


def _excerpt(text: str) -> Callable[[str], str | None]:
    """Return a function that finds the pattern, and shows the text around its end."""
    pattern = Pattern(text)

    def excerpt(text: str) -> str | None:
        match = pattern.search(text)
        return text[max(match.end() - 40, 0) : match.end() + 20] if match else None

    return excerpt


def _with_invisible(text: str) -> str | None:
    shown = printable(text)
    return shown[:80] if "<U+" in shown and shown != text else None


_LEFT_OVER = _excerpt(
    r"(?i)`Final prompt:`|\A\s*>\s*`[^`]*:`|\[object Object\]|\A(?:undefined|NaN|TODO)\Z|\blorem ipsum\b"
)
_PLACEHOLDER = _excerpt(r"\{\{\s*[\w.]+\s*\}\}|\{%[^%\n]*%\}|\$\{\w+\}|<\|\w+\|>")
# A text about placeholders shows some.
_ABOUT_PLACEHOLDERS = Pattern(
    r"(?i)\b(?:use|uses|using|refer\w*|templates?|placeholders?|variables?|syntax|tokens?|tags?|format|replaced)\b"
)


def _scaffolding(text: str) -> str | None:
    if left_over := _LEFT_OVER(text):
        return left_over
    return None if _ABOUT_PLACEHOLDERS.search(text) else _PLACEHOLDER(text)


TEXT_RULES = (
    TextRule(
        id="text-invisible",
        severity="warning",
        what="invisible characters: controls, bidirectional marks, zero width",
        why="the text differs from what is shown (CVE-2021-42574)",
        excerpt=_with_invisible,
        keywords=_ALL,
        hint="shown as <U+....>, kept in values",
    ),
    TextRule(
        id="text-untranslated",
        severity="note",
        what="keys of the site's translation table in place of text",
        why="a reader sees a key instead of words",
        excerpt=_excerpt(dialect.UNTRANSLATED.pattern),
        keywords=_ALL,
        hint="not shown to users",
    ),
    TextRule(
        id="text-template",
        severity="note",
        what="scaffolding of a template in a text",
        why="it was not meant to be published",
        excerpt=_scaffolding,
        keywords=_ALL,
    ),
    TextRule(
        id="text-spaces",
        severity="note",
        what="leading or trailing white space in a text",
        why="in a value it is sent as it is",
        excerpt=_excerpt(r"\A\s+|(?<=\S)\s+\Z"),
        keywords=_PROSE | _VALUES,
    ),
    TextRule(
        id="text-full-width",
        severity="note",
        what="full-width punctuation in a text that is not Chinese, Japanese or Korean",
        why="it appears in lists such as wav、mp3",
        excerpt=_excerpt(
            rf"(?s)\A(?=[^{_CJK}]*\Z).*?[\u3001\u3002\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
        ),
        keywords=_PROSE,
        beyond_ascii=True,
    ),
    TextRule(
        id="text-quotes",
        severity="note",
        what="typographic quotes in a value",
        why="a model may read them differently from plain quotes",
        excerpt=_excerpt("[\u201c-\u201f\xab\xbb]"),
        keywords=_VALUES,
        beyond_ascii=True,
    ),
    TextRule(
        id="text-dangling",
        severity="note",
        what="a text that refers to something that was not captured",
        why="the reader cannot find it",
        excerpt=_excerpt(
            r"(?i)\b(?:see\b[^.;:\n]{0,40}|options|values|table) ?\bbelow(?=\s*[.)]?\s*\Z)"
        ),
        keywords=frozenset({"description"}),
        hint="the page may have it",
    ),
    TextRule(
        id="text-price",
        severity="note",
        what="a price in the text of a parameter",
        why="base_price_usd is a single number and does not include it",
        excerpt=_excerpt(
            r"(?i)\$\s?\d[\d.,]*\s?(?:usd\b|/|per\b|for\b|each\b|extra\b|more\b|an?\b)|\b(?:at|is|costs?|for|extra)\s\$\s?\d"
            r"|\b\d[\d.]* ?USD\b|\b(?:billed|charged|priced) (?:at|per|extra|double|twice|more|separately)\b"
            r"|\bcosts? \d[\d.]*x\b|\b(?:costs?|uses?|consumes?|needs?) (?:\d+(?:\.\d+)?x?(?= (?:extra |more )?credits?)|more|fewer|extra|additional|twice|double(?: the)?|half(?: the)?)"
            r" ?(?:%|percent|(?:extra |more )?credits?|as much|the price|than|\Z|(?=[.,;]))|\bsurcharge\b"
            r"|\bcosts? (?:\d+% )?(?:more|less|extra|twice|double)\b"
        ),
        keywords=frozenset({"description"}),
        hint="look at the price before a paid run",
    ),
)


def text_findings(source: EndpointSource) -> Iterator[tuple[LintRule, LintFinding]]:
    """Yield what the rules find in the texts of an endpoint."""
    for document in (source.endpoint, source.input, source.output):
        for at, keyword, text in _texts(document.value, "", ""):
            for rule in _rules_for(keyword, text.isascii()):
                if shown := rule.excerpt(text):
                    message = f"{rule.what}: {printable(shown)!r}"
                    yield rule, LintFinding(message, at, rule.hint, document)


@functools.lru_cache(maxsize=1000)
def _rules_for(keyword: str, is_ascii: bool) -> tuple[TextRule, ...]:
    """Return the rules that can find something in such a text."""
    return tuple(
        rule
        for rule in TEXT_RULES
        if keyword in rule.keywords and not (is_ascii and rule.beyond_ascii)
    )


def _texts(value: Any, pointer: str, keyword: str) -> Iterator[tuple[str, str, str]]:
    """Yield pointer, keyword and text of every published string that is not structure."""
    if isinstance(value, str):
        yield pointer, keyword, value
    elif is_array(value):
        for index, element in enumerate(value):
            yield from _texts(element, f"{pointer}/{index}", keyword)
    elif is_object(value):
        for key, member in value.items():
            if len(key) > dialect.MAX_NAME:
                continue
            yield from _texts(member, pointer + pointer_to(key), _keyword_below(keyword, key))


def _keyword_below(keyword: str, key: str) -> str:
    """Return the keyword that a member belongs to.

    Below `properties` the keys are names, and everything below a sample is a part of the sample.
    """
    if keyword == "properties":
        return ""
    return keyword if keyword in _SAMPLES else key
