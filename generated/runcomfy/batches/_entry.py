# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""One request of a batch, as the journal holds it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .. import errors
from .._api.options import is_request_id
from .._base.brief import brief
from .._base.json_values import as_array, is_array, is_object
from ..errors import FieldProblem, RunComfyError

State = Literal["pending", "refused", "unknown", "submitted", "completed", "failed"]
"""pending: nothing was sent; refused: the service certainly did not accept it; unknown: it may have been
accepted; submitted: accepted, not ended; completed: it has a result; failed: it ended without one."""
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("pending", "refused")  # certainly not accepted, so it may be submitted

_KEPT = (
    "model_id",
    "request_id",
    "http_status",
    "error_code",
    "retry_safe",
    "body_hash",
    "at",
    "cost",
)


@dataclass(frozen=True)
class Entry:
    """One request of a batch, as the journal holds it.

    Attributes:
        key: Its key in the journal.
        model_id: The model id of its endpoint.
        input: Its JSON. Local media are given by their names, secrets are hidden.
        digest: The SHA-256 of model id and input, in hexadecimal.
        state: How far it has come.
        request_id: The id of its job, once it is accepted.
        posted_at: When it was last posted, in seconds since the epoch.
        body_hash: The SHA-256 of the posted body, in hexadecimal.
        estimate: The estimated cost in US dollars, None if unknown.
        cost: The reported cost in US dollars, None if unknown.
        earlier_cost: The US dollars of attempts that were given up by `Journal.retry`.
        error: Why it was refused, is unknown, or failed.
        reply: The reply that holds the result.
        files: The saved outputs, relative to the journal's folder.
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
        """The US dollars that it has cost or may have cost: as reported, else as estimated."""
        if self.state in OPEN:
            return self.earlier_cost
        charged = self.estimate if self.cost is None else self.cost
        return self.earlier_cost + (charged or 0.0)


def input_digest(model_id: str, body: Mapping[str, Any]) -> str:
    """Return the SHA-256 that identifies a request, in hexadecimal.

    Args:
        model_id: The model id of its endpoint.
        body: Its JSON, with `sha256:...` in place of local media.

    Raises:
        TypeError: The body is not JSON.
        ValueError: It holds NaN or an infinity.
        RecursionError: It is too deep.
    """
    text = json.dumps(body, sort_keys=True, allow_nan=False)
    return hashlib.sha256(f"{model_id}\n{text}".encode()).hexdigest()


class DamagedEntry(ValueError):
    """A row that this SDK cannot have written."""


def entry_of(row: Mapping[str, Any]) -> Entry:
    """Read a row of the table, whose columns may hold any type. Raises DamagedEntry."""
    fields = dict(row)
    for name, (is_right, expected) in _COLUMNS.items():
        if not is_right(fields[name]):
            raise DamagedEntry(f"{name} must be {expected}; got {brief(fields[name])}")
    for name, (read, expected) in _TEXTS.items():
        try:
            fields[name] = fields[name] if fields[name] is None else read(fields[name])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise DamagedEntry(f"{name} must be {expected}; got {brief(fields[name])}") from None
    if fields["state"] == "posting":
        fields["state"] = "unknown"  # its state if this process ends now
    if fields["state"] in ("submitted", "completed") and fields["request_id"] is None:
        raise DamagedEntry(f"state {fields['state']} needs a request id")
    if fields["state"] == "completed" and fields["reply"] is None:
        raise DamagedEntry("state completed needs a reply")
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


def error_to_json(error: RunComfyError) -> str:
    """Return an error as JSON. A pickle would not do: reading one runs the code in it."""
    record: dict[str, Any] = {"type": type(error).__name__, "message": error.message}
    attributes = {name: getattr(error, name, None) for name in _KEPT}
    record |= {name: value for name, value in attributes.items() if value is not None}
    problems = [[problem.field, problem.message] for problem in getattr(error, "problems", ())]
    details = getattr(error, "details", None)
    if problems:
        record["problems"] = problems
    if details:
        record["details"] = details
    return json.dumps(record, default=str)


def error_from_json(text: str) -> RunComfyError:
    """Read an error. One of a class that this SDK does not have becomes a plain RunComfyError."""
    record = _object(text)
    error_type = getattr(errors, record.pop("type"), None)
    if not (isinstance(error_type, type) and issubclass(error_type, RunComfyError)):
        error_type = RunComfyError
    error = error_type(record.pop("message"))
    problems = record.pop("problems", None)
    if problems:
        record["problems"] = tuple(FieldProblem(*problem) for problem in problems)
    error.__dict__.update(record)
    return error


_TEXTS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "input": (_object, "a JSON object"),
    "reply": (_object, "a JSON object"),
    "files": (_names, "a JSON array of names"),
    "error": (error_from_json, "an error as JSON"),
}
