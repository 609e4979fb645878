# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The hosts that outputs may come from, and those where the API may be reached without encryption."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from .._base.brief import brief
from .._base.text import shorten
from ..errors import ConfigurationError
from .public_urls import RefusedURLError, parse_url, port_of

if TYPE_CHECKING:
    import httpx

RUNCOMFY = ("runcomfy.net", "runcomfy.com")  # with their subdomains

_AUTHORITY_END = re.compile(r"[/?#]")
_PORTS = {"https": 443, "http": 80}
_ENTRY = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<wildcard>\*\.)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/\\?#@:*\[\]]+)(?::(?P<port>[0-9]{1,5}))?/?"
)
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test")


@dataclass(frozen=True)
class HostRule:
    """One entry of `download_hosts`.

    Attributes:
        host: In lower case, as DNS has it.
        subdomains: Whether it stands for the subdomains of the host, and not for the host itself.
        scheme: "https" or "http"; None for https, and on a private network also http.
        port: None for the scheme's own port, and on a private network for any.
    """

    host: str
    subdomains: bool = False
    scheme: str | None = None
    port: int | None = None

    def __str__(self) -> str:
        """Return the entry, as `parse_hosts` reads it."""
        scheme = f"{self.scheme}://" if self.scheme else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"{scheme}{'*.' if self.subdomains else ''}{host}{port}"

    def allows(self, url: httpx.URL) -> bool:
        """Return whether an output may be fetched from this URL."""
        host = _host_of(url)
        if not (host.endswith(f".{self.host}") if self.subdomains else host == self.host):
            return False
        if self.port is not None:
            return port_of(url) == self.port and self.scheme in (None, url.scheme)
        if is_private(host):
            return self.scheme in (None, url.scheme)
        scheme = self.scheme or "https"
        return url.scheme == scheme and port_of(url) == _PORTS[scheme]


@dataclass(frozen=True)
class HostRules:
    """The hosts that outputs may come from: RunComfy, the local API, and those that the user allowed.

    Attributes:
        allowed: The entries of `download_hosts`.
        api_origin: `http://127.0.0.1:8000` where the API itself is local, such as an emulator.
    """

    allowed: tuple[HostRule, ...] = ()
    api_origin: str | None = None

    def check(self, text: str) -> httpx.URL:
        """Parse the URL of an output.

        Raises:
            RefusedURLError: If it is not a URL, or not one that may be fetched.
        """
        authority = _AUTHORITY_END.split(text.partition("://")[2], maxsplit=1)[0]
        if self._is_other_host(authority):
            raise _not_ours(authority.rpartition("@")[2])
        url = parse_url(text)
        if self._is_local(url) or any(rule.allows(url) for rule in self.allowed):
            return url
        host = _host_of(url)
        if not any(host == known or host.endswith(f".{known}") for known in RUNCOMFY):
            raise _not_ours(host)
        if url.scheme != "https" or port_of(url) != _PORTS["https"]:
            raise RefusedURLError(
                "only https on port 443 is fetched; name another port or http in "
                "RunComfy(download_hosts=[...])"
            )
        return url

    def _is_other_host(self, authority: str) -> bool:
        """Tell most of the URLs that are refused without parsing them, which takes far longer."""
        names = _names_in(self)
        if not authority.isascii() and any("xn--" in name for name in names):
            return False
        lower = authority.lower()
        return not any(name in lower for name in names)

    def _is_local(self, url: httpx.URL) -> bool:
        if self.api_origin is None:
            return False
        api = _parsed_origin(self.api_origin)
        if (url.scheme, port_of(url)) != (api.scheme, port_of(api)):
            return False
        # `localhost` and 127.0.0.1 are the same machine: the service may call itself by either.
        same = _host_of(url) == _host_of(api)
        return same or (is_loopback_host(_host_of(url)) and is_loopback_host(_host_of(api)))


@lru_cache(maxsize=64)
def _names_in(rules: HostRules) -> tuple[str, ...]:
    """List what stands in the host of each URL that may be fetched."""
    names = (*RUNCOMFY, *(rule.host for rule in rules.allowed))
    if rules.api_origin is None:
        return names
    return (*names, _host_of(_parsed_origin(rules.api_origin)), "localhost", "127.", "[")


@lru_cache(maxsize=64)
def _parsed_origin(text: str) -> httpx.URL:
    return parse_url(text)


def _not_ours(host: str) -> RefusedURLError:
    return RefusedURLError(
        f"{shorten(host, 120)} is not a host of RunComfy; to allow it, name it in "
        "RunComfy(download_hosts=[...])"
    )


def parse_hosts(entries: object) -> tuple[HostRule, ...]:
    """Read `download_hosts`.

    Args:
        entries: Host names: `cdn.example.com`, `*.example.com`, `emulator:8000`, `http://emulator`.

    Raises:
        ConfigurationError: If an entry is anything else.
    """
    if isinstance(entries, str) or not isinstance(entries, Iterable):
        raise ConfigurationError(
            f"download_hosts: must be a list of host names; got {brief(entries)}\n"
            'Write download_hosts=["cdn.example.com"]'
        )
    return tuple(_rule(entry) for entry in cast("Iterable[object]", entries))


def _rule(entry: object) -> HostRule:
    match = _ENTRY.fullmatch(entry.strip()) if isinstance(entry, str) else None
    if match is not None and int(match["port"] or 1) in range(1, 2**16):
        with suppress(RefusedURLError):
            host = _host_of(parse_url(f"https://{match['host']}"))
            port = int(match["port"]) if match["port"] else None
            return HostRule(host, bool(match["wildcard"]), match["scheme"], port)
    raise ConfigurationError(
        "download_hosts: must be host names, with a port or a scheme where they need one; "
        f'got {brief(entry)}\nExamples: "cdn.example.com", "*.example.com", "emulator:8000"'
    )


def api_may_be_plain(host: str, port: int | None, allowed: Iterable[HostRule]) -> bool:
    """Return whether the token may travel to a host over http.

    On the network it can be read. So the user has to name the host, and a public one with `http://`.
    """
    if is_loopback_host(host):
        return True
    named = [rule for rule in allowed if rule.host == host and not rule.subdomains]
    schemes = ("http", None) if is_private(host) else ("http",)
    ports = (None, port or _PORTS["http"])
    return any(rule.port in ports and rule.scheme in schemes for rule in named)


def is_loopback_host(host: str) -> bool:
    """Return whether a host name or an address always means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(host: str) -> bool:
    """Return whether a host is in a local network: a name of one word, or an address of its own."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_SUFFIXES)
    return address.is_private or address.is_loopback


def local_origin(base_url: str, allowed: Iterable[HostRule]) -> str | None:
    """Return the origin of the API's base URL where it is local, so that its outputs are there too."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    named = any(rule.host == host for rule in allowed)
    if is_loopback_host(host) or (named and is_private(host)):
        return f"{parts.scheme}://{parts.netloc}"
    return None


def _host_of(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").lower().removesuffix(".")
