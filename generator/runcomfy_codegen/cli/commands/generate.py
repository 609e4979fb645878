"""`runcomfy-codegen generate`: the SDK, or what would change in it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...disk.locking import sole_writer
from ...publish.foreign import foreign_problem
from ...publish.manifest import BY_FORMATTER, BY_HAND
from ...text.problems import Problem, counted, has_errors
from ...text.untrusted import printable
from ...workspace import Workspace, open_workspace
from ..console import (
    FINDINGS,
    finish,
    install_option,
    only_option,
    out_option,
    package_option,
    report,
    require_apart,
    require_usable,
    say,
    schemas_option,
    settings_file,
    unmatched_globs,
    version_option,
)

if TYPE_CHECKING:
    from ...build.generation import Generation


@click.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; print what is stale as a diff, and exit 1."
)
@only_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=os.cpu_count() or 1,
    help="Processes that share the work of many endpoints; all cores if left out.",
)
@click.option("--force", is_flag=True, help="Overwrite files that were edited by hand.")
@schemas_option
@out_option
@package_option
@install_option
@version_option
def generate(
    check: bool,
    only: tuple[str, ...],
    jobs: int,
    force: bool,
    schemas: Path,
    out: Path,
    package: str,
    install: str,
    version: str,
) -> None:
    """Write the SDK: what changed of it."""
    require_apart(schemas, out)
    workspace = open_workspace(schemas, out, package, only, install, version)
    # Names are kept in the schemas: two runs that both give some must not lose any.
    written = () if check else (out, schemas) if schemas.is_dir() else (out,)
    with sole_writer(say, *written), _without_collection():
        _generate(workspace, check, jobs, force)


@contextmanager
def _without_collection() -> Generator[None, None, None]:
    """Nothing here makes cycles: looking for them takes a tenth of the time (measured)."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _generate(workspace: Workspace, check: bool, jobs: int, force: bool) -> None:
    # A mistyped glob leaves endpoints out: CI should not be green about it.
    unmatched = unmatched_globs(workspace.unmatched, "error" if check else "warning")
    for problem in unmatched:
        say(str(problem))
    failed = has_errors(unmatched)
    if workspace.is_current:
        _say_current(workspace, check)
        failed = failed or (check and _is_tagged_differently(workspace))
        sys.exit(FINDINGS if failed else 0)
    require_usable(workspace)
    generation = workspace.regenerate(jobs)
    problems = [*workspace.problems, *generation.problems]
    if not generation:
        report(problems)
        say(f"no endpoint is left: {workspace.out} was not touched")
        sys.exit(FINDINGS)
    for problem in workspace.problems:
        if problem.rule == "names-merged":
            say(str(problem))
    foreign = [foreign_problem(path) for path in workspace.foreign(generation)]
    problems += foreign
    if check:
        _check(workspace, generation, problems, failed)
    written, edited = workspace.publish(generation, force=force)
    workspace.remember(generation)
    endpoints = len(set(generation.endpoint_files.values()))
    if restored := [change for change in written if change.why == BY_FORMATTER]:
        say(f"{counted(len(restored), 'file')} had been {_REFORMATTED}")
    _say_made(workspace, endpoints, len(generation), len(written))
    finish([*problems, *edited], generation.unread)


def _say_current(workspace: Workspace, check: bool) -> None:
    lock = workspace.lock
    if not check:
        _say_made(workspace, len({*lock.owners.values()}), len(lock.files), 0)
    report([], lock.findings.values())
    if check:
        say(f"{workspace.out} is up to date")


def _say_made(workspace: Workspace, endpoints: int, files: int, written: int) -> None:
    made = f"{counted(endpoints, 'endpoint')}, {counted(files, 'file')}"
    say(f"{made}, {written} written to {workspace.out}")


def _check(
    workspace: Workspace, generation: Generation, problems: list[Problem], failed: bool
) -> None:
    """Say what is stale, and end the run."""
    out = workspace.out
    changes = workspace.compare(generation)
    for change in changes:
        cause = f" ({change.cause})" if change.cause else ""
        say(f"{out / change.path}: {_STALE[change.why]}{cause}")
        click.echo(printable(change.unified_diff()), nl=False)
    if stale := workspace.names_are_stale(generation.names):
        say(f"{workspace.schemas}/names.lock.json: names were given that it does not hold")
    elif not changes and workspace.manifest_is_stale(generation):
        say(f"note: {out}/codegen.lock.json is behind, the SDK is not: generate, and commit it")
    workspace.remember(generation, is_published=False)
    report(problems, generation.unread)
    ok = not changes and not stale
    failed = failed or has_errors(problems)
    retagged = ok and _is_tagged_differently(workspace)
    but = ", but for what these errors keep from it" if failed else ""
    say(f"{out} is {'up to date' if ok else 'stale'}{but}")
    if stale or any(change.why != BY_HAND for change in changes):
        say("runcomfy-codegen generate writes what it can")
    sys.exit(0 if ok and not failed and not retagged else FINDINGS)


def _is_tagged_differently(workspace: Workspace) -> bool:
    """Say so if the tag of this version has another SDK: two wheels would have one name."""
    from ...diff.tagged import tag_with_another_sdk

    version = workspace.version
    package = workspace.out / workspace.package
    tag = tag_with_another_sdk(workspace.schemas, package, version, workspace.only)
    if tag:
        say(
            f"{settings_file(click.get_current_context())}: [tool.runcomfy-codegen] version: must be"
            f" raised, as {tag} has another SDK; got {version}"
        )
        say("runcomfy-codegen release writes the next version")
    return bool(tag)


_REFORMATTED = (
    "rewritten by a formatter; exclude the folder in its settings (black: force-exclude, ruff:"
    " extend-exclude, isort: extend_skip)"
)
_STALE = {
    "new": "missing",
    "changed": "the generator writes something else now",
    "removed": "no longer generated",
    BY_FORMATTER: _REFORMATTED,
    BY_HAND: "edited by hand, or not written by the generator",
}
