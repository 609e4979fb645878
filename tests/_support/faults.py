"""Every way in which a peer can break the reply to one request, whatever was asked.

None of them says whether the request was acted upon, so the submit verdict of each is "unknown";
a read survives each of them if a good reply follows.
"""

from __future__ import annotations

import gzip
import json
import socket
from dataclasses import dataclass
from functools import cache
from typing import Any

from .fault_server import (
    REQUEST_ID,
    Act,
    accepted,
    drip,
    drip_head,
    hang_up,
    ignore,
    in_turn,
    late,
    raw,
    reply,
    reset,
    reset_after,
    stall,
)

HTML = b"<html><body>Bad Gateway</body></html>"
BODY = json.dumps({"request_id": REQUEST_ID, "status": "completed"}).encode()
LARGE = 12_000_000  # bytes: more than the buffers of a socket hold
SHORT = 0.3  # seconds: the timeout where nothing else ends the exchange


@dataclass(frozen=True)
class Fault:
    """unread: nothing of the request is read; size: of the body, if there is one.

    timeout: seconds for the exchange.
    """

    name: str
    act: Act
    unread: bool = False
    size: int = 1
    timeout: float = 5.0


def head(*lines: str, status: int = 200) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status} X", *lines, "", "")).encode()


def framed(content: bytes, *lines: str, status: int = 200) -> Act:
    """Send a reply with the header lines given; the connection stays open a while."""
    return in_turn(raw(head(*lines, status=status) + content), stall)


def chunked(*sizes_and_data: bytes) -> Act:
    return framed(b"\r\n".join(sizes_and_data), "Transfer-Encoding: chunked")


def compressed(content: bytes, encoding: str = "gzip") -> Act:
    return reply(200, content, {"Content-Encoding": encoding})


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(100 * 2**20), 9)  # 100 KB that become more than the SDK takes


def explode(peer: socket.socket) -> None:
    compressed(_bomb())(peer)


WHOLE = head(f"Content-Length: {len(BODY)}") + BODY
LENGTH = f"Content-Length: {len(BODY)}"
SIZE = b"%x" % len(BODY)

FAULTS: tuple[Fault, ...] = (
    # The connection
    Fault("reset while sending", reset, unread=True),
    Fault("reset while sending a large body", reset, unread=True, size=LARGE),
    Fault("a large body is not read", ignore, unread=True, size=LARGE, timeout=0.8),
    Fault("reset after the request", reset),
    Fault("closed without reply", hang_up),
    Fault("stalled", stall, timeout=SHORT),
    Fault("answered after the client left", late(accepted()), timeout=SHORT),
    Fault("reset in the status line", reset_after(WHOLE[:7])),
    Fault("reset in the head", reset_after(WHOLE[:30])),
    Fault("reset before the body", reset_after(WHOLE[: -len(BODY)])),
    Fault("reset in the body", reset_after(WHOLE[:-1])),
    Fault("closed in the head", raw(WHOLE[:30])),
    Fault("closed in the body", raw(WHOLE[:-1])),
    Fault("stalled in the head", in_turn(raw(WHOLE[:30]), stall), timeout=SHORT),
    Fault("stalled in the body", in_turn(raw(WHOLE[:-1]), stall), timeout=SHORT),
    Fault("dripping body", drip, timeout=SHORT),
    # The framing
    Fault("not HTTP", raw(b"\x00\x01 what?\r\n\r\n")),
    Fault("HTTP/2 preface", raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
    Fault("Content-Length too large", framed(BODY, "Content-Length: 999"), timeout=SHORT),
    Fault("Content-Length too small", framed(BODY, f"Content-Length: {len(BODY) - 1}")),
    Fault("Content-Length 0", framed(BODY, "Content-Length: 0")),
    Fault("Content-Length negative", framed(BODY, "Content-Length: -1")),
    Fault("Content-Length no number", framed(BODY, "Content-Length: many")),
    Fault("Content-Length twice, unlike", framed(BODY, LENGTH, "Content-Length: 3")),
    Fault("chunk size no number", chunked(b"zz", BODY, b"0", b"", b"")),
    Fault("chunk size negative", chunked(b"-5", BODY, b"0", b"", b"")),
    Fault("chunk size too small", chunked(b"5", BODY, b"0", b"", b"")),
    Fault("chunk size too large", chunked(b"fff", BODY, b"0", b"", b""), timeout=SHORT),
    Fault("chunk size endless", chunked(b"f" * 99, BODY, b"0", b"", b"")),
    Fault("last chunk missing", in_turn(raw(head("Transfer-Encoding: chunked") + SIZE), hang_up)),
    Fault("unknown Transfer-Encoding", framed(BODY, "Transfer-Encoding: gzip")),
    Fault("huge header", framed(BODY, LENGTH, "X-Long: " + "x" * 300_000)),
    Fault("header without colon", framed(BODY, LENGTH, "what is this")),
    Fault("switching protocols", framed(BODY, "Upgrade: websocket", status=101), timeout=SHORT),
    # The content
    Fault("gzip bomb", explode),
    Fault("broken gzip", compressed(b"\x1f\x8b\x08\x00 nothing")),
    Fault("truncated gzip", compressed(gzip.compress(BODY)[:-12])),
    Fault("not gzip", compressed(BODY)),
    Fault("unknown Content-Encoding", compressed(gzip.compress(BODY), "x-own")),
    Fault("HTML 200", reply(200, HTML)),
    Fault("HTML 502", reply(502, HTML)),
    Fault("500", reply(500, {"message": "boom"})),
    Fault("504", reply(504)),
    Fault("408", reply(408)),
    Fault("599", reply(599, b"")),
    Fault("200 with code 500001", reply(200, {"request_id": REQUEST_ID, "error_code": 500001})),
    Fault("204", in_turn(raw(head(status=204)), stall)),
    Fault("empty body", reply(200, b"")),
    Fault("invalid JSON", reply(200, b'{"request_id": ')),
    Fault("JSON in UTF-7", reply(200, b'+AHs-"request_id": "r-1"+AH0-')),
    Fault("null", reply(200, None)),
    Fault("array", reply(200, [{"request_id": REQUEST_ID}])),
    Fault("number", reply(200, 7)),
)

DRIPPING_HEAD = Fault("dripping head", drip_head, timeout=SHORT)


def body(fault: Fault) -> dict[str, Any]:
    return {"prompt": "a" * fault.size}
