"""The HTTP libraries, and clients of them that a user may lend to the SDK: blocking and async."""

from __future__ import annotations

from typing import Any

import httpx
import httpx2
import pytest
from runcomfy_codegen.runtime._transport.http import URL

from .clients import Kind

LIBRARIES: tuple[Any, ...] = (httpx, httpx2)
TESTED_LIBRARY = "RUNCOMFY_TESTED_HTTP_LIBRARY"
"""The variable that names the library that the runtime must be written for."""

OWN: Any = httpx if URL is httpx.URL else httpx2
"""The library that the runtime under test is written for; `tests.e2e.with_httpx2` rewrites a copy."""
OTHER: Any = httpx2 if OWN is httpx else httpx

# What `httpx` refuses as a host name, httpx2 leaves to the look-up.
refuses_malformed_labels = pytest.mark.skipif(OWN is not httpx, reason="httpx2 takes them")

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
