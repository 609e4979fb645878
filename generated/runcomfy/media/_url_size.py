# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The size of somebody else's file, by a HEAD that reaches public addresses only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._transport.effects import Call, Flow, NeverSent, Reply, Resolve
from .._transport.hosts import is_loopback_host
from .._transport.public_urls import RefusedURLError, may_reach, parse_url, port_of
from .._transport.reach import Reach
from .._transport.retry import Deadline
from ..errors import TransportError

if TYPE_CHECKING:
    from .._transport import http

HEAD_TIMEOUT = 5.0  # seconds for one host: its look-up, its addresses and their reply
MAX_HOPS = 3  # redirects followed, each one checked like the first URL
MAX_ADDRESSES = 3  # tried per host
_ENOUGH = 1.0  # seconds: a host that had less is not called out of reach
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class NotMeasuredError(Exception):
    """The size stays unknown."""


def url_size(text: str, *, deadline: Deadline, allow_private: bool, reach: Reach) -> Flow[int]:
    """Give the size in bytes of what a URL names. Raises NotMeasuredError.

    deadline: of all URLs; allow_private: whether loopback addresses may be reached as well.
    """
    try:
        url = parse_url(text)
        for _ in range(MAX_HOPS + 1):
            reply = yield from _head(url, deadline, allow_private, reach)
            target = reply.headers.get("location")
            if reply.status not in _REDIRECTS or not target:
                return _length(reply)
            url = parse_url(target, base=url)
    except (RefusedURLError, TransportError) as error:
        raise NotMeasuredError(str(error)) from error
    raise NotMeasuredError(f"the URL is redirected more than {MAX_HOPS} times")


def _head(url: http.URL, deadline: Deadline, allow_private: bool, reach: Reach) -> Flow[Reply]:
    """Ask a host that is in reach, as far as is known."""
    host = url.raw_host.decode("ascii")
    if not is_loopback_host(host) and goes_through_proxy(url):
        # The address that is checked has to be the one that is connected to.
        raise NotMeasuredError("the URL can only be reached through a proxy")
    failure = reach.failure(host)
    if failure is not None:
        raise NotMeasuredError(f"{failure} (a short while ago)")
    seconds = min(HEAD_TIMEOUT, deadline.left())
    try:
        return (yield from _asked(url, host, Deadline(seconds), allow_private))
    except TransportError as error:
        if seconds >= _ENOUGH:
            reach.note(host, error.message)
        raise


def _asked(url: http.URL, host: str, deadline: Deadline, allow_private: bool) -> Flow[Reply]:
    if deadline.left() <= 0:
        raise NeverSent("no time was left to ask for the size")
    addresses: tuple[str, ...] = yield Resolve(host, port_of(url), deadline.left())
    # One bad address spoils the host: which one is used must not depend on luck.
    if not addresses or not all(
        may_reach(address, allow_loopback=allow_private) for address in addresses
    ):
        raise RefusedURLError("the URL does not lead to a public address")
    failure: TransportError = NeverSent("no time was left to ask for the size")
    tried = addresses[:MAX_ADDRESSES]
    for at, address in enumerate(tried):
        # One that does not answer leaves half of the time to the others.
        is_last = at == len(tried) - 1
        seconds = deadline.left() if is_last else deadline.left() / 2
        if seconds <= 0:
            break
        try:
            reply: Reply = yield _call(url, host, address, seconds)
        except NeverSent as error:
            failure = error
        else:
            return reply
    raise failure


def goes_through_proxy(url: http.URL) -> bool:
    """Tell whether the environment names a proxy for a URL."""
    from .._transport.proxies import proxy_for

    try:
        return proxy_for(url) is not None
    except ValueError:  # one that cannot be used leads nowhere
        return True


def _call(url: http.URL, host: str, address: str, seconds: float) -> Call:
    """Return a HEAD to the address that was checked: a second look-up could give another one."""
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
