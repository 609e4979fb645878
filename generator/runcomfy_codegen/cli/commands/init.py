"""`runcomfy-codegen init`: begin a project with an SDK of its own."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import cast

import click

from ...disk.files import write_together
from ..console import FINDINGS, say
from ..options import package_option
from ..settings import FILE as SETTINGS
from ..settings import FOLDERS, is_requirement, own_table

_NEXT = """\
next: runcomfy-codegen sync              # needs RUNCOMFY_API_TOKEN
      runcomfy-codegen generate
      git init && git add --all && git commit
      pip install ./{out}
then: {then}"""
_THEN = {
    "github": "in the settings on GitHub, add the secret RUNCOMFY_API_TOKEN{variable}, and allow Actions to"
    " create pull requests",
    "gitlab": "in the settings on GitLab, add the variables RUNCOMFY_API_TOKEN and GITLAB_TOKEN{variable}, and"
    " a schedule",
}


@click.command()
@click.argument(
    "directory", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path)
)
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab"]),
    default="github",
    show_default=True,
    help="Service that runs the drift check and the nightly update.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="GLOB",
    help="Only endpoints whose model id matches GLOB. Repeatable.",
)
@click.option(
    "--generator",
    metavar="REQUIREMENT",
    help="From where pip installs runcomfy-codegen in CI: a path, a URL, or a name on your own index."
    " Defaults to the URL of this installation, or else to CI's variable RUNCOMFY_CODEGEN.",
)
@package_option
def init(
    directory: Path, ci: str, only: tuple[str, ...], generator: str | None, package: str
) -> None:
    """Begin a project of your own in DIR, by default in this folder.

    Writes the settings (pyproject.toml), .gitattributes, .gitignore, and the jobs of a CI service: one that finds
    drift, and one that fetches the catalogue each night and proposes the new SDK, with a list of the changes.
    Existing files are left as they are.
    """
    from ..new_project import CI, NewProject, installed_from

    if generator is None:
        generator = installed_from()
    elif not is_requirement(generator) or "$" in generator:
        raise click.BadParameter(
            f"must be a distribution's name, a path or a URL; got {generator!r}",
            param_hint="--generator",
        )
    table = own_table(directory / SETTINGS)
    out = str((table or {}).get("out") or FOLDERS["out"])
    files = NewProject(package, only, cast("CI", ci), generator, out).files()
    new = {path: text for path, text in files.items() if not _exists(directory / path)}
    write_together(directory, {path: text.encode() for path, text in new.items()})
    for path, text in files.items():
        shown = directory / path
        if path in new:
            say(f"{shown}: written")
        elif shown.is_file() and shown.read_bytes() == text.encode():
            say(f"{shown}: up to date")
        else:
            say(f"{shown}: exists, and was left as it is")
    variable = (
        ""
        if generator
        else ", the variable RUNCOMFY_CODEGEN (from where pip installs the generator)"
    )
    say(_NEXT.format(out=shlex.quote(out), then=_THEN[ci].format(variable=variable)))
    if SETTINGS not in new and table is None:
        say(f"{directory / SETTINGS}: must have the table [tool.runcomfy-codegen]; add these lines")
        click.echo(files[SETTINGS], nl=False)
        sys.exit(FINDINGS)


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()
