"""`runcomfy-codegen add`: endpoints from saved API pages."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...disk.locking import sole_writer
from ...text.problems import has_errors
from ..console import FINDINGS, USAGE, report, say, schemas_option


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
    """Read saved API pages (text or HTML, any language) into the schemas folder.

    PAGE is a file, or - for standard input.
    """
    from ...capture import add_pages
    from ...capture.add import page_name

    with sole_writer(say, schemas):
        outcome = add_pages(pages, schemas)
    for page in outcome.added:
        files = ", ".join(path.name for path in page.changed) or "nothing new"
        say(f"{page_name(page.page)}: {page.model_id}: {files}")
    report(outcome.problems)
    unreadable = any(problem.rule in _NOT_TEXT for problem in outcome.problems)
    sys.exit(USAGE if unreadable else FINDINGS if has_errors(outcome.problems) else 0)


_NOT_TEXT = ("unreadable", "encoding")
