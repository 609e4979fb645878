"""`runcomfy-codegen add`: capture endpoints from saved API pages."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...disk.locking import sole_writer
from ..console import USAGE, finish, report, say
from ..options import schemas_option

_NOT_TEXT = ("unreadable", "encoding")


@click.command()
@click.argument(
    "pages",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True),
    metavar="PAGE...",
)
@schemas_option
def add(pages: tuple[Path, ...], schemas: Path) -> None:
    """Add endpoints from saved API pages to the schemas folder.

    PAGE is a text or HTML file in any language, or - for standard input.
    """
    from ...capture import add_pages
    from ...capture.add import page_name

    with sole_writer(say, schemas):
        outcome = add_pages(pages, schemas)
    for page in outcome.added:
        files = ", ".join(path.name for path in page.changed) or "nothing new"
        say(f"{page_name(page.page)}: {page.model_id}: {files}")
    if any(problem.rule in _NOT_TEXT for problem in outcome.problems):
        report(outcome.problems)
        sys.exit(USAGE)
    finish(outcome.problems)
