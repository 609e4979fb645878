"""`runcomfy-codegen lint`: what is odd about the captured schemas."""

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
from ..console import FINDINGS, USAGE, only_option, say, schemas_option, unmatched_globs

if TYPE_CHECKING:
    from ...lint.report import Report


@click.command()
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Output format. text and json also list the vendor's own words and how they were read.",
)
@click.option("--notes", is_flag=True, help="List notes one by one. By default they are counted.")
@click.option(
    "--rule",
    "chosen",
    multiple=True,
    metavar="RULE",
    help="Report only findings of RULE, notes included. Repeatable.",
)
@click.option(
    "--since",
    metavar="REV",
    help="Report only findings that the git revision REV does not have.",
)
@click.option("--rules", is_flag=True, help="List all rules, with the reason for each, and exit.")
@only_option
@schemas_option
def lint(
    layout: str,
    notes: bool,
    chosen: tuple[str, ...],
    since: str | None,
    rules: bool,
    only: tuple[str, ...],
    schemas: Path,
) -> None:
    """List contradictions and oddities in the captured schemas.

    Lists errors and warnings, and counts notes. Nothing is generated: problems that only show then
    (a module that is refused, an endpoint that must wait for another) are reported by `generate`.
    Exits with 1 if an error is listed.
    """
    from ...lint.report import LAYOUTS, RULE_LAYOUTS, select

    if rules:
        if layout not in RULE_LAYOUTS:
            raise click.UsageError(f"--rules has the formats {', '.join(RULE_LAYOUTS)}")
        click.echo(RULE_LAYOUTS[layout](), nl=False)
        return
    _require_known(chosen)
    workspace = open_workspace(schemas, only=only)
    unmatched = unmatched_globs(workspace.unmatched, "warning")
    report = _examined(workspace, unmatched, since)
    report = select(report, chosen, notes=notes)
    if layout == "github":
        report = _from_the_top(report, schemas)
    click.echo(LAYOUTS[layout](report), nl=False)
    found = count_by_severity(report.findings, sum(report.notes.values()))
    endpoints = counted(len(workspace.sources), "endpoint")
    say(f"{endpoints}: {found or 'nothing to report'}")
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


def _examined(workspace: Workspace, others: Iterable[Problem], since: str | None) -> Report:
    """Everything that is found, or everything that is new since a revision."""
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


def _from_the_top(report: Report, schemas: Path) -> Report:
    """The report with files named from the top of the repository, as GitHub wants them."""
    from dataclasses import replace

    from ...disk.git import top_of

    top = top_of(schemas) or Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()

    def named(file: str) -> str:
        if file.startswith("-"):  # an option
            return file
        path = Path(file).resolve()
        return path.relative_to(top).as_posix() if path.is_relative_to(top) else file

    files = {file: named(file) for file in {problem.file for problem in report.findings}}
    findings = tuple(each._replace(file=files[each.file]) for each in report.findings)
    return replace(report, findings=findings)
