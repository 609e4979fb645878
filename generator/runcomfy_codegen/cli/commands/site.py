"""`runcomfy-codegen site`: the reference pages as a website."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...disk.locking import sole_writer
from ...text.problems import counted, has_errors
from ...workspace import open_workspace
from ..console import (
    FINDINGS,
    USAGE,
    install_option,
    only_option,
    out_option,
    package_option,
    report,
    report_unmatched,
    require_usable,
    say,
    schemas_option,
    site_option,
    version_option,
)


@click.command()
@only_option
@site_option
@schemas_option
@out_option
@package_option
@install_option
@version_option
def site(
    site: Path,
    only: tuple[str, ...],
    schemas: Path,
    out: Path,
    package: str,
    install: str,
    version: str,
) -> None:
    """Build the website of the reference pages: search, filters, and a form for each endpoint.

    Needs the extra `site`. `runcomfy-codegen serve` shows it, beside the emulator that its forms use.
    """
    from ...site.build import SiteError, build_site

    workspace = open_workspace(schemas, out, package, only, install, version)
    require_usable(workspace)
    report_unmatched(workspace)
    generation = workspace.regenerate()
    problems = [*workspace.problems, *generation.problems]
    report(problems, generation.unread)
    try:
        with sole_writer(say, site.parent):
            pages = build_site(generation, workspace.project.sources, site, package, install)
    except SiteError as error:
        say(f"error: {error}")
        sys.exit(USAGE)
    say(f"{counted(pages, 'page')} in {site}/: runcomfy-codegen serve shows them")
    sys.exit(FINDINGS if has_errors(problems) else 0)
