"""What the class of an endpoint says of it beside its title: the facts of the catalogue."""

from __future__ import annotations

import textwrap

from ..dialect.model_facts import ModelFacts

_MAX_NOTE = 300  # characters; the reference page has all of a longer one


def about(facts: ModelFacts) -> str:
    """One paragraph; empty where nothing is published."""
    note = textwrap.shorten(facts.pricing_note, _MAX_NOTE, placeholder=" ...").rstrip(".")
    price = "; ".join(filter(None, (facts.price, note)))
    sentences = (
        "It was gone from the catalogue when this was generated." if facts.gone else "",
        f"Category: {', '.join(facts.categories)}." if facts.categories else "",
        f"Price when this was generated: {price}." if price else "",
    )
    return " ".join(filter(None, sentences))
