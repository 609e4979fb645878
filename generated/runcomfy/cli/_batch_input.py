# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The requests and the journal of `batch`, checked before anything is sent."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from itertools import starmap
from pathlib import Path
from typing import Any

from .._base.paths import home_expanded
from .._client import SyncClient
from .._schemas.registry import model_ids
from ..batches import Batch
from ..batches._twins import is_journal
from ..batches.jsonl import on_line, read_lines
from ..errors import FieldProblem, InvalidRequestError

Placed = tuple[int, FieldProblem]
"""A problem and the number of its line."""


def journal_of(inputs: str, journal: str | None) -> Path:
    """Return the file of the journal: by default the inputs' name with `.sqlite` appended.

    An existing journal of the former default, with `.sqlite` in place of the ending, is used.
    """
    if journal:
        return home_expanded(journal)
    file = home_expanded(inputs)
    default, former = Path(f"{file}.sqlite"), file.with_suffix(".sqlite")
    return former if not default.exists() and is_journal(former) else default


def checked_batch(client: SyncClient, inputs: str, *, untyped: bool, **options: Any) -> Batch[Any]:
    """Make a batch of the requests in a file.

    Args:
        client: The client that will send them.
        inputs: The JSONL file.
        untyped: Whether to send requests to models that this package does not have.
        options: The options of a batch.

    Returns:
        The batch.

    Raises:
        InvalidRequestError: Lists all problems of all lines, with their numbers.
        OSError: The file cannot be read.
    """
    lines = read_lines(inputs)
    unknown = {} if untyped else dict(_unknown(lines.requests))
    known = {key: record for key, record in lines.requests.items() if key not in unknown}
    placed = [(lines.numbers[key], problem) for key, problem in unknown.items()]
    batch: Batch[Any] | None = None
    try:
        batch = Batch(client, known, **options)
    except InvalidRequestError as error:
        placed += [_placed(problem, lines.numbers) for problem in error.problems]
    placed += [(number, FieldProblem("", fault)) for number, fault in lines.faults]
    if placed or batch is None:
        in_order = sorted(placed, key=lambda item: item[0])
        raise InvalidRequestError.from_problems(list(starmap(on_line, in_order)), inputs)
    return batch


def _unknown(requests: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, FieldProblem]]:
    """Yield the keys of requests to models that this package does not have."""
    known = model_ids()
    for key, record in requests.items():
        model_id = record.get("model_id")
        if isinstance(model_id, str) and model_id not in known:
            near = difflib.get_close_matches(model_id, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`models` lists them all."
            text = (
                f"this package has no model {model_id!r:.100}; {hint} --untyped sends it unchecked"
            )
            yield key, FieldProblem("model_id", text)


def _placed(problem: FieldProblem, numbers: Mapping[str, int]) -> Placed:
    """Return a problem of `requests[KEY].field` with the number of the line in place of the key."""
    for key, number in numbers.items():
        for place in (f"requests[{key!r}]", f"requests[{key!r:.80}]"):
            rest = problem.field.removeprefix(place)
            if problem.field.startswith(place) and (not rest or rest[0] in ".["):
                return number, FieldProblem(rest.removeprefix("."), problem.message)
    return 0, problem
