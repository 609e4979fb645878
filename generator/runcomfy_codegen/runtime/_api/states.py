"""The states of a job."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .._base.text import shorten
from .._transport.effects import Reply
from .replies import Answer

SUCCESS = frozenset({"completed", "succeeded"})
FAILURE = frozenset({"failed"})
CANCELLED = frozenset({"cancelled", "canceled"})
TERMINAL = SUCCESS | FAILURE | CANCELLED  # any other state, known or not, means "not finished"

MAX_STATE = 100  # characters of a state, or of another short text of a reply, that are kept
_WORD = re.compile(r"[A-Za-z_]{1,40}")  # a state, and nothing else
_POSITIONS = range(10**9)  # any other number is not a place in a queue

CancelOutcome = Literal["cancelled", "not_cancellable", "unconfirmed"]
"""After "not_cancellable" and "unconfirmed", the job may go on and be charged."""


@dataclass(frozen=True)
class JobStatus:
    """One status report of a job.

    Attributes:
        request_id: The id of the job.
        state: The state in lower case, such as "in_queue", "in_progress" or "completed".
        raw_state: The state as the server wrote it, shortened, printable and without the token.
        queue_position: The place in the queue; None outside it. The service does not document
            whether it counts from 0 or 1.
        elapsed: Seconds since the wait began; 0 outside a wait.
        raw: The server's whole reply, as JSON.
        response: The same reply as an HTTP response.
    """

    request_id: str
    state: str
    raw_state: str
    queue_position: int | None = None
    elapsed: float = 0.0
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, compare=False)
    response: Reply | None = field(default=None, repr=False, compare=False)

    @property
    def is_terminal(self) -> bool:
        """Whether the job has ended."""
        return self.state in TERMINAL

    @classmethod
    def of(cls, request_id: str, answer: Answer, elapsed: float = 0.0) -> JobStatus:
        """Read a status or result reply; a state that is not text is unknown."""
        body = answer.body
        raw, position = body.get("status"), body.get("queue_position")
        text = raw if isinstance(raw, str) else ""
        if _state(body) not in TERMINAL and not _WORD.fullmatch(text):
            # It is shown in logs, and may repeat what was sent to the service.
            text = shorten(answer.redact(text), MAX_STATE)
        is_number = isinstance(position, int) and not isinstance(position, bool)
        place = position if is_number and position in _POSITIONS else None
        state = text.strip().lower()
        return cls(request_id, state, text, place, elapsed, body, answer.response)

    def __str__(self) -> str:
        queue = "" if self.queue_position is None else f", queue position {self.queue_position}"
        return f"{self.request_id}: {self.state or 'unknown'}{queue} ({self.elapsed:.1f} s)"


OnUpdate = Callable[[JobStatus], object]
"""A function of the user that takes each new status; `AsyncRunComfy` awaits what it returns."""


def _state(body: Mapping[str, Any]) -> str:
    state = body.get("status")
    return state.strip().lower() if isinstance(state, str) else ""


def cancel_outcome(body: Mapping[str, Any]) -> CancelOutcome:
    """Read the outcome in a cancel reply."""
    state = _state(body)
    outcome = str(body.get("outcome") or "").strip().lower()
    if state in CANCELLED or outcome in CANCELLED:
        return "cancelled"
    # A job that has ended otherwise cannot be cancelled any more, whatever the reply leaves out.
    return "not_cancellable" if outcome == "not_cancellable" or state in TERMINAL else "unconfirmed"
