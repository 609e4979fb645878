"""Texts that say what leaving a property out does, against the published default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..text.json_types import is_number
from ..text.patterns import Pattern
from .node import Node
from .rule import LintFinding, node_rule
from .samples import short
from .sentences import MAX_TEXT, OMITTED, name_words, only_words, vocabulary

_VERB = r"(?:detect|determin|select|chos|choos|infer|calculat|comput|match|decid|estimat|deriv|adapt|adjust|pick)\w*"
_AUTOMATIC = Pattern(
    rf"(?i)\bauto(?:matically)?[ -]?{_VERB}|\b{_VERB} automatically"
    r"|\b(?:inferred|derived|determined|detected|taken|matched|calculated|computed) (?:from|to|based on) (?:the|your) \w*\s?(?:input|source|prompt|image|video|audio|reference)"
    r"|\b(?:to|for|becomes?|is|uses?) auto(?:matic)?\b"
    r"|\bauto(?:matic)?(?=\s*[,(]?\s*(?:if|when|unless)\b)"
)
_OMISSION = Pattern(rf"(?i)\b{OMITTED}\b")
_OWN_OMISSION = Pattern(
    r"(?i)\b(?:if|when|unless)\s+(?:the\s+|no\s+)?(?P<subject>\w+(?:[ _]\w+)?)\s+(?:is\s+|are\s+)?"
    r"(?:omitted|unset|unspecified|empty|blank|left out|not (?:set|provided|specified|given)|(?:set|specified|provided|given))\b"
)
_CONDITION = Pattern(r"(?i)\b(?:if|when|unless|otherwise|except|only|not)\b")
_SENTENCE = Pattern(r"(?<=[.!?])\s+|\n+|[。;!?]")
# The ten other languages of the site: left out, and automatic, in one sentence.
_OTHERS = (
    (r"省略|留空|未(?:提供|指定|设置|設定|填)|不(?:提供|指定|设置|設定|填)", r"自动|自動"),
    (r"省略|未指定|指定しない|空欄|空白", r"自動"),
    (r"생략|지정하지|비워|미지정", r"자동"),
    (r"\b(?:weggelassen|ausgelassen|leer gelassen|nicht angegeben)\b", r"\bautomatisch\b"),
    (r"\b(?:se omite|omitirse|omitido|vacío|no se especifica)\b", r"\bautomática(?:mente)?\b"),
    (r"\b(?:omise?|laissée? vide|non spécifiée?|non renseignée?)\b", r"\bautomatique(?:ment)?\b"),
    (r"\b(?:omess[oa]|vuot[oa]|non specificat[oa])\b", r"\bautomatic(?:o|a|amente)\b"),
    (r"\b(?:omitid[oa]|vazi[oa]|não (?:especificad|informad)[oa])\b", r"\bautomatic(?:amente|o|a)\b|\bautomátic[oa]\b"),
    (r"не указан|опущен|не задан|оставить пустым", r"автоматическ"),
)  # fmt: skip
# One of these is in each of them, and in few other sentences.
_AUTOMATIC_STEMS = ("automat", "automát", "自动", "自動", "자동", "автоматическ")
# Values by which vendors say "automatic" themselves.
_SENTINELS = vocabulary(
    "auto automatic adaptive none null default original source input keep same random any native"
)


@node_rule(
    id="default-against-omission",
    severity="warning",
    what="a concrete default, although the text says that the value is automatic when omitted",
    why="filling it in would change the result",
    on="default",
)
def default_against_omission(node: Node) -> Iterator[LintFinding]:
    default = node.schema["default"]
    if not _is_concrete(default) or not node.description:
        return
    texts = _SENTENCE.split(node.description[:MAX_TEXT])
    if any(_says_automatic(text, node.name) for text in texts):
        message = (
            f"the default is {short(default)}, but the description says that the value is detected automatically"
            " when omitted"
        )
        yield LintFinding(message, "/default", "the SDK omits it; the default is only documented")


def _is_concrete(default: Any) -> bool:
    """Tell whether a default is a value of its own, and not another way to say automatic."""
    if is_number(default):
        return default not in (0, -1)
    if not isinstance(default, str) or not default:
        return False
    return not _SENTINELS.intersection(re.findall(r"[a-z]+", default.lower()))


def _says_automatic(sentence: str, name: str) -> bool:
    lowered = sentence.lower()
    if any(stem in lowered for stem in _AUTOMATIC_STEMS) and _in_another_language(sentence):
        return True
    if not _AUTOMATIC.search(sentence):
        return False
    rest = _OMISSION.sub(" ", sentence)
    if rest == sentence:
        own = _OWN_OMISSION.search(sentence)
        if own is None or not only_words(own["subject"], name_words(name) | {"value"}):
            return False
        rest = sentence[: own.start()] + sentence[own.end() :]
    return not _CONDITION.search(rest)


def _in_another_language(sentence: str) -> bool:
    return any(
        re.search(left_out, sentence, re.IGNORECASE)
        and re.search(automatic, sentence, re.IGNORECASE)
        for left_out, automatic in _OTHERS
    )
