"""The URLs and addresses that may be reached to check a file on somebody else's server."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from .._base.text import shorten

if TYPE_CHECKING:
    import httpx

# A backslash or a control character is read differently by different URL parsers.
_AMBIGUOUS = re.compile(r"[\\\x00-\x1f\x7f]")

# IANA special-purpose registries. A table, since `is_global` differs between Python versions.
_NOT_PUBLIC = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "3fff::/20")  # Teredo and others, documentation
)
_EMBEDDING = (  # where the IPv4 address starts, in bits from the right
    (IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
)


class RefusedURLError(ValueError):
    """The reason why a URL is not fetched; the text does not repeat the URL."""


def parse_url(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """Parse a URL, relative to a base if there is one, as the client that fetches it does.

    Raises:
        RefusedURLError: If it is not fetched.
    """
    import httpx

    if _AMBIGUOUS.search(text):
        raise RefusedURLError("the URL holds a backslash or a control character")
    try:
        url = base.join(text) if base else httpx.URL(text)
        host = url.host  # decoded here once: a malformed `xn--` label raises
    except (httpx.InvalidURL, ValueError) as error:
        raise RefusedURLError(f"the URL is invalid: {shorten(str(error))}") from error
    if url.scheme not in ("http", "https"):
        raise RefusedURLError(f"only http and https URLs are fetched, not {url.scheme or 'this'}:")
    if not host:
        raise RefusedURLError("the URL names no host")
    if not 0 < port_of(url) < 2**16:
        raise RefusedURLError("the URL's port is out of range")
    if url.userinfo:
        raise RefusedURLError("the URL holds a user name or password")
    return url


def port_of(url: httpx.URL) -> int:
    """Return the port of a URL, or its scheme's own."""
    default = 443 if url.scheme == "https" else 80
    return default if url.port is None else url.port


def may_reach(address: str, *, allow_loopback: bool) -> bool:
    """Return whether an IP address is public, or loopback if allowed; embedded IPv4 counts as IPv4."""
    try:
        ip = _unwrapped(ip_address(address))
    except ValueError:
        return False
    if ip.is_loopback:
        return allow_loopback
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC)
    return ip in _GLOBAL_UNICAST and not any(ip in network for network in _NOT_PUBLIC_6)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    for network, shift in _EMBEDDING:
        if ip in network:
            return IPv4Address((int(ip) >> shift) & 0xFFFFFFFF)
    return ip
