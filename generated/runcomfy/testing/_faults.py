# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Replies that go wrong, as data, and the ASGI responses that send them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ._behaviour import OutputFault, ReplyFault
from ._jobs import ServedFile

DROP_EXTENSION = "runcomfy.drop"  # in the ASGI scope: closes the connection after what was sent

_PAGE = "<!doctype html><html><body><h1>{}</h1></body></html>"
_HTML = {"content-type": "text/html; charset=utf-8"}
_CHUNK = bytes(64 * 1024)
_HUGE = 8 * 2**30  # bytes: more than any client's limit


@dataclass(frozen=True)
class FaultReply:
    """One wrong reply. `{token}` and `{elsewhere}` stand for what they say.

    accepts: a submit answered so has made a job all the same; ending: how the reply stops.
    """

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    accepts: bool = True
    ending: Literal["whole", "cut", "nothing", "never"] = "whole"


def _refusal(http_status: int, code: int, message: str, **headers: str) -> FaultReply:
    body = f'{{"error_code": {code}, "error_message": "{message}"}}'
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FaultReply(http_status, body, named, accepts=False)


REPLY_FAULTS: Mapping[ReplyFault, FaultReply] = {
    "error_code": _refusal(200, 500001, "internal error"),
    "html_502": FaultReply(502, _PAGE.format("502 Bad Gateway"), _HTML),
    "server_error_500": FaultReply(
        500, '{"error_code": 500001, "error_message": "internal error"}'
    ),
    "rate_limited": _refusal(429, 429001, "too many requests", retry_after="1"),
    "rate_limited_without_retry_after": _refusal(429, 429001, "too many requests"),
    "unavailable": _refusal(503, 503001, "try again later", retry_after="1"),
    "unavailable_without_retry_after": _refusal(503, 503001, "try again later"),
    "insufficient_balance": _refusal(400, 400002, "insufficient balance"),
    "payment_required": _refusal(402, 400002, "insufficient balance"),
    "permission_denied": _refusal(403, 403001, "this belongs to another user"),
    "token_echo": _refusal(401, 400004, "token {token} was revoked"),
    "redirect": FaultReply(307, headers={"location": "{elsewhere}"}, accepts=False),
    "drop_after_accept": FaultReply(ending="nothing"),
    "stall_after_accept": FaultReply(ending="never"),
    "truncated_body": FaultReply(body='{"request_id": "0f6c2f0e-11', ending="cut"),
    "invalid_json": FaultReply(body="{request_id: ok}"),
    "null": FaultReply(body="null"),
    "array": FaultReply(body="[]"),
    "empty_object": FaultReply(body="{}"),
    "missing_request_id": FaultReply(body='{"status": "in_queue"}'),
    "malformed_request_id": FaultReply(body='{"request_id": "../models/a b"}'),
}


class Interrupted(Response):
    """A reply that breaks off: it announces more than it sends, and closes the connection."""

    def __init__(
        self, content: bytes, status: int, headers: Mapping[str, str], missing: int
    ) -> None:
        super().__init__(content, status, headers)
        self.headers["content-length"] = str(len(content) + missing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _start(self, send)
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        if scope["method"] != "HEAD":
            scope["extensions"][DROP_EXTENSION]()
            await _client_gone(receive)


class Silent(Response):
    """A connection without a reply. It is closed at once, or when the client does."""

    def __init__(self, *, at_once: bool) -> None:
        super().__init__()
        self._at_once = at_once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._at_once:
            scope["extensions"][DROP_EXTENSION]()
        await _client_gone(receive)


class Endless(Response):
    """A stream without a length that goes on to 8 GiB, or until the client has enough."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del self.headers["content-length"]
        await _start(self, send)
        left = asyncio.ensure_future(_client_gone(receive))
        sent = _HUGE if scope["method"] == "HEAD" else 0
        while sent < _HUGE and not left.done():
            await send({"type": "http.response.body", "body": _CHUNK, "more_body": True})
            await asyncio.sleep(0)  # a quick reader never makes `send` wait
            sent += len(_CHUNK)
        left.cancel()
        await send({"type": "http.response.body", "body": b""})


async def _start(response: Response, send: Send) -> None:
    start = "http.response.start"
    await send({"type": start, "status": response.status_code, "headers": response.raw_headers})


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def reply_with(fault: FaultReply, *, token: str, elsewhere: str) -> Response:
    """Build the response of one row of the table."""

    def filled(text: str) -> str:
        return text.replace("{token}", token).replace("{elsewhere}", elsewhere)

    headers = {"content-type": "application/json"}
    headers |= {name: filled(value) for name, value in fault.headers.items()}
    content = filled(fault.body).encode()
    if fault.ending == "cut":
        return Interrupted(content, fault.status, headers, missing=100)
    if fault.ending in ("nothing", "never"):
        return Silent(at_once=fault.ending == "nothing")
    return Response(content, fault.status, headers)


def spoiled_output(fault: OutputFault, file: ServedFile, *, elsewhere: str) -> Response:
    """Build the response for an output file under a fault."""
    headers = {"content-type": file.content_type}
    content = file.content
    responses: Mapping[OutputFault, Callable[[], Response]] = {
        "untrusted_host": lambda: Response(content, 200, headers),  # the fault is in the URL
        "redirect": lambda: Response(b"", 302, {"location": elsewhere}),
        "oversize_header": lambda: Interrupted(content, 200, headers, missing=_HUGE),
        "oversize_stream": lambda: Endless(b"", 200, headers),
        "wrong_content_type": lambda: Response(_PAGE.format("Sign in"), 200, _HTML),
        "truncated": lambda: Interrupted(content[: len(content) // 2], 200, headers, len(content)),
        "gone": lambda: Response(_PAGE.format("Not found"), 404, _HTML),
    }
    return responses[fault]()
