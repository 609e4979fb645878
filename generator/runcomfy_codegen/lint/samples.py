"""Published values, defaults and examples, against the schema that they are published with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..dialect import words as dialect
from ..runtime._base.text import cut
from ..text.documents import one_line, pointer_to, sorted_line
from ..text.json_types import is_array, is_number, is_object
from ..text.patterns import Pattern
from .node import EXAMPLE, Node
from .rule import LintFinding, node_rule

IS_TYPE: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "array": is_array,
    "object": is_object,
}
_MAX_SHOWN = 60  # characters of a value
_DOCUMENTED = "it is documented, never sent"
_ONE_OR_MANY = "a value and a list are both accepted, and sent as given"

_ADDRESS = Pattern(r"(?:https?|data):", re.IGNORECASE)


class _Sample(NamedTuple):
    """A published value: what to call it, and where it is."""

    label: str
    value: Any
    place: LintFinding


def short(value: Any) -> str:
    """Return the JSON of a value, cut to the length of a message."""
    text = cut(one_line(value), _MAX_SHOWN)
    return f'{text}"' if text.startswith('"') and text.endswith("...") else text


def _default(node: Node) -> Iterator[_Sample]:
    if (value := node.schema.get("default")) is not None:
        yield _Sample("the default", value, LintFinding("", "/default"))


def _example(node: Node) -> Iterator[_Sample]:
    if node.example is not None:
        at = pointer_to("example", node.name)
        yield _Sample("the example", node.example, LintFinding("", at, "", node.source.endpoint))


def _wrong_type(node: Node, value: Any) -> tuple[str, str] | None:
    if not _fits(node.type, value):
        single = node.type == "array" and isinstance(value, str)
        return f"is not of type {node.type}", _ONE_OR_MANY if single else _DOCUMENTED
    items = node.schema.get("items")
    word = items.get("type") if is_object(items) else None
    inner = dialect.TYPE_WORDS.get(word.lower(), "") if isinstance(word, str) else ""
    odd = [element for element in _elements(node, value) if not _fits(inner, element)]
    return (f"holds {short(odd[0])}, which is not of type {inner}", _DOCUMENTED) if odd else None


def _fits(word: str, value: Any) -> bool:
    return word not in IS_TYPE or IS_TYPE[word](value)


def _not_in_enum(node: Node, value: Any) -> tuple[str, str] | None:
    for element in _unlisted(node, value):
        if _folded(element) not in map(_folded, _choices(node)):
            return f"has {short(element)}, which is not in the enum", _DOCUMENTED
    return None


def _other_case(node: Node, value: Any) -> tuple[str, str] | None:
    for element in _unlisted(node, value):
        alike = [choice for choice in _choices(node) if _folded(choice) == _folded(element)]
        if alike:
            return (
                f"has {short(element)}, the enum {short(alike[0])}",
                "the enum's spelling is taken",
            )
    return None


def _out_of_bounds(node: Node, value: Any) -> tuple[str, str] | None:
    for keyword, (measure, holds) in _BOUNDS.items():
        bound, size = node.schema.get(keyword), measure(value)
        if size is not None and is_number(bound) and not holds(size, bound):
            return f"({short(value)}) is outside {keyword} {short(bound)}", _DOCUMENTED
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
    """Return the enum; for an array, that of its items."""
    items = node.schema.get("items")
    published = node.schema.get("enum", items.get("enum") if is_object(items) else None)
    return published if is_array(published) else []


def _unlisted(node: Node, value: Any) -> list[Any]:
    choices = _choices(node)
    if not _fits(node.type, value):
        return []
    many = node.type == "array"
    return [
        element for element in (value if many else [value]) if choices and element not in choices
    ]


def _elements(node: Node, value: Any) -> Iterable[Any]:
    return value if node.type == "array" and is_array(value) else ()


def _folded(value: Any) -> str:
    return sorted_line(value).casefold()


_Check = Callable[[Node, Any], "tuple[str, str] | None"]
_SamplesOf = Callable[[Node], Iterator["_Sample"]]


class _Fault(NamedTuple):
    """One way in which a default or an example can contradict its schema."""

    id: str
    what: str
    why: str
    check: _Check


_FAULTS = (
    _Fault("type", "of another JSON type", "the server would refuse it", _wrong_type),
    _Fault("enum", "that the enum does not have", "the server would refuse it", _not_in_enum),
    _Fault(
        "case", "in another letter case than the enum's", "720P and 720p both occur", _other_case
    ),
    _Fault("bounds", "outside the bounds", "the server would refuse it", _out_of_bounds),
)


def _register_fault(kind: str, fault: _Fault, keyword: str, samples_of: _SamplesOf) -> None:
    """Make a rule that looks for one fault in one kind of sample."""

    @node_rule(
        id=f"{kind}-{fault.id}",
        severity="warning",
        what=f"{'an' if kind == 'example' else 'a'} {kind} {fault.what}",
        why=fault.why,
        on=keyword,
    )
    def check(node: Node) -> Iterator[LintFinding]:
        for sample in samples_of(node):
            if wrong := fault.check(node, sample.value):
                message, hint = wrong
                shown = f" {short(sample.value)}" if message.startswith("is ") else ""
                yield sample.place._replace(message=f"{sample.label}{shown} {message}", hint=hint)


for _fault in _FAULTS:
    _register_fault("default", _fault, "default", _default)
for _fault in _FAULTS:
    _register_fault("example", _fault, EXAMPLE, _example)


@node_rule(
    id="default-null",
    severity="note",
    what="null as the default of a property that does not take null",
    why="it is read as no default",
    on="default",
)
def default_null(node: Node) -> Iterator[LintFinding]:
    published: Any = node.schema.get("type")
    nullable = node.schema.get("nullable") is True or (is_array(published) and "null" in published)
    if node.schema["default"] is None and published is not None and not nullable:
        yield LintFinding("the default is null", "/default", "read as no default")


@node_rule(
    id="default-on-required",
    severity="note",
    what="a required property with a default",
    why="it is read as a sample, and never filled in",
    on="default",
)
def default_on_required(node: Node) -> Iterator[LintFinding]:
    if node.required and node.schema["default"] not in (None, "", []):
        hint = "read as a sample; the caller must give a value"
        yield LintFinding("a required property has a default", "/default", hint)


@node_rule(
    id="sample-empty",
    severity="note",
    what="an empty default or example of a required property",
    why="a request with it would be empty",
)
def sample_empty(node: Node) -> Iterator[LintFinding]:
    for sample in (*_default(node), *_example(node)):
        if node.required and sample.value in ("", []):
            yield sample.place._replace(message=f"{sample.label} of a required property is empty")


@node_rule(
    id="media-file-name",
    severity="note",
    what="a bare file name as the sample of a media property",
    why="it is unknown whether the server finds such a file",
)
def media_file_name(node: Node) -> Iterator[LintFinding]:
    for sample in (*_default(node), *_example(node)) if node.is_media else ():
        values = sample.value if is_array(sample.value) else [sample.value]
        for value in values:
            if isinstance(value, str) and value and not _ADDRESS.match(value):
                message = f"{sample.label} {short(value)} is not a URL"
                yield sample.place._replace(message=message, hint=_DOCUMENTED)
                break
