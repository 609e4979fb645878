"""`runcomfy-codegen serve`: run the emulator of the API, and the website beside it."""

from __future__ import annotations

from pathlib import Path

import click

from ...workspace import Workspace
from ..console import report, report_unmatched, require_readable, say
from ..options import schemas_options, site_option


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="any free port",
    help="Port to listen on.",
)
@click.option(
    "--token",
    show_default="emulator-token",
    help="API token that clients must send.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on. An address that is not loopback requires --allow-host.",
)
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="Host name by which other machines or containers reach the emulator. Repeatable. "
    "Anyone who can reach the address can use the emulator, so use test networks only.",
)
@site_option
@schemas_options
def serve(
    workspace: Workspace,
    port: int,
    token: str | None,
    host: str,
    allowed: tuple[str, ...],
    site: Path,
) -> None:
    """Run a local emulator of the Model API, and serve the website.

    Prints the base URL of the API. The website is served if `runcomfy-codegen site` has built it.
    """
    from ..emulator import TOKEN, Listening, serve_schemas

    require_readable(workspace)
    report_unmatched(workspace)
    report(workspace.schema_problems)
    listening = Listening(host, port, TOKEN if token is None else token, allowed)
    try:
        serve_schemas(workspace.sources, listening, site, click.echo, say)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
