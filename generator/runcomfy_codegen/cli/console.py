"""Messages and exit codes that all commands share.

Messages go to stderr, data to stdout. Exit codes: 0 success; 1 findings (stale files, errors in schemas,
a failed endpoint); 2 wrong usage or unreadable input.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from typing import NoReturn

import click
from click.core import ParameterSource

from ..build.incremental import counts_in
from ..names.former import Removed
from ..text.problems import Problem, Severity, has_errors, in_words
from ..text.untrusted import printable
from ..workspace import Workspace
from .options import settings_file

FINDINGS, USAGE = 1, 2
INTERRUPTED = 130  # what shells report for SIGINT


def say(message: str) -> None:
    """Print a message on stderr, with control characters escaped."""
    click.echo(printable(message), err=True)


def report(problems: Iterable[Problem], reused_counts: Iterable[str] = ()) -> None:
    """Print errors in full, and how many warnings and notes there are.

    Args:
        problems: The findings of this run.
        reused_counts: What earlier runs counted in endpoints that were reused, such as "2 notes".
    """
    findings = sorted(set(problems))
    for problem in findings:
        if problem.severity == "error":
            say(str(problem))
    counts = counts_in(reused_counts)
    counts.update(problem.severity for problem in findings if problem.severity != "error")
    if summary := in_words(counts):
        say(f"{summary}: runcomfy-codegen lint lists them")


def finish(problems: Iterable[Problem], reused_counts: Iterable[str] = ()) -> NoReturn:
    """Report, and end the run with the exit code that the problems call for."""
    problems = list(problems)
    report(problems, reused_counts)
    sys.exit(FINDINGS if has_errors(problems) else 0)


def report_unmatched(workspace: Workspace) -> None:
    """Warn about each glob of `only` that matches no endpoint."""
    for problem in unmatched_globs(workspace.unmatched, "warning", workspace):
        say(str(problem))


def unmatched_globs(
    globs: Collection[str], severity: Severity, workspace: Workspace
) -> list[Problem]:
    """Return a finding for each glob, placed at the option or in the settings.

    Args:
        globs: The globs that match no endpoint.
        severity: How bad that is.
        workspace: The project, which knows the endpoints that its SDK had once.
    """
    context = click.get_current_context()
    in_table = context.get_parameter_source("only") is ParameterSource.DEFAULT_MAP
    where = settings_file(context) if in_table else "--only"
    key = "only: " if in_table else ""
    findings: list[Problem] = []
    removed: Mapping[str, Removed] = workspace.removed if globs else {}
    for glob in globs:
        why, hint = "matches none", "correct the glob, or add the endpoint with sync or add"
        if glob in removed:
            why, hint = f"has been gone since {removed[glob].since}", "leave it out"
            if replacement := removed[glob].replacement:
                hint = f"{replacement} is the nearest model"
        message = f"{key}must match a model id; got {glob!r}, which {why}"
        findings.append(Problem(where, 0, 0, "only-unmatched", severity, message, "", hint))
    return findings


def require_apart(workspace: Workspace) -> None:
    """End the run if the SDK would be generated among the schemas."""
    if workspace.out.resolve().is_relative_to(workspace.schemas.resolve()):
        raise click.UsageError(f"--out must not be inside --schemas; got {workspace.out}")


def require_usable(workspace: Workspace) -> None:
    """End the run if nothing can be generated."""
    if not workspace.usable:
        _end_unusable(workspace, workspace.problems)


def require_readable(workspace: Workspace) -> None:
    """End the run if there are no schemas to work on. The output folder is not read."""
    if not workspace.readable:
        _end_unusable(workspace, workspace.schema_problems)


def _end_unusable(workspace: Workspace, problems: Iterable[Problem]) -> NoReturn:
    report(problems)
    chosen = f" that matches {' '.join(workspace.only)}" if workspace.only else ""
    why = "" if workspace.has_endpoints else f"no usable endpoint{chosen} in {workspace.schemas}: "
    say(f"{why}nothing was written")
    sys.exit(USAGE)
