# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The reply to a call, kept within its time and a size."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import httpx

from .decoding import BodyDecoder
from .effects import Call, NoReplyInTime, Reply
from .libraries import is_error

MAX_REPLY = 64 * 2**20  # bytes: the API's replies are small, a bigger one is a fault

# Events of the `trace` extension, and whether all has been sent by then.
_EVENTS = {
    "http11.send_request_headers.started": False,
    "http11.receive_response_headers.started": True,
    "http2.send_request_headers.started": False,
    "http2.receive_response_headers.started": True,
}
_REFUSED = frozenset({"http11.send_request_headers.failed", "http2.send_request_headers.failed"})


class Collector:
    """A reply's content, bounded in time and size: httpcore bounds only each single read.

    Args:
        call: The call.
        seconds: For the reply, counted from when the whole request is sent.
        patience: Seconds until the request begins to be sent.
        whole: Seconds for all together.
    """

    def __init__(
        self, call: Call, seconds: float, patience: float = math.inf, whole: float = math.inf
    ) -> None:
        self._call = call
        self._seconds = seconds
        now = time.monotonic()
        self._end = now + whole
        first = seconds if call.content is None else patience
        self._deadline = min(now + first, self._end)
        self._decoder = BodyDecoder("", MAX_REPLY)
        call.progress.head, call.progress.chunks = None, []  # a flow may yield a call again

    def follow(self, event: str, info: Mapping[str, Any]) -> None:
        """Note an event of the exchange, as the `trace` extension reports it."""
        if event in _REFUSED and is_error(info["exception"], ("LocalProtocolError",)):
            self._call.progress.sent = False  # the library refused it before it wrote anything
        if event not in _EVENTS or info["request"].method == b"CONNECT":
            return  # CONNECT belongs to a proxy's tunnel, through which the request is sent later
        self._call.progress.sent = True
        self._deadline = self._end
        if _EVENTS[event]:
            self._start()

    def _start(self) -> None:
        """Start the time of the reply, now that all is sent."""
        if self._call.content is not None:
            self._deadline = min(self._end, time.monotonic() + self._seconds)

    def left(self) -> float:
        """Return the seconds until the deadline; below 0 after it."""
        return self._deadline - time.monotonic()

    def begin(self, reply: Reply) -> None:
        """Take the head of the reply, whatever its status: error bodies are wanted too."""
        if self._call.progress.head is None and not self._call.progress.sent:
            self._start()  # no event said when it was sent
        self._call.progress.head = reply
        self._decoder = BodyDecoder(reply.headers.get("content-encoding", ""), MAX_REPLY)

    def add(self, chunk: bytes) -> None:
        """Take the next bytes of the content. Raises DecodingError, NoReplyInTime."""
        self._call.progress.chunks.append(self._decoder.add(chunk))
        if self.left() < 0:
            raise NoReplyInTime(f"{target_of(self._call)}: the reply did not end in time")

    def end(self) -> bytes:
        """Return the whole content. Raises DecodingError."""
        self._decoder.end()
        return b"".join(self._call.progress.chunks)


def target_of(call: Call) -> str:
    """Return the name of a call in messages."""
    # Method and host only: a URL may be signed, headers hold the token.
    try:
        return f"{call.method} {httpx.URL(call.url).host}"
    except (httpx.InvalidURL, UnicodeError):
        return f"{call.method} (invalid URL)"
