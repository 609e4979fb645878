# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The switches of the emulator: how the service behaves, and how it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Annotated, Any, Literal, TypeVar, get_args

from .._base.opaque import Opaque
from .._schemas.media_kinds import OutputKey

Carrier = OutputKey

ReplyFault = Literal[
    "error_code",  # HTTP 200 with a body that is an error
    "html_502",  # HTTP 502 with a page of HTML, as a proxy sends it
    "server_error_500",
    "rate_limited",  # HTTP 429 with Retry-After
    "rate_limited_without_retry_after",
    "unavailable",  # HTTP 503 with Retry-After
    "unavailable_without_retry_after",
    "insufficient_balance",  # HTTP 400 with error_code 400002
    "payment_required",  # HTTP 402, which means the same
    "permission_denied",
    "token_echo",  # HTTP 401 with a text that repeats the token
    "redirect",  # HTTP 307 to another host
    "drop_after_accept",  # the connection closes without a reply
    "stall_after_accept",  # no reply, until the client hangs up
    "truncated_body",  # the connection closes in the middle of the body
    "invalid_json",
    "null",  # the body is `null`
    "array",  # the body is a list
    "empty_object",  # the body is `{}`
    "missing_request_id",
    "malformed_request_id",
]
OutputFault = Literal[
    "untrusted_host",  # the URL in the result names another host
    "redirect",  # HTTP 302 to another host
    "oversize_header",  # Content-Length announces 8 GiB
    "oversize_stream",  # no Content-Length, and no end
    "wrong_content_type",  # a page of HTML with HTTP 200
    "truncated",  # the connection closes before the announced length
    "gone",  # HTTP 404, as after the retention time
]
CancelReply = Literal[
    "by_state",  # a queued job is cancelled, any other is `not_cancellable`
    "no_outcome",  # the same, but the reply has no `outcome`
    "no_status",  # the same, but the reply has no `status`
    "not_cancellable",  # the job leaves the queue just before the cancel arrives
    "cancellation_requested",  # the reply says so, and the job goes on
    "server_error_500",
]
_FAULTS: dict[str, tuple[str, ...]] = {
    "submit_fault": get_args(ReplyFault),
    "read_fault": get_args(ReplyFault),
    "output_fault": get_args(OutputFault),
}


@dataclass(frozen=True)
class Behaviour:
    """The behaviour of the emulator. The defaults describe a healthy service.

    What happens to a job (statuses, result_lag, failure, carriers, cost) is fixed when its submit is
    accepted. Any other switch acts on the next request. A fault hits only requests that are valid.
    """

    submit_status: int = 202
    """HTTP status of an accepted submit. The real service does not document it; 200 and 202 were seen."""
    submit_fault: ReplyFault | None = None
    """Fault of the reply to a submit. Unless the fault is a refusal, the job is accepted and charged."""
    read_fault: ReplyFault | None = None
    """Fault of the replies to status, result and cancel. The job does not move on."""
    output_fault: OutputFault | None = None
    """Fault of the files under /outputs."""
    fault_count: int | None = None
    """Number of requests that a fault hits before it stops. None: it hits every request."""
    delay: float = 0.0
    """Seconds by which replies to submit, status, result and cancel are late. Their effect is not."""
    chaos: Chaos | None = None
    """Random faults, delays and courses of jobs, in place of the settings here."""

    statuses: tuple[str, ...] = ("in_queue", "in_progress", "completed")
    """Statuses of a job. Each read of the status or the result moves to the next; the last one stays."""
    not_ready: Literal["state", "400005"] = "state"
    """Reply to /result before the end: the status, or HTTP 400 with error_code 400005."""
    result_lag: int = 0
    """Number of reads of the result, after the job has ended, that still say it is in progress."""
    failure: str = "the model could not process this input"
    """Error text of a job that ends as failed."""
    cancel: CancelReply = "by_state"
    """Reply to a cancel."""
    carriers: tuple[Carrier, ...] | None = None
    """Keys of the output, such as `("images",)`; `()` for no output. None: by the model."""
    cost: Literal["at_once", "late", "never"] = "at_once"
    """When a result has its `cost`. Late: from the second read of the completed job."""

    catalogue_total: bool = True
    """Whether each page of the catalogue has the total number of endpoints."""
    balance_usd: float = 5.0
    """The account's balance. It may be zero or negative."""

    def __post_init__(self) -> None:
        if not self.statuses:
            raise ValueError("Behaviour.statuses: must have at least one status; got none")
        for name, faults in _FAULTS.items():
            fault = getattr(self, name)
            if fault is not None and fault not in faults:
                raise ValueError(
                    f"Behaviour.{name}: must be one of {', '.join(faults)}; got {fault!r}"
                )


