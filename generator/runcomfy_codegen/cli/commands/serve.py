"""`runcomfy-codegen serve`: the emulator of the API, and the website beside it."""

from __future__ import annotations

from pathlib import Path

import click

from ...workspace import open_workspace
from ..console import (
    only_option,
    report,
    report_unmatched,
    require_readable,
    say,
    schemas_option,
    site_option,
)


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port to listen on; any free one if left out.",
)
@click.option("--token", help="API token that clients must send; emulator-token if left out.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; one that is not loopback needs --allow-host.",
)
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="Host name under which other machines or containers reach the emulator. Repeatable. "
    "Whoever can reach the address can use it: for test networks only.",
)
@only_option
@site_option
@schemas_option
def serve(
    port: int,
    token: str | None,
    host: str,
    allowed: tuple[str, ...],
    only: tuple[str, ...],
    site: Path,
    schemas: Path,
) -> None:
    """Run the local emulator of the Model API for all schemas, and the website if it is built.

    Prints the base URL of the API.
    """
    from ..emulator import TOKEN, Listening, serve_schemas

    workspace = open_workspace(schemas, only=only)
    require_readable(workspace)
    report_unmatched(workspace)
    report(workspace.schema_problems)
    listening = Listening(host, port, TOKEN if token is None else token, allowed)
    try:
        serve_schemas(workspace.sources, listening, site, click.echo, say)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
