# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Read the requests of a batch from a JSONL file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from .._base.json_values import is_array, is_object, without_duplicates
from .._base.paths import home_expanded
from ..errors import FieldProblem, InvalidRequestError

_FILE = "$file"


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
    file = home_expanded(path)
    requests: dict[str, Mapping[str, Any]] = {}
    problems: list[FieldProblem] = []
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        lines, problems = [], [FieldProblem(str(file), f"must be UTF-8: {error}")]
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            record = _object(line)
        except (ValueError, RecursionError) as error:
            problems.append(FieldProblem(place, str(error)))
            continue
        key = record.pop("key", str(len(requests) + 1))
        if not isinstance(key, str):
            problems.append(FieldProblem(place, f"key: must be text; got {key!r:.80}"))
        elif key in requests:
            problems.append(
                FieldProblem(
                    place, f"key: must be unique; {key!r:.80} is the key of an earlier line"
                )
            )
        else:
            requests[key] = _with_files(record, file.parent)
    if problems:
        raise InvalidRequestError.from_problems(problems, str(file))
    return requests


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(
            line, parse_constant=_refuse_constant, object_pairs_hook=without_duplicates
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"must be JSON: {error}") from None
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