T = TypeVar("T")

SUBMIT_FAULTS: tuple[ReplyFault, ...] = (
    "drop_after_accept",
    "stall_after_accept",
    "truncated_body",
    "html_502",
    "server_error_500",
    "error_code",
    "rate_limited",
    "rate_limited_without_retry_after",
    "unavailable",
    "unavailable_without_retry_after",
    "invalid_json",
    "null",
    "missing_request_id",
    "malformed_request_id",
)
READ_FAULTS: tuple[ReplyFault, ...] = (
    "drop_after_accept",
    "truncated_body",
    "html_502",
    "server_error_500",
    "error_code",
    "rate_limited",
    "rate_limited_without_retry_after",
    "unavailable",
    "invalid_json",
    "null",
    "empty_object",
)
COURSES: tuple[Mapping[str, Any], ...] = (
    {"statuses": ("In_Queue", "IN_PROGRESS", "Succeeded")},
    {"statuses": ("in_queue", "warming_up", "in_progress", "completed")},  # an unknown state
    {"statuses": ("in_queue", "in_progress", "failed")},
    {"statuses": ("in_queue", "Cancelled")},
    {"statuses": ("in_progress", "canceled")},
    {"result_lag": 2},
    {"carriers": ()},
    {"cost": "late"},
    {"submit_status": 200},
)
_LONGEST_DELAY = 0.5  # seconds


@dataclass(frozen=True)
class Chaos:
    """Random faults and delays of API calls, and unusual courses of jobs. Downloads are spared.

    With the same seed, the nth submit of a body and the nth call about its job meet the same, in
    whatever order the requests of different jobs arrive.

    Args:
        seed: Chooses the sequence.
        rate: The probability of each fault, delay and course, from 0 to 1.
    """

    seed: int = 0
    rate: float = 0.2

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"Chaos.rate: must be a probability, 0 to 1; got {self.rate}")

    def dice(self, name: str) -> Random:
        """Return the random numbers of one submit and then of its job."""
        return Random(f"{self.seed}/{name}")  # noqa: S311 - not a secret

    def on_submit(self, behaviour: Behaviour, dice: Annotated[Random, Opaque]) -> Behaviour:
        """Draw the reply to a submit, and the course of the job if it is accepted."""
        return replace(
            behaviour,
            submit_fault=self._perhaps(SUBMIT_FAULTS, dice),
            delay=self._delay(dice),
            **(self._perhaps(COURSES, dice) or {}),
        )

    def on_call(self, behaviour: Behaviour, dice: Annotated[Random, Opaque]) -> Behaviour:
        """Draw the reply to a status, result or cancel."""
        return replace(
            behaviour,
            read_fault=self._perhaps(READ_FAULTS, dice),
            delay=self._delay(dice),
            not_ready=dice.choice(("state", "400005")),
        )

    def _perhaps(self, choices: Sequence[T], dice: Random) -> T | None:
        return dice.choice(choices) if dice.random() < self.rate else None

    def _delay(self, dice: Random) -> float:
        return dice.uniform(0, _LONGEST_DELAY) if dice.random() < self.rate else 0.0
