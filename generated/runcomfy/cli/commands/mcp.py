# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`mcp`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from ..._base.install import how_to_install
from ..._validation.given import check_seconds
from ...errors import ConfigurationError
from .._console import PACKAGE
from .._open import open_async_client
from .._options import BaseUrl, output_option

_WAIT = 45.0  # seconds: MCP clients give up a call after 60


def _seconds(value: float) -> float:
    return check_seconds("wait_seconds", value)


Journal = Annotated[
    str,
    typer.Option(
        "--journal",
        metavar="FILE",
        help="Journal file, which keeps a repeated call from being paid twice. Several servers may share it.",
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="PATTERN",
        help="Serve only models whose id matches PATTERN, such as 'openai/*'. Repeatable.",
    ),
]
MaxCost = Annotated[
    float | None,
    typer.Option(
        "--max-cost-usd",
        metavar="USD",
        min=0,
        help="Cost limit in US dollars for all calls of the journal. Without a limit, nothing is submitted.",
    ),
]
AllowSpending = Annotated[
    bool, typer.Option("--allow-spending", help="Submit although there is no cost limit.")
]
OutputFolder = Annotated[
    str | None,
    output_option(
        "Save the outputs in FOLDER, whose files the agent may also send. Without it, the agent only gets URLs."
    ),
]
MediaFolder = Annotated[
    list[str] | None,
    typer.Option(
        "--media",
        metavar="FOLDER",
        help="Let the agent send files of FOLDER, too. Repeatable.",
    ),
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        callback=_seconds,
        help="Answer a call after SECONDS, even if its job is not done.",
    ),
]


def mcp(
    journal: Journal,
    only: Only = None,
    max_cost_usd: MaxCost = None,
    allow_spending: AllowSpending = False,
    output: OutputFolder = None,
    media: MediaFolder = None,
    wait: Wait = _WAIT,
    base_url: BaseUrl = None,
) -> None:
    """Serve the models to an agent as tools, over MCP on stdin and stdout."""
    if find_spec("mcp") is None:
        raise ConfigurationError(f"the command mcp needs the package mcp: {how_to_install('mcp')}")
    import asyncio  # slow, and only this command needs it

    options: dict[str, Any] = {
        "journal": Path(journal),
        "only": only or ["*"],
        "max_cost_usd": max_cost_usd,
        "allow_spending": allow_spending,
        "folder": output,
        "media_folders": media or [],
        "wait_seconds": wait,
    }
    asyncio.run(_serve(options, base_url))


async def _serve(options: dict[str, Any], base_url: str | None) -> None:
    from ...tools import AsyncToolbox
    from ...tools._mcp import serve

    version: str = import_module(PACKAGE).__version__
    async with open_async_client(base_url) as client, AsyncToolbox(client, **options) as toolbox:
        toolbox.check_journal()
        await serve(toolbox, PACKAGE, version)
