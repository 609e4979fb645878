# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The effects that a flow may ask the outside world for.

A flow is a generator: it yields effects and is sent their results, or thrown a `TransportError`.
The logic is written once; two small drivers (`drivers.py`) run it with blocking or async I/O.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ..errors import ConnectionFailed, ReplyLost, RequestTimeout

T = TypeVar("T")
Flow = Generator[Any, Any, T]

# The public errors under the names of what they mean to a flow: may the server have acted?
NeverSent = ConnectionFailed
NoReply = ReplyLost
NoReplyInTime = RequestTimeout


@dataclass(frozen=True)
class Reply:
    """An HTTP response. Header names are lower case; content is empty for a `Fetch`."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(default=b"", repr=False)

    @property
    def content_length(self) -> int | None:
        """The number of bytes that the header of this name gives; None without a number."""
        text = self.headers.get("content-length", "")
        # No file is that long, and Python refuses to read numbers that are too long.
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


@dataclass
class Progress:
    """The progress of an exchange, for a caller that is interrupted in it.

    Attributes:
        sent: Whether the request has begun to leave this machine; None if that is not known.
        head: The reply without its content.
        chunks: The content that has come.
    """

    sent: bool | None = False
    head: Reply | None = None
    chunks: list[bytes] = field(default_factory=list[bytes])

    @property
    def reply(self) -> Reply | None:
        """The part of the reply that has come."""
        return self.head and replace(self.head, content=b"".join(self.chunks))


@dataclass(frozen=True)
class Call:
    """One HTTP exchange; its result is a `Reply`. Redirects are never followed.

    Attributes:
        method: The HTTP method.
        url: The absolute URL.
        headers: The headers, the token among them.
        content: The body.
        timeout: Seconds for the reply; the client's setting if None.
        patience: Seconds until a connection is there; as many as `timeout` if None.
        within: Seconds for all of it together.
        foreign: Whether a caller named the host. Such a call goes out on connections of its own,
            through no proxy.
        fresh: Whether to use a new connection, where no earlier exchange can have left anything.
        extensions: As httpx takes them (`sni_hostname`).
        redact: Takes secrets out of the text of an error.
        progress: Kept up to date by the driver.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)  # the token
    content: bytes | None = field(default=None, repr=False)
    timeout: float | None = None
    patience: float | None = None
    within: float | None = None
    foreign: bool = False
    fresh: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict[str, Any])
    redact: Callable[[str], str] = field(default=str, repr=False)
    progress: Progress = field(default_factory=Progress, repr=False, compare=False)


@dataclass(frozen=True)
class Fetch:
    """A streamed GET; its result is a `Reply` without content.

    Attributes:
        call: The exchange. Its timeout bounds each single read.
        on_reply: Called once, before the first byte. May raise to stop.
        on_chunk: Called with each chunk as it came over the wire, still encoded. May raise to stop.
            The async driver awaits what it returns, unless that is None.
    """

    call: Call
    on_reply: Callable[[Reply], None]
    on_chunk: Callable[[bytes], Awaitable[None] | None]


@dataclass(frozen=True)
class Together:
    """An effect of flows that run at the same time, at most `limit` of them; its result is None.

    The flows are taken from the iterable one by one, each when a place is free. None of them
    should raise: an error ends the others early.
    """

    flows: Iterable[Flow[Any]]
    limit: int


@dataclass(frozen=True)
class Offload:
    """A call that may wait for the disk or compute for long; its result is the function's.

    The async driver makes it in a thread, so that its event loop goes on.
    """

    function: Callable[[], Any]


@dataclass(frozen=True)
class Sleep:
    """A pause of at least 0 seconds; its result is None."""

    seconds: float


@dataclass(frozen=True)
class Resolve:
    """A DNS look-up; its result is a tuple of IP addresses as text, or `NeverSent` is thrown."""

    host: str
    port: int
    seconds: float = field(default=10.0, compare=False)


@dataclass(frozen=True)
class Invoke:
    """A call of a function that the user gave; its result is the function's.

    The async driver awaits the result if it is awaitable, so one flow serves both kinds.
    seconds: after which it no longer awaits it, and throws `NoReplyInTime`.
    """

    function: Callable[[Any], Any]
    argument: Any
    seconds: float | None = None


@dataclass(frozen=True)
class Work:
    """A call of a function of ours that takes a while, such as reading a large file.

    Its result is the function's; the async driver lets a thread do it, and goes on meanwhile.
    """

    function: Callable[[], Any]
