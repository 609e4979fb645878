# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The HTTP libraries that a user's client may be of: httpx, and httpx2 where the program has loaded it."""

from __future__ import annotations

import sys
from typing import Any, Protocol, runtime_checkable

import httpx

_LIBRARIES = frozenset({"httpx", "httpcore", "httpx2", "httpcore2"})


@runtime_checkable
class HttpClient(Protocol):
    """An `httpx.Client` or `httpx2.Client`."""

    @property
    def is_closed(self) -> bool:
        """Whether it sends no more."""
        ...

    def send(self, request: Any, *, stream: bool = False) -> Any:
        """Send a request of its library."""

    def close(self) -> None:
        """Close its connections."""


@runtime_checkable
class AsyncHttpClient(Protocol):
    """An `httpx.AsyncClient` or `httpx2.AsyncClient`."""

    @property
    def is_closed(self) -> bool:
        """Whether it sends no more."""
        ...

    async def send(self, request: Any, *, stream: bool = False) -> Any:
        """Send a request of its library."""

    async def aclose(self) -> None:
        """Close its connections."""


def library_of(value: object) -> Any:
    """Return the module of the HTTP library that a client or an error is of; None if it is of none."""
    for base in value.__class__.__mro__:  # a mock names the class that it stands for
        name = base.__module__.partition(".")[0]
        if name in _LIBRARIES:
            # Looked up, not imported: its objects exist, so the program has loaded it.
            return sys.modules.get(name)
    return None


def is_client(value: object, kind: str) -> bool:
    """Return whether a value is a client of one of the libraries. kind: `Client` or `AsyncClient`."""
    return isinstance(value, getattr(library_of(value), kind, ()))


def is_error(value: object, names: tuple[str, ...]) -> bool:
    """Return whether a value is an error of one of the libraries with one of these names."""
    library = library_of(value)
    return isinstance(
        value, tuple(getattr(library, name) for name in names if hasattr(library, name))
    )


def names_of(kind: str) -> str:
    """Name the classes of a kind, for messages."""
    return f"an httpx.{kind} or httpx2.{kind}"


def example_of(kind: str) -> str:
    """Write how a client of a kind is made with the library that this SDK needs anyway."""
    return f"{httpx.__name__}.{kind}(...)"
