"""Every error of the SDK: one tree under `RunComfyError`.

Each error carries what is known of the request it belongs to and survives pickling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ._base.opaque import Opaque


class RunComfyError(Opaque, Exception):
    """Base of all errors. Attributes that are not known are None.

    Attributes:
        message: The text of the error.
        model_id: The model that the request was for.
        request_id: The id of the job.
        http_status: The HTTP status of the reply.
        error_code: The service's own code in the reply.
        retry_safe: Whether the same call can be repeated without paying twice.
    """

    message: str
    args: tuple[Any, ...]
    # Parts of the message, for front ends such as the command line, which words the others itself.
    # The class has them for errors that were pickled by an earlier version.
    reason: str = ""
    parameter: str | None = None
    advice: str = ""

    def __init__(
        self,
        message: str,
        *,
        model_id: str | None = None,
        request_id: str | None = None,
        http_status: int | None = None,
        error_code: int | None = None,
        retry_safe: bool = False,
        parameter: str | None = None,
        advice: str = "",
    ) -> None:
        self.reason, self.parameter, self.advice = message, parameter, advice
        place = f"{parameter}: " if parameter else ""
        self.message = f"{place}{message}\n{advice}" if advice else f"{place}{message}"
        super().__init__(self.message)
        self.model_id = model_id
        self.request_id = request_id
        self.http_status = http_status
        self.error_code = error_code
        self.retry_safe = retry_safe

    @property
    def transient(self) -> bool:
        """Whether the same call may succeed later; `retry_safe` says whether it may cost again."""
        return isinstance(self, _TRANSIENT)

    def add_context(self, subject: str, **context: Any) -> None:
        """Add the model or job that an exchange was for, which the driver does not know."""
        self.message = f"{subject}: {self.message}"
        self.reason = f"{subject}: {self.reason}"
        self.args = (self.message,)
        self.__dict__.update(context)

    def __reduce__(self) -> tuple[Any, ...]:
        # The default would call the class with the message alone and lose keyword-only arguments.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(
    kind: type[RunComfyError], args: tuple[Any, ...], state: dict[str, Any]
) -> RunComfyError:
    error = kind.__new__(kind)
    error.args = args  # an OSError, such as TimeoutError, takes them from __init__ only
    error.__dict__.update(state)
    return error


class ConfigurationError(RunComfyError):
    """A setting is wrong or missing: a base URL, an option, an extra that is not installed."""


class MissingTokenError(ConfigurationError):
    """No API token was found; the message says how to set one."""


@dataclass(frozen=True)
class FieldProblem:
    """One problem of one argument.

    Attributes:
        field: The path of the argument, such as `images[2]` or `loras[0].scale`.
        message: The problem in words.
    """

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class InvalidRequestError(RunComfyError, ValueError):
    """The input is wrong; nothing was sent.

    Attributes:
        problems: All problems of the input.
    """

    def __init__(
        self, message: str, *, problems: Sequence[FieldProblem] = (), **context: Any
    ) -> None:
        context.setdefault("retry_safe", True)
        super().__init__(message, **context)
        self.problems: tuple[FieldProblem, ...] = tuple(problems)

    @classmethod
    def from_problems(
        cls, problems: Sequence[FieldProblem], model_id: str | None
    ) -> InvalidRequestError:
        """Make the error whose message lists all problems, one a line."""
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n  {problem}" for problem in problems)
        return cls(
            f"{model_id or 'request'}: {count}, nothing was sent{lines}",
            problems=problems,
            model_id=model_id,
        )


class TransportError(RunComfyError):
    """The exchange failed below HTTP: no connection, a reset, a broken reply."""


class ConnectionFailed(TransportError):
    """No connection could be made: the request certainly never left this machine."""


class ReplyLost(TransportError):
    """The connection broke after it was made: the server may have acted on the request."""


class RequestTimeout(ReplyLost, TimeoutError):
    """The server did not answer in time: it may have acted on the request."""


class APIError(RunComfyError):
    """The server answered with an error.

    Attributes:
        body: The reply, cut to a readable size.
        headers: The headers of the reply, with names in lower case.
        retry_after: The seconds that the server asked to wait; None if it did not.
    """

    def __init__(
        self,
        message: str,
        *,
        body: str = "",
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
        **context: Any,
    ) -> None:
        super().__init__(message, **context)
        self.body = body
        self.headers: dict[str, str] = dict(headers or {})
        self.retry_after = retry_after


class AuthenticationError(APIError):
    """The token is missing, expired or revoked, or the account is inactive."""


class PermissionDeniedError(APIError):
    """The resource belongs to somebody else."""


class InsufficientBalanceError(APIError):
    """The account's balance is exhausted."""


