# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The two clients, with an attribute for each provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runcomfy._client import AsyncClient, SyncClient
from runcomfy._endpoint.classes import AsyncNamespace, RootNamespace

if TYPE_CHECKING:
    from runcomfy.models.openai import AsyncOpenaiNamespace, OpenaiNamespace


class RunComfy(SyncClient, RootNamespace):
    """The blocking client of the RunComfy Model API.

    The token comes from api_token, the environment (RUNCOMFY_API_TOKEN) or the official CLI's token file.
    Use it as a context manager, or call close(). Raises MissingTokenError, ConfigurationError.
    """

    _user_agent = "runcomfy-python/0.1.0"
    _children = {
        "openai": "OpenaiNamespace",
    }

    openai: OpenaiNamespace
    """openai"""


class AsyncRunComfy(AsyncClient, RootNamespace, AsyncNamespace):
    """The same for asyncio: submit, run, wait and so on are awaited, with the same arguments.

    Use it as an async context manager, or await aclose(). Raises MissingTokenError, ConfigurationError.
    """

    _user_agent = "runcomfy-python/0.1.0"
    _children = {
        "openai": "AsyncOpenaiNamespace",
    }

    openai: AsyncOpenaiNamespace
    """openai"""
