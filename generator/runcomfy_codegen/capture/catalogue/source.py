"""Load the catalogue from the service, page by page, or from a saved reply.

A run gets all pages or none. The entries on them are checked later.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from ...runtime._api.auth import VARIABLES, ApiToken, find_token
from ...runtime._api.options import DEFAULT_TIMEOUT, is_loopback, resolve_base_url
from ...runtime._api.replies import api_error, json_object, names_error
from ...runtime._transport.effects import Call, Flow, Reply
from ...runtime._transport.retry import Deadline, Failed, RetryPolicy, retrying
from ...runtime._transport.retry_after import retry_after
from ...runtime.errors import (
    AuthenticationError,
    MissingTokenError,
    RateLimitError,
    RunComfyError,
    ServerError,
    TransportError,
)
from ...text.json_types import is_object
from ...text.problems import Problem
from .listing import CataloguePage, contradiction, parse_pages, read_around
from .token_echo import TokenEcho

PAGE_LIMIT = 500  # entries; the most that a page can have
_MOST_PAGES = 1000
_MOST_BYTES = 256 * 2**20
_MOST_SECONDS = 300.0
_ATTEMPTS = 4  # reads cost nothing
_TRANSIENT = (ServerError, RateLimitError)
_NO_TOKEN = ApiToken("\0")  # no reply holds it, so nothing is redacted

Read = tuple[list[CataloguePage], list[Problem]]
"""All pages, or none and the reasons."""


def is_service(origin: str | None) -> bool:
    """Tell whether a catalogue is read from the network, which needs a token."""
    return origin is None or "://" in origin


def load_catalogue(
    origin: str | None,
    token: ApiToken | None,
    progress: Callable[[str], object],
    policy: RetryPolicy,
) -> Read:
    """Read the pages of the catalogue.

    Args:
        origin: A URL, the path of a saved reply, `-` for standard input, or None for the Model API
            (`RUNCOMFY_MODEL_API_BASE`, as the SDK has it).
        token: The API token, which goes to that origin alone.
        progress: Is called with how far it is.
        policy: How long to wait before a failed request is repeated.

    Returns:
        All pages, or none and the reasons.

    Raises:
        ConfigurationError: If the URL cannot be used.
    """
    if origin is None or "://" in origin:
        # The catalogue's own address is as good as the base it stands under.
        url = None if origin is None else origin.rstrip("/").removesuffix("/models")
        return download(resolve_base_url(url), token, progress, policy)
    if origin == "-":
        return parse_pages(sys.stdin.buffer.read(), "standard input")
    path = Path(origin)
    try:
        return parse_pages(path.read_bytes(), path.as_posix())
    except OSError as error:
        return [], [_unreadable(path.as_posix(), f"it cannot be read: {error.strerror}")]


def download(
    base_url: str, token: ApiToken | None, progress: Callable[[str], object], policy: RetryPolicy
) -> Read:
    """Download all pages of a service, and call `progress` after each but the last."""
    from ...runtime._transport.drivers import (
        SyncDriver,  # httpx takes longer to load than a file to read
    )

    driver = SyncDriver(DEFAULT_TIMEOUT, trust_env=not is_loopback(base_url))
    with closing(driver):
        return driver.run(_all_pages(f"{base_url}/models", token, progress, policy))


def service_token() -> ApiToken | None:
    """Find the API token; None if there is none. Some services list their models without one.

    Raises:
        ConfigurationError: If the token is malformed.
    """
    try:
        return find_token(None)
    except MissingTokenError:
        return None


def _all_pages(
    url: str, token: ApiToken | None, progress: Callable[[str], object], policy: RetryPolicy
) -> Flow[Read]:
    deadline = Deadline(_MOST_SECONDS)
    pages: list[CataloguePage] = []
    seen: set[str] = set()
    offset = size = 0
    while True:
        address = f"{url}?include_schema=true&limit={PAGE_LIMIT}&offset={offset}"
        try:
            reply: Reply = yield from _get(address, token, policy, deadline)
        except RunComfyError as error:
            return [], [_unreadable(address, error.message, _hint(error, token))]
        page, problems = _served_page(reply.content, address, offset)
        if page is None:
            return [], problems
        pages.append(page)
        # An entry without an id counts as different from all others.
        ids = {page.model_id(at) or f"#{offset + at}" for at in range(len(page.entries))}
        is_new = not ids <= seen
        seen |= ids
        offset += len(page.entries)
        size += len(reply.content)
        if wrong := contradiction(pages, len(seen)):
            return [], [wrong]
        if not page.entries if page.total is None else offset >= page.total:
            return pages, []
        announced = "no total is given" if page.total is None else f"{page.total} are announced"
        progress(f"{offset} endpoints read, {announced}")
        if not is_new:
            return [], [_unreadable(address, f"nothing new is on this page, {announced}", _AGAIN)]
        if len(pages) == _MOST_PAGES or size > _MOST_BYTES:
            message = f"no end after {len(pages)} pages and {size} bytes, {announced}"
            return [], [_unreadable(address, message, _AGAIN)]


_ECHO = "the catalogue: must not repeat the API token; got a reply that holds it, which is not read"
_AGAIN = "the service does not page as documented: try again later, or give a saved reply"


def _get(
    address: str, token: ApiToken | None, policy: RetryPolicy, deadline: Deadline
) -> Flow[Reply]:
    """Read one page, with repetitions while there is time. Raises RunComfyError."""
    headers = {"accept": "application/json", "user-agent": _user_agent()}
    if token:
        headers["authorization"] = f"Bearer {token.reveal()}"
    echo = TokenEcho(token)

    def attempt() -> Flow[Reply | Failed]:
        # httpx takes a timeout of 0 for "fail at once", even if the data is there.
        timeout = max(min(DEFAULT_TIMEOUT, deadline.left()), 0.01)
        try:
            reply: Reply = yield Call("GET", address, headers, timeout=timeout)
        except TransportError as failure:
            return Failed(failure, True)
        is_success = 200 <= reply.status < 300
        if is_success and echo.is_in(reply.content):
            raise AuthenticationError(_ECHO)  # no part of it may reach a message or a file
        if not is_success:
            reply = _without_token(reply, echo)
        body = _page_object(reply) if is_success else None
        if body is not None and not names_error(body):
            return reply
        error = api_error(reply, token or _NO_TOKEN, subject="the catalogue", retry_safe=True)
        return Failed(error, isinstance(error, _TRANSIENT), retry_after(reply))

    return (yield from retrying(attempt, policy, deadline, most_attempts=_ATTEMPTS))


def _page_object(reply: Reply) -> dict[str, Any] | None:
    """Return the JSON object of a reply, even with faults in it; None for anything else."""
    body = json_object(reply)
    if body is None:
        document, _ = read_around(reply.content, "")
        body = document.value if document and is_object(document.value) else None
    return body


def _without_token(reply: Reply, echo: TokenEcho) -> Reply:
    """Return a refusal as it is, but for the token: before anything is cut from it."""
    content = echo.redact(reply.content.decode(errors="replace")).encode()
    headers = {name: echo.redact(value) for name, value in reply.headers.items()}
    return replace(reply, content=content, headers=headers)


def _served_page(
    content: bytes, address: str, offset: int
) -> tuple[CataloguePage | None, list[Problem]]:
    pages, problems = parse_pages(content, address)
    if not pages:
        return None, problems
    served: Any = pages[0].document.value.get("offset", offset)  # `_get` lets only objects through
    if served != offset:
        message = f"offset {offset} was asked for, {json.dumps(served):.80} is served"
        return None, [_unreadable(address, message, _AGAIN)]
    return pages[0], []


def _hint(error: RunComfyError, token: ApiToken | None) -> str:
    if isinstance(error, AuthenticationError) and token is None:
        return f"no token was found: export {VARIABLES[0]}=..."
    return "nothing was changed: try again later, or give a saved reply with --from FILE"


def _user_agent() -> str:
    return f"runcomfy-codegen/{metadata.version('runcomfy-codegen')}"


def _unreadable(name: str, message: str, hint: str = "") -> Problem:
    return Problem(name, 0, 0, "catalogue-unreadable", "error", message, "", hint)
