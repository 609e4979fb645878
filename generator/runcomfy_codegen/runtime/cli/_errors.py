"""Print errors as text or as JSON, never as a traceback."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from rich.text import Text

from .. import errors
from ..errors import InvalidRequestError, RunComfyError, ServerValidationError
from ._console import console, message, mode, say, write_json
from ._exit_codes import NO_FILE, OTHER, USAGE, exit_code

# The options that stand for parameters of the library.
_OPTIONS = {
    "base_url": "--base-url",
    "concurrency": "--concurrency",
    "folder": "--output",
    "gives": "--gives",
    "journal": "--journal",
    "max_cost_usd": "--max-cost",
    "max_usd": "--max-usd",
    "media_folders": "--media",
    "only": "--only",
    "takes": "--takes",
    "task": "--task",
    "timeout": "--timeout",
    "wait_seconds": "--wait",
}

# Advice in place of the error's own, which is for Python. First match wins.
_ADVICE: tuple[tuple[type[RunComfyError], str], ...] = (
    (errors.ConnectionFailed, "Nothing was sent. Check the network and the base URL, then try again."),
    (errors.TransportError, "Try again: this costs nothing."),
    (errors.MissingTokenError, "Make a token on the Profile page of runcomfy.com and set it: export RUNCOMFY_API_TOKEN=..."),
    (errors.AuthenticationError, "Make a new token on the Profile page of runcomfy.com and set RUNCOMFY_API_TOKEN."),
    (errors.InsufficientBalanceError, "Nothing was run. Add funds on runcomfy.com, then try again."),
    (errors.PermissionDeniedError, "It belongs to another account: check whose token is set."),
    (errors.NotFoundError, "Check the id. Ids of requests expire."),
    (errors.RateLimitError, "Nothing was run. Try again later."),
    (errors.ResultNotReady, "Wait for it with `result REQUEST_ID --wait`, or ask again later."),
    (errors.ServerError, "Try again later."),
    (errors.JobFailed, "Change the input, then run it again."),
)  # fmt: skip


def report(error: RunComfyError) -> int:
    """Print an error with advice, and return the exit code."""
    advice = next((advice for kind, advice in _ADVICE if isinstance(error, kind)), error.advice)
    code, text = exit_code(error), f"{in_shell_words(error)}\n{advice}".rstrip()
    _print_error(text)
    _write_error(_as_json(error, text, code))
    return code


def in_shell_words(error: RunComfyError) -> str:
    """Return what is wrong, with options in place of parameters and without advice for Python."""
    parameter = _OPTIONS.get(error.parameter or "", error.parameter)
    reason = error.reason or error.message
    return f"{parameter}: {reason}" if parameter else reason


def report_os_error(error: OSError) -> int:
    """Print an error of the operating system, and return the exit code."""
    place = f"{error.filename}: " if error.filename else ""
    text = f"{place}{error.strerror or error}"
    code = NO_FILE if isinstance(error, FileNotFoundError) else OTHER
    _print_error(text)
    _write_error({"type": type(error).__name__, "message": text, "exit_code": code})
    return code


def report_usage(text: str) -> int:
    """Write a usage error as JSON, and return the exit code. typer has printed it already."""
    _write_error({"type": "UsageError", "message": text, "exit_code": USAGE})
    return USAGE


def report_interrupt(text: str, model_id: str, request_id: str | None, *, style: str = "") -> int:
    """Print what Ctrl-C interrupted, and return the exit code. Running it again may pay twice."""
    say(text, style)
    _write_error(
        {
            "type": "KeyboardInterrupt",
            "message": text,
            "exit_code": OTHER,
            "model_id": model_id,
            "request_id": request_id,
            "retry_safe": False,
        }
    )
    return OTHER


def _print_error(text: str) -> None:
    screen = console(stderr=True)
    screen.print(Text.assemble(("error: ", "bold red"), message(text)), soft_wrap=True)


def _write_error(data: dict[str, Any]) -> None:
    if mode.json:
        with suppress(OSError):  # a full disk: it may be what is reported
            write_json({"error": data})


def _as_json(error: RunComfyError, message: str, code: int) -> dict[str, Any]:
    data: dict[str, Any] = {
        "type": type(error).__name__,
        "message": message,
        "exit_code": code,
        "model_id": error.model_id or None,
        "request_id": error.request_id,
        "http_status": error.http_status,
        "error_code": error.error_code,
        "retry_safe": error.retry_safe,
    }
    if isinstance(error, (InvalidRequestError, ServerValidationError)):
        data["problems"] = [
            {"field": problem.field, "message": problem.message} for problem in error.problems
        ]
    return data
