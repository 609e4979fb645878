"""`runcomfy-codegen lint`: what is odd about the captured schemas."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..console import FINDINGS, USAGE, folders, say, selection
from ..problems import count_by_severity, counted, has_errors
from ..workspace import open_workspace


@click.command()
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Layout of the findings; the first two also say how the vendor's words were read.",
)
@click.option("--rules", is_flag=True, help="List all rules, with the reason of each, and end.")
@selection
@folders
def lint(
    layout: str, rules: bool, only: tuple[str, ...], schemas: Path, out: Path, package: str
) -> None:
    """List every contradiction and oddity in the captured schemas.

    Reads, corrects and judges, and generates nothing: what only the generation can find (a module that
    is refused, an endpoint that must wait for another) is reported by `generate`. Exit code 1 for errors.
    """
    from ..lint.report import LAYOUTS, RULE_LAYOUTS, examine

    if rules:
        if layout not in RULE_LAYOUTS:
            raise click.UsageError(f"--rules has the layouts {', '.join(RULE_LAYOUTS)}")
        click.echo(RULE_LAYOUTS[layout](), nl=False)
        return
    workspace = open_workspace(schemas, out, package, only)
    sources = workspace.project.sources
    report = examine(sources, [*workspace.problems, *workspace.planned_renames()])
    click.echo(LAYOUTS[layout](report), nl=False)
    found = count_by_severity(report.findings) or "nothing to report"
    say(f"{counted(len(sources), 'endpoint')}: {found}")
    sys.exit(USAGE if not workspace.usable else FINDINGS if has_errors(report.findings) else 0)
