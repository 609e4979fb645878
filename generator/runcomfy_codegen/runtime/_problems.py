"""pydantic's findings in the words of the caller: which argument, what was given, what is allowed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from .errors import FieldProblem

_SHOWN = 60  # characters of a wrong value


def explain(
    cls: type[BaseModel], error: ValidationError, given: Mapping[str, Any]
) -> list[FieldProblem]:
    """One problem for each thing that is wrong, in the order of the fields.

    Branches of a union are reported together, and only the branch that got furthest.
    """
    found: dict[tuple[str | int, ...], list[str]] = {}
    for details in error.errors(include_url=False):
        path = _path(
            details["loc"], given, keep_last=details["type"] in ("missing", "extra_forbidden")
        )
        message = _message(cls, details, path)
        if message not in found.setdefault(path, []):
            found[path].append(message)
    deepest = [
        path for path in found if not any(path == other[: len(path)] != other for other in found)
    ]
    names = {field.alias: name for name, field in cls.model_fields.items() if field.alias}
    order = {name: position for position, name in enumerate(cls.model_fields)}
    problems = [
        (
            order.get(names.get(str(path[0]), str(path[0])) if path else "", len(order)),
            _shown(path, names),
            path,
        )
        for path in deepest
    ]
    return [
        FieldProblem(shown, ", or ".join(found[path]))
        for _, shown, path in sorted(problems, key=lambda p: p[:2])
    ]


def _path(loc: tuple[int | str, ...], given: Any, keep_last: bool) -> tuple[str | int, ...]:
    """The location in what was given; pydantic adds the names of union branches, which are dropped."""
    path: list[str | int] = []
    for part in loc:
        inside = _member(given, part)
        if inside is not _NOWHERE:
            path.append(part)
            given = inside
        elif keep_last and part is loc[-1]:
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


def _shown(path: tuple[str | int, ...], names: Mapping[str, str]) -> str:
    text = ""
    for part in path:
        text += (
            f"[{part}]" if isinstance(part, int) else f".{part}" if text else names.get(part, part)
        )
    return text


def _message(cls: type[BaseModel], details: Any, path: tuple[str | int, ...]) -> str:
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == "extra_forbidden":
        return _unknown(cls if len(path) == 1 else None, str(path[-1]))
    if kind == "literal_error":
        return _not_allowed(context["expected"], value)
    describe = _MESSAGES.get(kind)
    return describe(context, value) if describe else details["msg"]


def _unknown(cls: type[BaseModel] | None, name: str) -> str:
    if cls is None:
        return "is not a known name here"
    known = list(cls.model_fields)
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known) or 'none'}"
    return f"is not an argument of this endpoint; {hint} What is new on the server can be sent with extra_body="


def _not_allowed(expected: str, value: Any) -> str:
    allowed = expected.replace("'", '"')
    as_text = f'; numbers are text here: "{value}"' if f"'{value}'" in expected else ""
    return f"{_value(value)} is not allowed; allowed: {allowed}{as_text}"


def _expected(what: str) -> Callable[[Mapping[str, Any], Any], str]:
    return lambda _, value: f"expected {what}, got {type(value).__name__} {_value(value)}"


def _bound(text: str, limit: str) -> Callable[[Mapping[str, Any], Any], str]:
    return lambda context, value: f"must be {text} {context[limit]}, is {_value(value)}"


def _length(text: str, limit: str, unit: str) -> Callable[[Mapping[str, Any], Any], str]:
    return lambda context, value: f"{text} {context[limit]} {unit} allowed, {len(value)} given"


_MESSAGES: dict[str, Callable[[Mapping[str, Any], Any], str]] = {
    "missing": lambda _, __: "is required",
    "string_type": _expected("text (str)"),
    "int_type": _expected("an integer"),
    "int_from_float": _expected("an integer"),
    "float_type": _expected("a number"),
    "finite_number": _expected("a finite number"),
    "bool_type": _expected("True or False"),
    "list_type": _expected("a list"),
    "dict_type": _expected("a dict"),
    "model_type": _expected("an object (dict)"),
    "model_attributes_type": _expected("an object (dict)"),
    "greater_than_equal": _bound("at least", "ge"),
    "greater_than": _bound("more than", "gt"),
    "less_than_equal": _bound("at most", "le"),
    "less_than": _bound("less than", "lt"),
    "multiple_of": _bound("a multiple of", "multiple_of"),
    "too_long": _length("at most", "max_length", "items"),
    "too_short": _length("at least", "min_length", "items"),
    "string_too_long": _length("at most", "max_length", "characters"),
    "string_too_short": _length("at least", "min_length", "characters"),
}


def _value(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
