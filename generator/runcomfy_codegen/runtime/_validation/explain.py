"""pydantic's findings in the words of the caller: which argument, what was given, what is allowed."""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from .._base.json_values import is_array, is_object
from .._base.text import shorten
from ..errors import FieldProblem
from ..media import is_media
from .demands import Demand
from .exact import Unequal
from .secret import Secret

_SHOWN = 60  # characters of a wrong value
_SHOWN_BITS = 200  # of an integer, which are as many digits
MOST_PROBLEMS = 100  # listed in one error
_MOST_DETAILS = 5_000  # of pydantic, looked at
_MOST_PATHS = 1_000  # each costs a comparison with all names that are known
_MOST_FINDINGS = 20  # of one path, one for each branch of a union
_LONGEST_NAME = 100  # characters of a name that is compared and shown
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class _Finding:
    """expected: what would be right, where the finding is that something else was given."""

    text: str
    expected: str = ""


def explain(
    cls: type[BaseModel], error: ValidationError, given: Mapping[str, Any]
) -> list[FieldProblem]:
    """Return one problem for each thing that is wrong, in the order of the fields.

    Branches of a union are reported together, and only the branches that got furthest. Of very many
    problems only the first are listed.
    """
    found: dict[Path, list[_Finding]] = {}
    values: dict[Path, Any] = {}
    left_out = 0
    for number, details in enumerate(_details(cls, error, given)):
        if number >= _MOST_DETAILS:
            left_out += 1
            continue
        path = _path(details["loc"], given, details["type"] in ("missing", "extra_forbidden"))
        if path not in found and len(found) >= _MOST_PATHS:
            left_out += 1
            continue
        values[path] = _unboxed(details["input"])
        findings = found.setdefault(path, [])
        if len(findings) >= _MOST_FINDINGS:
            continue
        finding = _finding(cls, details, path, given)
        if finding not in findings:
            findings.append(finding)
    names = {wire: name for name, wire in wire_names(cls).items()}
    order = {name: position for position, name in enumerate(cls.model_fields)}
    inner = {path[:length] for path in found for length in range(len(path))}
    problems: list[tuple[int, FieldProblem]] = []
    for path, findings in found.items():
        specific = [finding for finding in findings if not finding.expected]
        if path not in inner:
            findings = specific or findings
        elif specific and is_array(values[path]):
            findings = specific  # its length, beside what is wrong with its items
        else:
            continue
        field = names.get(str(path[0]), str(path[0])) if path else ""
        text = _joined(findings, _hidden_if_secret(cls, path, values[path]))
        problems.append((order.get(field, len(order)), FieldProblem(_shown(path, names), text)))
    problems.sort(key=lambda pair: (pair[0], pair[1].field))
    return _first([problem for _, problem in problems], left_out)


def _first(problems: list[FieldProblem], left_out: int) -> list[FieldProblem]:
    """Return the problems that are listed, and how many are not."""
    left_out += max(len(problems) - MOST_PROBLEMS, 0)
    if not left_out:
        return problems
    more = FieldProblem("", f"{plural(left_out, 'more problem')}, not listed")
    return [*problems[:MOST_PROBLEMS], more]


def _details(
    cls: type[BaseModel], error: ValidationError, given: Mapping[str, Any]
) -> Iterator[Any]:
    """pydantic's findings. Of a list that is too long it tells nothing else, so it is read again, cut."""
    cut: Any = given
    for details in error.errors(include_url=False):
        if details["type"] == "too_long":
            cut = _cut(
                cut, _path(details["loc"], given, False), details.get("ctx", {})["max_length"]
            )
        yield details
    if cut is not given:
        try:
            cls.model_validate(cut)
        except ValidationError as further:
            yield from further.errors(include_url=False)


def _cut(value: Any, path: Path, length: int) -> Any:
    """The same with the list at this path cut to a length."""
    if not path:
        return list(value)[:length]
    copy: Any = dict(value) if is_object(value) else list(value)
    copy[path[0]] = _cut(copy[path[0]], path[1:], length)
    return copy


def _path(loc: Path, given: Any, keep_last: bool) -> Path:
    """The location in what was given; pydantic adds the names of union branches, which are dropped."""
    path: list[str | int] = []
    for index, part in enumerate(loc, start=1):
        inside = _member(given, part)
        if inside is not _NOWHERE:
            path.append(part)
            given = inside
        elif keep_last and index == len(loc):
            path.append(part)
    return tuple(path)


_NOWHERE = object()


def _member(container: Any, part: int | str) -> Any:
    if isinstance(container, (str, bytes)):
        return _NOWHERE
    try:
        return container[part]
    except (LookupError, TypeError, AttributeError):
        return _NOWHERE


def _shown(path: Path, names: Mapping[str, str]) -> str:
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        name = shorten(part, _LONGEST_NAME)
        text += f".{name}" if text else names.get(part, name)
    return text


