# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The connections of a user's httpx client, lent to downloads without anything else of it.

Its proxies, certificates and transports are used. Its headers, cookies, auth and event hooks are
not: any of them may hold a token, which belongs to the API alone.
"""

# pyright: reportPrivateUsage=false
# The one private name of httpx that the SDK uses: httpx has no public way to the transport that a
# client chooses for a URL.

from __future__ import annotations

import httpx


class _Lent(httpx.BaseTransport):
    def __init__(self, owner: httpx.Client) -> None:
        self._owner = owner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._owner._transport_for_url(request.url).handle_request(request)


class _AsyncLent(httpx.AsyncBaseTransport):
    def __init__(self, owner: httpx.AsyncClient) -> None:
        self._owner = owner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._owner._transport_for_url(request.url).handle_async_request(request)


def lend(client: httpx.Client) -> httpx.Client:
    """Return a client without a token over the connections of another one, which stays open."""
    return httpx.Client(transport=_Lent(client), trust_env=False)


def lend_async(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Return an async client without a token, as `lend` does."""
    return httpx.AsyncClient(transport=_AsyncLent(client), trust_env=False)
