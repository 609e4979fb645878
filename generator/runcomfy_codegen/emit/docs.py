"""Docstrings of generated code: what the schema says in English, then the vendor's own words."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator

from ..dialect.model_facts import ModelFacts
from ..ir.model import Field, MediaRule, ObjectType, Type
from ..runtime._schemas.media_kinds import KINDS
from ..runtime._schemas.media_rules import COMPARISONS, QUANTITIES, is_known_rule, parse_rule
from ..text.documents import one_line

_MAX_DEFAULT = 80  # characters; longer ones are sample prompts, not settings
_MAX_EXAMPLES = 3
_MAX_CHOICES = 120  # characters
_MAX_NOTE = 300  # characters; the reference page has all of a longer one
_PYTHON_MEDIA = "URL, data URI, Path, bytes or binary file"
_SHELL_MEDIA = "file or URL, - for stdin"
_ENDS = ".!?:;。！？：；…"
# Arguments that are not fields. A test compares them with the options of the runtime.
SUBMIT_OPTIONS = {
    "extra_body": "Merged into the JSON body without being checked.",
    "extra_headers": "Sent with each request of the call.",
    "http_timeout": "Seconds for one HTTP exchange. Defaults to that of the client.",
}
RUN_OPTIONS = {
    **SUBMIT_OPTIONS,
    "timeout": "Seconds for the whole run. Defaults to 30 minutes.",
    "on_update": "Called with a `JobStatus` when the state or the queue position changes.",
    "poll_interval": "Seconds between two reads of the status. Adapts to the queue by default.",
    "cancel_on_timeout": "Whether to cancel a job that is still queued when the time is over.",
}


def describe(field: Field) -> str:
    """Return the docstring of a field; empty where there is nothing to add to its name and type."""
    return "\n\n".join(filter(None, (" ".join(_facts(field)), _vendor_text(field))))


def describe_argument(field: Field) -> list[str]:
    """Return the lines of a field under `Args:`. Its choices are listed, as the type is an alias there."""
    facts = " ".join(filter(None, (_choices(field), *_facts(field))))
    return [line for line in (facts, " ".join(_vendor_text(field).split())) if line]


def describe_option(field: Field) -> str:
    """Return the help of an option of the command line, on one line. Its choices are listed beside it."""
    return " ".join(" ".join((*_facts(field, _SHELL_MEDIA), _vendor_text(field))).split())


def arguments_section(fields: Iterable[Field], options: dict[str, str]) -> str:
    """Return the `Args:` section of a method."""
    lines = ["Args:"]
    for field in fields:
        described = describe_argument(field)
        if described:
            lines.append(f"    {field.name}: {described[0]}")
            lines += (f"        {line}" for line in described[1:])
    lines += (f"    {name}: {text}" for name, text in options.items())
    return "\n".join(lines)


def demand_sentences(cls: ObjectType) -> list[str]:
    """Return what is asked of the fields of a class together, by their Python names."""
    names = {field.wire: field.name for field in cls.fields}
    return [f"{_sentence(demand.in_words(names))}." for demand in cls.demands]


def summary_of(facts: ModelFacts) -> str:
    """Return what the catalogue says of an endpoint, and what it takes, in one paragraph."""
    sentences = (
        "It was gone from the catalogue when this was generated." if facts.gone else "",
        f"Category: {', '.join(facts.categories)}." if facts.categories else "",
        f"Input: {', '.join(facts.kinds)}." if facts.kinds else "",
        price_sentence(facts),
    )
    return " ".join(filter(None, sentences))


def price_sentence(facts: ModelFacts) -> str:
    """Return the price and what the catalogue notes about it; empty if it is not published."""
    note = textwrap.shorten(facts.pricing_note, _MAX_NOTE, placeholder=" ...").rstrip(".")
    price = "; ".join(filter(None, (facts.price, note)))
    return f"Price when this was generated: {price}." if price else ""


def shown_examples(field: Field) -> list[str]:
    """Return the published examples that are short enough to be read, as JSON."""
    shown = [one_line(value) for value in field.examples]
    short = [text for text in dict.fromkeys(shown) if len(text) <= _MAX_DEFAULT]
    return [] if field.secret else short[:_MAX_EXAMPLES]


def _vendor_text(field: Field) -> str:
    text = field.description or ("" if _says_the_name(field) else field.title)
    if not text or text[-1] in _ENDS:
        return text
    return text + ("." if text[-1].isascii() else "。")


def _says_the_name(field: Field) -> bool:
    plain = "".join(char for char in field.title.lower() if char.isalnum())
    return plain == "".join(char for char in field.wire.lower() if char.isalnum())


def _choices(field: Field) -> str:
    values = [one_line(value) for value in field.type.get("enum", ())]
    text = " or ".join(filter(None, (", ".join(values[:-1]), *values[-1:])))
    return f"{text}." if values and len(text) <= _MAX_CHOICES else ""


def _facts(field: Field, media_forms: str = _PYTHON_MEDIA) -> Iterator[str]:
    """Yield sentences about what a field takes."""
    if field.deprecated:
        yield "Deprecated."
    branches: tuple[Type, ...] = tuple(field.type.get("anyOf", (field.type,)))
    yield from _what_it_holds(branches, media_forms)
    for branch in branches:
        if limits := range_in_words(branch.get("minimum"), branch.get("maximum")):
            yield _sentence(f"{limits}.")
        if limits := range_in_words(branch.get("minLength"), branch.get("maxLength")):
            yield _sentence(f"{limits} characters.")
    yield from map(_rule, field.rules)
    if field.secret:
        yield "Never shown in logs and errors."
    if examples := shown_examples(field):
        yield f"For example {' or '.join(examples)}."
    if default := _shown_default(field):
        yield f"Server default: {default}."


def _what_it_holds(branches: tuple[Type, ...], media_forms: str) -> Iterator[str]:
    """Yield a sentence about the media of a field, or about the number of its items."""
    array = next((branch for branch in branches if branch.get("type") == "array"), None)
    candidates: tuple[Type, ...] = (*branches, array["items"]) if array else branches
    kind = next((candidate["media"] for candidate in candidates if "media" in candidate), None)
    count = range_in_words(array.get("minItems"), array.get("maxItems")) if array else ""
    if kind and not array:
        yield f"One {KINDS[kind].noun} ({media_forms})."
    elif kind:
        if len(branches) > 1:
            count = f"one or {count or 'more'}"
        yield _sentence(f"{count} {KINDS[kind].plural} ({media_forms}).".lstrip())
    elif count:
        yield _sentence(f"{count} items.")


def _rule(rule: MediaRule) -> str:
    """Return a published validation as a sentence."""
    name, operator = parse_rule(rule.rule)
    if is_known_rule(rule.rule):
        quantity = QUANTITIES[name]
        subject = quantity.subject.removesuffix(" is")
        demand = COMPARISONS[operator].demand
        limit = f"{json.dumps(rule.value)}{quantity.unit}"
        return _sentence(f"{subject} {demand} {limit} (checked before sending).")
    says = f'; the vendor says: "{rule.message}"' if rule.message else ""
    return f"Not checked: {rule.rule} {json.dumps(rule.value)}{says}."


def _shown_default(field: Field) -> str:
    if field.required or field.default is None or field.secret:
        return ""
    default = one_line(field.default)
    return default if len(default) <= _MAX_DEFAULT else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def range_in_words(low: object, high: object) -> str:
    """`1 to 10`, `at most 5`; empty where neither end is known."""
    if low == high:
        return "" if low is None else f"exactly {low}"
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"
