"""`runcomfy-codegen site`: build the website of the reference pages."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...disk.locking import sole_writer
from ...text.problems import counted, has_errors
from ...workspace import Workspace
from ..console import FINDINGS, USAGE, report, report_unmatched, require_usable, say
from ..options import sdk_options, site_option


@click.command()
@site_option
@sdk_options
def site(workspace: Workspace, site: Path) -> None:
    """Build a website of the reference pages.

    It has search, filters and a form for each endpoint. Requires the extra `site`. `runcomfy-codegen serve` shows the website, and runs the emulator that
    its forms call.
    """
    from ...site.website import SiteError, build_site

    require_usable(workspace)
    report_unmatched(workspace)
    generation = workspace.regenerate()
    problems = [*workspace.problems, *generation.problems]
    report(problems, generation.reused_counts)
    package, install = workspace.package, workspace.install
    try:
        with sole_writer(say, site.parent):
            pages = build_site(generation, workspace.sources, site, package, install)
    except SiteError as error:
        say(f"error: {error}")
        sys.exit(USAGE)
    say(f"{counted(pages, 'page')} in {site}/: runcomfy-codegen serve shows them")
    sys.exit(FINDINGS if has_errors(problems) else 0)
