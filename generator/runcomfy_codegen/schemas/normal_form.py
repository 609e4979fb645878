"""Bring captured documents into their normal form, which every stage after the overlay reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..text.documents import Document, dumps
from ..text.json_types import is_object
from ..text.problems import Problem

# A schema without any of these is its own normal form, unless it is a union as a whole.
_COMPOSED = re.compile(
    r'"(?:\$ref|allOf|\$defs|definitions|dependencies|unevaluatedProperties|if|then|else)"'
    r'|"(?:prefixItems|patternProperties|dependentSchemas|any)"'
    r'|"items"\s*:\s*\[|"exclusiveM\w+"\s*:\s*false\b|\\u'
    # A schema that takes anything; after these keywords, it is a mere value.
    r"|[\[,]\s*true\b"
    r'|"(?!(?:default|example|deprecated|nullable|uniqueItems|readOnly|writeOnly|additionalProperties)")'
    r'[^"]*"\s*:\s*true\b'
)

_UNIONS = frozenset({"anyOf", "oneOf"})


def normal_input(document: Document, is_published: bool = True) -> Document:
    """Return an input schema in its normal form.

    Args:
        document: The schema.
        is_published: Whether its text still matches its value.
    """
    text = document.text if is_published else ""
    return _normal(document, text, "", False)


def normal_output(document: Document, is_published: bool = True) -> Document:
    """Return an output schema in its normal form, wrapped as it was published."""
    text = document.text if is_published else ""
    value = document.value
    wrapped = is_object(value) and "properties" not in value and is_object(value.get("output"))
    return _normal(document, text, "output" if wrapped else "", True)


def faults_of(document: Document) -> Iterator[Problem]:
    """Yield what cannot be read in a document in its normal form."""
    if document.normal is None:
        return
    for at, fault in document.normal.faults.items():
        yield document.problem("unreadable", "error", fault.message, at, fault.hint)


def _normal(document: Document, text: str, at: str, is_output: bool) -> Document:
    if document.normal is not None or not is_object(document.value):
        return document
    schema = document.value[at] if at else document.value
    is_plain = _UNIONS.isdisjoint(schema) and not _takes_anything(schema)
    if is_plain and not _is_composed(text or dumps(document.value)):
        return document
    known = document.normal_forms
    if (at, is_output) not in known:
        # A run with nothing to do reads no schema.
        from ..runtime._schemas.normal import normal_form

        form = normal_form(document.value, at, is_output)
        known[at, is_output] = replace(document, value=form.document, normal=form)
    return known[at, is_output]


def _takes_anything(schema: Mapping[str, Any]) -> bool:
    """Return whether a property takes anything, whatever its name."""
    properties: Any = schema.get("properties")
    return is_object(properties) and any(described is True for described in properties.values())


@lru_cache(maxsize=10_000)  # a document is read by several stages
def _is_composed(text: str) -> bool:
    return _COMPOSED.search(text) is not None
