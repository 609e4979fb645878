# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The switches of the emulator: how it behaves where the real service may, or may misbehave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ._chaos import Chaos

Carrier = Literal["image", "images", "video", "videos", "audio", "audios"]

ReplyFault = Literal[
    "error_code",  # HTTP 200 whose body is an error (API.md §3.3)
    "html_502",
    "server_error_500",
    "rate_limited",  # 429 with Retry-After
    "rate_limited_without_retry_after",
    "unavailable",  # 503 with Retry-After
    "unavailable_without_retry_after",
    "insufficient_balance",  # 400 with error_code 400002 (§3.1)
    "payment_required",  # 402, the other form of the same (§3.2)
    "permission_denied",
    "token_echo",  # 401 whose text repeats the token (§3.3)
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
    "by_state",  # queued jobs are cancelled, others are not_cancellable (§1.4)
    "no_outcome",  # by state, but the reply has no `outcome`
    "no_status",  # by state, but the reply has no `status`
    "not_cancellable",  # the job starts just before the cancel arrives
    "cancellation_requested",  # the Serverless wording; the job goes on
    "server_error_500",
]


@dataclass(frozen=True)
class Behaviour:
    """What the emulator does; the defaults are an ordinary, healthy service (API.md, appendix).

    The course of a job (statuses, result_lag, failure, carriers, cost) is fixed when its submit is
    accepted; every other switch acts on the next request. Faults hit requests that are valid otherwise.
    """

    submit_status: int = 202
    """HTTP status of an accepted submit; undocumented, 200 and 202 were seen (§1.1)."""
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
    """/result before the end: the state body, or HTTP 400 with error_code 400005 (§1.3)."""
    result_lag: int = 0
    """How many result reads after the end do not know of it yet."""
    failure: str = "the model could not process this input"
    """The error text of a job that ends as failed."""
    cancel: CancelReply = "by_state"
    carriers: tuple[Carrier, ...] | None = None
    """Keys of the output; () completes without one. None: by the endpoint's categories and id."""
    cost: Literal["at_once", "late", "never"] = "at_once"
    """When a result has `cost`; late: not in the first completed read (§1.3)."""

    catalogue_total: bool = True
    """Whether a page of the catalogue says how many endpoints there are in all."""
    balance_usd: float = 5.0
    """May be zero or negative (§1.8)."""

    def __post_init__(self) -> None:
        if not self.statuses:
            raise ValueError("Behaviour.statuses is empty: a job needs at least one state")