def _joined(findings: list[_Finding], value: Any) -> str:
    expected = [finding.expected for finding in findings if finding.expected]
    if len(findings) == len(expected) > 1:
        what = ", or ".join(expected)
        return f"expected {what}; got {_got(value)}{_hint(what, value)}"
    return "; or ".join(finding.text for finding in findings)


def _finding(cls: type[BaseModel], details: Any, path: Path, given: Mapping[str, Any]) -> _Finding:
    kind, context = details["type"], details.get("ctx", {})
    value = _hidden_if_secret(cls, path, _unboxed(details["input"]))
    if kind == "extra_forbidden":
        return _Finding(_unknown(str(path[-1]), list(_classes_at(cls, path[:-1])), given))
    if kind == "literal_error":
        return _not_allowed(context["expected"].replace("'", '"'), value)
    if kind == "media_input" and not is_media(value):
        return _expects(context["expected"].replace(" is ", ": ", 1), value)
    if kind in _EXPECTED:
        return _expects(_EXPECTED[kind], value)
    describe = _MESSAGES.get(kind)
    return _Finding(describe(context, value) if describe else details["msg"])


def _expects(what: str, value: Any) -> _Finding:
    return _Finding(f"expected {what}; got {_got(value)}{_hint(what, value)}", what)


def _hint(expected: str, value: Any) -> str:
    if expected == "a list" and (is_media(value) or is_object(value)):
        return "; put it into a list"
    if expected.endswith("a list") and not is_media(value) and hasattr(value, "__iter__"):
        return "; make a list of it: list(...)"
    if (
        expected in ("a number", "an integer")
        and isinstance(value, str)
        and _NUMBER.fullmatch(value)
    ):
        return f"; give the number: {value}"
    if expected == "text (str)" and type(value) in (int, float):
        return f'; give it as text: "{_number(value)}"'
    return ""


_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def _classes_at(cls: type[BaseModel], path: Path) -> Iterator[type[BaseModel]]:
    """The classes that an object at this path may be of: several in a union."""
    if not path:
        yield cls
        return
    step, *rest = path
    if isinstance(step, int):
        yield from _classes_at(cls, tuple(rest))
        return
    for name, wire in wire_names(cls).items():
        if step in (name, wire):
            for part in classes_in(cls.model_fields[name].annotation):
                yield from _classes_at(part, tuple(rest))


def wire_names(cls: type[BaseModel]) -> dict[str, str]:
    """Python name -> wire name."""
    fields = cls.model_fields.items()
    return {name: name if field.alias is None else field.alias for name, field in fields}


def parts(annotation: Any) -> Iterator[Any]:
    """An annotation and everything inside it."""
    yield annotation
    for part in get_args(annotation):
        yield from parts(part)


def unmet(cls: type[BaseModel], given: Mapping[str, Any]) -> list[FieldProblem]:
    """Return what is wrong with the choice of fields, whatever their values.

    Args:
        cls: A class with demands.
        given: Fields by Python or wire name.
    """
    nullable: frozenset[str] = getattr(cls, "nullable", frozenset())
    demands: tuple[Demand, ...] = getattr(cls, "demands", ())
    present: dict[str, str] = {}
    wired: dict[str, Any] = {}
    for name, wire in wire_names(cls).items() if demands else ():
        values = [given[key] for key in {name, wire} & given.keys()]
        if any(value is not None or name in nullable for value in values):
            present[wire] = name
            wired[wire] = values[0]
    names = {wire: name for name, wire in wire_names(cls).items()}
    shown = ", ".join(present.values()) or "none of them"
    return [
        FieldProblem("", f"{demand.in_words(names)}; got {shown}")
        for demand in demands
        if not demand.is_met(wired)
    ]


def positional(arguments: Sequence[Any], example: str) -> FieldProblem:
    """The problem with arguments that were given without their names."""
    given = plural(len(arguments), "positional argument")
    return FieldProblem("", f"{given} given; name each one, as in {example}")


def _unknown(name: str, classes: list[type[BaseModel]], given: Mapping[str, Any]) -> str:
    wires = {known: wire for cls in classes for known, wire in wire_names(cls).items()}
    if name in wires and wires[name] in given:
        return f'is given twice: as "{wires[name]}" too'
    if near := _nearest(name, wires):
        return f'unknown name; did you mean "{near}"?'
    known = ", ".join(wires) or "no names"
    return f"unknown name; known: {known} (extra_body= sends what is newer than this SDK)"


def _nearest(name: str, wires: Mapping[str, str]) -> str | None:
    """The Python name that is most like it, or whose wire name is."""
    spellings = {
        spelling.lower(): known for known, wire in wires.items() for spelling in (wire, known)
    }
    near = difflib.get_close_matches(name[:_LONGEST_NAME].lower(), spellings, n=1, cutoff=0.6)
    return spellings[near[0]] if near else None


