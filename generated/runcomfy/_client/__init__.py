# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The base classes of both clients."""

from __future__ import annotations

from .._session import reopen
from .verbs import AsyncClient, SyncClient

__all__ = ["AsyncClient", "SyncClient"]

_reopen = reopen  # pickles of version 0.1 name it here
