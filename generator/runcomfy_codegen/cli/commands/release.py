"""`runcomfy-codegen release`: the next version, the changelog's heading, and the SDK that has both."""

from __future__ import annotations

import datetime
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ...disk.locking import sole_writer
from ...text.problems import counted, has_errors
from ...text.versions import Version, next_version, parse_version
from ...workspace import Workspace
from ..console import FINDINGS, USAGE, finish, report, require_apart, require_usable, say
from ..options import sdk_options
from ..settings import SettingsError

if TYPE_CHECKING:
    from ...diff import Difference

_SHOWN = 5  # of the files that are not committed


@click.command()
@click.argument("wanted", required=False, metavar="[VERSION]")
@click.option(
    "--date",
    metavar="YYYY-MM-DD",
    show_default="today",
    help="Date of the release in CHANGELOG.md.",
)
@sdk_options
@click.pass_context
def release(
    context: click.Context, workspace: Workspace, wanted: str | None, date: str | None
) -> None:
    """Raise the version of the SDK, and date its changelog.

    VERSION defaults to what `diff` suggests for the changes since the newest tag. Below 1.0, a breaking
    change is a minor version: 0.3.1 -> 0.4.0. The version is written to [tool.runcomfy-codegen]
    in pyproject.toml, the unreleased section of CHANGELOG.md in the schemas folder is dated, and the
    SDK is generated. Commit and tag the result. Nothing is written if there are uncommitted changes, if an
    endpoint cannot be read, or if VERSION is not greater than the last release.
    """
    require_apart(workspace)
    day = _day(date)
    if wanted is not None:
        _require_version(wanted)
    settings: Path | None = context.find_root().obj
    if settings is None:
        _refuse(
            "pyproject.toml: must have the table [tool.runcomfy-codegen]; got none here or above",
            f'add it, with version = "{workspace.version}"',
        )
    with sole_writer(say, workspace.out, workspace.schemas):
        _release(workspace, settings, wanted, day)


def _day(text: str | None) -> str:
    if text is None:
        return datetime.date.today().isoformat()
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise click.BadParameter(
            f"must be a day such as 2026-11-26; got {text!r}", param_hint="--date"
        )
    return text


def _require_version(text: str) -> None:
    try:
        parse_version(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="VERSION") from None


def _release(workspace: Workspace, settings: Path, wanted: str | None, day: str) -> None:
    from ...diff import open_folder, open_tree
    from ...diff.changelog import close_section, update_changelog
    from ...diff.compare import compare
    from ...diff.releases import (
        includes,
        last_release,
        released_version,
        shown_revision,
        uncommitted,
        untagged_version,
    )
    from ...diff.report import one_line
    from ...disk.git import GitError
    from ..settings_file import write_version

    schemas = workspace.schemas
    try:
        if changed := uncommitted(schemas, workspace.out, settings):
            more = "" if len(changed) <= _SHOWN else f" and {len(changed) - _SHOWN} more"
            _refuse(
                f"{schemas}: everything must be committed; got changes in"
                f" {', '.join(changed[:_SHOWN])}{more}",
                "commit them, or put them away with git stash",
            )
        old = last_release(schemas)
        released = released_version(schemas)
        difference = replace(
            compare(open_tree(old, schemas), open_folder(schemas), workspace.only), release=released
        )
        since = shown_revision(schemas, old)
        untagged = untagged_version(schemas)
    except GitError as error:
        _refuse(one_line(str(error)), "a release is counted from a git tag")
    _require_readable(workspace, difference)
    if untagged:
        say(f"note: {untagged} has no tag: git tag v{untagged} {since}")
    version = _version(workspace, released, wanted, difference, since)

    def covers(other: str) -> bool:
        return includes(schemas, since, other)

    try:
        write_version(settings, version)
    except SettingsError as error:
        message, _, advice = str(error).partition("\n")
        _refuse(message, advice)
    update_changelog(schemas, difference, since, covers)
    close_section(schemas, version, day)
    _generate(workspace, version)


def _require_readable(workspace: Workspace, difference: Difference) -> None:
    """End the run if an endpoint cannot be read or generated: its changes are not known."""
    require_usable(workspace)
    generation = workspace.regenerate()
    problems = [*workspace.problems, *generation.problems, *difference.problems]
    if has_errors(problems) or generation.kept:
        report(problems)
        _refuse(
            f"{workspace.schemas}: every endpoint must be readable; got the errors above",
            "correct them, or delete the endpoint",
            FINDINGS,
        )


def _version(
    workspace: Workspace,
    released: Version | None,
    wanted: str | None,
    difference: Difference,
    since: str,
) -> str:
    """Return the version to release, and say why it is that one."""
    step, reason = difference.version
    if wanted is None and released is None:
        say(f"{workspace.version}: the first release")
        return workspace.version
    if released is None:
        say(f"{wanted}: the first release")
        return str(wanted)
    if wanted is not None:
        if parse_version(wanted) <= released:
            _refuse(
                f"VERSION: must be greater than the last release, {released}; got {wanted}",
                "leave it out to take what diff suggests",
            )
        say(f"{released} -> {wanted}: as asked; diff suggests {step} ({reason})")
        return wanted
    if step == "none":
        _refuse(
            f"{workspace.schemas}: must differ from {since}; got no change",
            "give a VERSION to release the SDK anyway",
            FINDINGS,
        )
    version = str(next_version(released, step))
    say(f"{released} -> {version}: {step} ({reason})")
    return version


def _generate(workspace: Workspace, version: str) -> None:
    """Write the SDK with the version and the changelog that are on disk now."""
    fresh = replace(workspace, version=version)
    generation = fresh.regenerate()
    written, edited = fresh.publish(generation, force=False)
    fresh.remember(generation)
    say(f"{counted(len(written), 'file')} written to {workspace.out}")
    say(f"commit everything, then: git tag v{version}")
    finish([*fresh.problems, *generation.problems, *edited], generation.reused_counts)


def _refuse(message: str, advice: str, code: int = USAGE) -> NoReturn:
    say(f"error: {message}")
    say(advice)
    sys.exit(code)
