"""`runcomfy-codegen diff`: report what changed between two sets of captured schemas."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...disk.locking import sole_writer
from ...names.model_ids import unmatched
from ...text.versions import FIRST, Version, parse_version
from ...workspace import Workspace, open_workspace
from ..console import FINDINGS, USAGE, say, unmatched_globs
from ..options import only_option, schemas_option

if TYPE_CHECKING:
    from ...diff import Difference, Tree


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="Format of the report. markdown is a section for CHANGELOG.md.",
)
@click.option(
    "--changelog",
    is_flag=True,
    help="Also write the changes since the last release into the unreleased section of CHANGELOG.md in"
    " the schemas folder, which `generate` publishes. OLD then defaults to the newest tag.",
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
    """Report what changed between two sets of schemas.

    Says for each change what it means for users of the SDK. OLD and NEW are folders of schemas or git
    revisions, such as HEAD~1, v1.2 or main:schemas. OLD defaults to HEAD, and NEW to the schemas folder.
    Changes are listed as breaking (with an example request that was valid before), possibly breaking,
    prices, additions and documentation. Exits with 1 if there are breaking changes, or endpoints that
    cannot be read.
    """
    from ...diff import open_folder, open_tree
    from ...diff.compare import compare
    from ...diff.releases import last_release
    from ...diff.report import one_line
    from ...disk.git import GitError

    try:
        if old is None:
            old = last_release(schemas) if changelog else "HEAD"
        trees = open_tree(old, schemas), open_tree(new, schemas) if new else open_folder(schemas)
        _report_unmatched(open_workspace(schemas, only=only), trees)
        difference = replace(compare(*trees, only), release=_release(schemas))
    except GitError as error:
        say(f"error: {one_line(str(error))}")
        sys.exit(USAGE)
    _print(difference, layout)
    if changelog:
        _update_changelog(difference, old, schemas)
    sys.exit(FINDINGS if difference.breaks or difference.problems else 0)


def _release(schemas: Path) -> Version:
    """Return the last release; before the first one, the version that it will have."""
    from ...diff.releases import released_version
    from ...disk.git import GitError

    first = parse_version(click.get_current_context().lookup_default("version") or FIRST)
    try:
        return released_version(schemas) or first
    except GitError:
        return first


def _report_unmatched(workspace: Workspace, trees: Sequence[Tree]) -> None:
    ids: set[str] = set()
    for tree in trees:
        ids.update(tree.endpoints)
    for problem in unmatched_globs(unmatched(workspace.only, ids), "warning", workspace):
        say(str(problem))


def _print(difference: Difference, layout: str) -> None:
    """Print the report. Only the text layout holds the problems and the summary itself."""
    from ...diff.report import LAYOUTS, one_line, summary

    click.echo(LAYOUTS[layout](difference), nl=False)
    if layout == "text":
        return
    for problem in difference.problems:
        say(one_line(str(problem)))
    say(summary(difference))


def _update_changelog(difference: Difference, old: str, schemas: Path) -> None:
    from ...diff.changelog import update_changelog
    from ...diff.releases import includes, shown_revision
    from ...schemas.folder import CHANGELOG

    path = schemas / CHANGELOG
    if difference.problems:
        say(f"{path} was not changed, because some endpoints cannot be read")
        return
    since = "" if Path(old).is_dir() else shown_revision(schemas, old)

    def covers(other: str) -> bool:
        return includes(schemas, since, other)

    with sole_writer(say, schemas):
        written = update_changelog(schemas, difference, since, covers)
    if not written:
        say(f"{path}: up to date")
    elif since:
        say(f"{path}: written, since {since:.40}")
    else:
        say(f"{path}: written")
