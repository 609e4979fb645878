"""The connections of a user's HTTP client, lent to downloads without anything else of it.

Its proxies, certificates and transports are used. Its headers, cookies, auth and event hooks are
not: any of them may hold a token, which belongs to the API alone.
"""

# pyright: reportPrivateUsage=false
# The one private name of the HTTP libraries that the SDK uses: they have no public way to the
# transport that a client chooses for a URL.

from __future__ import annotations

from typing import Any

import httpx

from .libraries import AsyncHttpClient, HttpClient, library_of


class _Lent(httpx.BaseTransport):
    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def handle_request(self, request: Any) -> Any:
        return self._owner._transport_for_url(request.url).handle_request(request)


class _AsyncLent(httpx.AsyncBaseTransport):
    def __init__(self, owner: Any) -> None:
        self._owner = owner

    async def handle_async_request(self, request: Any) -> Any:
        return await self._owner._transport_for_url(request.url).handle_async_request(request)


def lend(client: HttpClient) -> HttpClient:
    """Return a client of the same library over the connections of another one, which stays open.

    It has no token.
    """
    lent: HttpClient = library_of(client).Client(transport=_Lent(client), trust_env=False)
    return lent


def lend_async(client: AsyncHttpClient) -> AsyncHttpClient:
    """Return an async client without a token, as `lend` does."""
    transport = _AsyncLent(client)
    lent: AsyncHttpClient = library_of(client).AsyncClient(transport=transport, trust_env=False)
    return lent
