# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The size of somebody else's file, by a HEAD that reaches public addresses only."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ._effects import Call, Flow, NeverSent, Reply, Resolve
from ._public_urls import RefusedURLError, may_reach, parse_url, port_of
from .errors import TransportError

if TYPE_CHECKING:
    import httpx

HEAD_TIMEOUT = 5.0  # seconds for one HEAD
MAX_HOPS = 3  # redirects followed, each one checked like the first URL
MAX_ADDRESSES = 3  # tried per host
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class NotMeasuredError(Exception):
    """Why the size stays unknown."""


def url_size(text: str, *, deadline: float, allow_private: bool) -> Flow[int]:
    """Size in bytes of what a URL names. Raises NotMeasuredError.

    deadline: on time.monotonic(). allow_private: loopback addresses may be reached as well.
    """
    try:
        url = parse_url(text)
        for _ in range(MAX_HOPS + 1):
            reply = yield from _head(url, deadline, allow_private)
            target = reply.headers.get("location")
            if reply.status not in _REDIRECTS or not target:
                return _length(reply)
            url = parse_url(target, base=url)
    except (RefusedURLError, TransportError) as error:
        raise NotMeasuredError(str(error)) from error
    raise NotMeasuredError(f"the URL is redirected more than {MAX_HOPS} times")


def _head(url: httpx.URL, deadline: float, allow_private: bool) -> Flow[Reply]:
    host = url.raw_host.decode("ascii")
    addresses: tuple[str, ...] = yield Resolve(host, port_of(url))
    # One bad address spoils the host: which one is used must not depend on luck.
    if not addresses or not all(may_reach(it, allow_loopback=allow_private) for it in addresses):
        raise RefusedURLError("the URL does not lead to a public address")
    failure: TransportError = NeverSent("no time was left to ask for the size")
    for address in addresses[:MAX_ADDRESSES]:
        seconds = min(HEAD_TIMEOUT, deadline - time.monotonic())
        if seconds <= 0:
            break
        try:
            reply: Reply = yield _call(url, host, address, seconds)
        except NeverSent as error:
            failure = error
        else:
            return reply
    raise failure


def _call(url: httpx.URL, host: str, address: str, seconds: float) -> Call:
    """The HEAD to the very address that was checked: a second look-up could give another one."""
    return Call(
        "HEAD",
        str(url.copy_with(host=address, fragment=None)),
        headers={
            "host": url.netloc.decode("ascii"),
            "accept-encoding": "identity",  # the size of the file, not of its compressed form
            "connection": "close",  # another host at this address needs its own TLS handshake
        },
        timeout=seconds,
        foreign=True,
        extensions={"sni_hostname": host} if url.scheme == "https" else {},
    )


def _length(reply: Reply) -> int:
    if not 200 <= reply.status < 300:
        raise NotMeasuredError(f"the server answered {reply.status}")
    encoded = reply.headers.get("content-encoding", "identity") != "identity"
    # 0 is what many servers say of a HEAD that they did not work out.
    if encoded or not reply.content_length:
        raise NotMeasuredError("the server does not say how large the file is")
    return reply.content_length
