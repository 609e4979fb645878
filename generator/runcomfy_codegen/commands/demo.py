"""`runcomfy-codegen demo`: everything once, from schemas to saved pictures."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..console import folders, require_apart, say, usable_workspace


@click.command()
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    default="out/demo",
    show_default=True,
    help="Folder for the results.",
)
@folders
def demo(save: Path, schemas: Path, out: Path, package: str) -> None:
    """Generate the SDK, run typed requests against the local emulator over HTTP, save the results."""
    from ..demo import run_demo

    require_apart(schemas, out)
    workspace = usable_workspace(schemas, out, package)
    sys.exit(run_demo(workspace, save, say))
