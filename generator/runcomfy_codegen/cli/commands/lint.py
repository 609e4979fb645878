"""`runcomfy-codegen lint`: list contradictions in the captured schemas."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...text.problems import Problem, count_by_severity, counted, has_errors
from ...workspace import Workspace, open_workspace
from ..console import FINDINGS, USAGE, say, unmatched_globs
from ..options import schemas_options

if TYPE_CHECKING:
    from ...lint.report import LintReport


@click.command()
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Output format. text and json also list non-standard schema words and how they were read.",
)
@click.option("--notes", is_flag=True, help="List notes one by one. By default they are counted.")
@click.option(
    "--rule",
    "chosen",
    multiple=True,
    metavar="RULE",
    help="Only findings of RULE, including notes. Repeatable.",
)
@click.option(
    "--since",
    metavar="REV",
    help="Only findings that the git revision REV does not have.",
)
@click.option("--rules", is_flag=True, help="List all rules with their reasons, and exit.")
@schemas_options
def lint(
    workspace: Workspace,
    layout: str,
    notes: bool,
    chosen: tuple[str, ...],
    since: str | None,
    rules: bool,
) -> None:
    """List contradictions and oddities in the captured schemas.

    Errors and warnings are listed, notes are counted. Problems that only appear while generating are
    reported by `generate`. Exits with 1 if there are errors.
    """
    from ...lint.report import LAYOUTS, RULE_LAYOUTS, select

    if rules:
        if layout not in RULE_LAYOUTS:
            formats = ", ".join(RULE_LAYOUTS)
            raise click.UsageError(f"--format: must be one of {formats} with --rules; got {layout}")
        click.echo(RULE_LAYOUTS[layout](), nl=False)
        return
    _require_known(chosen)
    unmatched = unmatched_globs(workspace.unmatched, "warning", workspace)
    report = _examined(workspace, unmatched, since)
    report = select(report, chosen, notes=notes)
    if layout == "github":
        report = _from_the_top(report, workspace.schemas)
    click.echo(LAYOUTS[layout](report), nl=False)
    counts = count_by_severity(report.findings, sum(report.notes.values()))
    endpoints = counted(len(workspace.sources), "endpoint")
    say(f"{endpoints}: {counts or 'nothing to report'}")
    if not workspace.readable:
        sys.exit(USAGE)
    sys.exit(FINDINGS if has_errors(report.findings) else 0)


def _require_known(chosen: Iterable[str]) -> None:
    """End the run if a rule does not exist."""
    from ...lint import RULES

    ids = [rule.id for rule in RULES]
    for rule in chosen:
        if rule not in ids:
            nearest = get_close_matches(rule, ids, n=1)
            advice = f'did you mean "{nearest[0]}"?' if nearest else "--rules lists them"
            raise click.UsageError(f"--rule: must be the id of a rule; got {rule!r}; {advice}")


def _examined(workspace: Workspace, others: Iterable[Problem], since: str | None) -> LintReport:
    """Return all findings, or those that are new since a revision."""
    from dataclasses import replace

    from ...diff.revisions import RevisionError, open_tree
    from ...lint.report import examine, new_findings

    report = examine(workspace.sources, [*others, *_reading_problems(workspace)])
    if since is None:
        return report
    try:
        tree = open_tree(since, workspace.schemas)
        with tree.copied(tree.hashes) as root:
            earlier = open_workspace(root, only=workspace.only)
            before = examine(earlier.sources, _reading_problems(earlier))
            roots = workspace.schemas.as_posix(), root.as_posix()
            findings = new_findings(report.findings, before.findings, roots)
    except RevisionError as error:
        say(f"error: {error}")
        sys.exit(USAGE)
    return replace(report, findings=tuple(findings))


def _reading_problems(workspace: Workspace) -> list[Problem]:
    return [*workspace.schema_problems, *workspace.planned_renames()]


def _from_the_top(report: LintReport, schemas: Path) -> LintReport:
    """Return the report with paths from the top of the repository, as GitHub requires."""
    from dataclasses import replace

    from ...disk.git import top_of

    top = top_of(schemas) or Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()

    def named(file: str) -> str:
        if file.startswith("-"):  # an option
            return file
        path = Path(file).resolve()
        return path.relative_to(top).as_posix() if path.is_relative_to(top) else file

    files = {file: named(file) for file in {problem.file for problem in report.findings}}
    findings = tuple(problem._replace(file=files[problem.file]) for problem in report.findings)
    return replace(report, findings=findings)
