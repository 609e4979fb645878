# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Errors as a paragraph for people, or as JSON; never a traceback."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from rich.text import Text

from .. import errors
from ..errors import InvalidRequestError, RunComfyError, ServerValidationError
from ._console import console, message, mode, say, write_json
from ._exit_codes import NO_FILE, OTHER, USAGE, exit_code

_FILE = 'to send a file, write {"$file": "its path"}'
_PATH = re.compile(r"to send the file, pass Path\(.*?\)(?=\n|$)")  # in a file of requests

# What the library says to Python, as it is on a command line.
_WORDS = (
    ("extra_body= sends", "--extra-body sends"),
    ("\n  api_token=\n", "\n"),
    ("from api_token= or RUNCOMFY", "from RUNCOMFY"),
    ("give the token as api_token=", "give the token as RUNCOMFY_API_TOKEN"),
    ("base_url: ", "--base-url: "),
    ("timeout: must", "--timeout: must"),
    ("wait() for it", "result --wait waits for it"),
    ("extra_body: must be a dict", "--extra-body: must be a JSON object"),
    ("to send a file, pass its Path", _FILE),
    (" no regular file: open it and pass the open file", " no regular file"),
)

# What to do, where the message does not say it. First match wins.
_ADVICE: tuple[tuple[type[RunComfyError], str], ...] = (
    (errors.ConnectionFailed, "Nothing was sent. Check the network and the base URL, then try again."),
    (errors.TransportError, "Nothing is lost: try again."),
    (errors.AuthenticationError, "Make a new token on the Profile page of runcomfy.com and set RUNCOMFY_API_TOKEN."),
    (errors.InsufficientBalanceError, "Nothing was run. Add funds on runcomfy.com, then try again."),
    (errors.PermissionDeniedError, "It belongs to another account: check whose token is set."),
    (errors.NotFoundError, "Check the id; ids of requests expire."),
    (errors.RateLimitError, "Nothing was run. Try again later."),
    (errors.ServerError, "Try again later."),
    (errors.JobFailed, "Look at the reason, and run it again with other input."),
)  # fmt: skip


def report(error: RunComfyError) -> int:
    """Says what is wrong and what to do; the exit code."""
    code = exit_code(error)
    said = in_shell_words(error)
    advice = next((advice for kind, advice in _ADVICE if isinstance(error, kind)), "")
    _say_error(f"{said}\n{advice}".rstrip())
    _write_error(_as_json(error, said, code))
    return code


def in_shell_words(error: RunComfyError) -> str:
    """Its message, as it is on a command line."""
    said = error.message
    for python, shell in _WORDS:
        said = said.replace(python, shell)
    return _PATH.sub(_FILE, said)


def report_os_error(error: OSError) -> int:
    """The same for what the disk refuses."""
    place = f"{error.filename}: " if error.filename else ""
    said = f"{place}{error.strerror or error}"
    code = NO_FILE if isinstance(error, FileNotFoundError) else OTHER
    _say_error(said)
    _write_error({"type": type(error).__name__, "message": said, "exit_code": code})
    return code


def report_usage(said: str) -> int:
    """For a program that reads JSON, what typer has told people already."""
    _write_error({"type": "UsageError", "message": said, "exit_code": USAGE})
    return USAGE


def report_interrupt(said: str, model_id: str, request_id: str | None, *, style: str = "") -> int:
    """The same for Ctrl-C, after which running it again might pay twice."""
    say(said, style)
    _write_error(
        {
            "type": "KeyboardInterrupt",
            "message": said,
            "exit_code": OTHER,
            "model_id": model_id,
            "request_id": request_id,
            "retry_safe": False,
        }
    )
    return OTHER


def _say_error(text: str) -> None:
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
            {"field": each.field, "message": each.message} for each in error.problems
        ]
    return data
