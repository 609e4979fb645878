"""The checks of what a caller gives beside a request: base URL, headers, ids."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from .._base.brief import brief
from .._transport.hosts import HostRule, api_may_be_plain, is_loopback_host
from ..errors import ConfigurationError, FieldProblem, InvalidRequestError
from .addresses import BASE_URL_VARIABLE, DEFAULT_BASE_URL

DEFAULT_TIMEOUT = 60.0  # seconds for one HTTP exchange, as the official CLI

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")  # what the official clients accept
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_HEADER_VALUE = re.compile(r"(?:[\x21-\x7e]+(?:[ \t]+[\x21-\x7e]+)*)?")  # no space at either end
_MOST_HEADER = 8192  # characters of a name and its value; servers refuse longer lines
_RESERVED_HEADERS = frozenset(
    {
        *("authorization", "connection", "content-length", "host", "transfer-encoding"),
        # What these ask for, the client could not read or HTTP/2 would refuse.
        *("accept-encoding", "content-encoding", "expect", "range", "te", "trailer", "upgrade"),
        *("http2-settings", "keep-alive", "proxy-authorization", "proxy-connection"),
    }
)
_MOST_URL = 2048

_URL_FAULTS: tuple[tuple[str, Callable[[str, SplitResult], bool]], ...] = (
    (
        "it is not a plain ASCII URL",
        lambda url, _: not re.fullmatch(r"[\x21-\x7e]+", url) or "\\" in url,
    ),
    ("its scheme is not https or http", lambda _, parts: parts.scheme not in ("https", "http")),
    ("it names no host", lambda _, parts: not parts.hostname),
    (
        "its host name has an empty part or one of over 63 characters",
        lambda _, parts: not all(
            0 < len(label) < 64 for label in (parts.hostname or "").removesuffix(".").split(".")
        ),
    ),
    (
        "it holds a user name or password; give the API token instead",
        lambda _, parts: "@" in parts.netloc,
    ),
    ("it has a query or a fragment", lambda url, _: "?" in url or "#" in url),
    (f"it has more than {_MOST_URL} characters", lambda url, _: len(url) > _MOST_URL),
    ("its host name is not valid", lambda _, parts: not _is_host(parts.hostname or "")),
    ("its port is not valid", lambda _, parts: parts.port == 0),
)


def resolve_base_url(
    argument: str | None,
    environ: Mapping[str, str] | None = None,
    plain_hosts: Iterable[HostRule] = (),
) -> str:
    """Return the base URL, ending in `/v1`: the argument, else the variable, else the public service.

    Raises:
        ConfigurationError: For anything but https, or http to this machine or a host in `plain_hosts`.
    """
    if not isinstance(argument, (str, type(None))):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(
            f"must be a str; got {type(argument).__name__}", parameter="base_url"
        )
    source = "base_url" if argument is not None else BASE_URL_VARIABLE
    # No variable holds the environment: a traceback that shows variables would show the token.
    variable = (os.environ if environ is None else environ).get(BASE_URL_VARIABLE, "").strip()
    variable = variable or DEFAULT_BASE_URL
    url = variable if argument is None else argument.strip()
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises if it is not a number
    except ValueError as error:
        raise ConfigurationError(f"must be a URL: {error}", parameter=source) from None
    for fault, is_found in _URL_FAULTS:
        if is_found(url, parts):
            # The URL is not repeated: what is wrong with it may be a password.
            raise ConfigurationError(
                f"must be a URL such as {DEFAULT_BASE_URL}, but {fault}", parameter=source
            )
    host = (parts.hostname or "").lower()
    if parts.scheme == "http" and not api_may_be_plain(host, parts.port, plain_hosts):
        raise ConfigurationError(
            f"must be https for {host}, because http would show the token to the network",
            parameter=source,
            advice="For an emulator in your own network, allow http: "
            f"RunComfy(base_url=..., download_hosts=[{host!r}])",
        )
    url = url.rstrip("/")
    return url if url.endswith("/v1") else f"{url}/v1"


def _is_host(name: str) -> bool:
    """Return whether the HTTP library, which decodes international names, accepts a host name."""
    from .._transport import http

    try:
        url = http.URL(scheme="https", host=name)
        return bool(url.host and url.raw_host) and len(name) < 254
    except (http.InvalidURL, ValueError):
        return False


@lru_cache(maxsize=64)
def is_loopback(base_url: str) -> bool:
    """Return whether a checked base URL leads to this machine."""
    return is_loopback_host((urlsplit(base_url).hostname or "").lower())


def check_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return the caller's headers with lower-case names. Raises ConfigurationError with all problems."""
    if not isinstance(
        headers, (Mapping, type(None))
    ):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(f"extra_headers: must be a dict; got {type(headers).__name__}")
    lower = {_lower(name): value for name, value in (headers or {}).items()}
    faults = {name: _fault(name, value) for name, value in lower.items()}
    problems = [f"\n  {brief(str(name))}: {fault}" for name, fault in faults.items() if fault]
    if problems:
        raise ConfigurationError("extra_headers:" + "".join(problems))
    return lower


def _lower(name: object) -> str:
    return name.lower() if isinstance(name, str) else f"<{name!r}>"  # not a header name


def _fault(name: str, value: object) -> str:
    if name in _RESERVED_HEADERS:
        return "this header is set by the client"
    if not _HEADER_NAME.fullmatch(name):
        return "not a header name (RFC 9110)"
    if not (isinstance(value, str) and _HEADER_VALUE.fullmatch(value)):
        return "its value is not a str of printable ASCII characters without a space at its ends"
    if len(name) + len(value) > _MOST_HEADER:
        return f"it is longer than {_MOST_HEADER} characters"
    return ""


def is_request_id(value: object) -> bool:
    """Return whether a value has the form of a request id."""
    return isinstance(value, str) and _REQUEST_ID.fullmatch(value) is not None


def check_request_id(value: object, model_id: str | None) -> str:
    """Return a request id, which is safe in a path. Raises InvalidRequestError for anything else."""
    if isinstance(value, str) and is_request_id(value):
        return value
    expected = "must be 1 to 128 letters, digits, `_` or `-`"
    raise InvalidRequestError.from_problems(
        [FieldProblem("request_id", f"{expected}; got {brief(value)}")], model_id
    )
