"""The client of this package."""

from __future__ import annotations

from importlib import import_module

from .._client import AsyncClient, SyncClient
from ._console import PACKAGE


def open_client(base_url: str | None) -> SyncClient:
    """Make a client with the token and settings of the environment.

    Raises:
        MissingTokenError: There is no API token.
        ConfigurationError: A setting is wrong.
    """
    # By name, because that module is generated; its base class is all that the commands need.
    client: SyncClient = import_module(f"{PACKAGE}.client").RunComfy(base_url=base_url)
    return client


def open_async_client(base_url: str | None) -> AsyncClient:
    """Make an asyncio client as `open_client` does."""
    client: AsyncClient = import_module(f"{PACKAGE}.client").AsyncRunComfy(base_url=base_url)
    return client
