# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The client of the package that this command line belongs to."""

from __future__ import annotations

from importlib import import_module

from .._client import SyncClient
from ._console import PACKAGE


def open_client(base_url: str | None) -> SyncClient:
    """A client set up by the environment. Raises MissingTokenError, ConfigurationError."""
    # By name: that module is generated, and its base is all that the commands need.
    client: SyncClient = import_module(f"{PACKAGE}.client").RunComfy(base_url=base_url)
    return client
