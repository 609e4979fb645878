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

    retry_safe is True only if the same call can be repeated without paying twice.
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
        """Whether the same call may succeed later. See `retry_safe` for whether it may cost again."""
        return isinstance(self, _TRANSIENT)

    def add_context(self, subject: str, **context: Any) -> None:
        """Says whose exchange it was, which those who run it do not know."""
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
    """The client cannot work as it is set up: a base URL, an option, a missing extra."""


class MissingTokenError(ConfigurationError):
    """No API token was found; the message says how to set one."""


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with one argument. field: its path, such as `images[2]` or `loras[0].scale`."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class InvalidRequestError(RunComfyError, ValueError):
    """The input is wrong; nothing was sent. `problems` lists everything that is wrong with it."""

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
        """The error whose message lists all problems, a line each."""
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

    body: its reply, cut to a readable size; headers: of the reply, names in lower case;
    retry_after: seconds it asked to wait, if it did.
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
    """The server refused the input. `problems` are its details, by field."""

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

    body_hash: SHA-256 of the JSON that was sent; at: seconds since the epoch;
    look under Generations on the RunComfy site before you submit again.
    """

    def __init__(
        self, message: str, *, body_hash: str = "", at: float = 0.0, **context: Any
    ) -> None:
        super().__init__(message, **context)
        self.body_hash = body_hash
        self.at = at


class JobError(RunComfyError):
    """The job ended without a usable result. `details` is what the server said of it."""

    def __init__(self, message: str, *, details: Any = None, **context: Any) -> None:
        super().__init__(message, **context)
        self.details = details


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
        cancel_outcome: What became of the cancel that `cancel_on_timeout=True` asked for:
            "cancelled", "not_cancellable" or "unconfirmed"; None if no cancel was asked for.
    """

    def __init__(self, message: str, *, cancel_outcome: str | None = None, **context: Any) -> None:
        super().__init__(message, **context)
        self.cancel_outcome = cancel_outcome


class DownloadError(RunComfyError):
    """Some outputs could not be saved; the job itself is done and need not be run again.

    saved: paths of the others; failed: a URL and a reason for each that is missing.
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
    """A batch's journal cannot be used: it is in use, is none, or does not fit what it was given."""


class CostLimitReached(RunComfyError):
    """The request was not submitted: the batch might have cost more than its max_cost_usd."""


# What passes by itself: a network, a busy or failing service, a job that needs more time.
_TRANSIENT = (
    RateLimitError,
    ResultNotReady,
    ServerError,
    TransportError,
    WaitTimeout,
)
