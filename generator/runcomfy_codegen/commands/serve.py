"""`runcomfy-codegen serve`: the emulator of the API, and the website beside it."""

from __future__ import annotations

from pathlib import Path

import click

from ..console import (
    only_option,
    report,
    report_unmatched,
    require_readable,
    say,
    schemas_option,
    site_option,
)
from ..workspace import open_workspace


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Loopback port; any free one if left out.",
)
@only_option
@site_option
@schemas_option
def serve(port: int, only: tuple[str, ...], site: Path, schemas: Path) -> None:
    """Run the local emulator of the Model API for all schemas, and the website if it is built.

    Prints the base URL of the API.
    """
    from ..emulation import serve_schemas

    workspace = open_workspace(schemas, only=only)
    require_readable(workspace)
    report_unmatched(workspace)
    report(workspace.schema_problems)
    serve_schemas(workspace.sources, port, site, click.echo, say)