def _not_allowed(allowed: str, value: Any) -> _Finding:
    choices = re.split(", | or ", allowed)
    hint = ""
    if isinstance(value, str) and value in choices:
        hint = f"; give the number: {value}"
    elif type(value) in (int, float) and f'"{_number(value)}"' in choices:
        hint = f'; give it as text: "{_number(value)}"'
    return _Finding(f"{_got(value)} is not allowed; allowed: {allowed}{hint}", f"one of {allowed}")


_EXPECTED = {
    "string_type": "text (str)",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "True or False",
    "list_type": "a list",
    "dict_type": "a dict",
    "model_type": "an object (dict)",
    "model_attributes_type": "an object (dict)",
}

Describe = Callable[[Mapping[str, Any], Any], str]


def _bound(text: str, limit: str) -> Describe:
    return lambda context, value: f"must be {text} {_number(context[limit])}, is {_number(value)}"


def _length(text: str, limit: str, unit: str) -> Describe:
    def describe(context: Mapping[str, Any], value: Any) -> str:
        allowed, given = context[limit], len(value)
        return f"{text} {plural(allowed, unit)} allowed, {given} given"

    return describe


_MESSAGES: dict[str, Describe] = {
    "missing": lambda _, __: "is required",
    "greater_than_equal": _bound("at least", "ge"),
    "greater_than": _bound("more than", "gt"),
    "less_than_equal": _bound("at most", "le"),
    "less_than": _bound("less than", "lt"),
    "multiple_of": _bound("a multiple of", "multiple_of"),
    "too_long": _length("at most", "max_length", "item"),
    "too_short": _length("at least", "min_length", "item"),
    "string_too_long": _length("at most", "max_length", "character"),
    "string_too_short": _length("at least", "min_length", "character"),
    "media_input": lambda context, _: str(context["reason"]),
}


def plural(count: int, noun: str) -> str:
    """`1 item`, `2 items`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _number(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return f"an integer of {value.bit_length():,} bits"  # Python refuses to print the longest
    return str(int(value) if whole else value)


class _Hidden:
    """Stands in for the value of a secret field; only its length is known."""

    def __init__(self, value: Any) -> None:
        is_sized = isinstance(value, (str, bytes)) or is_array(value) or is_object(value)
        self._length = len(value) if is_sized else 0

    def __len__(self) -> int:
        return self._length

    def __str__(self) -> str:
        return "a value that is not shown"


def _hidden_if_secret(cls: type[BaseModel], path: Path, value: Any) -> Any:
    """Return a stand-in for the value of a secret field, or of something within it."""
    if not _has_secrets(cls):
        return value
    for length, part in enumerate(path):
        for owner in _classes_at(cls, path[:length]):
            names = {name for name, wire in wire_names(owner).items() if part in (name, wire)}
            if names & secret_fields(owner):
                return _Hidden(value)
    return value


@functools.cache
def secret_fields(cls: type[BaseModel]) -> frozenset[str]:
    """Return the Python names of the fields that are marked as secret."""
    return frozenset(
        name
        for name, field in cls.model_fields.items()
        if any(isinstance(part, Secret) for part in (*parts(field.annotation), *field.metadata))
    )


@functools.cache
def _has_secrets(cls: type[BaseModel]) -> bool:
    """Tell whether a class, or one within it, has a secret field."""
    seen: set[type[BaseModel]] = set()
    left = [cls]
    while left:
        owner = left.pop()
        if secret_fields(owner):
            return True
        seen.add(owner)
        for field in owner.model_fields.values():
            left += [part for part in classes_in(field.annotation) if part not in seen]
    return False


def classes_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Find the request classes within an annotation."""
    for part in parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part


def _unboxed(value: Any) -> Any:
    return value.value if isinstance(value, Unequal) else value


def _got(value: Any) -> str:
    """The value if it is short, and never its repr: that may be megabytes, or an address in memory."""
    if type(value) is int:
        return _number(value)
    if isinstance(value, _Hidden):
        return "a value that is not shown"
    if value is None or isinstance(value, (bool, int, float)):
        return str(value)
    if isinstance(value, str):
        cut = "..." if len(value) > _SHOWN else ""
        return json.dumps(value[:_SHOWN], ensure_ascii=False) + cut
    if is_array(value):
        return f"a list of {plural(len(value), 'item')}"
    if is_object(value):
        return f"a dict with {_names(value)}" if value else "an empty dict"
    if isinstance(value, (bytes, bytearray)):
        return plural(len(value), "byte")
    return f"an object of type {type(value).__name__}"


def _names(names: Iterable[Any]) -> str:
    first = islice(names, _SHOWN)
    text = ", ".join(json.dumps(str(name)[:_SHOWN], ensure_ascii=False) for name in first)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
