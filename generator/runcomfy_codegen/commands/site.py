"""`runcomfy-codegen site`: the reference pages as a website."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..console import FINDINGS, USAGE, folders, report, say, usable_workspace
from ..problems import counted, has_errors

site_folder = click.option(
    "--site",
    type=click.Path(file_okay=False, path_type=Path),
    default="out/site",
    show_default=True,
    help="Folder of the website.",
)


@click.command()
@site_folder
@folders
def site(site: Path, schemas: Path, out: Path, package: str) -> None:
    """Build the website of the reference pages: search, filters, and a form for each endpoint.

    Needs the extra `site`. `runcomfy-codegen serve` shows it, beside the emulator that its forms use.
    """
    from ..site.build import SiteError, build_site

    workspace = usable_workspace(schemas, out, package)
    generation = workspace.regenerate()
    problems = [*workspace.problems, *generation.problems]
    report(problems, generation.unread)
    try:
        pages = build_site(generation, workspace.project.sources, site)
    except SiteError as error:
        say(f"error: {error}")
        sys.exit(USAGE)
    say(f"{counted(pages, 'page')} in {site}/: runcomfy-codegen serve shows them")
    sys.exit(FINDINGS if has_errors(problems) else 0)
