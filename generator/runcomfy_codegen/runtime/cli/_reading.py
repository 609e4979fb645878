"""Read the values of an endpoint's fields from a command line or a JSON document."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from .._base.json_values import as_object, is_array, is_object, without_duplicates
from .._validation.base import InputModel, nested_class
from .._validation.fields import media_kinds, wire_names
from ._fields import InputField, choices_of, typed

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
    """A text that is not a value of the field."""


def read(field: InputField, texts: Sequence[str]) -> Any:
    """Return the value of a field. The request class checks it later.

    Raises:
        UnreadableError: The text cannot be a value of the field.
    """
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
    for choice in chain.from_iterable(map(choices_of, kinds)):
        if text == typed(choice):
            return choice
    types = {str(kind["type"]) for kind in kinds if "type" in kind}
    anything = not types
    value = _number(text) if _NUMBER.fullmatch(text) else _json(text)
    if value is not _NO_JSON and (anything or types & _types(value)):
        return value
    if anything or "string" in types or not types & {"object", "array"}:
        return text  # the request class reports a wrong type
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
    except ValueError:  # a fraction, or more than 4300 digits
        return float(text)


def _types(value: object) -> frozenset[str]:
    return next((names for kind, names in _TYPES if isinstance(value, kind)), frozenset[str]())


def _why(text: str) -> str:
    shown = json.dumps(text[:40], ensure_ascii=False) + ("..." if len(text) > 40 else "")
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"must be JSON, such as '{{\"name\": 1}}'; got {shown} ({error})"
    return f"must be a JSON object or list; got {shown}"


def with_files(input_type: type[InputModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the text of each local medium by its path or file; `-` is stdin.

    The library never takes a text for a path.

    Args:
        input_type: The class of the fields.
        values: The values of the fields, by Python or wire name.
    """
    fields, kinds = dict(values), media_kinds(input_type)
    for name, wire in wire_names(input_type).items():
        key = name if name in fields else wire
        if key not in fields:
            continue
        if name in kinds:
            fields[key] = _convert(_medium, fields[key])
        elif nested := nested_class(input_type, name):
            fields[key] = _convert(partial(_with_files_in, nested), fields[key])
    return fields


def _with_files_in(input_type: type[InputModel], value: Any) -> Any:
    return with_files(input_type, value) if is_object(value) else value


def _convert(convert: Callable[[Any], Any], value: Any) -> Any:
    return [convert(item) for item in value] if is_array(value) else convert(value)


def _medium(value: Any) -> Any:
    if not isinstance(value, str) or not value or _URL.match(value):
        return value
    if value == "-":
        return sys.stdin.buffer
    path = Path(os.path.expanduser(value))  # noqa: PTH111 - Path.expanduser raises for `~nobody`
    # A pipe, such as `<(command)`, cannot be read twice: the library takes it as an open file.
    return path.open("rb") if _is_pipe(path) else path


def _is_pipe(path: Path) -> bool:
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def read_document(source: str) -> dict[str, Any]:
    """Read the JSON object in a file, or on stdin for `-`.

    Raises:
        FileNotFoundError: There is no such file.
        UnreadableError: The file cannot be read, or is not a JSON object.
    """
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
        raise UnreadableError(f'{name} must hold a JSON object, such as {{"prompt": "a dog"}}')
    return as_object(document)
