"""`runcomfy-codegen diff`: what changed between two sets of captured schemas."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...disk.locking import sole_writer
from ...names.model_ids import unmatched
from ..console import FINDINGS, USAGE, only_option, say, schemas_option, unmatched_globs


@click.command()
@click.argument("old", required=False)
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
    help="Also write the changes since the last release (the newest tag, if OLD is left out) into the"
    " unreleased section of CHANGELOG.md in the schemas folder, which generate publishes.",
)
@only_option
@schemas_option
def diff(
    old: str | None,
    new: str | None,
    layout: str,
    changelog: bool,
    only: tuple[str, ...],
    schemas: Path,
) -> None:
    """Report what changed from OLD to NEW, and what it means for users of the SDK.

    OLD and NEW are folders of schemas or git revisions, such as HEAD~1, v1.2 or main:schemas. OLD
    defaults to HEAD, NEW to the schemas folder as it is. Changes are breaking (with a request that
    was valid and is refused now), possibly breaking, prices, additions or documentation. Exits with 1
    for breaking changes and for endpoints that cannot be read.
    """
    from ...diff import compare, open_folder, open_tree
    from ...diff.changelog import update_changelog
    from ...diff.releases import includes, last_release, shown_revision
    from ...diff.report import LAYOUTS, one_line, summary
    from ...disk.git import GitError
    from ...schemas.folder import CHANGELOG

    try:
        if old is None:
            old = last_release(schemas) if changelog else "HEAD"
        trees = open_tree(old, schemas), open_tree(new, schemas) if new else open_folder(schemas)
        difference = compare(*trees, only)
        ids = {*trees[0].endpoints, *trees[1].endpoints}
    except GitError as error:
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
        since = "" if Path(old).is_dir() else shown_revision(schemas, old)

        def covers(other: str) -> bool:
            return includes(schemas, since, other)

        with sole_writer(say, schemas):
            written = update_changelog(schemas, difference, since, covers)
        about = f", since {since:.40}" if since else ""
        say(f"{schemas / CHANGELOG}: {f'written{about}' if written else 'up to date'}")
    sys.exit(FINDINGS if difference.breaks or difference.problems else 0)
