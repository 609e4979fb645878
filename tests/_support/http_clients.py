"""Clients that a user may lend to the SDK: of each HTTP library, blocking and async."""

from __future__ import annotations

from typing import Any

import httpx
import httpx2
import pytest

from .clients import Kind

LIBRARIES: tuple[Any, ...] = (httpx, httpx2)
each_library = pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.__name__)


def http_client(library: Any, kind: Kind, **settings: Any) -> Any:
    """Make a client of a library."""
    maker = library.Client if kind == "sync" else library.AsyncClient
    return maker(**settings)


async def closed(client: Any) -> None:
    """Close a client."""
    if hasattr(client, "aclose"):
        await client.aclose()
    else:
        client.close()
