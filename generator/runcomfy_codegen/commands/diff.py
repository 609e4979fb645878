"""`runcomfy-codegen diff`: what changed between two sets of captured schemas."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..console import FINDINGS, USAGE, only_option, say, schemas_option, unmatched_globs
from ..model_ids import unmatched


@click.command()
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="Layout of the report; markdown is a section for CHANGELOG.md.",
)
@click.option(
    "--changelog",
    is_flag=True,
    help="Put the markdown into CHANGELOG.md in the schemas folder too, as the section of what is"
    " unreleased; generate publishes that file.",
)
@only_option
@schemas_option
def diff(
    old: str,
    new: str | None,
    layout: str,
    changelog: bool,
    only: tuple[str, ...],
    schemas: Path,
) -> None:
    """Say what changed from OLD to NEW: breaking, additive or documentation only.

    Each is a folder of schemas or a git revision such as HEAD~1, v1.2 or main:schemas. OLD is the last
    commit if left out, NEW the schemas folder as it is. Exit code 1 for breaking changes and for endpoints that cannot be read.
    """
    from ..diff import RevisionError, compare, open_folder, open_tree
    from ..diff.changelog import update_changelog
    from ..diff.report import LAYOUTS, one_line, summary
    from ..schemas_folder import CHANGELOG

    try:
        trees = open_tree(old, schemas), open_tree(new, schemas) if new else open_folder(schemas)
        difference = compare(*trees, only)
        ids = {*trees[0].endpoints, *trees[1].endpoints}
    except RevisionError as error:
        say(f"error: {one_line(str(error))}")
        sys.exit(USAGE)
    for problem in unmatched_globs(unmatched(only, ids), "warning"):
        say(str(problem))
    click.echo(LAYOUTS[layout](difference), nl=False)
    if layout != "text":
        for problem in difference.problems:
            say(one_line(str(problem)))
        say(summary(difference))
    if changelog and difference.problems:
        say(f"{schemas / CHANGELOG} was left alone: not all endpoints can be read")
    elif changelog:
        written = update_changelog(schemas, difference)
        say(f"{schemas / CHANGELOG}: {'written' if written else 'up to date'}")
    sys.exit(FINDINGS if difference.breaks or difference.problems else 0)
