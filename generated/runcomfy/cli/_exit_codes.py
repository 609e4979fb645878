# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""How a run ends: the exit codes of the official command line."""

from __future__ import annotations

from .. import errors
from .._registry import UnknownEndpointError

OK = 0
OTHER = 1  # failed and cancelled jobs, Ctrl-C, a submit whose outcome is unknown, lost downloads
USAGE = 64
BAD_INPUT = 65  # refused here, or by the server with another 4xx
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
    """Local files that are named and not there are all that is wrong with the input."""


def exit_code(error: errors.RunComfyError) -> int:
    """What the run ends with after this error."""
    if isinstance(error, MissingFileError):
        return NO_FILE
    if error.http_status == _REQUEST_TIMEOUT and isinstance(error, errors.APIError):
        return LATER
    return next((code for kind, code in _CODES if isinstance(error, kind)), OTHER)
