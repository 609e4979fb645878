"""`runcomfy-codegen serve`: the emulator of the API, and the website beside it."""

from __future__ import annotations

from pathlib import Path

import click

from ..console import folders, report, say, usable_workspace
from .site import site_folder


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Loopback port; any free one if left out.",
)
@site_folder
@folders
def serve(port: int, site: Path, schemas: Path, out: Path, package: str) -> None:
    """Run the local emulator of the Model API for all schemas, and the website if it is built.

    Prints the base URL of the API.
    """
    from ..emulation import serve_schemas

    workspace = usable_workspace(schemas, out, package)
    report(workspace.problems)
    serve_schemas(workspace.project.sources, port, site, click.echo, say)
