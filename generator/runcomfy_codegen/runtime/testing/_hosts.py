"""The names under which the emulator may be asked.

A web page could let its own name resolve to this machine (DNS rebinding), and its script would then be
talking to the emulator as to the page's own server. The Host header still has the name of that page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .._transport.hosts import is_loopback_host

_HOST = re.compile(r"(?:\[(?P<ip6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::\d{0,5})?")


class Hosts:
    """The host names that are answered: those of this machine, and those given."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(_plain(name) for name in names)

    def has(self, header: str) -> bool:
        """Tell whether the value of a Host header names the emulator; the port does not matter."""
        match = _HOST.fullmatch(header)
        if match is None:
            return False
        host = _plain(match["ip6"] or match["name"])
        return is_loopback_host(host) or host in self._names

    def is_given(self, header: str) -> bool:
        """Return whether the host is one of the names given, under which another machine reaches it."""
        match = _HOST.fullmatch(header)
        return match is not None and _plain(match["ip6"] or match["name"]) in self._names


def _plain(name: str) -> str:
    return name.lower().strip("[]").removesuffix(".")
