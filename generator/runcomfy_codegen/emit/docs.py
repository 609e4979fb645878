"""What a reader is told of a field: the vendor's words first, then the facts of the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..dialect import words as dialect
from ..ir.model import Field, ObjectType, Type
from ..runtime._schemas.media_kinds import KINDS
from ..text.documents import one_line

_MAX_DEFAULT = 80  # characters; longer ones are sample prompts, not settings
_MAX_EXAMPLES = 3
_MAX_CHOICES = 120  # characters
_TYPES = {
    "string": "Text.",
    "integer": "A whole number.",
    "number": "A number.",
    "boolean": "True or False.",
    "array": "A list.",
    "object": "A dict.",
}
_PYTHON_MEDIA = "URL, data URI, Path, bytes or binary file"
_SHELL_MEDIA = "file or URL, - for stdin"
_ENDS = ".!?:;。！？：；…"


def describe(field: Field) -> str:
    """One paragraph; empty where there is nothing to say beyond the name."""
    return " ".join(part for part in (*_summaries(field), *_facts(field)) if part)


def describe_argument(field: Field) -> str:
    """The same for the docstring of a method, where the type is out of sight: choices, else its name."""
    return " ".join(
        part for part in (*_summaries(field), _choices(field), *_facts(field)) if part
    ) or _named(field)


def describe_option(field: Field) -> str:
    """Describe an option of the command line on one line; it lists its choices itself."""
    return " ".join(" ".join((*_summaries(field), *_facts(field, _SHELL_MEDIA))).split())


def demand_sentences(cls: ObjectType) -> list[str]:
    """Return what is asked of the fields of a class together, by their Python names."""
    names = {field.wire: field.name for field in cls.fields}
    return [f"{_sentence(demand.in_words(names))}." for demand in cls.demands]


def _choices(field: Field) -> str:
    values = [one_line(value) for value in field.type.get("enum", ())]
    text = ", ".join(values[:-1]) + (" or " if values[1:] else "") + "".join(values[-1:])
    return f"{text}." if values and len(text) <= _MAX_CHOICES else ""


def _named(field: Field) -> str:
    return _TYPES.get(str(field.type.get("type")), "")


def _summary(field: Field) -> str:
    text = field.description or ("" if _says_the_name(field) else field.title)
    if not text or text[-1] in _ENDS:
        return text
    return text + ("." if text[-1].isascii() else "。")


def _summaries(field: Field) -> Iterator[str]:
    if field.deprecated:
        yield "Deprecated."
    yield _summary(field)


def shown_examples(field: Field) -> list[str]:
    """Return the published examples that are short enough to be read, as JSON."""
    shown = [one_line(value) for value in field.examples]
    short = [text for text in dict.fromkeys(shown) if len(text) <= _MAX_DEFAULT]
    return [] if field.secret else short[:_MAX_EXAMPLES]


def _says_the_name(field: Field) -> bool:
    plain = "".join(char for char in field.title.lower() if char.isalnum())
    return plain == "".join(char for char in field.wire.lower() if char.isalnum())


def _facts(field: Field, media_forms: str = _PYTHON_MEDIA) -> Iterator[str]:
    branches: tuple[Type, ...] = tuple(field.type.get("anyOf", (field.type,)))
    array = next((branch for branch in branches if branch.get("type") == "array"), None)
    candidates: tuple[Type, ...] = (*branches, array["items"]) if array else branches
    kind = next((each["media"] for each in candidates if "media" in each), None)
    if kind:
        count = range_in_words(array.get("minItems"), array.get("maxItems")) if array else "one"
        noun = KINDS[kind].plural if array else KINDS[kind].noun
        if array and len(branches) > 1:
            count = f"one or {count or 'more'}"
        yield _sentence(f"{count} {noun} ({media_forms}).".lstrip())
    elif array and (count := range_in_words(array.get("minItems"), array.get("maxItems"))):
        yield _sentence(f"{count} items.")
    for branch in branches:
        if limits := range_in_words(branch.get("minimum"), branch.get("maximum")):
            yield _sentence(f"{limits}.")
        if limits := range_in_words(branch.get("minLength"), branch.get("maxLength")):
            yield _sentence(f"{limits} characters.")
    for rule in field.rules:
        says = f'; the vendor says: "{rule.message}"' if rule.message else ""
        checked = "Checked" if dialect.is_known_rule(rule.rule) else "Published, not checked"
        yield f"{checked}: {rule.rule} {json.dumps(rule.value)}{says}"
    if field.secret:
        yield "Never shown in logs and errors."
    if examples := shown_examples(field):
        yield f"For example {' or '.join(examples)}."
    if not field.required and field.default is not None and not field.secret:
        shown = one_line(field.default)
        if len(shown) <= _MAX_DEFAULT:
            yield f"Published default: {shown}."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def range_in_words(low: object, high: object) -> str:
    """`1 to 10`, `at most 5`; empty where neither end is known."""
    if low == high:
        return "" if low is None else f"exactly {low}"
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"
