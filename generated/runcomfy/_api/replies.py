# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The JSON of a reply of the API, and the error that a reply stands for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain
from typing import Any

from .._base.json_values import as_array, as_object, is_object, loads, shallow
from .._base.text import shorten
from .._transport.effects import Reply
from .._transport.retry_after import retry_after
from ..errors import (
    APIError,
    AuthenticationError,
    FieldProblem,
    InsufficientBalanceError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ServerValidationError,
)
from .auth import ApiToken

NOT_READY = 400005  # the job has not ended; only seen in answer to a result read

# The error_code decides, then the HTTP status, then the status that an unknown code begins with.
# Some of the codes are those of the vendor's Serverless API, a relative of the same family.
BY_CODE: dict[int, type[APIError]] = {
    10001: InsufficientBalanceError,
    400001: NotFoundError,
    400002: InsufficientBalanceError,
    400004: AuthenticationError,
    401001: AuthenticationError,
    403001: PermissionDeniedError,
    403003: PermissionDeniedError,
    404001: NotFoundError,
    422001: ServerValidationError,
    500001: ServerError,
}
BY_STATUS: dict[int, type[APIError]] = {
    400: ServerValidationError,
    401: AuthenticationError,
    402: InsufficientBalanceError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: ServerError,
    413: ServerValidationError,
    422: ServerValidationError,
    429: RateLimitError,
}
_MEANING: dict[type[APIError], str] = {
    AuthenticationError: "the service refused the API token",
    InsufficientBalanceError: "the account's balance is exhausted",
    PermissionDeniedError: "this account has no access",
    NotFoundError: "the service does not know this id",
    ServerValidationError: "the server refused the input",
    RateLimitError: "too many requests",
    ServerError: "the service failed",
    APIError: "the server answered with an error",
}
_ADVICE: dict[type[APIError], str] = {
    AuthenticationError: "It may have expired or been revoked, or the account is inactive. Make a new one on "
    "the Profile page of runcomfy.com.",
    InsufficientBalanceError: "Top it up on runcomfy.com.",
    NotFoundError: "Check the id. Ids of requests expire.",
}
_TEXT_KEYS = (
    "error_message",
    "message",
    "error",
    "detail",
)  # in the order in which an official client tries them
_MAX_DEPTH = 100  # levels of a reply: deeper ones would exhaust the stack of those who walk it
_NESTED = (dict, list)
_MAX_DEEP = 2**20  # bytes of a reply that is deeper than Python's decoder goes
_MAX_CODE = 10**9  # the documented codes have six digits
_MAX_PROBLEMS = 50  # of a refusal that are shown
_MAX_FIELD = 100  # characters of a field's path


@dataclass(frozen=True)
class Answer:
    """A reply that stands for no error, exactly as it came.

    redact: takes the token out of what is shown to people.
    """

    body: Mapping[str, Any]
    response: Reply
    redact: Callable[[str], str] = field(default=str, repr=False)


def json_object(reply: Reply) -> dict[str, Any] | None:
    """Return the reply's JSON object; None for anything else.

    Values below `_MAX_DEPTH` levels are kept as JSON text: a paid result is not lost for them.
    """
    try:
        value = _decoded(reply.content)
        return _flattened(value) if is_object(value) else None
    except (ValueError, RecursionError):
        return None


def _decoded(content: bytes) -> Any:
    try:
        return loads(content)
    except RecursionError:
        if len(content) > _MAX_DEEP:
            raise
        text = content.decode(json.detect_encoding(content), "replace")
        return loads(shallow(text, _MAX_DEPTH + 1))


def names_error(body: Mapping[str, Any]) -> bool:
    """Return whether a body is an error, whatever its HTTP status."""
    return body.get("error_code") is not None


def error_code(body: Mapping[str, Any] | None) -> int | None:
    """Return the numeric error code; None without a number."""
    code: object = (body or {}).get("error_code")
    if isinstance(code, str) and code.isascii() and code.isdigit():
        code = int(code[:10])
    if isinstance(code, bool) or not isinstance(code, int):
        return None
    return code if abs(code) < _MAX_CODE else None


