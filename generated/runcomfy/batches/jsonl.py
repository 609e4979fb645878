# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Read the requests of a batch from a JSONL file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from .._base.brief import brief
from .._base.json_values import is_array, is_object, without_duplicates
from .._validation.given import check_path
from ..errors import FieldProblem, InvalidRequestError

_FILE = "$file"


@dataclass
class RequestLines:
    """A JSONL file of requests, as far as it can be read.

    Attributes:
        requests: The requests by key.
        numbers: The number of the line of each request, by key.
        faults: The numbers of other lines, and what is wrong with them; 0 for the whole file.
    """

    requests: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    faults: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    @property
    def problems(self) -> list[FieldProblem]:
        """What is wrong with the other lines."""
        return [on_line(number, FieldProblem("", fault)) for number, fault in self.faults]


def on_line(number: int, problem: FieldProblem) -> FieldProblem:
    """Return a problem with the number of its line; 0 for the whole file."""
    place = f"line {number}" if number else ""
    return FieldProblem(", ".join(filter(None, (place, problem.field))), problem.message)


def read_jsonl(path: str | os.PathLike[str]) -> dict[str, Mapping[str, Any]]:
    """Read requests from a file with one JSON object in each line.

    A line is `{"model_id": ..., "input": {...}}`, with an optional `key`. The default key is the
    position among the requests, "1" for the first. `{"$file": "a.png"}` in an input is a local file,
    relative to the folder of the JSONL file.

    Args:
        path: The JSONL file, in UTF-8.

    Returns:
        The requests by key, as `client.batch` takes them.

    Raises:
        InvalidRequestError: Lists all problems of all lines.
        OSError: The file cannot be read.
    """
    lines = read_lines(path)
    if lines.problems:
        raise InvalidRequestError.from_problems(lines.problems, str(Path(path)))
    return lines.requests


def read_lines(path: str | os.PathLike[str]) -> RequestLines:
    """Read a JSONL file with its problems. Raises OSError if it cannot be read."""
    file, lines = check_path("path", path), RequestLines()
    try:
        texts = file.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        lines.faults.append((0, f"must be UTF-8: {error}"))
        return lines
    for number, text in enumerate(texts, 1):
        if text.strip():
            _add(lines, number, text, file.parent)
    return lines


def _add(lines: RequestLines, number: int, text: str, folder: Path) -> None:
    try:
        record = _object(text)
    except (ValueError, RecursionError) as error:
        lines.faults.append((number, str(error)))
        return
    key = record.pop("key", str(len(lines.requests) + 1))
    if not isinstance(key, str):
        lines.faults.append((number, f"key: must be text; got {brief(key)}"))
    elif key in lines.requests:
        fault = f"key: must be unique; {brief(key)} is the key of line {lines.numbers[key]}"
        lines.faults.append((number, fault))
    else:
        lines.requests[key] = _with_files(record, folder)
        lines.numbers[key] = number


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(
            line, parse_constant=_refuse_constant, object_pairs_hook=without_duplicates
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"must be JSON; at character {error.colno}: {error.msg}") from None
    if not is_object(value):
        raise ValueError(f"must be a JSON object; got {type(value).__name__}")
    return value


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"must be JSON; got {constant}")


def _with_files(value: Any, folder: Path) -> Any:
    if is_object(value):
        if value.keys() == {_FILE} and isinstance(value[_FILE], str):
            return folder / value[_FILE]
        return {name: _with_files(item, folder) for name, item in value.items()}
    return [_with_files(item, folder) for item in value] if is_array(value) else value
