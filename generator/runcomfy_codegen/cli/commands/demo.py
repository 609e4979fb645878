"""`runcomfy-codegen demo`: everything once, from schemas to saved pictures."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...workspace import open_workspace
from ..console import (
    install_option,
    only_option,
    out_option,
    package_option,
    report_unmatched,
    require_apart,
    require_usable,
    save_option,
    say,
    schemas_option,
    version_option,
)


@click.command()
@only_option
@save_option
@schemas_option
@out_option
@package_option
@install_option
@version_option
def demo(
    save: Path,
    only: tuple[str, ...],
    schemas: Path,
    out: Path,
    package: str,
    install: str,
    version: str,
) -> None:
    """Generate the SDK, send typed requests to the local emulator, and save the results.

    In the `.venv` of the current folder, the SDK can be imported afterwards.
    """
    from ..demo_run import run_demo

    require_apart(schemas, out)
    workspace = open_workspace(schemas, out, package, only, install, version)
    require_usable(workspace)
    report_unmatched(workspace)
    sys.exit(run_demo(workspace, save, say))
