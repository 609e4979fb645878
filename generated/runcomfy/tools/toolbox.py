# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""Toolboxes: the models of this SDK as tools for an agent, of both clients."""

# pyright: reportPrivateUsage=false
# A toolbox is a part of its client.

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from typing_extensions import Unpack

from .._api.result import Result
from .._api.states import OnUpdate
from .._base.brief import brief
from .._files.request import FolderRequest
from .._session import AsyncSession, SyncSession
from .._transport.callbacks import refuse_coroutine_function
from .._transport.effects import Flow
from ..errors import ConfigurationError
from ._functions import functions_of
from ._settings import ToolboxOptions, checked_settings
from ._tools import Tools
from .answers import Answer, Style, checked_style

T = TypeVar("T")
ToolboxT = TypeVar("ToolboxT", bound="AsyncToolbox")


class _Toolbox:
    _tools: Tools
    _client: Any

    def definitions(self, style: Style = "openai") -> list[dict[str, Any]]:
        """Return the definitions of all tools.

        Up to 20 models have a tool each. For more models there are `search_models`, `describe_model`
        and `run_model`, so that the definitions do not fill the context window. `job_status`, `cancel_job` and `balance`
        are always there.

        Args:
            style: "openai" (chat completions, strict parameters), "anthropic" (messages) or "mcp".

        Raises:
            ConfigurationError: The style is unknown.
        """
        checked = checked_style(style)
        return [tool.definition(checked) for tool in self._tools.by_name.values()]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tools."""
        return tuple(self._tools.by_name)

    def check_journal(self) -> None:
        """Open the journal once, so that a wrong one is noticed before the first call.

        Raises:
            JournalError: It cannot be used.
        """
        self._tools.check_journal()

    def __repr__(self) -> str:
        settings = self._tools.settings
        count = len(settings.model_ids)
        return f"<{type(self).__name__} of {count} models, journal {settings.journal}>"


class Toolbox(_Toolbox):
    """The models of a `RunComfy` as tools for an agent, which pays for each call once.

    Threads may share it. Several toolboxes and processes may share its journal.
    """

    _client: SyncSession

    def __init__(self, client: SyncSession, **options: Unpack[ToolboxOptions]) -> None:
        """Make the tools. Nothing is opened or sent.

        Args:
            client: A `RunComfy`.
            options: See `ToolboxOptions`. Without `max_cost_usd` or `allow_spending`, nothing is
                submitted.

        Raises:
            ConfigurationError: An option is wrong.
        """
        self._client = _checked(client, SyncSession, "a RunComfy")
        self._tools = Tools(client._api, checked_settings(options), _save)

    def call(
        self, name: str, arguments: Any = None, *, on_update: OnUpdate | None = None
    ) -> Answer:
        """Call a tool.

        The same call is submitted once, even if another process repeats it. A job that takes longer
        than `wait_seconds` goes on; `job_status` waits for it.

        Args:
            name: The name of the tool.
            arguments: The arguments as a language model gives them: a JSON object, or its text.
            on_update: Called with a `JobStatus` when the state of the job changes.

        Returns:
            The answer; also for wrong arguments, which raise nothing.
        """
        refuse_coroutine_function("on_update", on_update, "AsyncToolbox")
        begun = self._client._run(self._tools.begin(name, arguments))
        return self._client._run(self._tools.finish(begun, on_update))

    def functions(self) -> list[Callable[..., str]]:
        """Return the tools as plain functions that return text, for a framework that takes functions.

        Their signatures, annotations and docstrings hold the definitions.
        """

        def call(name: str, arguments: dict[str, Any]) -> str:
            return self.call(name, arguments).text

        return functions_of(self._tools.by_name.values(), call)


class AsyncToolbox(_Toolbox):
    """The models of an `AsyncRunComfy` as tools; otherwise like `Toolbox`.

    Cancelling a call does not cut off its submit. Close the toolbox, or leave it as a context manager,
    before the client: it waits for such submits.
    """

    _client: AsyncSession

    def __init__(self, client: AsyncSession, **options: Unpack[ToolboxOptions]) -> None:
        """Make the tools as `Toolbox` does.

        Args:
            client: An `AsyncRunComfy`.
            options: See `ToolboxOptions`.

        Raises:
            ConfigurationError: An option is wrong.
        """
        self._client = _checked(client, AsyncSession, "an AsyncRunComfy")
        self._tools = Tools(client._api, checked_settings(options), _save_async)
        self._submits: set[asyncio.Task[Any]] = set()

    async def call(
        self, name: str, arguments: Any = None, *, on_update: OnUpdate | None = None
    ) -> Answer:
        """Call a tool as `Toolbox.call` does; `on_update` may be a coroutine function."""
        begun = await self._to_its_end(self._tools.begin(name, arguments))
        return await self._client._run(self._tools.finish(begun, on_update))

    def functions(self) -> list[Callable[..., Awaitable[str]]]:
        """Return the tools as coroutine functions, as `Toolbox.functions` does."""

        async def call(name: str, arguments: dict[str, Any]) -> str:
            return (await self.call(name, arguments)).text

        return functions_of(self._tools.by_name.values(), call)

    async def aclose(self) -> None:
        """Wait for the submits of calls that were cancelled. May be repeated."""
        await asyncio.gather(*self._submits, return_exceptions=True)

    async def __aenter__(self: ToolboxT) -> ToolboxT:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _to_its_end(self, flow: Flow[T]) -> T:
        """Run a submit to its end, even if the call is cancelled: its reply would be lost."""
        task = asyncio.ensure_future(self._client._run(flow))
        self._submits.add(task)
        task.add_done_callback(self._submits.discard)
        return await asyncio.shield(task)


def _checked(client: Any, kind: type[Any], name: str) -> Any:
    if not isinstance(client, kind):
        raise ConfigurationError(f"must be {name}; got {brief(client)}", parameter="client")
    return client


def _save(wish: tuple[Result[Any], Path]) -> list[Path]:
    result, folder = wish
    return result._save(FolderRequest(folder))


async def _save_async(wish: tuple[Result[Any], Path]) -> list[Path]:
    result, folder = wish
    return await result._save_async(FolderRequest(folder))
