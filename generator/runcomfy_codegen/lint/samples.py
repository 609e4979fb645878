"""Published values, defaults and examples, against the schema that they are published with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..dialect import words as dialect
from ..text.documents import one_line, pointer_to, sorted_line
from ..text.json_types import is_array, is_number, is_object
from .node import EXAMPLE, Node
from .rule import Found, NodeRule, node_rule

IS_TYPE: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "array": is_array,
    "object": is_object,
}
_DOCUMENTED = "it is documented, never sent"
_ONE_OR_MANY = "one value or a list of them are both accepted and sent as given"

_ADDRESS = re.compile(r"(?:https?|data):", re.IGNORECASE)


class _Sample(NamedTuple):
    """A published value: what to call it, and where it is."""

    what: str
    value: Any
    place: Found


def short(value: Any) -> str:
    """Its JSON, cut to what fits a message."""
    text = one_line(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _default(node: Node) -> Iterator[_Sample]:
    if (value := node.schema.get("default")) is not None:
        yield _Sample("the default", value, Found("", "/default"))


def _example(node: Node) -> Iterator[_Sample]:
    if node.example is not None:
        at = pointer_to("example", node.name)
        yield _Sample("the example", node.example, Found("", at, "", node.source.endpoint))


def _wrong_type(node: Node, value: Any) -> tuple[str, str] | None:
    if not _fits(node.type, value):
        single = node.type == "array" and isinstance(value, str)
        return f"is no {node.type}", _ONE_OR_MANY if single else _DOCUMENTED
    items = node.schema.get("items")
    word = items.get("type") if is_object(items) else None
    inner = dialect.TYPE_WORDS.get(word.lower(), "") if isinstance(word, str) else ""
    odd = [each for each in _elements(node, value) if not _fits(inner, each)]
    return (f"holds {short(odd[0])}, which is no {inner}", _DOCUMENTED) if odd else None


def _fits(word: str, value: Any) -> bool:
    return word not in IS_TYPE or IS_TYPE[word](value)


def _not_in_enum(node: Node, value: Any) -> tuple[str, str] | None:
    for each in _unlisted(node, value):
        if _folded(each) not in map(_folded, _choices(node)):
            return f"has {short(each)}, which is not in the enum", _DOCUMENTED
    return None


def _other_case(node: Node, value: Any) -> tuple[str, str] | None:
    for each in _unlisted(node, value):
        if alike := [choice for choice in _choices(node) if _folded(choice) == _folded(each)]:
            return f"has {short(each)}, the enum {short(alike[0])}", "the enum's spelling is taken"
    return None


def _out_of_bounds(node: Node, value: Any) -> tuple[str, str] | None:
    for keyword, (measure, holds) in _BOUNDS.items():
        bound, size = node.schema.get(keyword), measure(value)
        if size is not None and is_number(bound) and not holds(size, bound):
            return f"({short(value)}) does not keep to {keyword} {short(bound)}", _DOCUMENTED
    return None


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    return len(value) if is_array(value) else None


def _number(value: Any) -> float | None:
    return value if is_number(value) else None


def _at_least(size: float, bound: float) -> bool:
    return size >= bound


def _at_most(size: float, bound: float) -> bool:
    return size <= bound


# keyword -> what it measures, and what must hold
_BOUNDS: Mapping[str, tuple[Callable[[Any], float | None], Callable[[float, float], bool]]] = {
    "minimum": (_number, _at_least),
    "maximum": (_number, _at_most),
    "exclusiveMinimum": (_number, lambda size, bound: size > bound),
    "exclusiveMaximum": (_number, lambda size, bound: size < bound),
    "minLength": (_length, _at_least),
    "maxLength": (_length, _at_most),
    "minItems": (_count, _at_least),
    "maxItems": (_count, _at_most),
}


def _choices(node: Node) -> list[Any]:
    """The enum; of an array, that of its items."""
    items = node.schema.get("items")
    published = node.schema.get("enum", items.get("enum") if is_object(items) else None)
    return published if is_array(published) else []


def _unlisted(node: Node, value: Any) -> list[Any]:
    choices = _choices(node)
    if not _fits(node.type, value):
        return []
    many = node.type == "array"
    return [each for each in (value if many else [value]) if choices and each not in choices]


def _elements(node: Node, value: Any) -> Iterable[Any]:
    return value if node.type == "array" and is_array(value) else ()


def _folded(value: Any) -> str:
    return sorted_line(value).casefold()


_Check = Callable[[Node, Any], "tuple[str, str] | None"]


def _rule(kind: str, fault: str, what: str, why: str, check: _Check) -> NodeRule:
    samples = _default if kind == "default" else _example

    def found(node: Node) -> Iterator[Found]:
        for sample in samples(node):
            if wrong := check(node, sample.value):
                message, hint = wrong
                shown = f" {short(sample.value)}" if message.startswith("is ") else ""
                yield sample.place._replace(message=f"{sample.what}{shown} {message}", hint=hint)

    on = frozenset({"default" if kind == "default" else EXAMPLE})
    return NodeRule(f"{kind}-{fault}", "warning", f"{what} ({kind})", why, found, on)


_FAULTS: tuple[tuple[str, str, str, _Check], ...] = (
    ("type", "another JSON type than the schema's", "refused if it were sent", _wrong_type),
    ("enum", "a value that the enum does not have", "refused if it were sent", _not_in_enum),
    ("case", "a choice in another letter case", "720P and 720p both occur", _other_case),
    ("bounds", "a value outside the bounds", "refused if it were sent", _out_of_bounds),
)  # fmt: skip


@node_rule(
    "default-null",
    "note",
    "null as a default where null is no value",
    "null means that there is no default",
    on="default",
)
def default_null(node: Node) -> Iterator[Found]:
    published: Any = node.schema.get("type")
    nullable = node.schema.get("nullable") is True or (is_array(published) and "null" in published)
    if node.schema["default"] is None and published is not None and not nullable:
        yield Found("the default is null", "/default", "read as: there is no default")


@node_rule(
    "default-on-required",
    "note",
    "a required property that has a default",
    "it is a sample, and never filled in",
    on="default",
)
def default_on_required(node: Node) -> Iterator[Found]:
    if node.required and node.schema["default"] not in (None, "", []):
        hint = "read as a sample; the caller must give a value"
        yield Found("required, and yet it has a default", "/default", hint)


@node_rule(
    "sample-empty",
    "note",
    "an empty default or example of a required property",
    "such a request would say nothing",
)
def sample_empty(node: Node) -> Iterator[Found]:
    for sample in (*_default(node), *_example(node)):
        if node.required and sample.value in ("", []):
            yield sample.place._replace(message=f"required, and {sample.what} is empty")


@node_rule(
    "media-file-name",
    "note",
    "a bare file name as the sample of a media property",
    "whether such names resolve for callers is unknown",
)
def media_file_name(node: Node) -> Iterator[Found]:
    for sample in (*_default(node), *_example(node)) if node.is_media else ():
        values = sample.value if is_array(sample.value) else [sample.value]
        for value in values:
            if isinstance(value, str) and value and not _ADDRESS.match(value):
                message = f"{sample.what} {short(value)} is no URL"
                yield sample.place._replace(message=message, hint=_DOCUMENTED)
                break


RULES = (
    *(_rule(kind, *fault) for kind in ("default", "example") for fault in _FAULTS),
    default_null,
    default_on_required,
    sample_empty,
    media_file_name,
)
