# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""What a journal holds of one request of a batch."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .. import errors
from .._api.options import is_request_id
from .._base.json_values import as_array, is_array, is_object
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


class DamagedEntry(ValueError):
    """A row that no journal of ours has written."""


def entry_of(row: Mapping[str, Any]) -> Entry:
    """Read a row of the table; SQLite holds any type in any column. Raises DamagedEntry."""
    fields = dict(row)
    for name, (is_right, expected) in _COLUMNS.items():
        if not is_right(fields[name]):
            raise DamagedEntry(f"{name} must be {expected}; got {fields[name]!r:.80}")
    for name, (read, expected) in _TEXTS.items():
        try:
            fields[name] = fields[name] if fields[name] is None else read(fields[name])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise DamagedEntry(f"{name} must be {expected}; got {fields[name]!r:.80}") from None
    if fields["state"] == "posting":
        fields["state"] = "unknown"  # what it is should this process end now
    if fields["state"] in ("submitted", "completed") and fields["request_id"] is None:
        raise DamagedEntry(f"it is {fields['state']} without a request id")
    if fields["state"] == "completed" and fields["reply"] is None:
        raise DamagedEntry("it is completed without a reply")
    return Entry(**fields)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_amount(value: Any) -> bool:
    return isinstance(value, (int, float)) and 0 <= value < math.inf


def _is_amount_or_none(value: Any) -> bool:
    return value is None or _is_amount(value)


_TEXT, _OPTIONAL_TEXT = (_is_text, "text"), (_is_text_or_none, "text or nothing")
_OPTIONAL_AMOUNT = (_is_amount_or_none, "a number of at least 0, or nothing")
_COLUMNS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "key": _TEXT,
    "model_id": _TEXT,
    "input": _TEXT,
    "digest": (lambda value: isinstance(value, str), "text"),
    "state": (lambda value: value in (*STATES, "posting"), "a state"),
    "request_id": (lambda value: value is None or is_request_id(value), "a request id"),
    "posted_at": _OPTIONAL_AMOUNT,
    "body_hash": _OPTIONAL_TEXT,
    "estimate": _OPTIONAL_AMOUNT,
    "cost": _OPTIONAL_AMOUNT,
    "earlier_cost": (_is_amount, "a number of at least 0"),
    "error": _OPTIONAL_TEXT,
    "reply": _OPTIONAL_TEXT,
    "files": _TEXT,
}


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not is_object(value):
        raise TypeError
    return value


def _names(text: str) -> tuple[str, ...]:
    value = json.loads(text)
    names = as_array(value)
    if not is_array(value) or not all(isinstance(name, str) for name in names):
        raise TypeError
    return tuple(names)


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
    record = _object(text)
    kind = getattr(errors, record.pop("type"), None)
    if not (isinstance(kind, type) and issubclass(kind, RunComfyError)):
        kind = RunComfyError
    error = kind(record.pop("message"))
    if problems := record.pop("problems", None):
        record["problems"] = tuple(FieldProblem(*each) for each in problems)
    error.__dict__.update(record)
    return error


_TEXTS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "input": (_object, "a JSON object"),
    "reply": (_object, "a JSON object"),
    "files": (_names, "a JSON array of names"),
    "error": (error_from_json, "an error as JSON"),
}
