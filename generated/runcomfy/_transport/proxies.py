# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The choice of a proxy of the environment for a URL."""

from __future__ import annotations

import ipaddress
from urllib.request import getproxies

import httpx


def proxy_for(url: httpx.URL) -> httpx.Proxy | None:
    """Choose by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.

    Raises:
        ValueError: For a proxy that cannot be used.
    """
    settings = getproxies()
    chosen = settings.get(url.scheme) or settings.get("all")
    if not chosen or _is_exempt(url, settings.get("no", "")):
        return None
    try:
        proxy = httpx.Proxy(chosen if "://" in chosen else f"http://{chosen}")
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from None
    port = 80 if proxy.url.port is None else proxy.url.port
    if not proxy.url.host or not 0 < port < 2**16:
        raise ValueError("the proxy must have a host, and a port from 1 to 65535")
    return proxy


def _is_exempt(url: httpx.URL, no_proxy: str) -> bool:
    port = url.port or {"https": 443, "http": 80}.get(url.scheme)
    host = url.raw_host.decode("ascii").rstrip(".")
    # Other programs read lists that are separated by spaces, too.
    entries = no_proxy.lower().replace(",", " ").split()
    return any(_covers(entry, host, port) for entry in entries)


def _covers(entry: str, host: str, port: int | None) -> bool:
    """Return whether an entry of `NO_PROXY` names the host; a malformed one names none."""
    if entry == "*":
        return True
    name, named_port = _host_and_port(entry.rpartition("://")[2])
    if named_port and named_port != str(port):
        return False
    try:
        network = ipaddress.ip_network(name, strict=False)
    except ValueError:
        domain = _in_ascii(name.lstrip("*").strip("."))
        return bool(domain) and (host == domain or host.endswith(f".{domain}"))
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address in network


def _in_ascii(name: str) -> str:
    """Write an international name as URLs are sent with it; one that is malformed stays as it is."""
    if name.isascii():
        return name
    try:
        return httpx.URL(scheme="https", host=name).raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        return name


def _host_and_port(entry: str) -> tuple[str, str]:
    """Split an entry such as `a.example:8080`, `10.0.0.0/8`, `::1/128` or `[::1]:8080`."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        prefix, _, port = rest.partition(":")
        return name + prefix, port
    if entry.count(":") > 1:  # an IPv6 address without brackets has no room for a port
        return entry, ""
    name, _, port = entry.partition(":")
    return name, port