def error_class(status: int, code: int | None) -> type[APIError]:
    """Return the class of an error reply."""
    if code in BY_CODE:
        return BY_CODE[code]
    http = status if status >= 400 else (code or 0) // 1000
    return BY_STATUS.get(http) or (ServerError if 500 <= http <= 599 else APIError)


def api_error(reply: Reply, token: ApiToken, *, subject: str, **context: Any) -> APIError:
    """Make the error that a reply stands for; the token is taken out if the server repeats it.

    Args:
        reply: The reply.
        token: The API token.
        subject: The model or job that the message begins with.
        context: Attributes of `RunComfyError`.
    """
    body = json_object(reply)
    code = error_code(body)
    kind = error_class(reply.status, code)
    shown = shorten(token.redact(reply.content.decode("utf-8", "replace")))
    text = token.redact(server_text(body)) if body else shown
    numbers = f"HTTP {reply.status}" + ("" if code is None else f", error_code {code}")
    says = f"; the server says: {shorten(text)}" if text else f" ({_phrase(reply.status)})"
    if 200 <= reply.status < 300 and (body is None or not names_error(body)):
        kind, says = ServerError, f"; it sent an unexpected reply: {shown or '(empty)'}"
    if 300 <= reply.status < 400:
        says = ": a redirect, which is not followed because of the token; check base_url"
    lines = ""
    if kind is ServerValidationError:
        details = _details(body)
        context["problems"] = [_field_problem(item, token) for item in details[:_MAX_PROBLEMS]]
        lines = "".join(f"\n  {problem}" for problem in context["problems"])
        if len(details) > _MAX_PROBLEMS:
            lines += f"\n  and {len(details) - _MAX_PROBLEMS:,} more"
    return kind(
        f"{subject}: {_MEANING[kind]}{says} [{numbers}]{lines}",
        body=shown,
        headers=token.redact_json(reply.headers),
        retry_after=retry_after(reply),
        http_status=reply.status,
        error_code=code,
        advice=_ADVICE.get(kind, ""),
        **context,
    )


def server_text(body: Any) -> str:
    """Return the server's own words in an error body or in the `error` of a job; else an empty text."""
    if isinstance(body, str):
        return body
    if not is_object(body):
        return "" if body is None else json.dumps(body, ensure_ascii=False, default=str)
    texts = (server_text(body.get(key)) for key in _TEXT_KEYS)
    return next((text for text in texts if text), "")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"


def _flattened(value: dict[str, Any]) -> dict[str, Any]:
    """Replace values that lie too deep by their JSON text, in place."""
    level: list[Any] = [value]
    for _ in range(_MAX_DEPTH):
        children = chain.from_iterable(map(_items, level))
        level = [item for item in children if isinstance(item, _NESTED)]
        if not level:
            return value
    for parent in level:
        for key, item in list(_entries(parent)):
            if isinstance(item, _NESTED):
                parent[key] = json.dumps(item)
    return value


def _entries(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if is_object(value) else enumerate(as_array(value))


def _items(value: Any) -> Iterable[Any]:
    return value.values() if is_object(value) else as_array(value)


def _details(body: Any) -> list[dict[str, Any]]:
    """Return the items of `detail`; their shape is a guess, so anything may be missing."""
    items = (as_object(item) for item in as_array(as_object(body).get("detail")))
    return [item for item in items if item]


def _field_problem(item: dict[str, Any], token: ApiToken) -> FieldProblem:
    message = shorten(token.redact(str(item.get("msg") or item)))
    return FieldProblem(token.redact_name(_field(item.get("loc"))), message)


def _field(location: Any) -> str:
    parts = as_array(location)
    texts = (
        f"[{part}]" if isinstance(part, int) else f".{part}"
        for part in parts[parts[:1] == ["body"] :]
    )
    return shorten("".join(texts).removeprefix("."), _MAX_FIELD)
