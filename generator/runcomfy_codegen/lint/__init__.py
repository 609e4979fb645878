"""Contradictions and oddities in the captured schemas. `run` looks for all of them.

A rule is a function from one property to its findings; the tables of rules are below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..problems import Problem
from ..schemas_folder import EndpointSource
from . import defaults, dialect_words, rules, structure, texts
from .property import Property, properties_of

PROPERTY_RULES = (
    defaults.wrong_type,
    defaults.not_in_enum,
    defaults.out_of_bounds,
    defaults.on_required,
    defaults.against_omission,
    dialect_words.type_word,
    dialect_words.unknown_format,
    dialect_words.unknown_keyword,
    dialect_words.media_without_format,
    rules.malformed,
    rules.unknown_rule,
    rules.text_against_value,
    structure.enum_type,
    structure.empty_range,
    structure.unusable_bound,
    structure.not_enforced,
    texts.invisible,
    texts.leaked_template,
)
ENDPOINT_RULES = (
    structure.required_without_property,
    structure.wrapped_output,
    structure.example_fields,
    texts.untranslated,
)


def run(sources: Iterable[EndpointSource]) -> Iterator[Problem]:
    """All findings, endpoint by endpoint, in the order of the rules."""
    for source in sources:
        for check_endpoint in ENDPOINT_RULES:
            yield from check_endpoint(source)
        for prop in properties_of(source):
            for check in PROPERTY_RULES:
                yield from check(prop)


__all__ = ["ENDPOINT_RULES", "PROPERTY_RULES", "Property", "run"]