class NotFoundError(APIError):
    """No such model, or a request id that is unknown, deleted or expired."""


class ServerValidationError(APIError):
    """The server refused the input.

    Attributes:
        problems: The server's details, by field.
    """

    def __init__(
        self, message: str, *, problems: Sequence[FieldProblem] = (), **context: Any
    ) -> None:
        super().__init__(message, **context)
        self.problems: tuple[FieldProblem, ...] = tuple(problems)


class RateLimitError(APIError):
    """Too many requests; `retry_after` may say for how long."""


class ServerError(APIError):
    """The service failed (HTTP 5xx or an equivalent error code)."""


class SubmitOutcomeUnknown(RunComfyError):
    """The submit may or may not have been accepted, and may be charged. It was not repeated.

    Look under Generations on the RunComfy site before you submit again.

    Attributes:
        body_hash: The SHA-256 of the JSON that was sent.
        at: The time of the submit, in seconds since the epoch.
    """

    def __init__(
        self, message: str, *, body_hash: str = "", at: float = 0.0, **context: Any
    ) -> None:
        super().__init__(message, **context)
        self.body_hash = body_hash
        self.at = at


class JobError(RunComfyError):
    """The job ended without a usable result.

    Attributes:
        details: The server's own account of the failure, as JSON.
        cost: The US dollars that the server reported for the job; None if it reported none.
    """

    def __init__(
        self, message: str, *, details: Any = None, cost: float | None = None, **context: Any
    ) -> None:
        super().__init__(message, **context)
        self.details = details
        self.cost = cost


class JobFailed(JobError):
    """The job ended as failed."""


class JobCancelled(JobError):
    """The job was cancelled."""


class OutputMissing(JobError):
    """The job completed without usable output."""


class ResultNotReady(RunComfyError):
    """The result was asked for while the job is still waiting or running. The job goes on."""


class WaitTimeout(RunComfyError, TimeoutError):
    """The time was over before the job ended. The job goes on: pick it up by its request id.

    Without a request id, the time was over before anything was submitted, and nothing is paid.

    Attributes:
        cancel_outcome: The outcome of the cancel that `cancel_on_timeout=True` requested:
            "cancelled", "not_cancellable" or "unconfirmed"; None if none was requested.
    """

    def __init__(self, message: str, *, cancel_outcome: str | None = None, **context: Any) -> None:
        super().__init__(message, **context)
        self.cancel_outcome = cancel_outcome


class DownloadError(RunComfyError):
    """Some outputs could not be saved; the job itself is done and need not be run again.

    Attributes:
        saved: The paths of the outputs that were saved.
        failed: The URL and the reason of each output that is missing.
    """

    def __init__(
        self,
        message: str,
        *,
        saved: Sequence[Path] = (),
        failed: Sequence[tuple[str, str]] = (),
        **context: Any,
    ) -> None:
        super().__init__(message, **context)
        self.saved: tuple[Path, ...] = tuple(saved)
        self.failed: tuple[tuple[str, str], ...] = tuple(failed)


class JournalError(RunComfyError):
    """The journal of a batch is in use, is not a journal, or does not fit the requests."""


class CostLimitReached(RunComfyError):
    """The request was not submitted: it might have exceeded the max_cost_usd of a client or batch.

    Attributes:
        limit_usd: The limit in US dollars.
        spent_usd: What was spent so far, as reported or else estimated.
        estimate_usd: What the request may cost; None if its price is unknown.
    """

    limit_usd: float | None = None
    spent_usd: float | None = None
    estimate_usd: float | None = None

    def __init__(
        self,
        message: str,
        *,
        limit_usd: float | None = None,
        spent_usd: float | None = None,
        estimate_usd: float | None = None,
        **context: Any,
    ) -> None:
        super().__init__(message, **context)
        self.limit_usd = limit_usd
        self.spent_usd = spent_usd
        self.estimate_usd = estimate_usd


# Faults that pass: of the network, of a busy or failing service, of a job that needs more time.
_TRANSIENT = (
    RateLimitError,
    ResultNotReady,
    ServerError,
    TransportError,
    WaitTimeout,
)
