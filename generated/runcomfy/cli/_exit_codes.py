# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Exit codes. They are those of the official RunComfy CLI, so that scripts work with both."""

from __future__ import annotations

from .. import errors
from .._schemas.registry import UnknownEndpointError

OK = 0
OTHER = 1  # failed or cancelled job, Ctrl-C, submit with unknown outcome, failed download
USAGE = 64
BAD_INPUT = 65  # refused locally, or by the server with another 4xx
NO_FILE = 66
UNAVAILABLE = 69  # no connection, or a 5xx
LATER = 75  # not finished in time, 408, 429
NO_ACCESS = 77

_REQUEST_TIMEOUT = 408

# First match wins.
_CODES: tuple[tuple[type[errors.RunComfyError], int], ...] = (
    (errors.MissingTokenError, NO_ACCESS),
    (errors.AuthenticationError, NO_ACCESS),
    (errors.PermissionDeniedError, NO_ACCESS),
    (errors.RateLimitError, LATER),
    (errors.WaitTimeout, LATER),
    (errors.ResultNotReady, LATER),
    (errors.RequestTimeout, LATER),
    (errors.TransportError, UNAVAILABLE),
    (errors.ServerError, UNAVAILABLE),
    (errors.APIError, BAD_INPUT),
    (errors.InvalidRequestError, BAD_INPUT),
    (UnknownEndpointError, BAD_INPUT),
    (errors.ConfigurationError, USAGE),
)


class MissingFileError(errors.InvalidRequestError):
    """The only problems of the input are local files that do not exist."""


def exit_code(error: errors.RunComfyError) -> int:
    """Return the exit code for an error."""
    if isinstance(error, MissingFileError):
        return NO_FILE
    if error.http_status == _REQUEST_TIMEOUT and isinstance(error, errors.APIError):
        return LATER
    return next((code for kind, code in _CODES if isinstance(error, kind)), OTHER)
