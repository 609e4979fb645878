"""The table of parameters: what each cell says of a field, in Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from ..dialect import words as dialect
from ..emit.docs import range_in_words, shown_examples
from ..ir.model import Field, MediaRule, ObjectType, Type
from ..runtime._schemas.media_kinds import KINDS
from ..text.documents import one_line
from ..text.markdown import code, prose

_MAX_DEFAULT = 80  # characters; longer ones are sample prompts, not settings
_MAX_CHOICES = 60  # of one parameter; the schema below the table has them all
_WORDS = {"string": "text", "array": "list", "null": "null"}


class ParameterRow(NamedTuple):
    """One parameter. Cells are Markdown."""

    name: str
    type: str
    allowed: str
    default: str
    description: str


def rows_of(cls: ObjectType, doubted: Collection[str] = ()) -> list[ParameterRow]:
    """In the order of the signature. doubted: fields whose published default their text denies."""
    return [_row(field, field.wire in doubted) for field in cls.fields]


def _row(field: Field, doubted: bool) -> ParameterRow:
    name = code(field.name)
    if field.name != field.wire:
        name += f"<br>sent as {code(field.wire)}"
    if field.required:
        name += "<br>**required**"
    if field.deprecated:
        name += "<br>*deprecated*"
    return ParameterRow(
        name,
        type_in_words(field),
        "<br>".join(allowed_values(field)),
        server_default(field) + (_DOUBT if doubted else ""),
        _description(field),
    )


def type_in_words(field: Field) -> str:
    """Return what a field takes, in Markdown."""
    null = " or null" if field.nullable else ""
    return " or ".join(dict.fromkeys(_type(field.type))) + null


def allowed_values(field: Field, most: int = _MAX_CHOICES) -> list[str]:
    """Return the choices, limits and rules of a field, in Markdown. most: choices that are listed."""
    return [*_allowed(field.type, most), *map(_rule, field.rules)]


def _description(field: Field) -> str:
    examples = [code(text) for text in shown_examples(field)]
    listed = f"For example {' or '.join(examples)}." if examples else ""
    secret = "Never shown in logs and errors." if field.secret else ""
    parts = (prose(field.description or field.title), secret, listed)
    return " ".join(filter(None, parts))


def _type(type_: Type) -> Iterator[str]:
    if "anyOf" in type_:
        for branch in type_["anyOf"]:
            yield from _type(branch)
    elif "media" in type_:
        yield KINDS[type_["media"]].noun
    elif "class" in type_:
        yield code(type_["class"])
    elif "enum" in type_:
        yield from (_JSON_WORDS[type(choice)] for choice in type_["enum"])
    elif "one_of" in type_:
        yield "number"
    else:
        yield _plain_type(type_)


def _plain_type(type_: Type) -> str:
    word = str(type_.get("type", "anything"))
    if word == "array":
        return f"list of {_plural(type_['items'])}"
    return "dict" if word == "object" else _WORDS.get(word, word)


_JSON_WORDS = {str: "text", bool: "boolean", int: "integer", float: "number"}


def _plural(item: Type) -> str:
    if "media" in item:
        return KINDS[item["media"]].plural
    word = " or ".join(dict.fromkeys(_type(item)))
    return word if word.startswith("`") else _PLURAL_WORDS.get(word, word)


_PLURAL_WORDS = {
    "text": "texts",
    "integer": "integers",
    "number": "numbers",
    "boolean": "booleans",
    "dict": "dicts",
}


def _allowed(type_: Type, most: int) -> Iterator[str]:
    for branch in type_.get("anyOf", (type_,)):
        choices: list[Any] = [*branch.get("enum", ()), *branch.get("one_of", ())]
        if choices:
            more = len(choices) - most
            shown = [code(one_line(choice)) for choice in choices[:most]]
            yield ", ".join(shown) + (f" and {more} more" if more > 0 else "")
        for low, high, unit in _LIMITS:
            if limits := range_in_words(branch.get(low), branch.get(high)):
                yield f"{limits}{unit}"
        for word, says in _OTHER_LIMITS.items():
            if word in branch:
                yield f"{says} {one_line(branch[word])}"
        if branch.get("type") == "array":
            yield from (f"each: {choice}" for choice in _allowed(branch["items"], most))


_LIMITS = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
)
_OTHER_LIMITS: Mapping[str, str] = {
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}


def _rule(rule: MediaRule) -> str:
    """Return a published validation. Its value counts, whatever the vendor's message says."""
    name, operator = dialect.parse_rule(rule.rule)
    checked = "" if dialect.is_known_rule(rule.rule) else " (not checked)"
    says = f"; the vendor says: “{prose(rule.message.rstrip('.'))}”" if rule.message else ""
    return f"{code(name)} {prose(operator)} {one_line(rule.value)}{checked}{says}"


_DOUBT = "<br>[unclear](#problems-in-the-schema)"


def server_default(field: Field) -> str:
    """Return the default of the server, in Markdown. On a required property it is a sample."""
    if field.required or field.default is None or field.secret:
        return ""
    shown = one_line(field.default)
    return code(shown) if len(shown) <= _MAX_DEFAULT else "a sample, see the schema"
