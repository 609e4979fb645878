"""What a flow may ask of the outside world.

A flow is a generator: it yields effects and is sent their results, or thrown a `TransportError`.
The logic is written once; two small drivers (`_drivers.py`) run it with blocking or async I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .errors import ConnectionFailed, ReplyLost, RequestTimeout

T = TypeVar("T")
Flow = Generator[Any, Any, T]

# The public errors under the names of what they mean to a flow: may the server have acted?
NeverSent = ConnectionFailed
NoReply = ReplyLost
NoReplyInTime = RequestTimeout


@dataclass(frozen=True)
class Call:
    """One HTTP exchange; its result is a `Reply`. Redirects are never followed.

    timeout: seconds, None for the client's setting. foreign: True for any host but the API's;
    such a call goes out on a separate connection pool that has no token.
    extensions: as httpx takes them (`sni_hostname`).
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)  # the token
    content: bytes | None = field(default=None, repr=False)
    timeout: float | None = None
    foreign: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Reply:
    """The answer to a `Call`. Header names are lower case; content is empty for a `Fetch`."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""


@dataclass(frozen=True)
class Fetch:
    """A streamed GET of a foreign URL; its result is a `Reply` without content.

    on_reply is called once before the first byte, on_chunk for each chunk; either may raise to stop.
    """

    call: Call
    on_reply: Callable[[Reply], None]
    on_chunk: Callable[[bytes], None]


@dataclass(frozen=True)
class Sleep:
    """A pause; its result is None. seconds: at least 0."""

    seconds: float


@dataclass(frozen=True)
class Resolve:
    """A DNS look-up; its result is a tuple of IP addresses as text, or `NeverSent` is thrown."""

    host: str
    port: int


@dataclass(frozen=True)
class Invoke:
    """A call of a function that the user gave; its result is the function's.

    The async driver awaits the result if it is awaitable, so one flow serves both kinds.
    """

    function: Callable[[Any], Any]
    argument: Any
