# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What a journal holds of one request of a batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .. import errors
from ..errors import FieldProblem, RunComfyError

State = Literal["pending", "refused", "unknown", "submitted", "completed", "failed"]
"""pending: nothing was sent; refused: the service certainly did not accept it; unknown: in doubt, it
may have been accepted; submitted: accepted, not ended; completed; failed: it ended without a result."""
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("pending", "refused")  # certainly not accepted: may be submitted

_KEPT = ("model_id", "request_id", "http_status", "error_code", "retry_safe", "body_hash", "at")


@dataclass(frozen=True)
class Entry:
    """One request. key: its name in the journal; input: its JSON, local media by their names.

    digest: SHA-256 of model id and input; posted_at: seconds since the epoch; body_hash: SHA-256 of
    what was posted; estimate, cost: US dollars, None if unknown; earlier_cost: of attempts that were
    given up for a `retry`; files: relative to the journal's folder.
    """

    key: str
    model_id: str
    input: Mapping[str, Any]
    digest: str
    state: State = "pending"
    request_id: str | None = None
    posted_at: float | None = None
    body_hash: str | None = None
    estimate: float | None = None
    cost: float | None = None
    earlier_cost: float = 0.0
    error: RunComfyError | None = None
    reply: Mapping[str, Any] | None = None
    files: tuple[str, ...] = ()

    @property
    def may_cost(self) -> float:
        """US dollars that it has cost so far, or may have: as reported, else as estimated."""
        charged = (
            0.0 if self.state in OPEN else self.cost if self.cost is not None else self.estimate
        )
        return self.earlier_cost + (charged or 0.0)


def dollars(usd: float) -> str:
    """An amount for people: `$0.036`, `$1,200.00`."""
    text = f"{usd:,.4f}"
    return "$" + text[:-2] + text[-2:].rstrip("0")


def error_to_json(error: RunComfyError) -> str:
    """An error as the journal keeps it: not pickled, since reading a pickle runs what is in it."""
    kept = {name: value for name in _KEPT if (value := getattr(error, name, None)) is not None}
    problems = [[each.field, each.message] for each in getattr(error, "problems", ())]
    details = getattr(error, "details", None)
    record = {"type": type(error).__name__, "message": error.message, **kept}
    record |= ({"problems": problems} if problems else {}) | (
        {"details": details} if details else {}
    )
    return json.dumps(record, default=str)


def error_from_json(text: str) -> RunComfyError:
    """The error again; one of a class that this SDK does not have is a plain RunComfyError."""
    record: dict[str, Any] = json.loads(text)
    kind = getattr(errors, record.pop("type"), None)
    if not (isinstance(kind, type) and issubclass(kind, RunComfyError)):
        kind = RunComfyError
    error = kind(record.pop("message"))
    if problems := record.pop("problems", None):
        record["problems"] = tuple(FieldProblem(*each) for each in problems)
    error.__dict__.update(record)
    return error
