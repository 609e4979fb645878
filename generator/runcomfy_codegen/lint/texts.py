"""Titles, descriptions and defaults as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .. import dialect
from ..documents import pointer as steps
from ..json_types import is_array, is_object
from ..problems import Problem
from ..schemas_folder import EndpointSource
from ..untrusted import printable
from .property import Property

_TEXTS = ("title", "description", "default")
_LEAKED = re.compile(r"`Final prompt:`|\{\{\s*\w+\s*\}\}|\{%.*%\}|\$\{\w+\}")


def _texts(prop: Property) -> Iterator[tuple[str, str]]:
    for keyword in _TEXTS:
        text = prop.schema.get(keyword)
        if isinstance(text, str):
            yield keyword, text


def untranslated(source: EndpointSource) -> Iterator[Problem]:
    """Keys of the site's translation table in place of text, in either schema (API.md §7 row 7)."""
    for document in (source.input, source.output):
        for pointer, text in _all_texts(document.value, ""):
            if match := dialect.UNTRANSLATED.search(text):
                message = f"untranslated key {match[0]!r}"
                yield document.problem(
                    "text-untranslated", "note", message, pointer, "not shown to users"
                )


def _all_texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    members: Any = (
        value.items() if is_object(value) else enumerate(value) if is_array(value) else ()
    )
    for key, member in members:
        at = pointer + steps(key)
        if isinstance(member, str) and key in ("title", "description"):
            yield at, member
        else:
            yield from _all_texts(member, at)


def invisible(prop: Property) -> Iterator[Problem]:
    """Controls, bidi marks and zero-width characters (CVE-2021-42574)."""
    for keyword, text in _texts(prop):
        shown = printable(text)
        if "<U+" in shown and shown != text:
            yield prop.finding(
                "text-invisible", "warning", f"invisible characters: {shown[:80]!r}", keyword
            )


def leaked_template(prop: Property) -> Iterator[Problem]:
    """Scaffolding of a template left in the text (API.md §7 row 18)."""
    for keyword, text in _texts(prop):
        if match := _LEAKED.search(text):
            yield prop.finding(
                "text-template", "note", f"looks like leaked template text: {match[0]!r}", keyword
            )
