"""Every way a submit can end: what the peer does, and the verdict."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from runcomfy_codegen.runtime import errors

from .fault_server import (
    REQUEST_ID,
    Act,
    accepted,
    drain,
    hang_up,
    in_turn,
    raw,
    reply,
    reset,
    stall,
)
from .faults import DRIPPING_HEAD, FAULTS, HTML, LARGE, SHORT, Fault, chunked, framed, head

UNKNOWN = errors.SubmitOutcomeUnknown
NEVER_SENT = errors.ConnectionFailed
ID = {"request_id": REQUEST_ID}
BODY = b'{"request_id":"r-1"}'
NOW = {"Retry-After": "0"}
FAR = {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}


def _same(url: str) -> str:
    return url


def _tls(url: str) -> str:
    return url.replace("http:", "https:")


def _refusing(_: str) -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@dataclass(frozen=True)
class Case:
    """error: None if the submit is accepted; posts, connections: how many the peer has to see.

    connections: as many as posts if left out; size: of the prompt; where: the URL that is used.
    """

    name: str
    acts: Sequence[Act]
    error: type[errors.RunComfyError] | None
    posts: int = 1
    connections: int | None = None
    unread: bool = False
    size: int = 1
    timeout: float = 5.0
    where: Callable[[str], str] = _same


def _broken(fault: Fault) -> Case:
    return Case(
        fault.name,
        [fault.act],
        UNKNOWN,
        posts=0 if fault.unread else 1,  # what is not read is not counted, but its connection is
        connections=1,
        unread=fault.unread,
        size=fault.size,
        timeout=fault.timeout,
    )


def _not_sent(
    name: str, act: Act, where: Callable[[str], str] = _tls, *, connections: int = 3
) -> Case:
    # What is refused at once has time for all attempts; what stalls has none for a second one.
    timeout = SHORT if connections == 1 else 5.0
    return Case(name, [act], NEVER_SENT, 0, connections, unread=True, timeout=timeout, where=where)


def code(number: object, status: int = 200, more: Mapping[str, object] | None = None) -> Act:
    return reply(status, {"error_code": number, "error_message": "no", **(more or {})})


def interim(*statuses: int) -> Act:
    """Interim replies (RFC 9110 section 15.2), then the final one."""
    heads = [raw(head("Link: </a>", status=status)) for status in statuses]
    return in_turn(*heads, accepted())


CASES: tuple[Case, ...] = (
    Case("202", [accepted()], None),
    Case("200", [reply(200, ID)], None),
    Case("201 with more fields", [reply(201, {**ID, "status": "in_queue", "new": 1})], None),
    Case("200 with error_code null", [reply(200, {**ID, "error_code": None})], None),
    Case("100, then 202", [interim(100)], None),
    Case("103 twice, then 202", [interim(103, 103)], None),
    Case("chunked", [chunked(b"14", BODY, b"0", b"", b"")], None),
    Case("until closed", [raw(head() + BODY)], None),
    Case("extra bytes after the body", [framed(BODY + b"more", "Content-Length: 20")], None),
    Case(
        "Content-Length and chunked",  # RFC 9112 section 6.3: chunked is what counts
        [
            framed(
                b"14\r\n" + BODY + b"\r\n0\r\n\r\n",
                "Content-Length: 3",
                "Transfer-Encoding: chunked",
            )
        ],
        None,
    ),
    *map(_broken, (*FAULTS, DRIPPING_HEAD)),
    _not_sent("refused", hang_up, _refusing, connections=0),
    _not_sent("no such host", hang_up, lambda _: "https://model.invalid", connections=0),
    _not_sent("TLS: none at the other end", raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    _not_sent("TLS: closed", hang_up),
    _not_sent("TLS: reset", reset),
    _not_sent("TLS: stalled", drain, connections=1),  # there is no time left for another
    Case("redirect 307", [reply(307, ID, {"Location": "http://127.0.0.1:9/"})], UNKNOWN),
    Case("redirect 303", [reply(303, b"", {"Location": "/v1/requests/r-1"})], UNKNOWN),
    Case("redirect to nowhere", [reply(302)], UNKNOWN),
    Case("redirect to no host name", [reply(302, ID, {"Location": "https://xn--a/"})], UNKNOWN),
    Case("redirect to no URL", [reply(302, ID, {"Location": "https://[::1/"})], UNKNOWN),
    Case("empty object", [reply(200, {})], UNKNOWN),
    Case("blank id", [reply(200, {"request_id": " "})], UNKNOWN),
    Case("path-like id", [reply(200, {"request_id": "../r-1"})], UNKNOWN),
    Case("numeric id", [reply(200, {"request_id": 7})], UNKNOWN),
    Case("null id", [reply(200, {"request_id": None})], UNKNOWN),
    Case("id in a list", [reply(200, {"request_id": [REQUEST_ID]})], UNKNOWN),
    Case("id of 129 characters", [reply(200, {"request_id": "r" * 129})], UNKNOWN),
    Case("200 with an unknown code", [code(777)], UNKNOWN),
    Case("200 with a textual code", [code("E_BUSY")], UNKNOWN),
    Case("400 with code 500001", [code(500001, 400)], UNKNOWN),
    Case("400 without an error body", [reply(400, HTML)], UNKNOWN),
    Case("404 without an error body", [reply(404, HTML)], UNKNOWN),
    Case("304", [reply(304)], UNKNOWN),
    Case("418", [reply(418, {"message": "no"})], UNKNOWN),
    Case("200 with code 400002", [code(400002)], errors.InsufficientBalanceError),
    Case("200 with code '400002'", [code("400002")], errors.InsufficientBalanceError),
    Case("500 with code 400002", [code(400002, 500)], errors.InsufficientBalanceError),
    Case("400 with code 400002", [code(400002, 400)], errors.InsufficientBalanceError),
    Case("503 with code 400002", [code(400002, 503)], errors.InsufficientBalanceError),
    Case("402 HTML", [reply(402, HTML)], errors.InsufficientBalanceError),
    Case("400 with code 400004", [code(400004, 400)], errors.AuthenticationError),
    Case("401 HTML", [reply(401, HTML)], errors.AuthenticationError),
    Case("403", [code(403001, 403)], errors.PermissionDeniedError),
    Case("404", [code(404001, 404)], errors.NotFoundError),
    Case("404 with a message", [reply(404, {"message": "no model"})], errors.NotFoundError),
    Case("413 HTML", [reply(413, HTML)], errors.ServerValidationError),
    Case(
        "413 before the body has been read",
        [in_turn(reply(413, HTML), drain)],
        errors.ServerValidationError,
        posts=0,
        connections=1,
        unread=True,
        size=LARGE,
    ),
    Case("422", [reply(422, {"detail": []})], errors.ServerValidationError),
    Case("429 without Retry-After", [reply(429)], errors.RateLimitError),
    Case("503 without Retry-After", [reply(503)], UNKNOWN),
    Case("503, Retry-After of nonsense", [reply(503, {}, {"Retry-After": "soon"})], UNKNOWN),
    Case("503 with an id", [reply(503, {**ID, "status": "in_queue"}, NOW)], UNKNOWN),
    Case("429 with an id", [reply(429, {**ID, "error_code": 429001}, NOW)], UNKNOWN),
    Case("402 with an id", [reply(402, ID)], UNKNOWN),
    Case("404 with an id", [reply(404, {**ID, "message": "no"})], UNKNOWN),
    Case("429, a day", [reply(429, {}, {"Retry-After": "86400"})], errors.RateLimitError),
    Case("503, a day", [reply(503, {}, {"Retry-After": "86400"})], errors.ServerError),
    Case("429, till 9999", [reply(429, {}, FAR)], errors.RateLimitError),
    Case("503, till 9999", [reply(503, {}, FAR)], errors.ServerError),
    Case("429 for ever", [reply(429, {}, NOW)], errors.RateLimitError, posts=3),
    Case("503 for ever", [reply(503, {}, NOW)], errors.ServerError, posts=3),
    Case("429, then 202", [reply(429, {}, NOW), accepted()], None, posts=2),
    Case("503, then 202", [reply(503, HTML, NOW), accepted()], None, posts=2),
    Case("503, then stalled", [reply(503, {}, NOW), stall], UNKNOWN, posts=2, timeout=SHORT),
    Case("503, then 500", [reply(503, {}, NOW), reply(500)], UNKNOWN, posts=2),
    Case("503, then refused", [reply(503, {}, NOW), code(404001, 404)], errors.NotFoundError, 2),
)
