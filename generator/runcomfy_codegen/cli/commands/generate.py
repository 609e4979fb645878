"""`runcomfy-codegen generate`: write the SDK, or check that it is up to date."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click

from ...disk.locking import sole_writer
from ...names import LOCK_FILE
from ...publish.foreign import foreign_problem
from ...publish.manifest import BY_FORMATTER, BY_HAND, MANIFEST
from ...text.problems import Problem, Severity, counted, has_errors
from ...text.untrusted import printable
from ...workspace import Workspace
from ..console import (
    FINDINGS,
    finish,
    report,
    require_apart,
    require_usable,
    say,
    unmatched_globs,
)
from ..options import sdk_options, settings_file

if TYPE_CHECKING:
    from ...build.generation import Generation


@click.command()
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing. Print a diff of stale files and exit with 1 if there are any.",
)
@click.option("--force", is_flag=True, help="Overwrite files that were edited by hand.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=os.cpu_count() or 1,
    show_default="number of CPUs",
    help="Number of processes that share the work.",
)
@sdk_options
def generate(workspace: Workspace, check: bool, force: bool, jobs: int) -> None:
    """Generate the SDK, rewriting only files that changed."""
    require_apart(workspace)
    with _locked(workspace, check), _without_collection():
        _report_unmatched(workspace, check)
        if workspace.is_current:
            _end_current(workspace, check)
        require_usable(workspace)
        generation = workspace.regenerate(jobs)
        if not generation:
            report([*workspace.problems, *generation.problems])
            say(f"no endpoint could be generated; {workspace.out} was not changed")
            sys.exit(FINDINGS)
        _report_merged_names(workspace)
        if check:
            _end_check(workspace, generation)
        _write(workspace, generation, force)


@contextmanager
def _locked(workspace: Workspace, check: bool) -> Generator[None, None, None]:
    """Let no other run write what this one writes: the SDK, and the names beside the schemas."""
    folders = [workspace.out]
    if workspace.schemas.is_dir():
        folders.append(workspace.schemas)
    with sole_writer(say, *([] if check else folders)):
        yield


@contextmanager
def _without_collection() -> Generator[None, None, None]:
    """Switch off garbage collection: it takes a tenth of the time, and there are no cycles to find."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _report_unmatched(workspace: Workspace, check: bool) -> None:
    # A mistyped glob leaves endpoints out, so CI must fail.
    severity: Severity = "error" if check else "warning"
    for problem in unmatched_globs(workspace.unmatched, severity, workspace):
        say(str(problem))


def _report_merged_names(workspace: Workspace) -> None:
    for problem in workspace.problems:
        if problem.rule == "names-merged":
            say(str(problem))


def _end_current(workspace: Workspace, check: bool) -> NoReturn:
    """End a run that has nothing to do."""
    lock = workspace.lock
    if not check:
        _say_generated(workspace, len({*lock.owners.values()}), len(lock.files), 0)
    report([], lock.findings.values())
    if check:
        say(f"{workspace.out} is up to date")
    failed = check and (bool(workspace.unmatched) or _is_tagged_otherwise(workspace))
    sys.exit(FINDINGS if failed else 0)


def _write(workspace: Workspace, generation: Generation, force: bool) -> NoReturn:
    """Publish the SDK, and end the run."""
    foreign = _foreign_problems(workspace, generation)
    written, edited = workspace.publish(generation, force=force)
    workspace.remember(generation)
    if restored := [change for change in written if change.why == BY_FORMATTER]:
        say(f"{counted(len(restored), 'file')} had been {_REFORMATTED}")
    endpoints = len(set(generation.endpoint_files.values()))
    _say_generated(workspace, endpoints, len(generation), len(written))
    problems = [*workspace.problems, *generation.problems, *foreign, *edited]
    finish(problems, generation.reused_counts)


def _foreign_problems(workspace: Workspace, generation: Generation) -> list[Problem]:
    return [foreign_problem(path) for path in workspace.foreign(generation)]


def _say_generated(workspace: Workspace, endpoints: int, files: int, written: int) -> None:
    generated = f"{counted(endpoints, 'endpoint')}, {counted(files, 'file')}"
    say(f"{generated}, {written} written to {workspace.out}")


def _end_check(workspace: Workspace, generation: Generation) -> NoReturn:
    """Report what is stale, and end the run."""
    out = workspace.out
    problems = [*workspace.problems, *generation.problems]
    problems += _foreign_problems(workspace, generation)
    changes = workspace.compare(generation)
    for change in changes:
        cause = f" ({change.cause})" if change.cause else ""
        say(f"{out / change.path}: {_STALE[change.why]}{cause}")
        click.echo(printable(change.unified_diff()), nl=False)
    names_are_stale = workspace.names_are_wrong(generation.names)
    if names_are_stale:
        say(f"{workspace.schemas / LOCK_FILE} is out of date")
    elif not changes and workspace.manifest_is_stale(generation):
        say(f"note: {out / MANIFEST} is out of date, but no other file is: generate and commit it")
    workspace.remember(generation, is_published=False)
    report(problems, generation.reused_counts)
    failed = has_errors(problems) or bool(workspace.unmatched)
    is_current = not changes and not names_are_stale
    state = "stale"
    if is_current:
        state = "up to date" + (", except for the errors listed above" if failed else "")
    say(f"{out} is {state}")
    if names_are_stale or any(change.why != BY_HAND for change in changes):
        say("run `runcomfy-codegen generate` to update it")
    failed = failed or not is_current or _is_tagged_otherwise(workspace)
    sys.exit(FINDINGS if failed else 0)


def _is_tagged_otherwise(workspace: Workspace) -> bool:
    """Report whether the tag of this version has another SDK: two wheels would have one name."""
    from ...diff.tagged import tag_with_another_sdk

    version = workspace.version
    package = workspace.out / workspace.package
    tag = tag_with_another_sdk(workspace.schemas, package, version, workspace.only)
    if tag:
        file = settings_file(click.get_current_context())
        table = "[tool.runcomfy-codegen] version"
        say(f"{file}: {table}: must be raised, as {tag} has another SDK; got {version}")
        say("run `runcomfy-codegen release` to write the next version")
    return bool(tag)


_REFORMATTED = (
    "rewritten by a formatter; exclude the folder in its settings (black: force-exclude, ruff:"
    " extend-exclude, isort: extend_skip)"
)
_STALE = {
    "new": "missing",
    "changed": "the generator would write other content",
    "removed": "no longer generated",
    BY_FORMATTER: _REFORMATTED,
    BY_HAND: "edited by hand, or not written by the generator",
}
