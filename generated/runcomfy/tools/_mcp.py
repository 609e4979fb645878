# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""A toolbox as an MCP server over stdin and stdout. Needs the extra `mcp`.

Jobs that take long answer after a bounded wait, and `job_status` goes on. MCP's own tasks are not used:
the package `mcp` has had their types since 2.0, but neither its server nor its client runs them, and the
protocol of 2026-07-28 has taken them out of its core.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from .._api.states import JobStatus
from .answers import Answer
from .toolbox import AsyncToolbox

_INSTRUCTIONS = (
    "Runs AI models that make images, videos and audio. Runs cost money, within a budget that the person "
    "has set. A call that is repeated with the same arguments finds its earlier job and is not paid again. "
    "If a job takes long, its answer has a request_id for job_status. Never pass again=true without "
    "asking the person."
)

logger = logging.getLogger("runcomfy")


async def serve(toolbox: AsyncToolbox, name: str, version: str) -> None:
    """Serve the tools until stdin ends.

    Args:
        toolbox: The tools.
        name: The name of the server.
        version: Its version.
    """
    server = server_of(toolbox, name, version)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def server_of(toolbox: AsyncToolbox, name: str, version: str) -> Server[Any]:
    """Return an MCP server that has the tools, for a transport of your own."""
    definitions = [types.Tool.model_validate(tool) for tool in toolbox.definitions("mcp")]

    async def list_tools(
        context: ServerRequestContext[Any, Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=definitions)

    async def call_tool(
        context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            progress = _Progress(context)
            answer = await toolbox.call(params.name, params.arguments, on_update=progress.tell)
        except Exception as error:  # a fault of ours must not end the session
            logger.exception("%s: %s", params.name, type(error).__name__)
            text = f"{params.name}: {type(error).__name__}; the log of the server has more"
            answer = Answer(text, is_error=True)
        return _result(answer)

    return Server(
        name,
        version=version,
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


class _Progress:
    """The reports of a job's progress, for a client that asks for them."""

    def __init__(self, context: ServerRequestContext[Any, Any]) -> None:
        self._context = context
        self._count = 0

    async def tell(self, status: JobStatus) -> None:
        """Report a new status. A client that has hung up does not end the wait."""
        self._count += 1
        try:
            await self._context.session.report_progress(self._count, message=str(status))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            logger.debug("no progress report: %s", error)


def _result(answer: Answer) -> types.CallToolResult:
    blocks = {"content": answer.content("mcp"), "isError": answer.is_error}
    return types.CallToolResult.model_validate(
        {**blocks, "structuredContent": dict(answer.data) or None}
    )
