"""Conditions between properties that only a description has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..text.documents import pointer_to
from ..text.json_types import is_object
from ..text.patterns import Pattern
from .node import Node
from .rule import LintFinding, node_rule
from .sentences import sentences

_CONDITION = Pattern(
    r"(?i)\bat least one (?:of|image|video|audio|reference)\b|\b(?:is |are )?required (?:if|when|unless)\b"
    r"|\b(?:cannot|can't|can not|must not|may not) be (?:used|combined|set|given|provided|specified)\b"
    r"|\bmutually exclusive\b|\b(?:only|exclusively) (?:valid|available|supported|works?|appl(?:ies|icable)|used|effective|allowed) (?:if|when|with)\b"
    r"|\b(?:valid|available|supported|works?|appl(?:ies|icable)|used|effective|allowed) only (?:if|when|with)\b"
    r"|\bignored (?:if|when|unless)\b|\b(?:in total|combined|altogether)\b|\btogether\s*[:,]"
    r"|\b(?:image|video|audio)s? or (?:an? )?(?:image|video|audio)s? (?:is|are|must be) (?:needed|required|provided|given)\b"
)
_MEDIA = Pattern(r"_(?:ur[il]s?|files?|path)\Z")


@node_rule(
    id="prose-condition",
    severity="note",
    what="a condition between properties that only the description states",
    why="it is shown, not enforced",
    on="description",
)
def prose_condition(node: Node) -> Iterator[LintFinding]:
    others = _others(node) if _CONDITION.search(node.description) else None
    for sentence in sentences(node.description) if others else ():
        match = _CONDITION.search(sentence)
        if match and others and others.search(sentence):
            yield LintFinding(
                f"the description has a condition: {match[0]!r}",
                pointer_to("description"),
                "shown, not enforced",
            )
            return


def _others(node: Node) -> re.Pattern[str] | None:
    """Return a pattern that finds the names of the other properties, as prose spells them."""
    properties: Any = node.source.input.value.get("properties")
    names = [name for name in properties if name != node.name] if is_object(properties) else []
    spellings: set[str] = set()
    for name in names:
        for spelling in (name, _MEDIA.sub("", name), _MEDIA.sub("s", name)):
            if len(spelling) > 2:
                spellings.add(re.escape(spelling).replace("_", "[_ -]").replace(r"\ ", "[_ -]"))
    if not spellings:
        return None
    return re.compile(rf"(?i)\b(?:{'|'.join(sorted(spellings))})s?\b")
