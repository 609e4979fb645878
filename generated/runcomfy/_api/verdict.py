# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The verdict on a submit: whether the job was accepted, for every way that the POST can end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from .._transport.effects import NeverSent, Reply
from .._transport.retry_after import retry_after
from ..errors import ServerError, TransportError
from .options import is_request_id
from .replies import BY_CODE, error_code, json_object, names_error

Verdict = Literal["accepted", "refused", "unknown"]

_FAULT_CODES = {code for code, kind in BY_CODE.items() if kind is ServerError}
_REFUSAL_CODES = BY_CODE.keys() - _FAULT_CODES
_ERROR_KEYS = {"error_code", "error_message", "message", "error", "detail"}


@dataclass(frozen=True)
class PostEnd:
    """The end of a POST: a reply, or a failure below HTTP."""

    outcome: Reply | TransportError

    @cached_property
    def status(self) -> int:
        return self.outcome.status if isinstance(self.outcome, Reply) else 0

    @cached_property
    def body(self) -> dict[str, Any] | None:
        return json_object(self.outcome) if isinstance(self.outcome, Reply) else None

    @cached_property
    def code(self) -> int | None:
        return error_code(self.body)

    @property
    def retry_after(self) -> float | None:
        return retry_after(self.outcome) if isinstance(self.outcome, Reply) else None

    @property
    def request_id(self) -> str | None:
        """The id in the reply, if it has the form of one."""
        value = (self.body or {}).get("request_id")
        return value if is_request_id(value) else None

    @property
    def explains_error(self) -> bool:
        return bool(_ERROR_KEYS & (self.body or {}).keys())

    @property
    def confirms(self) -> bool:
        has_error = names_error(self.body or {})
        return 200 <= self.status < 300 and not has_error and self.request_id is not None


@dataclass(frozen=True)
class VerdictRow:
    """One line of the table.

    Attributes:
        when: The case in words.
        matches: Whether the line is about the end of a POST.
        verdict: What became of the submit.
        retry: Whether the same submit may be posted again.
    """

    when: str
    matches: Callable[[PostEnd], bool]
    verdict: Verdict
    retry: bool = False


# The first row that matches decides. A refusal counts only where a proxy
# or a crash after the fact cannot have written it; everything else is unknown and may be charged.
TABLE: tuple[VerdictRow, ...] = (
    VerdictRow(
        "no connection was made (refused, DNS, TLS, connect timeout)",
        lambda end: isinstance(end.outcome, NeverSent),
        "refused",
        retry=True,
    ),
    VerdictRow(
        "no complete reply (reset, truncated, read or write timeout)",
        lambda end: isinstance(end.outcome, TransportError),
        "unknown",
    ),
    VerdictRow(
        "an error_code that is documented as a refusal, under any HTTP status",
        lambda end: end.code in _REFUSAL_CODES,
        "refused",
    ),
    VerdictRow(
        "any other error that comes with a well-formed request_id",
        lambda end: end.request_id is not None and not end.confirms,
        "unknown",
    ),
    VerdictRow(
        "HTTP 429 or 503 with Retry-After",
        lambda end: end.status in (429, 503) and end.retry_after is not None,
        "refused",
        retry=True,
    ),
    VerdictRow(
        "an error_code that is a fault of the service",
        lambda end: end.code in _FAULT_CODES,
        "unknown",
    ),
    VerdictRow(
        "HTTP 401, 402, 403, 413, 429",
        lambda end: end.status in (401, 402, 403, 413, 429),
        "refused",
    ),
    VerdictRow(
        "HTTP 400, 404, 405, 415, 422 with a JSON error",
        lambda end: end.status in (400, 404, 405, 415, 422) and end.explains_error,
        "refused",
    ),
    VerdictRow(
        "HTTP 2xx with a well-formed request_id and no error_code",
        lambda end: end.confirms,
        "accepted",
    ),
    VerdictRow(
        "anything else: HTTP 5xx, a redirect, HTML, broken JSON, a missing or malformed request_id",
        lambda _: True,
        "unknown",
    ),
)


def judge(end: PostEnd) -> VerdictRow:
    """Find the row of `TABLE` that decides."""
    return next(row for row in TABLE if row.matches(end))
