# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Name look-ups that end in time: `getaddrinfo` itself cannot be interrupted.

Each runs in a daemon thread, which neither a cancelled call nor the end of an event loop waits for.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout

import anyio

Addresses = tuple[str, ...]

_MOST_THREADS = 128  # look-ups that hang at the same time
_under_way: dict[tuple[str, int], Future[Addresses]] = {}

if hasattr(os, "register_at_fork"):  # the threads stay in the parent
    os.register_at_fork(after_in_child=_under_way.clear)


def resolve(host: str, port: int, seconds: float) -> Addresses:
    """Look up the IP addresses of a host. Raises OSError, also when the time is over."""
    known = _known(host)
    if known:
        return known
    try:
        return _look_up(host, port).result(seconds)
    except FutureTimeout:
        raise _too_slow(host, seconds) from None


async def resolve_async(host: str, port: int, seconds: float) -> Addresses:
    """Do the same within an event loop; a task that is cancelled meanwhile ends at once."""
    known = _known(host)
    if known:
        return known
    with anyio.move_on_after(seconds):
        return await asyncio.wrap_future(_look_up(host, port))
    raise _too_slow(host, seconds)


def _known(host: str) -> Addresses:
    """Give the addresses of a host that nobody has to be asked for."""
    if host.endswith(".localhost"):  # RFC 6761 section 6.3; many resolvers do not know these names
        return ("127.0.0.1",)
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ()
    return (host,)


def _too_slow(host: str, seconds: float) -> OSError:
    return TimeoutError(f"the name of {host} could not be looked up within {seconds:.3g} s")


def _look_up(host: str, port: int) -> Future[Addresses]:
    """Start a look-up, or join the one that is under way for this host."""
    future: Future[Addresses] = Future()
    future.set_running_or_notify_cancel()  # from now on, none of those who wait can cancel it
    first = _under_way.setdefault((host, port), future)
    if first is not future:
        return first
    try:
        if len(_under_way) > _MOST_THREADS:
            raise OSError("too many name look-ups are under way")
        threading.Thread(target=_run, args=(host, port, future), daemon=True).start()
    except OSError as error:
        _under_way.pop((host, port), None)
        future.set_exception(OSError(f"{host}: {error}"))
    except RuntimeError:  # the interpreter is shutting down: there are no more threads
        _run(host, port, future)
    return future


def _run(host: str, port: int, future: Future[Addresses]) -> None:
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = tuple(dict.fromkeys(str(address[0]) for *_, address in resolved))
        _under_way.pop((host, port), None)
        future.set_result(addresses)
    except BaseException as error:
        _under_way.pop((host, port), None)
        # A name that DNS cannot hold is refused with a UnicodeError.
        future.set_exception(OSError(str(error)) if isinstance(error, UnicodeError) else error)
