"""A batch as a file: one JSON object a line."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from .._base.json_values import is_array, is_object, without_duplicates
from ..errors import FieldProblem, InvalidRequestError

_FILE = "$file"


def read_jsonl(path: str | os.PathLike[str]) -> dict[str, Mapping[str, Any]]:
    """The requests of a file: `{"model_id": ..., "input": {...}}` in each line, perhaps with a `key`.

    Without one, the key is the position among the requests, "1" for the first. `{"$file": "a.png"}` in
    an input is a file on this machine, its path relative to the folder of the JSONL file.
    Raises InvalidRequestError with all problems of all lines; OSError.
    """
    file = Path(path)
    requests: dict[str, Mapping[str, Any]] = {}
    problems: list[FieldProblem] = []
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        lines, problems = [], [FieldProblem(str(file), f"not UTF-8: {error}")]
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
            problems.append(FieldProblem(place, f"key: expected text, not {key!r:.80}"))
        elif key in requests:
            problems.append(FieldProblem(place, f"key: {key!r:.80} is that of an earlier line"))
        else:
            requests[key] = _with_files(record, file.parent)
    if problems:
        raise InvalidRequestError.from_problems(problems, str(file))
    return requests


def _object(line: str) -> dict[str, Any]:
    value = json.loads(line, parse_constant=_no_json, object_pairs_hook=without_duplicates)
    if not is_object(value):
        raise ValueError(f"expected a JSON object, not {type(value).__name__}")
    return value


def _no_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _with_files(value: Any, folder: Path) -> Any:
    if is_object(value):
        if value.keys() == {_FILE} and isinstance(value[_FILE], str):
            return folder / value[_FILE]
        return {name: _with_files(item, folder) for name, item in value.items()}
    return [_with_files(item, folder) for item in value] if is_array(value) else value
