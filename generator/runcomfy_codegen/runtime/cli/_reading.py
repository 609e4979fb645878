"""Texts of a command line, or a JSON document, as the values of an endpoint's fields."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from .._base.json_values import as_object, is_array, is_object, without_duplicates
from .._validation.base import InputModel, media_kinds, nested_class
from .._validation.explain import wire_names
from ._fields import InputField, choices_of, spelt

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_URL = re.compile(r"https?://|data:", re.IGNORECASE)
_TYPES: tuple[tuple[type, frozenset[str]], ...] = (
    (bool, frozenset({"boolean"})),
    (int, frozenset({"integer", "number"})),
    (float, frozenset({"integer", "number"})),
    (dict, frozenset({"object"})),
    (list, frozenset({"array"})),
    (type(None), frozenset({"null"})),
)
Kinds = Sequence[Mapping[str, Any]]


class UnreadableError(ValueError):
    """A text that has no value of the field's kind."""


def read(field: InputField, texts: Sequence[str]) -> Any:
    """The value of a field. Raises UnreadableError; what the request class refuses itself is let through."""
    if field.array is None:
        return _read(texts[-1], field.kinds)
    if len(texts) == 1:
        if texts[0].lstrip().startswith("["):
            whole = _json(texts[0])
            if is_array(whole):
                return whole
        if field.single_kinds:  # one or many
            return _read(texts[0], field.single_kinds)
    return [_read(text, field.item_kinds) for text in texts]


def _read(text: str, kinds: Kinds) -> Any:
    for choice in (choice for kind in kinds for choice in choices_of(kind)):
        if text == spelt(choice):
            return choice
    types = {str(kind["type"]) for kind in kinds if "type" in kind}
    anything = not types
    value = _number(text) if _NUMBER.fullmatch(text) else _json(text)
    if value is not _NO_JSON and (anything or types & _types(value)):
        return value
    if anything or "string" in types or not types & {"object", "array"}:
        return text  # if it is not of the right type, the request class says so
    raise UnreadableError(_why(text))


_NO_JSON = object()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NO_JSON


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:  # also beyond 4300 digits
        return float(text)


def _types(value: object) -> frozenset[str]:
    return next((names for kind, names in _TYPES if isinstance(value, kind)), frozenset[str]())


def _why(text: str) -> str:
    shown = json.dumps(text[:40], ensure_ascii=False) + ("..." if len(text) > 40 else "")
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"expected JSON, as in '{{\"name\": 1}}'; {shown} is none: {error}"
    return f"expected a JSON object or list, not {shown}"


def with_files(cls: type[InputModel], given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, where each medium that is no URL is a file of this machine; `-` is stdin.

    The library takes no text for a path. A file that does not exist is refused before anything is sent.
    """
    fields, kinds = dict(given), media_kinds(cls)
    for name, wire in wire_names(cls).items():
        key = name if name in fields else wire
        if key not in fields:
            continue
        if name in kinds:
            fields[key] = _each(_medium, fields[key])
        elif nested := nested_class(cls, name):
            fields[key] = _each(partial(_with_files_in, nested), fields[key])
    return fields


def _with_files_in(cls: type[InputModel], value: Any) -> Any:
    return with_files(cls, value) if is_object(value) else value


def _each(convert: Callable[[Any], Any], value: Any) -> Any:
    return [convert(item) for item in value] if is_array(value) else convert(value)


def _medium(value: Any) -> Any:
    if not isinstance(value, str) or not value or _URL.match(value):
        return value
    if value == "-":
        return sys.stdin.buffer
    path = Path(os.path.expanduser(value))  # noqa: PTH111 - the other one raises for `~nobody`
    # `<(command)` of a shell; the library takes files that it can read twice, or open ones.
    return path.open("rb") if _is_pipe(path) else path


def _is_pipe(path: Path) -> bool:
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def read_document(source: str) -> dict[str, Any]:
    """The JSON object in a file, or on stdin for `-`. Raises FileNotFoundError, UnreadableError."""
    name = "stdin" if source == "-" else source
    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableError(f"{name}: {error.strerror}") from None
    if not content.strip():
        raise UnreadableError(f"{name} is empty")
    try:
        document: Any = json.loads(content, object_pairs_hook=without_duplicates)
    except (ValueError, RecursionError) as error:
        why = f": {error}" if type(error) is ValueError else f" is not JSON: {error}"
        raise UnreadableError(f"{name}{why}") from None
    if not is_object(document):
        raise UnreadableError(f'{name} holds no JSON object, such as {{"prompt": "a dog"}}')
    return as_object(document)
