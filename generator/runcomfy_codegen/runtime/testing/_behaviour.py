"""The switches of the emulator: how it behaves where the real service may, or may misbehave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Annotated, Any, Literal, TypeVar

from .._base.opaque import Opaque
from .._schemas.media_kinds import OutputKey

Carrier = OutputKey

ReplyFault = Literal[
    "error_code",  # HTTP 200 whose body is an error
    "html_502",
    "server_error_500",
    "rate_limited",  # 429 with Retry-After
    "rate_limited_without_retry_after",
    "unavailable",  # 503 with Retry-After
    "unavailable_without_retry_after",
    "insufficient_balance",  # 400 with error_code 400002
    "payment_required",  # 402, the other form of the same
    "permission_denied",
    "token_echo",  # 401 whose text repeats the token
    "redirect",  # 307 to another host
    "drop_after_accept",  # the connection closes without a reply
    "stall_after_accept",  # no reply until the client leaves
    "truncated_body",
    "invalid_json",
    "null",
    "array",
    "empty_object",
    "missing_request_id",
    "malformed_request_id",
]
OutputFault = Literal[
    "untrusted_host",  # the URL in the result names another host
    "redirect",  # 302 to another host
    "oversize_header",  # Content-Length of 8 GiB
    "oversize_stream",  # no Content-Length and no end
    "wrong_content_type",
    "truncated",  # the connection closes before the announced length
    "gone",  # 404, as after the retention time
]
CancelReply = Literal[
    "by_state",  # queued jobs are cancelled, others are not_cancellable
    "no_outcome",  # by state, but the reply has no `outcome`
    "no_status",  # by state, but the reply has no `status`
    "not_cancellable",  # the job starts just before the cancel arrives
    "cancellation_requested",  # the Serverless wording; the job goes on
    "server_error_500",
]


@dataclass(frozen=True)
class Behaviour:
    """What the emulator does; the defaults are an ordinary, healthy service.

    The course of a job (statuses, result_lag, failure, carriers, cost) is fixed when its submit is
    accepted; every other switch acts on the next request. Faults hit requests that are valid otherwise.
    """

    submit_status: int = 202
    """HTTP status of an accepted submit; undocumented, 200 and 202 were seen."""
    submit_fault: ReplyFault | None = None
    """How a submit is answered. All but the plain refusals accept the job (and charge) first."""
    read_fault: ReplyFault | None = None
    """How status, result and cancel are answered; the job does not move on."""
    output_fault: OutputFault | None = None
    """How the files under /outputs misbehave."""
    fault_count: int | None = None
    """How many requests a fault hits before all is well again; None: every one."""
    delay: float = 0.0
    """Seconds that a submit, status, result or cancel is answered late; what it does, it does at once."""
    chaos: Chaos | None = None
    """Draws the faults, delays and courses of single requests and jobs, over these settings."""

    statuses: tuple[str, ...] = ("in_queue", "in_progress", "completed")
    """What successive status and result reads report, one step a read; the last one stays."""
    not_ready: Literal["state", "400005"] = "state"
    """/result before the end: the state body, or HTTP 400 with error_code 400005."""
    result_lag: int = 0
    """How many result reads after the end do not know of it yet."""
    failure: str = "the model could not process this input"
    """The error text of a job that ends as failed."""
    cancel: CancelReply = "by_state"
    carriers: tuple[Carrier, ...] | None = None
    """Keys of the output; () completes without one. None: by the endpoint's categories and id."""
    cost: Literal["at_once", "late", "never"] = "at_once"
    """When a result has `cost`; late: not in the first completed read."""

    catalogue_total: bool = True
    """Whether a page of the catalogue says how many endpoints there are in all."""
    balance_usd: float = 5.0
    """May be zero or negative."""

    def __post_init__(self) -> None:
        if not self.statuses:
            raise ValueError("Behaviour.statuses is empty: a job needs at least one state")


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
    """Faults and delays of API calls, and odd courses of jobs, each with a probability of `rate`.

    The same seed brings the same to the nth submit of a body and to the nth call about its job,
    in whatever order the requests of different jobs arrive. Downloads are spared.
    """

    seed: int = 0
    rate: float = 0.2

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"Chaos.rate is {self.rate}: expected a probability, 0 to 1")

    def dice(self, name: str) -> Random:
        """The luck of one submit and then of its job."""
        return Random(f"{self.seed}/{name}")  # noqa: S311 - not a secret

    def on_submit(self, behaviour: Behaviour, dice: Annotated[Random, Opaque]) -> Behaviour:
        """How a submit is answered, and the course of the job if it is accepted."""
        return replace(
            behaviour,
            submit_fault=self._perhaps(SUBMIT_FAULTS, dice),
            delay=self._delay(dice),
            **(self._perhaps(COURSES, dice) or {}),
        )

    def on_call(self, behaviour: Behaviour, dice: Annotated[Random, Opaque]) -> Behaviour:
        """How a status, result or cancel is answered."""
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
